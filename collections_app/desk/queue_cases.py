"""Whose cases the queue is of, and when it is asked: what all of its statements depend on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.access.scope import asker, asker_of
from accounts.models import User
from collections_app.cases.models import Case, CaseQuerySet
from collections_app.desk.obligations import moments_of, with_obligations


def asked_by(user: User, now: datetime) -> dict[str, Any]:
    """Returns who asks and when, as the values of a kept statement."""
    return {**asker_of(user), **moments_of(user, now)}


def open_cases(*, today_ends: datetime, unlogged_since: datetime, **who: Any) -> CaseQuerySet:
    """Returns the open cases that whoever asks may see, with their obligations."""
    user = asker(**who)
    return with_obligations(
        Case.objects.visible_to(user).open(),
        agent=user.pk,
        today_ends=today_ends,
        unlogged_since=unlogged_since,
    )
