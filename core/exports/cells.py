"""Making cells that a spreadsheet shows and never runs."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Final

# What a spreadsheet takes for the beginning of a formula, the full-width forms included
# (OWASP, CSV injection; ASVS 5.0 1.2.10).
_STARTERS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# From this many digits on a spreadsheet rounds a number.
_DIGITS_KEPT: Final = 15

Value = str | int | Decimal | date | datetime | bool | None


def clean_text(text: str) -> str:
    """Returns a text without the control characters that no spreadsheet may hold."""
    return _CONTROL.sub("", text)


def safe_text(text: str) -> str:
    """Returns a text that opens as text: what could start a formula gets an apostrophe."""
    text = clean_text(text)
    return f"'{text}" if text.startswith(_STARTERS) or text.lstrip().startswith(_STARTERS) else text


def safe_id(text: str) -> str:
    """Returns an id as text for CSV; one a spreadsheet would damage as a number is marked so.

    Damaged are ids of more than fifteen digits (the last ones become zeros) and those with
    leading zeros (which vanish).
    """
    text = safe_text(text)
    damaged = text.isdigit() and (len(text) > _DIGITS_KEPT or (len(text) > 1 and text[0] == "0"))
    return f"'{text}" if damaged else text


def local_moment(moment: datetime, zone: tzinfo) -> datetime:
    """Returns a moment on the wall clock of a zone, without the zone, as spreadsheets want it."""
    return moment.astimezone(zone).replace(tzinfo=None)


def csv_cell(value: Value, *, kind: str, zone: tzinfo) -> str:
    """Returns the text of one CSV cell. Raises TypeError for a float: it is no exact number."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            raise TypeError(f"A float ({value!r}) cannot be exported; give a Decimal.")
        case int() | Decimal() if kind != "id":
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        case datetime():
            return local_moment(value, zone).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case _:
            return safe_id(str(value)) if kind == "id" else safe_text(str(value))
