"""Who is at work: shifts, night shifts, clock changes, leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from accounts.access.rights import Role
from accounts.shifts.models import Leave, Shift
from accounts.shifts.queries import absent_users, is_working
from accounts.shifts.services import remove_leave, remove_shift, save_leave, save_shift
from accounts.users.models import User
from core.audit import SYSTEM, AuditEntry

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = date(2026, 3, 2)


def at(day: date, clock: str, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone).astimezone(UTC)


def shift(user: User, weekday: int, start: str, end: str, **fields: object) -> Shift:
    return save_shift(
        user=user,
        weekday=weekday,
        starts_at=time.fromisoformat(start),
        ends_at=time.fromisoformat(end),
        by=SYSTEM,
        time_zone=fields.get("time_zone", "America/Chicago"),  # type: ignore[arg-type]
        shift=fields.get("shift"),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("07:59:59", False), ("08:00", True), ("16:59:59", True), ("17:00", False)],
)
def test_a_day_shift(ana: User, clock: str, expected: bool) -> None:
    shift(ana, 0, "08:00", "17:00")

    assert is_working(ana, at(MONDAY, clock)) is expected
    assert not is_working(ana, at(MONDAY + timedelta(days=1), clock))


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (0, "21:59:59", False),
        (0, "22:00", True),
        (1, "05:59:59", True),
        (1, "06:00", False),
        (1, "22:00", False),
        (0, "03:00", False),
    ],
)
def test_a_night_shift_runs_into_the_morning(
    ana: User, day: int, clock: str, expected: bool
) -> None:
    shift(ana, 0, "22:00", "06:00")

    assert is_working(ana, at(MONDAY + timedelta(days=day), clock)) is expected


def test_a_sunday_night_shift_runs_into_monday(ana: User) -> None:
    shift(ana, 6, "22:00", "06:00")

    assert is_working(ana, at(MONDAY, "05:00"))


def test_the_night_the_clock_goes_forward_and_back(ana: User) -> None:
    shift(ana, 5, "22:00", "06:00")
    spring, autumn = date(2026, 3, 7), date(2026, 10, 31)

    for saturday, hours in ((spring, 7), (autumn, 9)):
        begun = at(saturday, "22:00")
        last_minute = begun + timedelta(hours=hours) - timedelta(minutes=1)
        assert is_working(ana, last_minute)
        assert not is_working(ana, last_minute + timedelta(minutes=1))


def test_the_zone_of_the_shift_counts(ana: User) -> None:
    shift(ana, 0, "08:00", "17:00", time_zone="Asia/Shanghai")

    assert is_working(ana, datetime(2026, 3, 2, 0, 0, tzinfo=UTC))
    assert not is_working(ana, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def test_leave_interrupts_shifts_including_its_night(ana: User) -> None:
    for weekday in (0, 1, 2):
        shift(ana, weekday, "22:00", "06:00")
    save_leave(
        user=ana,
        starts_on=MONDAY + timedelta(days=1),
        ends_on=MONDAY + timedelta(days=1),
        by=SYSTEM,
    )

    assert is_working(ana, at(MONDAY, "23:00"))
    assert is_working(ana, at(MONDAY + timedelta(days=1), "05:00"))
    assert not is_working(ana, at(MONDAY + timedelta(days=1), "23:00"))
    assert not is_working(ana, at(MONDAY + timedelta(days=2), "05:00"))
    assert is_working(ana, at(MONDAY + timedelta(days=2), "23:00"))


def test_without_shifts_one_is_there_unless_on_leave_or_gone(ana: User) -> None:
    assert is_working(ana, at(MONDAY, "03:00"))

    save_leave(user=ana, starts_on=MONDAY, ends_on=MONDAY, by=SYSTEM)
    assert not is_working(ana, at(MONDAY, "12:00"))
    assert is_working(ana, at(MONDAY + timedelta(days=1), "12:00"))
    ana.is_active = False
    assert not is_working(ana, at(MONDAY + timedelta(days=1), "12:00"))


def test_the_absent_in_three_queries(
    ana: User,
    ben: User,
    appoint: Callable[..., User],
    django_assert_num_queries: Callable[..., object],
) -> None:
    machine = appoint(Role.INTEGRATION, "Loan System")
    for number in range(5):
        appoint(Role.AGENT, f"Agent {number}")
    shift(ben, 0, "08:00", "12:00")
    save_leave(user=ana, starts_on=MONDAY, ends_on=MONDAY, by=SYSTEM)

    with django_assert_num_queries(3):  # people, their shifts, their leave
        absent = absent_users(at(MONDAY, "13:00"))

    assert absent == {ana.pk, ben.pk}
    assert machine.pk not in absent


def test_a_naive_moment_is_no_moment(ana: User) -> None:
    with pytest.raises(ValueError, match="aware"):
        is_working(ana, datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("weekday", "start", "end"),
    [
        (0, "16:59", "18:00"),
        (0, "07:00", "08:01"),
        (0, "09:00", "10:00"),
        (6, "22:00", "08:01"),
        (0, "08:00", "17:00"),
    ],
)
def test_shifts_of_one_person_do_not_overlap(ana: User, weekday: int, start: str, end: str) -> None:
    shift(ana, 0, "08:00", "17:00")
    trail = AuditEntry.objects.count()
    with pytest.raises(ValidationError):
        shift(ana, weekday, start, end)

    assert (Shift.objects.count(), AuditEntry.objects.count()) == (1, trail)


def test_shifts_may_touch_and_other_people_have_their_own(ana: User, ben: User) -> None:
    first = shift(ana, 0, "08:00", "12:00")
    shift(ana, 0, "12:00", "17:00")
    shift(ana, 6, "22:00", "08:00")
    shift(ben, 0, "08:00", "12:00")

    moved = shift(ana, 0, "09:00", "12:00", shift=first)
    assert (moved.pk, Shift.objects.count()) == (first.pk, 4)


def test_a_shift_across_zones_is_compared_by_moments(ana: User) -> None:
    shift(ana, 0, "08:00", "17:00", time_zone="UTC")
    with pytest.raises(ValidationError, match="overlaps"):
        shift(ana, 0, "16:00", "20:00", time_zone="Asia/Shanghai")


def test_leave_has_an_order_and_no_doubles(ana: User) -> None:
    with pytest.raises(ValidationError):
        save_leave(user=ana, starts_on=MONDAY, ends_on=MONDAY - timedelta(days=1), by=SYSTEM)
    assert not Leave.objects.exists()
    save_leave(user=ana, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=4), by=SYSTEM)
    with pytest.raises(ValidationError, match="already noted"):
        save_leave(
            user=ana,
            starts_on=MONDAY + timedelta(days=4),
            ends_on=MONDAY + timedelta(days=9),
            by=SYSTEM,
        )
    assert Leave.objects.count() == 1


def test_the_reason_of_leave_is_not_in_the_trail(ana: User) -> None:
    leave = save_leave(user=ana, starts_on=MONDAY, ends_on=MONDAY, reason="sick", by=SYSTEM)
    remove_leave(leave=leave, by=SYSTEM)
    remove_shift(shift=shift(ana, 0, "08:00", "12:00"), by=SYSTEM)

    entries = AuditEntry.objects.filter(object_id=str(ana.pk))
    assert not any("sick" in str(entry.data) + entry.reason for entry in entries)
    assert (Leave.objects.count(), Shift.objects.count()) == (0, 0)


def test_rotas_are_seen_by_oneself_and_the_lead(
    ana: User, ben: User, appoint: Callable[..., User]
) -> None:
    shift(ana, 0, "08:00", "12:00")
    save_leave(user=ana, starts_on=MONDAY, ends_on=MONDAY, by=SYSTEM)
    ben.leads.add(ana.team)
    other = appoint(Role.AGENT, "Cai Wu", team=ana.team)

    for user, count in ((ana, 1), (ben, 1), (other, 0)):
        assert Shift.objects.visible_to(user).count() == count
        assert Leave.objects.visible_to(user).count() == count
