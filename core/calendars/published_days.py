"""Days off and days worked as published: from the holidays library and from official notices."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import holidays

from core.calendars.models import CalendarDay

_NOTICES = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """One day that is not what its weekday says, and who says so."""

    on: date
    kind: str
    name: str
    origin: str
    source: str


def published_days(*, country: str, subdivision: str, year: int) -> list[PublishedDay]:
    """Returns the published days of a year, by date; an official notice beats the library.

    Raises NotImplementedError for a country or subdivision the library does not know.
    """
    days = {day.on: day for day in _from_library(country, subdivision, year)}
    days |= {day.on: day for day in _from_notices(country) if day.on.year == year}
    return [days[on] for on in sorted(days)]


def notice_missing(*, country: str, year: int) -> bool:
    """Says whether a country that moves weekends by notice has none stored for the year yet.

    China's notice for a year comes in the autumn before; until then its weekends worked and
    some days off are unknown.
    """
    notices = _from_notices(country)
    return bool(notices) and all(day.on.year != year for day in notices)


def _from_library(country: str, subdivision: str, year: int) -> list[PublishedDay]:
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language="en_US", expand=False
    )
    source = f"holidays {version('holidays')}"
    library = CalendarDay.Origin.LIBRARY
    off = [
        PublishedDay(on, CalendarDay.Kind.HOLIDAY, name, library, source)
        for on, name in found.items()
        if on.year == year
    ]
    worked = [
        PublishedDay(on, CalendarDay.Kind.WORKDAY, "Working weekend", library, source)
        for on in getattr(found, "weekend_workdays", ())
        if on.year == year
    ]
    return off + worked


def _from_notices(country: str) -> list[PublishedDay]:
    path = _NOTICES / f"{country}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            PublishedDay(
                on=date.fromisoformat(row["on"]),
                kind=row["kind"],
                name=row["name"],
                origin=CalendarDay.Origin.NOTICE,
                source=row["source"],
            )
            for row in csv.DictReader(lines)
        ]
