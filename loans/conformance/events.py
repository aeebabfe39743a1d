"""The events of a conformance case, told to the services that write facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from loans.conformance.books import CLERK, SECOND, Books
from loans.conformance.late_charges import post_late_charges
from loans.conformance.reading_back import outcome_of
from loans.conformance.telling import schedule_of
from loans.conformance.terms import NotExpressible, terms_of
from loans.contracts.due_dates import add_periods
from loans.contracts.queries import instalments_in_force
from loans.contracts.services import reschedule_loan
from loans.delinquency.models import Pause
from loans.delinquency.services import pause_ageing, resume_ageing
from loans.portfolios.refusals import Refused
from loans.repayments.models import Charge, Repayment, RepaymentKind, Reversal, WriteOff
from loans.repayments.services import (
    charge,
    charge_back,
    record_repayment,
    refund,
    reverse,
    write_off,
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
    "undo_disbursement": "a payout taken back: a loan in these books stays paid out",
}
_WHY = "As the case tells it"


class RefusedEvent(Exception):
    """A service refused what the source accepts; the message says which event, and why."""


def day_of(event: Row) -> date:
    """The business date on which an event happens."""
    return _day(event, next((k for k in ("business_date", "date") if event.get(k)), "start"))


def tell(books: Books, event: Row) -> None:
    """Do what an event says. Raises RefusedEvent where a service will not.

    An event that no service stands for is noted, as is whether one that the source refuses is
    refused here; that one leaves nothing behind.
    """
    seq = Decimal(str(event["seq"]))
    try:
        if event.get("must_fail"):
            _expect_refusal(books, event, seq)
        else:
            _tell(books, event)
    except NotExpressible as error:
        books.untold[seq] = error.reason
    except Refused as refusal:
        raise RefusedEvent(f"event {seq} ({event['type']}) is refused: {refusal}") from refusal


def _expect_refusal(books: Books, event: Row, seq: Decimal) -> None:
    try:
        with transaction.atomic():
            _tell(books, event)
            transaction.set_rollback(True)
    except Refused:
        books.refused.add(seq)
    else:
        books.wrongly_accepted.add(seq)


def _tell(books: Books, event: Row) -> None:
    kind = event["type"]
    if kind in OTHER_RULES:
        raise NotExpressible(OTHER_RULES[kind])
    handler = _HANDLERS.get(kind)
    if handler is None:
        raise NotExpressible(f"no fact stands for the event '{kind}'")
    books.move_to(day_of(event))
    handler(books, event)
    if kind in _LOOKS and books.loan is not None:
        _look(books, is_end_of_day=kind == "end_of_day_classification")


def _look(books: Books, *, is_end_of_day: bool) -> None:
    """Note the bucket as the sources tag it: not at the end of a day within a pause."""
    position = books.position()
    on = books.portfolio.business_date
    pauses = zip(position.pause_starts, position.pause_ends, strict=True)
    if not (is_end_of_day and any(start <= on <= end for start, end in pauses)):
        books.tag = position.bucket


def _day(event: Row, key: str) -> date:
    try:
        return date.fromisoformat(event[key])
    except (KeyError, TypeError, ValueError) as error:
        raise NotExpressible(f"not in the form that is read here (no day '{key}')") from error


def _money(event: Row, key: str = "amount") -> Decimal:
    try:
        return Decimal(str(event[key])).quantize(Decimal("0.01"))
    except (KeyError, ArithmeticError) as error:
        raise NotExpressible(f"not in the form that is read here (no sum '{key}')") from error


def _disburse(books: Books, event: Row) -> None:
    rows = schedule_of(books.case)
    books.pay_out(on=_day(event, "date"), amount=_money(event), rows=rows)


def _repay(books: Books, event: Row) -> None:
    kind = RepaymentKind.REGULAR
    if event["type"] == "down_payment":
        kind = RepaymentKind.DOWN_PAYMENT
    elif event["type"] == "credit":
        kind = _CREDITS.get(event["kind"], kind)
        if kind is RepaymentKind.REGULAR:
            raise NotExpressible(f"the credit '{event['kind']}' is no kind of repayment")
    amount, on = _money(event), _day(event, "date")
    post_late_charges(books)
    _record_repayment(books, event, amount=amount, on=on, kind=kind)


def _record_repayment(books: Books, event: Row, *, amount: Decimal, on: date, kind: str) -> None:
    record_repayment(
        loan=books.require_loan(),
        amount=amount,
        value_on=on,
        kind=kind,
        external_ref=reference(event["seq"]),
        by=CLERK,
    )


def reference(seq: Any) -> str:
    """The number of an event's fact, as its source counts: those of one day rise."""
    return f"{int(Decimal(str(seq)) * 10):06}"


def _charge(books: Books, event: Row) -> None:
    if "charge" not in event or "due" not in event:
        raise NotExpressible("a charge without a kind and a due date")
    charge(
        loan=books.require_loan(),
        kind="penalty" if event["charge"] == "penalty" else "fee",
        amount=_money(event),
        due_on=_day(event, "due"),
        value_on=_day(event, "date"),
        code=event.get("name", "")[:40],
        external_ref=reference(event["seq"]),
        by=CLERK,
    )


