"""What messages about a plan say, and whether it is still so at the second of sending."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_app.plans.flow import MOVING, PAID, PlanKind, PlanState
from collections_app.plans.models import Plan
from collections_app.promises.messages import PREFIX as PROMISE_PREFIX
from collections_app.promises.models import Promise, PromiseState
from core.money import format_money
from loans.delinquency.models import Position
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from notifications.outbox.values import written_date

PREFIX: Final = "plan:"
_STANDS: Final = (
    PlanState.ACTIVE,
    PlanState.WAITING_FEED,
    PlanState.APPLIED,
    PlanState.COMPLETED,
)


def anchor_of(plan: Plan) -> str:
    """Returns what a message about a plan is about, for the outbox."""
    return f"{PREFIX}{plan.pk}"


def still_agreed(message: Message) -> Recheck:
    """The plan stands: what its confirmation says is still agreed."""
    pk = UUID(message.anchor.removeprefix(PREFIX))
    plan = Plan.objects.select_related("loan__portfolio").filter(pk=pk, state__in=_STANDS).first()
    if plan is None:
        return Recheck(is_still_so=False, reason="no_longer_true")
    return Recheck(is_still_so=True, fields={"plan_terms": written_terms(plan, message.language)})


def still_due(message: Message) -> Recheck:
    """The instalment is awaited, for the same sum, and no money that would keep it has come."""
    promise = _instalment(message, PromiseState.OPEN)
    if promise is None or promise.plan_instalment.plan.state != PlanState.ACTIVE:
        return Recheck(is_still_so=False, reason="no_longer_true")
    if promise.is_awaiting or _past_due(promise) <= 0:
        return Recheck(is_still_so=False, reason="paid")
    return _amount(message, promise)


def still_broken(message: Message) -> Recheck:
    """The plan is broken and nothing else was agreed since."""
    promise = _instalment(message, PromiseState.BROKEN)
    if promise is None or promise.plan_instalment.plan.state != PlanState.BROKEN:
        return Recheck(is_still_so=False, reason="no_longer_true")
    if _past_due(promise) <= 0:
        return Recheck(is_still_so=False, reason="paid")
    return Recheck(is_still_so=True, amount=_past_due(promise), fields=_fields(message, promise))


def _instalment(message: Message, state: PromiseState) -> Promise | None:
    return (
        Promise.objects.select_related("loan__position", "loan__portfolio", "plan_instalment__plan")
        .filter(pk=UUID(message.anchor.removeprefix(PROMISE_PREFIX)), state=state)
        .filter(plan_instalment__isnull=False)
        .first()
    )


def _amount(message: Message, promise: Promise) -> Recheck:
    left = promise.amount - promise.received_amount - promise.pending_amount
    if message.amount is not None and message.amount not in (promise.amount, left):
        values = {"planned": str(message.amount), "now": str(left)}
        return Recheck(is_still_so=False, reason="amount_changed", values=values)
    return Recheck(is_still_so=True, amount=left, fields=_fields(message, promise))


def _fields(message: Message, promise: Promise) -> dict[str, str]:
    currency = promise.loan.portfolio.currency
    return {
        "promised_amount": format_money(promise.amount, currency, message.language),
        "promised_date": written_date(promise.due_on, message.language),
    }


def _past_due(promise: Promise) -> Decimal:
    position: Position = promise.loan.position
    past_due: Decimal = position.overdue_amount - position.pending_amount
    return past_due


def written_terms(plan: Plan, language: str) -> str:
    """Returns what a plan says in one sentence without a full stop, in a language."""
    with translation.override("zh-hans" if language.startswith("zh") else "en"):
        return _terms(plan, language)


def _terms(plan: Plan, language: str) -> str:
    currency = plan.loan.portfolio.currency
    given_up = format_money(plan.given_up_amount, currency, language)
    if plan.kind in MOVING:
        return _moved(plan)
    if plan.kind not in PAID:
        return _("%(amount)s of late charges is waived") % {"amount": given_up}
    rows = list(plan.instalments.order_by("number"))
    words = {
        "count": len(rows),
        "total": format_money(plan.total_amount, currency, language),
        "first": format_money(rows[0].amount, currency, language),
        "first_on": written_date(rows[0].due_on, language),
        "last_on": written_date(rows[-1].due_on, language),
        "given_up": given_up,
    }
    if plan.kind == PlanKind.SETTLEMENT:
        return _("%(total)s by %(last_on)s settles all; the other %(given_up)s is given up") % words
    if len(rows) == 1:
        return _("%(total)s by %(last_on)s") % words
    return (
        ngettext(
            "%(count)d payment, %(total)s in all: first %(first)s on %(first_on)s, "
            "last on %(last_on)s",
            "%(count)d payments, %(total)s in all: first %(first)s on %(first_on)s, "
            "last on %(last_on)s",
            len(rows),
        )
        % words
    )


def _moved(plan: Plan) -> str:
    if plan.kind == PlanKind.EXTENSION:
        sentence = ngettext(
            "all open due dates move by %(months)d month",
            "all open due dates move by %(months)d months",
            plan.months,
        )
    else:
        sentence = ngettext(
            "the oldest open instalment moves to the end of the contract",
            "the %(months)d oldest open instalments move to the end of the contract",
            plan.months,
        )
    return sentence % {"months": plan.months}
