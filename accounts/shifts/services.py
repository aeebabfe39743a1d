"""Setting shifts and leave. A change is audited under the person it is about."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.shifts.models import Leave, LeaveReason, Shift
from accounts.users.models import User
from core.audit import Actor, record

_MINUTES_A_WEEK = 7 * 24 * 60


@transaction.atomic
def save_shift(
    *,
    user: User,
    weekday: int,
    starts_at: time,
    ends_at: time,
    by: Actor,
    time_zone: str | None = None,
    shift: Shift | None = None,
) -> Shift:
    """Adds a weekly shift, or changes `shift` when one is given.

    Arguments: `weekday` 0 (Monday) to 6; `ends_at` before `starts_at` runs past midnight;
    `time_zone` defaults to the user's own. Raises ValidationError when it would overlap another
    shift of the same person.
    """
    _lock(user)
    row = shift or Shift(user=user)
    if shift is not None and shift.user_id != user.pk:
        raise ValidationError(_("A shift does not pass to another person."), code="user")
    row.weekday, row.starts_at, row.ends_at = weekday, starts_at, ends_at
    row.time_zone = time_zone or user.time_zone
    row.full_clean()
    others = Shift.objects.filter(user=user).exclude(pk=row.pk)
    if any(_overlap(row, other) for other in others):
        raise ValidationError(
            _("This overlaps another shift of the same person. Change that one."), code="overlap"
        )
    row.save()
    _record(user, "shift.saved", by, shift=str(row.pk), hours=str(row), zone=row.time_zone)
    return row


@transaction.atomic
def remove_shift(*, shift: Shift, by: Actor) -> None:
    """Takes a shift out of the weekly pattern."""
    _record(shift.user, "shift.removed", by, shift=str(shift.pk), hours=str(shift))
    shift.delete()


@transaction.atomic
def save_leave(
    *,
    user: User,
    starts_on: date,
    ends_on: date,
    by: Actor,
    reason: str = LeaveReason.ANNUAL,
    leave: Leave | None = None,
) -> Leave:
    """Notes days off, both ends included, or changes `leave` when one is given.

    Raises ValidationError when the end lies before the start or the days are off already.
    """
    _lock(user)
    row = leave or Leave(user=user)
    if leave is not None and leave.user_id != user.pk:
        raise ValidationError(_("Leave does not pass to another person."), code="user")
    row.starts_on, row.ends_on, row.reason = starts_on, ends_on, reason
    row.full_clean()
    same_days = Leave.objects.filter(user=user, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if same_days.exclude(pk=row.pk).exists():
        raise ValidationError(
            _("Some of these days are already noted as leave. Change that entry."), code="overlap"
        )
    row.save()
    # Not the reason: sick leave is health data, and the trail is read by many.
    _record(user, "leave.saved", by, leave=str(row.pk), days=str(row))
    return row


@transaction.atomic
def remove_leave(*, leave: Leave, by: Actor) -> None:
    """Takes leave back."""
    _record(leave.user, "leave.removed", by, leave=str(leave.pk), days=str(leave))
    leave.delete()


def _lock(user: User) -> None:
    """Lets two changes of one person's rota wait for each other: overlap is checked by reading."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _overlap(one: Shift, other: Shift) -> bool:
    """Compares two weekly shifts on a circle of one week, in the first one's zone."""
    start, length = _week_minutes(one, one.time_zone)
    other_start, other_length = _week_minutes(other, one.time_zone)
    return (other_start - start) % _MINUTES_A_WEEK < length or (
        start - other_start
    ) % _MINUTES_A_WEEK < other_length


def _week_minutes(shift: Shift, zone: str) -> tuple[int, int]:
    """Returns (start, length) in minutes after Monday 00:00 of `zone`, for a plain winter week."""
    monday = date(2024, 1, 8)
    day = monday + timedelta(days=shift.weekday)
    last_day = day if shift.ends_at > shift.starts_at else day + timedelta(days=1)
    own_zone = ZoneInfo(shift.time_zone)
    start = datetime.combine(day, shift.starts_at, tzinfo=own_zone)
    end = datetime.combine(last_day, shift.ends_at, tzinfo=own_zone)
    origin = datetime.combine(monday, time.min, tzinfo=ZoneInfo(zone))
    start_minute = int((start - origin).total_seconds() // 60) % _MINUTES_A_WEEK
    return start_minute, int((end - start).total_seconds() // 60)


def _record(user: User, action: str, by: Actor, **data: object) -> None:
    record(action=action, by=by, object_type="accounts.User", object_id=str(user.pk), data=data)
