"""Reads of callbacks: those due, those of a case, and who is told of a missed one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import User
from collections_app.callbacks.flow import MISSED_AFTER, CallbackState
from collections_app.callbacks.models import Callback, CallbackQuerySet
from collections_app.cases.models import Case
from core.encryption.words import words_in
from loans.borrowers.models import ContactPoint


def callbacks_due(*, at: datetime, within: timedelta = timedelta(0)) -> CallbackQuerySet:
    """Returns the callbacks still to be made at `at` or soon after, the longest owed first."""
    return Callback.objects.due(at + within).order_by("due_at", "pk")


def callbacks_of_outer_case() -> CallbackQuerySet:
    """The pending callbacks of the outer query's case, for conditions and annotations."""
    return Callback.objects.pending().filter(case=OuterRef("pk"))


def first_callback_facts() -> QuerySet[Callback, Any]:
    """The next pending callback of the outer query's case as one JSON value: `due_at`, `zone`."""
    return (
        callbacks_of_outer_case()
        .order_by("due_at")
        .values(facts=JSONObject(due_at="due_at", zone="time_zone"))[:1]
    )


def missed_by(at: datetime) -> CallbackQuerySet:
    """Open callbacks past their time by the minutes that make one missed, and not tried since."""
    late = at - MISSED_AFTER
    return Callback.objects.filter(
        state=CallbackState.OPEN, due_at__lte=late, tried_at__isnull=True
    ).order_by("due_at", "pk")


def leads_of(case: Case) -> Iterable[User]:
    """Who is told about a case besides its agent: the lead of the team that works it."""
    lead = case.team.lead if case.team is not None else None
    return [lead] if lead is not None and lead.is_active else []


def pending_of(case: Case) -> CallbackQuerySet:
    """What is agreed on a case, with what is shown of it; one query."""
    return (
        Callback.objects.filter(case=case)
        .pending()
        .select_related("party__data_key", "contact_point", "owner")
        .order_by("due_at")
    )


def over_of(case: Case, since: datetime) -> CallbackQuerySet:
    """What became of the callbacks of a case that are over since a moment, the latest first."""
    return (
        Callback.objects.filter(Q(case=case), over_at__gte=since)
        .select_related("party__data_key", "contact_point", "owner")
        .order_by("-over_at")
    )


def note_text(callback: Callback) -> str:
    """Returns the note in clear; nothing when there is none or the person's key was destroyed."""
    return words_in(callback, "note", key=callback.party.data_key)


def numbers_among(phones: Iterable[ContactPoint]) -> QuerySet[ContactPoint]:
    """Returns the numbers that somebody has been shown already, for a form to choose from."""
    return ContactPoint.objects.filter(pk__in=[phone.pk for phone in phones])
