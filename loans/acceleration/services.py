"""Calling a whole loan due, and taking that back. What asks for it has had it approved."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction

from core.audit import Actor
from loans.acceleration.models import Acceleration, AccelerationWithdrawal
from loans.acceleration.queries import acceleration_of
from loans.contracts.fact_writing import (
    check_amount,
    entered_by,
    lock_loan,
    record_on_loan,
    require_reason,
)
from loans.contracts.models import Loan
from loans.portfolios.refusals import Refused


@transaction.atomic
def call_due(
    *,
    loan: Loan,
    value_on: dt.date,
    called_amount: Decimal,
    document_ref: str,
    reason: str,
    approved_by: str,
    by: Actor,
) -> Acceleration:
    """Records that the whole loan is due from the day on which the declaration arrived.

    Arguments: `called_amount` in the portfolio's currency; `document_ref` the declaration as it
    is on file; `reason` the clause of the contract or the article of a law; `approved_by` the
    second person. A loan that is called due already keeps its first day, and the same declaration
    is one fact. The day is that of the post: books that are behind do not hold it up. Raises
    Refused for a day before the loan, no amount, and no reason.
    """
    locked = lock_loan(loan)
    before = acceleration_of(locked)
    if before is not None:
        return before
    check_amount(called_amount, what="What is called due")
    if value_on < locked.started_on:
        raise Refused(
            "value_date_before_loan",
            "A loan cannot be called due before it began; correct the day.",
        )
    fact = Acceleration(
        loan=locked,
        value_on=value_on,
        called_amount=called_amount,
        document_ref=document_ref.strip()[:120],
        reason=require_reason(reason),
        approved_by=approved_by[:120],
        external_ref=document_ref.strip()[:80],
        entered_by=entered_by(by),
    )
    fact.save(force_insert=True)
    _record(locked, "acceleration.declared", by, fact, fact.reason)
    return fact


@transaction.atomic
def take_back(
    *, acceleration: Acceleration, value_on: dt.date, reason: str, by: Actor
) -> AccelerationWithdrawal:
    """Records that the loan runs by its instalments again; the same again is a no-op.

    Raises Refused without a reason and for a day before the acceleration.
    """
    locked = lock_loan(acceleration.loan)
    before = AccelerationWithdrawal.objects.filter(acceleration=acceleration).first()
    if before is not None:
        return before
    if value_on < acceleration.value_on:
        raise Refused(
            "acceleration_later",
            f"The loan was called due on {acceleration.value_on}; take it back on a later day.",
        )
    fact = AccelerationWithdrawal(
        loan=locked,
        acceleration=acceleration,
        value_on=value_on,
        reason=require_reason(reason),
        entered_by=entered_by(by),
    )
    fact.save(force_insert=True)
    _record(locked, "acceleration.taken_back", by, acceleration, fact.reason)
    return fact


def _record(loan: Loan, action: str, by: Actor, fact: Acceleration, reason: str) -> None:
    data = {"acceleration": str(fact.pk), "value_on": fact.value_on.isoformat()}
    record_on_loan(loan, action, by, data, reason)
