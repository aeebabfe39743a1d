"""Reads of messages for their lists: by state, by reason, by what somebody searched for."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from loans.borrowers.queries import with_name
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from notifications.channels.models import ChannelAccount
from notifications.outbox.models import Message, MessageLoan
from notifications.oversight.message_filter import MessageFilters

#: A search that finds more contracts than this looks at no more of them.
_MOST_LOANS: Final = 500
_SHORTEST: Final = 3


def messages_of(*, user: User, filters: MessageFilters) -> QuerySet[Message]:
    """Returns the messages of a list, unordered, in the reader's scope."""
    rows = _narrowed(user, filters)
    if filters.state:
        rows = rows.filter(state=filters.state)
    return rows.filter(reason=filters.reason) if filters.reason else rows


def counts_by_state(*, user: User, filters: MessageFilters) -> dict[str, int]:
    """Returns how many messages each state holds, whatever state and reason are chosen."""
    counted = _narrowed(user, filters).order_by().values("state").annotate(n=Count("pk"))
    return dict(counted.values_list("state", "n"))


def counts_by_reason(*, user: User, filters: MessageFilters) -> list[tuple[str, int]]:
    """Returns the reasons within the state chosen and how many messages give each, most first."""
    rows = _narrowed(user, filters).exclude(reason="")
    if filters.state:
        rows = rows.filter(state=filters.state)
    counted = rows.order_by().values("reason").annotate(n=Count("pk")).order_by("-n", "reason")
    return list(counted.values_list("reason", "n"))


def message_for(*, user: User, pk: UUID) -> QuerySet[Message]:
    """Returns one message with what its page shows, in the reader's scope."""
    return (
        Message.objects.visible_to(user)
        .filter(pk=pk)
        .select_related(
            *("party__data_key", "portfolio", "contact_point", "address", "account", "batch"),
            *("template", "version", "attempt__verdict"),
        )
        .prefetch_related("loans")
    )


def _narrowed(user: User, filters: MessageFilters) -> QuerySet[Message]:
    rows: QuerySet[Message] = Message.objects.visible_to(user)
    if filters.portfolio:
        rows = rows.filter(portfolio=filters.portfolio)
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.purpose:
        rows = rows.filter(purpose=filters.purpose)
    if filters.batch:
        rows = rows.filter(batch=filters.batch)
    if filters.day:
        rows = rows.filter(_on_day(user, filters))
    return rows.filter(_found_by(filters.q, user)) if filters.q else rows


def _on_day(user: User, filters: MessageFilters) -> Q:
    """The day on the clock of each portfolio; one condition for each zone there is."""
    assert filters.day is not None
    zones: dict[str, list[UUID]] = {}
    for pk, zone in Portfolio.objects.visible_to(user).values_list("pk", "time_zone"):
        zones.setdefault(zone, []).append(pk)
    within = Q(pk__in=[])
    for name, portfolios in zones.items():
        begins = datetime.combine(filters.day, time(), tzinfo=ZoneInfo(name))
        ends = datetime.combine(filters.day + timedelta(days=1), time(), tzinfo=ZoneInfo(name))
        within |= Q(portfolio__in=portfolios, send_at__gte=begins, send_at__lt=ends)
    return within


def _found_by(text: str, user: User) -> Q:
    """A contract number or its beginning, a person's name, our reference or the provider's.

    Each is looked up by its own index first; a join would look at every message there is.
    """
    wanted = " ".join(unicodedata.normalize("NFKC", text).replace("\0", "").split())
    found = Q(party__in=[row["party_id"] for row in with_name(text=wanted)])
    with suppress(ValueError):
        found |= Q(pk=UUID(wanted))
    if len(wanted) >= _SHORTEST and " " not in wanted:
        found |= Q(pk__in=_about_contracts(wanted, user))
        accounts = list(ChannelAccount.objects.visible_to(user).values_list("pk", flat=True))
        sent = Message.objects.exclude(provider_ref="")
        answered = sent.filter(account__in=accounts, provider_ref=wanted)
        found |= Q(pk__in=list(answered.values_list("pk", flat=True)))
    return found


def _about_contracts(text: str, user: User) -> QuerySet[MessageLoan, UUID]:
    numbers = Q(contract_no__startswith=text) | Q(contract_no__startswith=text.upper())
    loans = list(
        Loan.objects.visible_to(user).filter(numbers).values_list("pk", flat=True)[:_MOST_LOANS]
    )
    return MessageLoan.objects.filter(loan__in=loans).values_list("message", flat=True)
