"""How accounts with providers are doing today: what left, what was refused, how fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from accounts.models import User
from core import clock
from notifications.channels.models import ChannelAccount
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message, MessageEvent

_TAKEN: Final = (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.UNDELIVERED)


class _Percentile(Aggregate):
    """The value below which a share of the values lies."""

    template = "percentile_cont(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Health:
    """One account today. Times count from handing over to the receipt; None without one."""

    sent: int = 0
    refused: int = 0
    uncertain: int = 0
    median: timedelta | None = None
    p95: timedelta | None = None


def accounts_of(user: User) -> QuerySet[ChannelAccount]:
    """Returns the accounts one may see, each with `paused_until` and `last_success_at`."""
    taken = Message.objects.filter(account=OuterRef("pk"), state__in=_TAKEN).order_by("-calling_at")
    return (
        ChannelAccount.objects.visible_to(user)
        .select_related("portfolio")
        .annotate(
            paused_until=F("pace__paused_until"),
            last_success_at=Subquery(taken.values("calling_at")[:1]),
        )
    )


def health_of(accounts: list[UUID], *, since: datetime) -> dict[UUID, Health]:
    """Returns how each of some accounts has done since an instant. Two queries."""
    counted: dict[UUID, dict[str, Any]] = {
        row["account"]: dict(row)
        for row in Message.objects.filter(account__in=accounts, calling_at__gte=since)
        .order_by()
        .values("account")
        .annotate(
            sent=Count("pk", filter=Q(state__in=_TAKEN)),
            refused=Count("pk", filter=Q(state=MessageState.FAILED)),
            unclear=Count("pk", filter=Q(state=MessageState.UNCERTAIN)),
        )
    }
    delays = _delays(accounts, since)
    return {pk: _health(counted.get(pk), delays.get(pk)) for pk in accounts}


def start_of_today(user: User) -> datetime:
    """Returns the midnight that began the reader's day."""
    local = clock.local_now(clock.zone_of(user.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def oldest_due_at(at: datetime) -> datetime | None:
    """Returns since when the oldest message waits that could have left; None when none does.

    One whose accounts are all off or paused waits rightly. One query.
    """
    rows = Message.objects.due(at).alias(can_leave=_can_leave(at)).filter(can_leave=True)
    found: datetime | None = rows.order_by("send_at").values_list("send_at", flat=True).first()
    return found


def oldest_lease_until(at: datetime) -> datetime | None:
    """Returns when the oldest lease ran out that nobody gave back; None when all are in time."""
    rows = Message.objects.filter(state=MessageState.SENDING, lease_until__lt=at).order_by(
        "lease_until"
    )
    found: datetime | None = rows.values_list("lease_until", flat=True).first()
    return found


def _can_leave(at: datetime) -> Any:
    """Whether the account that serves the outer message is on and not paused."""
    serving = ChannelAccount.objects.filter(
        Q(portfolio=OuterRef("portfolio")) | Q(portfolio=None), channel=OuterRef("channel")
    ).order_by(F("portfolio").asc(nulls_last=True))
    awake = Q(pace__isnull=True) | Q(pace__paused_until=None) | Q(pace__paused_until__lte=at)
    return Subquery(serving.annotate(works=Q(is_on=True) & awake).values("works")[:1])


def _delays(accounts: list[UUID], since: datetime) -> dict[UUID, dict[str, Any]]:
    arrived = MessageEvent.objects.filter(
        message__account__in=accounts,
        message__calling_at__gte=since,
        state=MessageState.DELIVERED,
    )
    waited = ExpressionWrapper(F("at") - F("message__calling_at"), output_field=DurationField())
    rows = (
        arrived.order_by()
        .values("message__account")
        .annotate(
            median=_Percentile(waited, share=0.5),
            p95=_Percentile(waited, share=0.95),
        )
    )
    return {row["message__account"]: dict(row) for row in rows}


def _health(counted: dict[str, Any] | None, delay: dict[str, Any] | None) -> Health:
    counted, delay = counted or {}, delay or {}
    return Health(
        sent=counted.get("sent", 0),
        refused=counted.get("refused", 0),
        uncertain=counted.get("unclear", 0),
        median=delay.get("median"),
        p95=delay.get("p95"),
    )


#: A message that could leave and is this late, or a lease this long over, means stuck workers.
STUCK_AFTER: Final = timedelta(minutes=5)
