"""Filling calendars, changing single days, and loading a calendar for use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db import transaction

from core.audit import Actor, record
from core.calendars.models import CalendarDay, HolidayCalendar
from core.calendars.published_days import PublishedDay, notice_missing, published_days
from core.calendars.working_days import WorkingDays
from core.ids import uuid7


class UnknownCalendar(LookupError):
    """No calendar has this code; make it in the admin or with `fill_calendars`."""


@dataclass(frozen=True, slots=True)
class StandardCalendar:
    """A calendar every installation starts with."""

    code: str
    name: str
    country: str
    subdivision: str = ""


STANDARD_CALENDARS: Final = (
    StandardCalendar("CN", "China", "CN"),
    StandardCalendar("US", "United States, federal holidays", "US"),
    StandardCalendar("GB", "England, bank holidays", "GB", "ENG"),
)


@dataclass(frozen=True, slots=True)
class FillResult:
    """What filling one year did. `provisional` years lack their official notice."""

    code: str
    year: int
    day_count: int
    changed_count: int
    provisional: bool


def load(code: str) -> WorkingDays:
    """Returns the calendar with this code, ready for arithmetic.

    Remembered until the calendar changes; asking costs one small query. Raises
    `UnknownCalendar`.
    """
    revision = HolidayCalendar.objects.filter(code=code).values_list("revision", flat=True).first()
    if revision is None:
        raise UnknownCalendar(f"There is no holiday calendar {code!r}.")
    return _load_revision(code, revision)


def load_revision(*, code: str, revision: UUID) -> WorkingDays:
    """Returns a calendar whose revision was read along with something else; no query, mostly."""
    return _load_revision(code, revision)


@lru_cache(maxsize=32)
def _load_revision(code: str, revision: UUID) -> WorkingDays:
    calendar = HolidayCalendar.objects.get(code=code)
    days = list(calendar.days.values_list("on", "kind"))
    return WorkingDays(
        weekend=frozenset(calendar.weekend_days),
        holidays=frozenset(on for on, kind in days if kind == CalendarDay.Kind.HOLIDAY),
        workdays=frozenset(on for on, kind in days if kind == CalendarDay.Kind.WORKDAY),
        years=frozenset(calendar.filled_years),
    )


def ensure_standard_calendars(*, by: Actor) -> list[HolidayCalendar]:
    """Makes the standard calendars that are missing; returns all of them."""
    found = []
    with transaction.atomic():
        for standard in STANDARD_CALENDARS:
            calendar, created = HolidayCalendar.objects.get_or_create(
                code=standard.code,
                defaults={
                    "name": standard.name,
                    "country": standard.country,
                    "subdivision": standard.subdivision,
                },
            )
            if created:
                _record(calendar, action="calendar.add", by=by, data={"code": calendar.code})
            found.append(calendar)
    return found


@transaction.atomic
def fill_year(*, code: str, year: int, by: Actor) -> FillResult:
    """Brings one year of a calendar in line with what is published; run again it does nothing.

    Days entered by hand stay as they are. Raises `UnknownCalendar`.
    """
    calendar = HolidayCalendar.objects.select_for_update().filter(code=code).first()
    if calendar is None:
        raise UnknownCalendar(f"There is no holiday calendar {code!r}.")
    published = published_days(
        country=calendar.country, subdivision=calendar.subdivision, year=year
    )
    changed = _replace_published(calendar, year, published)
    if changed or year not in calendar.filled_years:
        calendar.filled_years = sorted({*calendar.filled_years, year})
        calendar.revision = uuid7()
        calendar.save(update_fields=["filled_years", "revision"])
        _record(calendar, action="calendar.fill", by=by, data={"year": year, "changed": changed})
    return FillResult(
        code=code,
        year=year,
        day_count=len(published),
        changed_count=changed,
        provisional=notice_missing(country=calendar.country, year=year),
    )


def _replace_published(calendar: HolidayCalendar, year: int, published: list[PublishedDay]) -> int:
    stored = {day.on: day for day in calendar.days.filter(on__year=year)}
    wanted = {day.on: day for day in published}
    changed = 0
    for on, day in stored.items():
        if day.origin == CalendarDay.Origin.MANUAL:
            wanted.pop(on, None)
        elif on not in wanted:
            day.delete()
            changed += 1
    for on, new in wanted.items():
        values = {"kind": new.kind, "name": new.name, "origin": new.origin, "source": new.source}
        old = stored.get(on)
        # The library's version alone is no change worth a line in the trail.
        if old and (old.kind, old.name, old.origin) == (new.kind, new.name, new.origin):
            continue
        CalendarDay.objects.update_or_create(calendar=calendar, on=on, defaults=values)
        changed += 1
    return changed


@transaction.atomic
def set_day(
    *, calendar: HolidayCalendar, on: date, kind: str, name: str, source: str, by: Actor
) -> CalendarDay:
    """Enters one day by hand, in place of what was published for it."""
    day, _created = CalendarDay.objects.update_or_create(
        calendar=calendar,
        on=on,
        defaults={
            "kind": kind,
            "name": name,
            "source": source,
            "origin": CalendarDay.Origin.MANUAL,
        },
    )
    mark_changed(calendar)
    data = {"on": on, "kind": kind, "source": source}
    _record(calendar, action="calendar.set_day", by=by, data=data)
    return day


@transaction.atomic
def remove_day(*, day: CalendarDay, by: Actor) -> None:
    """Removes one day; a published one comes back with the next filling of its year."""
    calendar, on = day.calendar, day.on
    day.delete()
    mark_changed(calendar)
    _record(calendar, action="calendar.remove_day", by=by, data={"on": on})


def mark_changed(calendar: HolidayCalendar) -> None:
    """Makes every process load the calendar anew."""
    HolidayCalendar.objects.filter(pk=calendar.pk).update(revision=uuid7())


def _record(calendar: HolidayCalendar, *, action: str, by: Actor, data: dict[str, object]) -> None:
    record(
        action=action, by=by, object_type="core.HolidayCalendar", object_id=calendar.pk, data=data
    )
