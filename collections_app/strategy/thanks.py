"""Thanks for a payment: owed when the money is a fact, said once, and only while it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.core.exceptions import ValidationError
from django.db import connection

from collections_app.strategy.models import LineTrigger, StrategyLine, StrategyVersion
from core import clock
from core.audit.actors import SYSTEM
from core.facts.services import consume
from core.money import format_money
from loans.repayments.models import Repayment, RepaymentState, Reversal, ReversibleKind
from notifications.outbox.models import Message
from notifications.outbox.orders import Order, Recheck
from notifications.outbox.services import enqueue
from notifications.outbox.values import written_date

log = structlog.get_logger(__name__)

PREFIX = "payment:"
#: Money that was received longer ago is not thanked for: it came with an old file.
LATEST = timedelta(days=3)

_ADDRESSES = """
SELECT DISTINCT ON (owes.loan_id) owes.loan_id, owes.party_id, point.id, who.language
FROM loans_loanparty AS owes
JOIN loans_party AS who ON who.id = owes.party_id
JOIN loans_contactpoint AS point ON point.party_id = owes.party_id
    AND point.invalid_since IS NULL AND point.kind = %s
WHERE owes.role = 'borrower' AND owes.loan_id = ANY(%s::uuid[])
ORDER BY owes.loan_id, (point.place = 'mobile') DESC, point.verified_on DESC NULLS LAST, point.id
"""


class _Reached(NamedTuple):
    """The borrower of a loan and the number or address they are written to."""

    party_id: UUID
    contact_point_id: UUID
    language: str


def follow_payments() -> int:
    """Consumes new repayments: who paid is thanked, where the strategy in force has such a line."""
    return consume(consumer="strategy.thanks", model=Repayment, handler=_thank)


def still_received(message: Message) -> Recheck:
    """The payment was not taken back since."""
    repayment = (
        Repayment.objects.select_related("loan__portfolio")
        .filter(pk=message.anchor.removeprefix(PREFIX))
        .first()
    )
    if repayment is None or _is_reversed(repayment):
        return Recheck(is_still_so=False, reason="no_longer_true")
    currency = repayment.loan.portfolio.currency
    return Recheck(
        is_still_so=True,
        amount=repayment.amount,
        fields={
            "paid_amount": format_money(repayment.amount, currency, message.language),
            "paid_date": written_date(repayment.value_on, message.language),
        },
    )


def _thank(repayments: Sequence[Repayment]) -> None:
    lines = _lines()
    lately = [
        row
        for row in Repayment.objects.filter(pk__in=[r.pk for r in repayments]).select_related(
            "loan__portfolio"
        )
        if row.loan.portfolio_id in lines
        and row.value_on >= row.loan.portfolio.business_date - LATEST
    ]
    for line in set(lines.values()):
        mine = [row for row in lately if lines[row.loan.portfolio_id] == line]
        _owe(line, mine)


def _owe(line: StrategyLine, repayments: Sequence[Repayment]) -> None:
    reached = _reached(line, repayments)
    orders = [
        _order(line, repayment, reached[repayment.loan_id])
        for repayment in repayments
        if repayment.loan_id in reached
    ]
    try:
        enqueue(orders=orders, by=SYSTEM)
    except ValidationError as refused:
        # The page of the strategy says so too; the payments that follow are not held up by it.
        log.warning("thanks_not_owed", line=line.code, count=len(orders), why=refused.messages)


def _order(line: StrategyLine, repayment: Repayment, reached: _Reached) -> Order:
    portfolio = repayment.loan.portfolio
    send_at = _next(line, clock.now(), portfolio.time_zone)
    return Order(
        portfolio_id=portfolio.pk,
        party_id=reached.party_id,
        loan_ids=(repayment.loan_id,),
        template_id=line.template_id,
        anchor=f"{PREFIX}{repayment.pk}",
        step=line.code,
        send_at=send_at,
        expires_at=send_at + timedelta(hours=line.useful_hours),
        language=reached.language or portfolio.language,
        contact_point_id=reached.contact_point_id,
        amount=repayment.amount,
    )


def _next(line: StrategyLine, now: datetime, zone: str) -> datetime:
    """The line's time of day, today or tomorrow, in the portfolio's zone."""
    local = now.astimezone(ZoneInfo(zone))
    at = local.replace(hour=line.send_at.hour, minute=line.send_at.minute, second=0, microsecond=0)
    return at if at > local else at + timedelta(days=1)


def _lines() -> dict[UUID, StrategyLine]:
    """The line that thanks, by portfolio, of the versions in force today."""
    in_force = StrategyVersion.objects.in_force(clock.now().date())
    lines = StrategyLine.objects.filter(
        trigger=LineTrigger.PAYMENT, version__in=in_force.values("pk")
    ).exclude(template__channel="letter")
    return {
        line.version.strategy.portfolio_id: line
        for line in lines.select_related("version__strategy", "template").order_by("-position")
    }


def _reached(line: StrategyLine, repayments: Sequence[Repayment]) -> dict[UUID, _Reached]:
    kind = "email" if line.template.channel == "email" else "phone"
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESSES, [kind, [row.loan_id for row in repayments]])
        return {row[0]: _Reached(*row[1:]) for row in cursor.fetchall()}


def _is_reversed(repayment: Repayment) -> bool:
    return (
        Reversal.objects.filter(of_kind=ReversibleKind.REPAYMENT, of_id=repayment.pk).exists()
        or repayment.changes.filter(state=RepaymentState.RETURNED).exists()
    )
