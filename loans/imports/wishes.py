"""How a person wants a file read: kept with the import, and remembered for the next file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.audit import Actor
from loans.imports.headers import normalise
from loans.imports.models import ImportBatch, ImportMapping, ImportState
from loans.imports.services import save_mapping
from loans.portfolios.models import Portfolio

_LOOKED_BACK = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Headers of the file with our columns (empty: left out), and how its cells are read.

    `through_on` is an ISO date or empty; `template` the name of the mapping it came from.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    date_order: str = "ymd"
    has_decimal_comma: bool = False
    encoding: str = ""
    sheet: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    through_on: str = ""
    template: str = ""

    def as_stored(self) -> dict[str, Any]:
        """Returns the form that is kept with an import."""
        return asdict(self)

    def as_mapping(self, *, portfolio: Portfolio, kind: str) -> ImportMapping:
        """Returns the mapping that reads the file so; it is not stored."""
        return ImportMapping(
            portfolio=portfolio,
            kind=kind,
            name=self.template,
            headers=dict(self.headers),
            date_order=self.date_order,
            has_decimal_comma=self.has_decimal_comma,
            encoding=self.encoding,
            options=dict(self.options),
        )


def wish_of(batch: ImportBatch) -> Wish:
    """Returns how an import is to be read; the usual way where nobody said."""
    return Wish(**batch.wish)


def wish_from(mapping: ImportMapping) -> Wish:
    """Returns a stored mapping as a wish."""
    return Wish(
        headers=mapping.headers,
        date_order=mapping.date_order,
        has_decimal_comma=mapping.has_decimal_comma,
        encoding=mapping.encoding,
        options=mapping.options,
        template=mapping.name,
    )


def save_wish(*, batch: ImportBatch, wish: Wish, by: Actor) -> ImportMapping:
    """Keeps how an import is read under a name, for the next file with the same headers."""
    return save_mapping(
        portfolio=batch.portfolio,
        kind=batch.kind,
        name=wish.template,
        headers=dict(wish.headers),
        date_order=wish.date_order,
        has_decimal_comma=wish.has_decimal_comma,
        encoding=wish.encoding,
        options=dict(wish.options),
        by=by,
    )


def remembered_wish(*, portfolio: Portfolio, kind: str, titles: Sequence[str]) -> Wish | None:
    """Returns how the last file with these very headers was read; None for a new set of headers.

    A mapping saved under a name goes before what was chosen for a single file. Two queries.
    """
    wanted = _header_set(titles)
    for mapping in ImportMapping.objects.filter(portfolio=portfolio, kind=kind).order_by("-pk"):
        if _header_set(mapping.headers) == wanted:
            return wish_from(mapping)
    loaded = ImportBatch.objects.filter(
        portfolio=portfolio, kind=kind, state=ImportState.LOADED
    ).exclude(wish={})
    for batch in loaded.order_by("-pk")[:_LOOKED_BACK]:
        wish = wish_of(batch)
        if wish.headers and _header_set(wish.headers) == wanted:
            return wish
    return None


def _header_set(titles: Mapping[str, str] | Sequence[str]) -> frozenset[str]:
    return frozenset(plain for title in titles if (plain := normalise(title)))
