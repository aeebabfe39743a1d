"""The week in numbers: a tile for each number with its formula, its change, and what it opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.oversight.cells import lasted
from compliance.oversight.measures import MEASURES
from compliance.oversight.week_filter import WeekFilter
from core import clock
from core.pages.parts import Tile

MINUS: Final = "\N{MINUS SIGN}"
_TENTH: Final = Decimal("0.1")

Numbers = Mapping[str, int]


def rows_href(code: str, chosen: WeekFilter, **changes: object) -> str:
    """Returns the page of the rows behind a number."""
    return f"{reverse('oversight:rows', args=[code])}?{chosen.query_string(**changes)}"


def contact_tiles(
    now: Numbers, before: Numbers, chosen: WeekFilter, oldest: dt.datetime | None
) -> list[Tile]:
    """Returns the tiles about contacts and the gate; `oldest` is since when an incident waits."""
    first = [
        _tile("made", now, before, chosen),
        _tile("refused", now, before, chosen),
        _rate_tile(
            _("Gate stops"),
            "refused",
            chosen,
            (_gate_stops(now), _gate_stops(before)),
            _("of the contacts asked for"),
        ),
    ]
    incidents = _tile("incidents_open", now, before, chosen)
    if oldest is not None:
        age = lasted(oldest, clock.now())
        incidents = replace(incidents, note=_("the oldest for %(age)s") % {"age": age})
    return [
        *first,
        *(_tile(code, now, before, chosen) for code in ("overridden", "unsanctioned")),
        incidents,
        *(_tile(code, now, before, chosen) for code in ("no_outcome", "near_limit")),
    ]


def people_tiles(now: Numbers, before: Numbers, chosen: WeekFilter) -> list[Tile]:
    """Returns the tiles about complaints, opt-outs and stops."""
    return [
        *(_tile(f"complaints_{what}", now, before, chosen) for what in ("received", "answered")),
        _tile("complaints_late", now, before, chosen),
        _complaint_rate_tile(now, before, chosen),
        _tile("opt_outs", now, before, chosen),
        _rate_tile(
            _("Opt-out rate"),
            "opt_outs",
            chosen,
            (_share(now["opt_outs"], now["made"]), _share(before["opt_outs"], before["made"])),
            _("of the contacts made"),
            is_bad=True,
        ),
        _tile("stops_set", now, before, chosen),
        _tile("stops_lifted", now, before, chosen),
    ]


def _tile(code: str, now: Numbers, before: Numbers, chosen: WeekFilter) -> Tile:
    measure = MEASURES[code]
    return Tile(
        label=str(measure.title),
        value=grouped(now[code]),
        href=rows_href(code, chosen),
        formula=str(measure.formula),
        note=_("%(n)s the week before") % {"n": grouped(before[code])},
        change=signed(now[code] - before[code]),
        tone=_tone(Decimal(now[code] - before[code]), measure.is_bad),
    )


def _rate_tile(
    label: str,
    code: str,
    chosen: WeekFilter,
    rates: Sequence[Decimal | None],
    note: str,
    *,
    is_bad: bool | None = None,
) -> Tile:
    now, before = rates
    points = None if now is None or before is None else (now - before) * 100
    return Tile(
        label=label,
        value=percent(now),
        href=rows_href(code, chosen),
        formula=str(MEASURES[code].formula),
        note=note,
        change="" if points is None else _("%(points)s pt") % {"points": signed(points)},
        tone="" if points is None else _tone(points, is_bad),
    )


def _complaint_rate_tile(now: Numbers, before: Numbers, chosen: WeekFilter) -> Tile:
    rate, earlier = (_share(one["complaints_received"], one["made"]) for one in (now, before))
    change = None if rate is None or earlier is None else (rate - earlier) * 1000
    return Tile(
        label=_("Complaint rate"),
        value="–" if rate is None else f"{_rounded(rate * 1000):f}",
        href=rows_href("complaints_received", chosen),
        formula=str(MEASURES["complaints_received"].formula),
        note=_("per 1,000 contacts made"),
        change="" if change is None else signed(change),
        tone="" if change is None else _tone(change, True),
    )


def _gate_stops(numbers: Numbers) -> Decimal | None:
    return _share(numbers["refused"], numbers["refused"] + numbers["made"])


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


def _tone(change: Decimal, is_bad: bool | None) -> str:
    if is_bad is None or not _rounded(change):
        return ""
    return "worse" if (change > 0) == is_bad else "better"


def percent(share: Decimal | None) -> str:
    """Returns a share as per cent with one decimal, or a dash."""
    return "–" if share is None else f"{_rounded(share * 100):f}%"


def grouped(number: int) -> str:
    """Returns a whole number, grouped by three."""
    return f"{number:,}"


def signed(number: Decimal | int) -> str:
    """Returns a difference with its sign."""
    shown = number if isinstance(number, int) else _rounded(number)
    sign = MINUS if shown < 0 else "+" if shown > 0 else "±"
    return f"{sign}{abs(shown):,f}" if isinstance(shown, Decimal) else f"{sign}{abs(shown):,}"


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_TENTH, ROUND_HALF_UP)
