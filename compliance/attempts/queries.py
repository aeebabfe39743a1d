"""Reads of the contact ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from compliance.attempts.models import Attempt, Settlement


def with_outcome(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Adds `outcome`, the outcome that counts (the latest correction), to each attempt."""
    latest = Settlement.objects.filter(attempt=OuterRef("pk")).order_by("-sequence")
    return attempts.annotate(outcome=Subquery(latest.values("outcome")[:1]))


def outcome_missing(*, made_by_id: UUID, before: datetime) -> QuerySet[Attempt]:
    """Contacts that somebody started before an instant and never said how they ended."""
    return Attempt.objects.filter(
        made_by_id=str(made_by_id), at__lt=before, settlements__isnull=True
    ).order_by("at")
