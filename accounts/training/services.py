"""Keeping the record of courses passed."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.training.models import Certificate, Course
from accounts.users.models import User
from core.audit import Actor, record


@transaction.atomic
def save_course(
    *,
    skill: str,
    name: str,
    by: Actor,
    valid_months: int | None = None,
    is_active: bool = True,
    course: Course | None = None,
) -> Course:
    """Adds a course, or changes `course`; certificates already issued keep their dates.

    Raises ValidationError for a skill code already in use or badly formed.
    """
    row = course or Course()
    row.skill, row.name = skill.strip(), name.strip()
    row.valid_months, row.is_active = valid_months, is_active
    row.full_clean()
    row.save()
    record(
        action="course.saved",
        by=by,
        object_type="accounts.Course",
        object_id=str(row.pk),
        data={"skill": row.skill, "valid_months": valid_months, "is_active": is_active},
    )
    return row


@transaction.atomic
def issue_certificate(
    *, user: User, course: Course, issued_on: date, by: Actor, expires_on: date | None = None
) -> Certificate:
    """Notes that the user passed the course; the last valid day follows from the course.

    Raises ValidationError for oneself, for a course no longer in use, and twice on one day.
    """
    if by.kind == "user" and by.id == str(user.pk):
        raise ValidationError(_("Nobody certifies themselves."), code="oneself")
    if not course.is_active:
        raise ValidationError(_("This course is no longer in use."), code="course")
    last_day = expires_on
    if last_day is None and course.valid_months is not None:
        last_day = _months_later(issued_on, course.valid_months) - timedelta(days=1)
    certificate = Certificate(user=user, course=course, issued_on=issued_on, expires_on=last_day)
    certificate.full_clean()
    certificate.save(force_insert=True)
    _record(certificate, "certificate.issued", by)
    return certificate


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, revoked_on: date, by: Actor, reason: str
) -> Certificate:
    """Takes a certificate back from that day on.

    Raises ValidationError when it is revoked already or no reason is given.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the certificate is taken back."), code="reason_missing")
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.revoked_on is not None:
        raise ValidationError(_("This certificate is revoked already."), code="revoked")
    locked.revoked_on = revoked_on
    locked.full_clean()
    locked.save(update_fields=["revoked_on"])
    _record(locked, "certificate.revoked", by, reason.strip())
    return locked


def _months_later(day: date, months: int) -> date:
    """The same day of the month, or its last day where the month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _record(certificate: Certificate, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="accounts.Certificate",
        object_id=str(certificate.pk),
        reason=reason,
        data={
            "user": str(certificate.user_id),
            "course": str(certificate.course_id),
            "issued_on": certificate.issued_on.isoformat(),
            "expires_on": certificate.expires_on.isoformat() if certificate.expires_on else None,
        },
    )
