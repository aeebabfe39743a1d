"""Reads of the contact ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import NullIf

from compliance.attempts.models import Attempt, AttemptQuerySet, Direction, Settlement

#: A contact that began this long ago is over; what is not said by then has been forgotten.
OUTCOME_EXPECTED_WITHIN: Final = timedelta(hours=4)


def with_outcome(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Adds `outcome`, the outcome that counts (the latest correction), to each attempt.

    None where nobody has said it, or it was taken back.
    """
    latest = Settlement.objects.filter(attempt=OuterRef("pk")).order_by("-sequence")
    standing = NullIf(Subquery(latest.values("outcome")[:1]), Value(""))
    return attempts.annotate(outcome=standing)


def outcome_missing(*, made_by_id: UUID, before: datetime) -> QuerySet[Attempt]:
    """Contacts that somebody started before an instant and never said how they ended."""
    unsettled = Attempt.objects.unsettled()
    return unsettled.filter(made_by_id=str(made_by_id), at__lt=before).order_by("at")


def outcomes_overdue(*, at: datetime) -> AttemptQuerySet:
    """Contacts of everybody whose outcome nobody said in time, the oldest first.

    They go on counting as the worst that their channel may become, until somebody says what
    happened: that nobody said so is no sign that nothing did.
    """
    return (
        Attempt.objects.unsettled()
        .filter(direction=Direction.OUTBOUND, at__lt=at - OUTCOME_EXPECTED_WITHIN)
        .order_by("at", "pk")
    )
