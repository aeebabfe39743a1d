"""Reads of letters for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import User
from loans.portfolios.models import Portfolio
from notifications.channels.models import ChannelAccount
from notifications.letters.models import Letter, LetterBatch


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account of letters, how many wait to be printed there and since when."""

    account: ChannelAccount
    count: int
    since: datetime | None


def waiting_of(user: User) -> list[Waiting]:
    """Returns what waits at each account of letters one may see. One query.

    Letters to people whose data was erased are never printed and do not wait.
    """
    waits = Q(letters__batch=None, letters__message__party__data_key__wrapped__isnull=False)
    waits &= Q(letters__message__portfolio__in=Portfolio.objects.visible_to(user))
    accounts: QuerySet[Any] = (
        ChannelAccount.objects.visible_to(user)
        .filter(adapter="letters")
        .annotate(
            waiting=Count("letters", filter=waits),
            since=Min("letters__filed_at", filter=waits),
        )
    )
    return [
        Waiting(account, account.waiting, account.since)
        for account in accounts.select_related("portfolio").order_by("name")
    ]


def batches_of_letters(user: User) -> QuerySet[LetterBatch]:
    """Returns the batches one may see, each with `failed_count`, unordered."""
    failed = Count("letters", filter=~Q(letters__failure=""))
    return (
        LetterBatch.objects.visible_to(user)
        .select_related("account__portfolio", "file__data_key")
        .annotate(failed_count=failed)
    )


def letters_of(batch: LetterBatch) -> QuerySet[Letter]:
    """Returns the letters of a batch in the order of their pages, with whom they are to."""
    return (
        batch.letters.select_related("message__party", "message__portfolio")
        .prefetch_related("message__about__loan")
        .order_by("first_page")
    )


def letter_for(*, user: User, pk: UUID) -> QuerySet[Letter]:
    """Returns a printed letter of a batch one may see, or nothing."""
    mine = LetterBatch.objects.visible_to(user)
    rows = Letter.objects.filter(pk=pk, batch__in=mine)
    return rows.select_related("batch", "message__party")
