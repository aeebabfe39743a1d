"""Who is at work, and who is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from accounts.shifts.models import Leave, Shift
from accounts.shifts.rota import DaysOff, WeeklyShift, at_work
from accounts.users.models import User


def is_working(user: User, at: datetime) -> bool:
    """Tells whether an active user is at work at the moment `at` (aware)."""
    return user.is_active and user.pk not in _absent([user], at)


def absent_users(at: datetime) -> frozenset[UUID]:
    """Returns the ids of active people (not integrations) who are not at work at `at`.

    Three queries, whatever the number of people.
    """
    return _absent(list(User.objects.active().people().only("pk", "time_zone")), at)


def working_hours_of(user_ids: Collection[UUID]) -> defaultdict[UUID, list[WeeklyShift]]:
    """Returns the weekly shifts of each of these people; one query."""
    shifts: defaultdict[UUID, list[WeeklyShift]] = defaultdict(list)
    for shift in Shift.objects.filter(user__in=user_ids):
        shifts[shift.user_id].append(
            WeeklyShift(shift.weekday, shift.starts_at, shift.ends_at, shift.time_zone)
        )
    return shifts


def _absent(users: Iterable[User], at: datetime) -> frozenset[UUID]:
    if at.tzinfo is None:
        raise ValueError("`at` must be an aware datetime: a naive one names no moment.")
    people = list(users)
    ids = [user.pk for user in people]
    shifts = working_hours_of(ids)
    leave: defaultdict[UUID, list[DaysOff]] = defaultdict(list)
    # A local date differs from the UTC date by one day at most; a night shift adds another.
    near = (at.date() - timedelta(days=2), at.date() + timedelta(days=1))
    for row in Leave.objects.filter(user__in=ids, ends_on__gte=near[0], starts_on__lte=near[1]):
        leave[row.user_id].append(DaysOff(row.starts_on, row.ends_on))
    return frozenset(
        user.pk
        for user in people
        if not at_work(
            at=at, shifts=shifts[user.pk], leave=leave[user.pk], time_zone=user.time_zone
        )
    )