def _target(books: Books, event: Row) -> Repayment | Charge:
    """The fact an event takes back: named by its place in the case, or counted within its day."""
    loan = books.require_loan()
    found: Repayment | Charge | None = None
    if event.get("target_seq") is not None:
        wanted = reference(event["target_seq"])
        found = Repayment.objects.filter(loan=loan, external_ref=wanted).first()
        found = found or Charge.objects.filter(loan=loan, external_ref=wanted).first()
    elif event.get("target_date"):
        on = _day(event, "target_date")
        paid_out = int(loan.started_on == on)
        at = int(event["target_nth"]) - 1 - paid_out
        that_day = list(Repayment.objects.filter(loan=loan, value_on=on).order_by("pk"))
        found = that_day[at] if 0 <= at < len(that_day) else None
    if found is None:
        raise NotExpressible("a reversal that does not say of which event")
    return found


def _reverse(books: Books, event: Row) -> None:
    _take_back(books, _target(books, event), _day(event, "date"))


def _take_back(books: Books, fact: Repayment | Charge, on: date) -> None:
    if isinstance(fact, Repayment):
        books.taken_back[fact.pk] = outcome_of(books.require_loan(), fact)
    reverse(fact=fact, reason=_WHY, value_on=on, by=CLERK)


def _adjust(books: Books, event: Row) -> None:
    """A repayment entered again with another amount: reversed, and stated anew."""
    before = _target(books, event)
    if not isinstance(before, Repayment):
        raise NotExpressible("an adjustment of something that is no repayment")
    amount, on = _money(event, "new_amount"), _day(event, "date")
    _take_back(books, before, on)
    _record_repayment(books, event, amount=amount, on=on, kind=before.kind)


def _pause(books: Books, event: Row) -> None:
    pause_ageing(
        loan=books.require_loan(),
        value_on=_day(event, "start"),
        ends_on=_day(event, "end"),
        reason=_WHY,
        by=CLERK,
    )


def _resume(books: Books, event: Row) -> None:
    on = _day(event, "start")
    pauses = Pause.objects.filter(loan=books.require_loan(), value_on__lte=on, ends_on__gte=on)
    running = pauses.filter(resumed_by__isnull=True).order_by("value_on").last()
    if running is None:
        raise Refused("resume_outside", "No pause runs on that day.")
    resume_ageing(pause=running, value_on=on, by=CLERK)


def _refund(books: Books, event: Row) -> None:
    loan, on = books.require_loan(), _day(event, "date")
    refund(loan=loan, amount=_money(event), value_on=on, by=CLERK)


def _charge_back(books: Books, event: Row) -> None:
    if "CREDIT_ALLOCATION" in str((books.case["loan"] or {}).get("product")):
        raise NotExpressible("a chargeback is owed again by components the product chooses")
    loan, on = books.require_loan(), _day(event, "date")
    charge_back(loan=loan, amount=_money(event), value_on=on, by=CLERK)


def _charge_off(books: Books, event: Row) -> None:
    write_off(loan=books.require_loan(), reason=_WHY, value_on=_day(event, "date"), by=CLERK)


def _undo_charge_off(books: Books, event: Row) -> None:
    gone = Reversal.objects.filter(of_kind="write_off").values("of_id")
    booked = WriteOff.objects.filter(loan=books.require_loan()).exclude(pk__in=gone).last()
    if booked is None:
        raise NotExpressible("a charge-off taken back that was never booked")
    reverse(fact=booked, reason=_WHY, value_on=_day(event, "date"), by=CLERK)


def _reschedule(books: Books, event: Row) -> None:
    """One due date moves, and those after it follow in the loan's rhythm."""
    terms = terms_of(books.case)
    if terms.annual_rate:
        raise NotExpressible("interest for the longer period is the source's own rule")
    if event.get("extra_terms") or event.get("grace_principal") or event.get("new_rate"):
        raise NotExpressible("a reschedule that changes more than due dates")
    from_due, new_due = _day(event, "from_due"), _day(event, "new_due")
    standing = instalments_in_force(books.require_loan())
    moved = [r for r in standing if r.due_on >= from_due and not r.is_down_payment]
    if not moved or moved[0].due_on != from_due:
        raise NotExpressible(f"no instalment is due on {from_due}")
    rows = []
    from_on = moved[0].from_on
    for count, row in enumerate(moved):
        due_on = add_periods(new_due, period=terms.period, count=count)
        rows.append(replace(row, from_on=from_on, due_on=due_on))
        from_on = due_on
    reschedule_loan(
        loan=books.require_loan(),
        instalments=rows,
        value_on=_day(event, "date"),
        reason=_WHY,
        by=CLERK,
        approved_by=SECOND,
    )


def _classify(books: Books, event: Row) -> None:
    """The end of a day: the books have been aged to it."""


_HANDLERS: dict[str, Callable[[Books, Row], None]] = {
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
    "reschedule": _reschedule,
}
#: Events at which the sources tag the loan with its bucket.
_LOOKS = frozenset(_HANDLERS) - {"pause", "resume"}
