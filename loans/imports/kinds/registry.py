"""Finding a kind by its code: ours, and those that other apps bring along."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from loans.imports.kinds.kind import Kind
from loans.imports.problems import ImportRefused

_OURS = (
    "loans.imports.kinds.loans.KIND",
    "loans.imports.kinds.parties.KIND",
    "loans.imports.kinds.signatories.KIND",
    "loans.imports.kinds.contact_points.KIND",
    "loans.imports.kinds.addresses.KIND",
    "loans.imports.kinds.vehicles.KIND",
    "loans.imports.kinds.schedules.KIND",
    "loans.imports.kinds.stated_positions.KIND",
    "loans.imports.kinds.stated_positions.OPENING_KIND",
    "loans.imports.kinds.repayments.KIND",
    "loans.imports.kinds.abs_ee.KIND",
)


@lru_cache(maxsize=1)
def all_kinds() -> dict[str, Kind]:
    """Returns every kind by its code, in the order in which they depend on each other."""
    kinds = [import_string(name) for name in (*_OURS, *settings.IMPORT_KINDS.values())]
    return {kind.code: kind for kind in sorted(kinds, key=lambda kind: kind.order)}


def find_kind(code: str) -> Kind:
    """Returns the kind of a code. Raises `ImportRefused` naming the known ones."""
    try:
        return all_kinds()[code]
    except KeyError:
        raise ImportRefused("unknown_kind", kind=code, known=", ".join(all_kinds())) from None


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting == "IMPORT_KINDS":
        all_kinds.cache_clear()


setting_changed.connect(_forget)
