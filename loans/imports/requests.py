"""What is asked of an import, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from loans.imports.kinds.kind import Kind
from loans.imports.models import ImportBatch, ImportMapping, ImportMode, ImportState
from loans.imports.problems import ImportRefused
from loans.portfolios.models import Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """One file to import.

    path: its bytes; file_name: its name as the person knows it; mapping: the lender's template;
    headers, options: what the person adds to the template; expect_rows, expect_sums: control
    totals that must match or nothing is loaded; through_on: the day the file is complete through;
    new_loans_wait: more files follow, so loans opened by them are replayed behind the last one;
    processes: so many share the work, more than one only from a management command.
    """

    portfolio: Portfolio
    kind: str
    path: Path
    file_name: str
    mapping: ImportMapping | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    mode: ImportMode = ImportMode.ALL_OR_NOTHING
    sheet: str = ""
    check_only: bool = False
    expect_rows: int | None = None
    expect_sums: Mapping[str, Decimal] = field(default_factory=dict)
    through_on: date | None = None
    new_loans_wait: bool = False
    processes: int = 1

    def parsed_options(self, kind: Kind) -> dict[str, Any]:
        """Returns every option of the kind with its value: given, from the mapping, or default.

        Raises `ImportRefused` for an option the kind does not have or a value it cannot take.
        """
        given = {**(self.mapping.options if self.mapping else {}), **self.options}
        known = {option.name: option for option in kind.options}
        for name in given:
            if name not in known:
                names = ", ".join(known) or "-"
                raise ImportRefused("unknown_option", kind=kind.code, name=name, known=names)
        values: dict[str, Any] = {}
        for name, option in known.items():
            raw = given.get(name)
            try:
                values[name] = option.default if raw is None else option.parse(str(raw))
            except (ValueError, ArithmeticError):
                raise ImportRefused(
                    "bad_option", name=name, value=raw, help=str(option.help)
                ) from None
        return values

    def mapped_headers(self) -> dict[str, str]:
        """Returns the headers of the mapping with those given for this file on top."""
        return {**(self.mapping.headers if self.mapping else {}), **self.headers}


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The batch as it stands, and whether this very file had been loaded before."""

    batch: ImportBatch
    was_loaded_before: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether nothing was loaded because something is wrong."""
        return self.batch.state == ImportState.REFUSED

    def summary(self) -> str:
        """Returns one sentence for the person who imports."""
        batch = self.batch
        if self.was_loaded_before:
            return _("%(file)s: already loaded as %(id)s on %(on)s. Nothing was changed.") % {
                "file": batch.file_name,
                "id": batch.pk,
                "on": f"{batch.finished_at:%Y-%m-%d}" if batch.finished_at else "-",
            }
        if self.is_refused:
            return f"{batch.file_name}: {batch.refusal}"
        if batch.state == ImportState.CHECKED:
            return _(
                "%(file)s: %(good)s rows are good, %(bad)s have errors. Nothing was loaded."
            ) % {
                "file": batch.file_name,
                "good": batch.good_count,
                "bad": batch.bad_count,
            }
        return _(
            "%(file)s: loaded %(done)s rows: %(new)s new, %(updated)s updated, "
            "%(unchanged)s already known, %(bad)s with errors left out."
        ) % {
            "file": batch.file_name,
            "done": batch.done_count,
            "new": batch.created_count,
            "updated": batch.updated_count,
            "unchanged": batch.unchanged_count,
            "bad": batch.bad_count,
        }
