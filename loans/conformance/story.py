"""The events of a conformance case as facts, known one after another.

Each event is learnt at a moment of its own, in the order of the case, so that a checkpoint after an
event is a replay as known at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from loans.conformance.terms import NotExpressible, calendar_of, terms_of
from loans.contracts.due_dates import add_periods
from loans.contracts.schedules import make_schedule
from loans.contracts.terms import ScheduledInstalment
from loans.delinquency.amounts import Component
from loans.delinquency.facts import (
    Charge,
    Chargeback,
    Disbursement,
    Fact,
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

_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
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
_MOVES_INTEREST = frozenset({"repayment", "credit", "down_payment", "pay_off"})


@dataclass(slots=True)
class Story:
    """The facts of a case, and which events only look at the loan."""

    facts: list[Fact] = field(default_factory=list)
    looks: list[tuple[Decimal, date, bool]] = field(default_factory=list)
    schedule: tuple[ScheduledInstalment, ...] = ()
    withdrawn_after: Decimal | None = None
    untold: list[tuple[Decimal, str]] = field(default_factory=list)

    def require_told(self, after: Decimal) -> None:
        """Raise NotExpressible if an event up to this one has no facts that stand for it."""
        for seq, reason in self.untold:
            if seq <= after:
                raise NotExpressible(reason)


def known_after(seq: Decimal) -> datetime:
    """The moment at which everything up to an event is known."""
    return _FIRST_MOMENT + timedelta(seconds=int(seq * 10))


def story_of(case: Row) -> Story:
    """The case told in facts. Raises NotExpressible for an event that no fact stands for."""
    story = Story()
    rows = story.schedule = schedule_of(case)
    if rows:
        first = min((r.from_on for r in rows), default=date.min)
        story.facts.append(
            ScheduleStated(
                id=("schedule", 0),
                value_on=first,
                known_at=known_after(Decimal(0)),
                version=1,
                instalments=rows,
                origin=ScheduleOrigin.GENERATED,
            )
        )
    _refuse_parts(case)
    _refuse_new_interest(case)
    for event in case.get("events") or ():
        if event.get("must_fail"):
            continue
        try:
            _tell(story, event, case)
        except NotExpressible as error:
            story.untold.append((Decimal(str(event["seq"])), error.reason))
    return story


def _refuse_parts(case: Row) -> None:
    events = case.get("events") or ()
    payouts = [e for e in events if e["type"] == "disbursement" and "drawing" not in e]
    if len(payouts) > 1:
        raise NotExpressible("paid out in parts: the source remakes the schedule at each of them")


def _refuse_new_interest(case: Row) -> None:
    if (case.get("conventions") or {}).get("interest_recalculated_on_payment") and any(
        event["type"] in _MOVES_INTEREST for event in case.get("events") or ()
    ):
        raise NotExpressible("the source calculates interest anew from each payment")


def drawings(case: Row) -> dict[str, Row]:
    """The parts in which a loan was drawn, each a case of its own with the rows stated for it."""
    numbers = {str(row["drawing"]) for row in case.get("schedule") or () if "drawing" in row}
    return {number: _drawing(case, number) for number in sorted(numbers)}


def _drawing(case: Row, number: str) -> Row:
    events = [
        {key: value for key, value in event.items() if key != "drawing"}
        for event in case["events"]
        if str(event.get("drawing")) == number
    ]
    rows = [
        {"nr": row["nr"], "from": row["due"], "due": row["due"], "principal": row["total"]}
        for row in case["schedule"]
        if str(row.get("drawing")) == number
    ]
    return {**case, "events": events, "schedule": rows, "loan": None}


def _tell(story: Story, event: Row, case: Row) -> None:
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


def schedule_of(case: Row) -> tuple[ScheduledInstalment, ...]:
    """The schedule made from the case's terms, or the one it states where terms do not suffice.

    A loan drawn in parts has none as a whole; see drawings.
    """
    if any("drawing" in row for row in case.get("schedule") or ()):
        return ()
    try:
        return make_schedule(terms_of(case), calendar_of(case))
    except NotExpressible:
        stated = case.get("schedule") or []
        if not stated or not all("due" in row and "from" in row for row in stated):
            if case.get("loan"):
                raise
            return ()
        return tuple(_stated(row) for row in stated)


def _stated(row: Row) -> ScheduledInstalment:
    return ScheduledInstalment(
        number=row["nr"],
        from_on=date.fromisoformat(row["from"]),
        due_on=date.fromisoformat(row["due"]),
        principal=Decimal(row["principal"]),
        interest=Decimal(row.get("interest") or 0),
        is_down_payment=bool(row.get("down_payment")),
    )


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
