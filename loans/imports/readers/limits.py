"""How large a file may be before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; the first two are settings, the others protect this process."""

    megabytes: int = 50
    rows: int = 500_000
    columns: int = 200
    header_within_rows: int = 10
    cell_characters: int = 32_767  # what a spreadsheet can hold
    workbook_entries: int = 1_000
    workbook_megabytes: int = 1_500  # unpacked
    workbook_ratio: int = 200  # unpacked to packed, for parts above a megabyte
    shared_text_megabytes: int = 200  # a workbook's texts are held in memory


def current_limits() -> Limits:
    """Returns the limits with what the settings say."""
    return Limits(megabytes=settings.IMPORT_MAX_MEGABYTES, rows=settings.IMPORT_MAX_ROWS)
