"""Money facts of a loan: recorded, settled, returned, reversed, waived, written off, refunded.

Each service locks the loan, writes one fact and a line of the trail, replays the loan and tells the
apps above, all in one transaction: either everything happened or nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from core.audit import Actor
from loans.contracts.fact_writing import (
    check_amount,
    check_value_date,
    entered_by,
    lock_loan,
    record_on_loan,
    require_reason,
)
from loans.contracts.models import Loan, LoanFact
from loans.delinquency.amounts import Amounts
from loans.delinquency.models import Pause
from loans.delinquency.refresh import refresh_loans
from loans.imports.models import ImportBatch
from loans.portfolios.refusals import Refused
from loans.repayments.models import (
    Charge,
    Chargeback,
    LossKind,
    OwedComponent,
    Refund,
    Repayment,
    RepaymentState,
    RepaymentStateChange,
    Reversal,
    ReversibleKind,
    Waiver,
    WriteOff,
)
from loans.repayments.recording import record_charges, record_repayments
from loans.repayments.rows import ChargeRow, RepaymentRow

__all__ = [
    "charge",
    "charge_back",
    "record_charges",
    "record_repayment",
    "record_repayments",
    "refund",
    "return_repayment",
    "reverse",
    "settle_repayment",
    "waive",
    "write_off",
]

FactT = TypeVar("FactT", bound=LoanFact)
Reversible = Repayment | Charge | Waiver | WriteOff | Refund | Chargeback | Pause

_REVERSIBLE: Mapping[type[LoanFact], str] = {
    Repayment: ReversibleKind.REPAYMENT,
    Charge: ReversibleKind.CHARGE,
    Waiver: ReversibleKind.WAIVER,
    WriteOff: ReversibleKind.WRITE_OFF,
    Refund: ReversibleKind.REFUND,
    Chargeback: ReversibleKind.CHARGEBACK,
    Pause: ReversibleKind.PAUSE,
}


@transaction.atomic
def record_repayment(
    *,
    loan: Loan,
    amount: Decimal,
    value_on: dt.date,
    by: Actor,
    external_ref: str = "",
    kind: str = "regular",
    state: str = "settled",
    method: str = "",
    batch: ImportBatch | None = None,
) -> Repayment:
    """Records money received; the loan is replayed at once.

    Arguments: amount in the currency of the portfolio; value_on the day it counts from, at most a
    few days ahead of the books; external_ref the payment's own number: the same number with the
    same content again returns the first entry. Raises Refused, and nothing is written.
    """
    row = RepaymentRow(
        contract_no=loan.contract_no,
        amount=amount,
        value_on=value_on,
        external_ref=external_ref,
        kind=kind,
        state=state,
        method=method,
    )
    portfolio = lock_loan(loan).portfolio
    record_repayments(portfolio=portfolio, rows=[row], by=by, batch=batch)
    found = Repayment.objects.filter(loan=loan)
    if external_ref:
        return found.get(external_ref=external_ref)
    return found.latest("pk")  # the loan is locked, so the newest is ours


def settle_repayment(
    *, repayment: Repayment, value_on: dt.date, by: Actor, reason: str = ""
) -> RepaymentStateChange:
    """Notes that a pending repayment settled; it counts from its own value date."""
    return _change_state(repayment, RepaymentState.SETTLED, value_on, by, reason)


def return_repayment(
    *, repayment: Repayment, value_on: dt.date, by: Actor, reason: str = ""
) -> RepaymentStateChange:
    """Notes that a repayment came back (bounced, or charged back by the payer's bank)."""
    return _change_state(repayment, RepaymentState.RETURNED, value_on, by, reason)


@transaction.atomic
def _change_state(
    repayment: Repayment, state: RepaymentState, value_on: dt.date, by: Actor, reason: str
) -> RepaymentStateChange:
    loan = lock_loan(repayment.loan)
    if value_on < repayment.value_on:
        raise Refused(
            "state_before_repayment",
            f"The repayment is valued {repayment.value_on}; it cannot be {state.label} on "
            f"{value_on} already.",
        )
    if Reversal.objects.filter(of_kind=ReversibleKind.REPAYMENT, of_id=repayment.pk).exists():
        raise Refused(
            "repayment_reversed", "The repayment was reversed; there is nothing to change."
        )
    done = {change.state: change for change in repayment.changes.all()}
    if state in done:
        return done[state]
    is_pending = repayment.state == RepaymentState.PENDING and not done
    if RepaymentState.RETURNED in done or (state == RepaymentState.SETTLED and not is_pending):
        raise Refused(
            "repayment_not_pending",
            "Only a pending repayment can settle; this one has settled or come back already.",
        )
    change = RepaymentStateChange(repayment=repayment, state=state, reason=reason.strip()[:200])
    return _write(loan, change, value_on, by, f"repayment.{state.value}", cause="repayment")


@transaction.atomic
def reverse(
    *, fact: Reversible, reason: str, by: Actor, value_on: dt.date | None = None
) -> Reversal:
    """Takes an earlier fact back as if it had never been; the fact itself stays readable.

    Arguments: value_on is the day the correction counts from, the business date if not given.
    Reversing what is reversed returns the first reversal. Raises Refused for a fact that cannot be.
    """
    kind = _REVERSIBLE.get(type(fact))
    if kind is None:
        raise Refused(
            "not_reversible",
            f"A {fact._meta.verbose_name} cannot be reversed; record a new one that corrects it.",
        )
    why = require_reason(reason)
    loan = lock_loan(fact.loan)
    before = Reversal.objects.filter(of_kind=kind, of_id=fact.pk).first()
    if before is not None:
        return before
    on = value_on or max(loan.portfolio.business_date, fact.value_on)
    if on < fact.value_on:
        raise Refused(
            "reversal_before_fact", f"The entry is valued {fact.value_on}; reverse it from then on."
        )
    reversal = Reversal(of_kind=kind, of_id=fact.pk, reason=why)
    return _write(loan, reversal, on, by, f"{kind}.reverse", cause="reversal", reason=why)


@transaction.atomic
def charge(
    *,
    loan: Loan,
    kind: str,
    amount: Decimal,
    due_on: dt.date,
    by: Actor,
    value_on: dt.date | None = None,
    external_ref: str = "",
    code: str = "",
    reason: str = "",
    instalment_number: int | None = None,
) -> Charge:
    """Adds a fee or late charge to what is owed; the same reference is booked once."""
    row = ChargeRow(
        contract_no=loan.contract_no,
        kind=kind,
        amount=amount,
        due_on=due_on,
        value_on=value_on,
        external_ref=external_ref,
        code=code,
        reason=reason,
        instalment_number=instalment_number,
    )
    portfolio = lock_loan(loan).portfolio
    record_charges(portfolio=portfolio, rows=[row], by=by)
    found = Charge.objects.filter(loan=loan)
    return found.get(external_ref=external_ref) if external_ref else found.latest("pk")


@transaction.atomic
def waive(
    *,
    loan: Loan,
    component: str,
    amount: Decimal,
    reason: str,
    by: Actor,
    value_on: dt.date | None = None,
    charge: Charge | None = None,
    instalment_number: int | None = None,
) -> Waiver:
    """Gives up part of what is owed: one charge, one instalment's, or the oldest open first."""
    check_amount(amount)
    why = require_reason(reason)
    if component not in OwedComponent.values:
        known = ", ".join(OwedComponent.values)
        raise Refused("component_unknown", f"{component!r} is not owed; choose one of: {known}.")
    if charge is not None and (charge.loan_id != loan.pk or charge.kind != component):
        raise Refused("charge_elsewhere", "That charge is not one of this loan and this component.")
    if charge is not None and amount > charge.amount:
        raise Refused(
            "waiver_too_much", f"The charge is {charge.amount}; a waiver of it is at most that."
        )
    locked = lock_loan(loan)
    waiver = Waiver(
        component=component,
        amount=amount,
        charge=charge,
        instalment_number=instalment_number,
        reason=why,
    )
    on = value_on or locked.portfolio.business_date
    return _write(locked, waiver, on, by, "waiver.grant", cause="waiver", reason=why)


@transaction.atomic
def write_off(
    *,
    loan: Loan,
    reason: str,
    by: Actor,
    kind: str = LossKind.CHARGE_OFF,
    value_on: dt.date | None = None,
    amounts: Amounts | None = None,
) -> WriteOff:
    """Books a loss: a charge-off leaves the debt alive, a write-off gives it up.

    Arguments: amounts by component; None is everything open on that day.
    """
    why = require_reason(reason)
    if kind not in LossKind.values:
        known = ", ".join(LossKind.values)
        raise Refused("loss_kind", f"{kind!r} is no kind of loss; choose one of: {known}.")
    locked = lock_loan(loan)
    parts: dict[str, Decimal] = {}
    if amounts is not None:
        check_amount(amounts.total, what="The amount written off")
        parts = {name: getattr(amounts, name) for name in OwedComponent.values}
        if min(parts.values()) < 0:
            raise Refused("amount_not_positive", "No part of a write-off may be negative.")
    loss = WriteOff(kind=kind, reason=why, **parts)
    on = value_on or locked.portfolio.business_date
    return _write(locked, loss, on, by, "write_off.book", cause="write_off", reason=why)


@transaction.atomic
def refund(
    *,
    loan: Loan,
    amount: Decimal,
    by: Actor,
    value_on: dt.date | None = None,
    reason: str = "",
) -> Refund:
    """Gives overpaid money back. Raises Refused for more than is overpaid."""
    check_amount(amount)
    locked = lock_loan(loan)
    position = getattr(locked, "position", None)
    overpaid = position.overpaid_amount if position else Decimal("0.00")
    if amount > overpaid:
        raise Refused(
            "refund_too_much",
            f"Only {overpaid} is overpaid on this loan; refund at most that.",
        )
    given = Refund(amount=amount, reason=reason.strip()[:200])
    on = value_on or locked.portfolio.business_date
    return _write(locked, given, on, by, "refund.give", cause="refund")


@transaction.atomic
def charge_back(
    *,
    loan: Loan,
    amount: Decimal,
    by: Actor,
    value_on: dt.date | None = None,
    repayment: Repayment | None = None,
    reason: str = "",
) -> Chargeback:
    """Notes that the payer's bank took part of a repayment back: it is owed again, at once."""
    check_amount(amount)
    locked = lock_loan(loan)
    if repayment is not None and (repayment.loan_id != loan.pk or amount > repayment.amount):
        raise Refused(
            "chargeback_too_much", "A chargeback takes back at most its repayment, on its own loan."
        )
    taken = Chargeback(amount=amount, repayment=repayment, reason=reason.strip()[:200])
    on = value_on or locked.portfolio.business_date
    return _write(locked, taken, on, by, "chargeback.record", cause="chargeback")


def _write(
    loan: Loan,
    fact: FactT,
    value_on: dt.date,
    by: Actor,
    action: str,
    *,
    cause: str,
    reason: str = "",
) -> FactT:
    """Writes a fact on its locked loan, with its line of the trail, and replays the loan."""
    books_on = loan.portfolio.business_date
    check_value_date(value_on=value_on, started_on=loan.started_on, books_on=books_on)
    fact.loan, fact.value_on, fact.entered_by = loan, value_on, entered_by(by)
    fact.save(force_insert=True)
    data: dict[str, Any] = {"fact": fact.pk, "value_on": value_on}
    if (amount := getattr(fact, "amount", None)) is not None:
        data["amount"] = str(amount)
    record_on_loan(loan, action, by, data, reason)
    refresh_loans(loan_ids=[loan.pk], cause=cause)
    return fact
