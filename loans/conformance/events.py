"""The events of a conformance case as facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from loans.conformance.story import Story, known_after
from loans.conformance.terms import NotExpressible, terms_of
from loans.contracts.due_dates import add_periods
from loans.delinquency.amounts import Component
from loans.delinquency.facts import (
    Charge,
    Chargeback,
    Disbursement,
    FactId,
    LossKind,
    Pause,
    Refund,
    Repayment,
    RepaymentKind,
    Resume,
    Reversal,
    ScheduleOrigin,
    ScheduleStated,
    WriteOff,
)

Row = Mapping[str, Any]

_CREDITS = {
    "GOODWILL_CREDIT": RepaymentKind.GOODWILL_CREDIT,
    "MERCHANT_ISSUED_REFUND": RepaymentKind.MERCHANT_REFUND,
    "PAYOUT_REFUND": RepaymentKind.PAYOUT_REFUND,
}
#: Events of another kind of system, with the reason why they are not told here.
OTHER_RULES = {
    "pay_off": "an early pay-off for which the source calculates the interest anew",
    "re_age": "re-ageing spreads what is open over new instalments by the source's own rule",
    "undo_re_age": "re-ageing spreads what is open over new instalments by the source's own rule",
    "re_amortise": "re-amortising spreads arrears over the rest by the source's own rule",
    "reminder_run": "reminder levels belong to the strategy, not to the position of a loan",
    "define_level": "reminder levels belong to the strategy, not to the position of a loan",
    "settlement": "a settlement for less than is owed is an agreement, not a position",
    "charge_payment": "money directed at one charge, whatever else is due",
}


def tell(story: Story, event: Row, case: Row) -> None:
    """Add the facts an event stands for. Raises NotExpressible for an event none stand for."""
    kind = event["type"]
    if kind in OTHER_RULES:
        raise NotExpressible(OTHER_RULES[kind])
    if kind == "reschedule":
        _reschedule(story, event, case)
        return
    if kind == "chargeback" and "CREDIT_ALLOCATION" in str((case["loan"] or {}).get("product")):
        raise NotExpressible("a chargeback is owed again by components the product chooses")
    handler = _HANDLERS.get(kind)
    if handler is None:
        raise NotExpressible(f"no fact stands for the event '{kind}'")
    handler(story, event)


def _common(event: Row, kind: str, date_key: str = "date") -> dict[str, Any]:
    seq = Decimal(str(event["seq"]))
    return {
        "id": (kind, int(seq * 10)),
        "value_on": date.fromisoformat(event[date_key]),
        "known_at": known_after(seq),
        "order": int(seq * 10),
    }


def _money(event: Row, key: str = "amount") -> Decimal:
    return Decimal(str(event[key])).quantize(Decimal("0.01"))


def _look(story: Story, event: Row, is_end_of_day: bool) -> None:
    on = date.fromisoformat(event.get("business_date") or event["date"])
    story.looks.append((Decimal(str(event["seq"])), on, is_end_of_day))


def _disburse(story: Story, event: Row) -> None:
    story.facts.append(Disbursement(**_common(event, "disbursement"), amount=_money(event)))
    _look(story, event, False)


def _repay(story: Story, event: Row) -> None:
    kind = RepaymentKind.REGULAR
    if event["type"] == "down_payment":
        kind = RepaymentKind.DOWN_PAYMENT
    elif event["type"] == "credit":
        kind = _CREDITS.get(event["kind"], kind)
        if kind is RepaymentKind.REGULAR:
            raise NotExpressible(f"the credit '{event['kind']}' is no kind of repayment")
    story.facts.append(Repayment(**_common(event, "repayment"), amount=_money(event), kind=kind))
    _look(story, event, False)


def _charge(story: Story, event: Row) -> None:
    if "charge" not in event or "due" not in event:
        raise NotExpressible("a charge without a kind and a due date")
    story.facts.append(
        Charge(
            **_common(event, "charge"),
            component=Component.PENALTY if event["charge"] == "penalty" else Component.FEE,
            amount=_money(event),
            due_on=date.fromisoformat(event["due"]),
            code=event.get("name", ""),
        )
    )
    _look(story, event, False)


def _target(story: Story, event: Row) -> FactId:
    """The fact an event takes back: named by its place in the case, or counted within its day."""
    seq = event.get("target_seq")
    if seq is not None:
        wanted = int(Decimal(str(seq)) * 10)
        for fact in story.facts:
            if fact.order == wanted and fact.id[1] == wanted:
                return fact.id
    elif event.get("target_date"):
        on = date.fromisoformat(event["target_date"])
        money = [f for f in story.facts if isinstance(f, (Disbursement, Repayment))]
        that_day = [f for f in money if f.value_on == on]
        nth = int(event["target_nth"])
        if len(that_day) >= nth:
            return that_day[nth - 1].id
    raise NotExpressible("a reversal that does not say of which event")


def _reverse(story: Story, event: Row) -> None:
    target = _target(story, event)
    story.facts.append(Reversal(**_common(event, "reversal"), reverses=target))
    _look(story, event, False)


def _adjust(story: Story, event: Row) -> None:
    """A repayment entered again with another amount: reversed, and stated anew."""
    target = _target(story, event)
    before = next(f for f in story.facts if f.id == target)
    if not isinstance(before, Repayment):
        raise NotExpressible("an adjustment of something that is no repayment")
    story.facts.append(Reversal(**_common(event, "reversal"), reverses=target))
    fields = _common(event, "repayment")
    story.facts.append(Repayment(**fields, amount=_money(event, "new_amount"), kind=before.kind))
    _look(story, event, False)


def _pause(story: Story, event: Row) -> None:
    ends_on = date.fromisoformat(event["end"])
    story.facts.append(Pause(**_common(event, "pause", "start"), ends_on=ends_on))


def _resume(story: Story, event: Row) -> None:
    story.facts.append(Resume(**_common(event, "resume", "start")))


def _refund(story: Story, event: Row) -> None:
    story.facts.append(Refund(**_common(event, "refund"), amount=_money(event)))
    _look(story, event, False)


def _charge_back(story: Story, event: Row) -> None:
    story.facts.append(Chargeback(**_common(event, "chargeback"), amount=_money(event)))
    _look(story, event, False)


def _charge_off(story: Story, event: Row) -> None:
    story.facts.append(WriteOff(**_common(event, "charge_off"), kind=LossKind.CHARGE_OFF))
    _look(story, event, False)


def _undo_charge_off(story: Story, event: Row) -> None:
    booked = [f for f in story.facts if isinstance(f, WriteOff)]
    story.facts.append(Reversal(**_common(event, "reversal"), reverses=booked[-1].id))
    _look(story, event, False)


def _reschedule(story: Story, event: Row, case: Row) -> None:
    """One due date moves, and those after it follow in the loan's rhythm."""
    terms = terms_of(case)
    if terms.annual_rate:
        raise NotExpressible("interest for the longer period is the source's own rule")
    if event.get("extra_terms") or event.get("grace_principal") or event.get("new_rate"):
        raise NotExpressible("a reschedule that changes more than due dates")
    from_due, new_due = (date.fromisoformat(event[key]) for key in ("from_due", "new_due"))
    before = [r for r in story.schedule if r.due_on < from_due or r.is_down_payment]
    moved = [r for r in story.schedule if r not in before]
    if not moved or moved[0].due_on != from_due:
        raise NotExpressible(f"no instalment is due on {from_due}")
    rows = []
    from_on = moved[0].from_on
    for count, row in enumerate(moved):
        due_on = add_periods(new_due, period=terms.period, count=count)
        rows.append(replace(row, from_on=from_on, due_on=due_on))
        from_on = due_on
    version = 2 + sum(isinstance(f, ScheduleStated) for f in story.facts)
    story.facts.append(
        ScheduleStated(
            **_common(event, "schedule"),
            version=version,
            instalments=tuple(rows),
            origin=ScheduleOrigin.RESCHEDULE,
        )
    )
    story.schedule = (*before, *rows)
    _look(story, event, False)


def _classify(story: Story, event: Row) -> None:
    _look(story, event, True)


def _withdraw(story: Story, event: Row) -> None:
    """The whole payout taken back: afterwards there is no loan, only an agreement."""
    if event.get("last"):
        raise NotExpressible("one of several payouts taken back makes another schedule")
    story.withdrawn_after = Decimal(str(event["seq"]))


_HANDLERS: dict[str, Callable[[Story, Row], None]] = {
    "disbursement": _disburse,
    "repayment": _repay,
    "credit": _repay,
    "down_payment": _repay,
    "charge": _charge,
    "reversal": _reverse,
    "adjust_repayment": _adjust,
    "pause": _pause,
    "resume": _resume,
    "charge_off": _charge_off,
    "chargeback": _charge_back,
    "credit_balance_refund": _refund,
    "end_of_day_classification": _classify,
    "undo_charge_off": _undo_charge_off,
    "undo_disbursement": _withdraw,
}
