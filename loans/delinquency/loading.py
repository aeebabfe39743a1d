"""Loads the facts of many loans in a fixed number of queries, as the replay wants them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import models

from loans.contracts.models import Loan, Schedule
from loans.contracts.terms import ScheduledInstalment
from loans.delinquency import facts as pure
from loans.delinquency.amounts import ZERO, Amounts, Component
from loans.delinquency.conventions import Conventions
from loans.delinquency.models import Pause, Resume, StatedPosition, StatementKind
from loans.portfolios.models import Ledger
from loans.portfolios.queries import conventions_by_product
from loans.repayments.models import (
    Charge,
    Chargeback,
    Refund,
    Repayment,
    RepaymentStateChange,
    Reversal,
    Waiver,
    WriteOff,
)

#: Facts that take effect on their day and not before, however early they are known. All others
#: are money: it counts at once, also when it is valued a day or two ahead of the books.
_WAITS_FOR_ITS_DAY = (pure.ScheduleStated, pure.Pause, pure.Resume)


@dataclass(slots=True)
class LoanFacts:
    """One loan with everything a replay needs."""

    loan_id: UUID
    portfolio_id: UUID
    started_on: dt.date
    business_date: dt.date
    is_ledger_external: bool
    conventions: Conventions
    facts: list[pure.Fact] = field(default_factory=list)

    def horizon(self, day: dt.date) -> dt.date:
        """The day to replay as of for the position of a day: that day, or of money valued later."""
        latest = day
        taken_back = {fact.reverses for fact in self.facts if isinstance(fact, pure.Reversal)}
        for fact in self.facts:
            if fact.id in taken_back:
                continue  # money that never was keeps no loan waiting for its day
            if fact.value_on > latest and not isinstance(fact, _WAITS_FOR_ITS_DAY):
                latest = fact.value_on
        return latest

    def history_from(self) -> dt.date:
        """The first day whose bucket is known: the start, or the position the books began with."""
        openings = [f.value_on for f in self.facts if isinstance(f, pure.OpeningPosition)]
        if openings:
            return min(openings)
        stated = [f.value_on for f in self.facts if isinstance(f, pure.StatedPosition)]
        if self.is_ledger_external and stated:
            paid = (f.value_on for f in self.facts if isinstance(f, pure.Repayment))
            if min(paid, default=dt.date.max) > min(stated):
                return min(stated)
        return self.started_on


def load_facts(loan_ids: Collection[UUID]) -> dict[UUID, LoanFacts]:
    """Returns the facts of the loans by loan id, in the order of the ids; 15 queries.

    Loans without a schedule or a position yet are returned too; unknown ids and loans that were
    withdrawn are left out.
    """
    loaded = _load_loans(loan_ids)
    for model, columns, build in _READERS:
        rows: Iterable[tuple[Any, ...]] = (
            model._default_manager.filter(loan__in=list(loaded))
            .order_by("loan_id", "id")
            .values_list("loan_id", "id", "value_on", "known_at", "external_ref", *columns)
        )
        for loan_id, fact_id, value_on, known_at, reference, *values in rows:
            fact = build(fact_id, value_on, known_at, *values)
            loaded[loan_id].facts.append(
                fact if not reference else replace(fact, reference=reference)
            )
    return loaded


def _load_loans(loan_ids: Collection[UUID]) -> dict[UUID, LoanFacts]:
    rows = list(
        Loan.objects.standing()
        .filter(pk__in=loan_ids)
        .order_by("pk")
        .values_list(
            "pk",
            "portfolio_id",
            "product_id",
            "started_on",
            "principal_amount",
            "created_at",
            "portfolio__business_date",
            "portfolio__ledger",
        )
    )
    conventions = conventions_by_product({row[2] for row in rows})
    loaded = {}
    for (
        pk,
        portfolio_id,
        product_id,
        started_on,
        principal,
        created_at,
        business_date,
        ledger,
    ) in rows:
        paid_out = pure.Disbursement(
            id=("disbursement", 1), value_on=started_on, known_at=created_at, amount=principal
        )
        loaded[pk] = LoanFacts(
            loan_id=pk,
            portfolio_id=portfolio_id,
            started_on=started_on,
            business_date=business_date,
            is_ledger_external=ledger == Ledger.EXTERNAL,
            conventions=conventions[product_id],
            facts=[paid_out],
        )
    return loaded


def _schedule(
    pk: int,
    value_on: dt.date,
    known_at: dt.datetime,
    version: int,
    origin: str,
    starts_with_down_payment: bool,
    numbers: list[int],
    *columns: list[Any],
) -> pure.Fact:
    instalments = tuple(
        [
            ScheduledInstalment(
                number,
                from_on,
                due_on,
                principal,
                interest,
                fee,
                ZERO,
                is_down_payment=starts_with_down_payment and at == 0,
            )
            for at, (number, from_on, due_on, principal, interest, fee) in enumerate(
                zip(numbers, *columns, strict=True)
            )
        ]
    )
    return pure.ScheduleStated(
        id=("schedule", pk),
        value_on=value_on,
        known_at=known_at,
        version=version,
        origin=pure.ScheduleOrigin(origin),
        instalments=instalments,
    )


def _repayment(
    pk: int, value_on: dt.date, known_at: dt.datetime, amount: Decimal, kind: str, state: str
) -> pure.Fact:
    return pure.Repayment(
        id=("repayment", pk),
        value_on=value_on,
        known_at=known_at,
        amount=amount,
        kind=pure.RepaymentKind(kind),
        state=pure.RepaymentState(state),
    )


def _state_change(
    pk: int, value_on: dt.date, known_at: dt.datetime, repayment_id: int, state: str
) -> pure.Fact:
    return pure.RepaymentStateChanged(
        id=("repayment_state", pk),
        value_on=value_on,
        known_at=known_at,
        repayment_id=("repayment", repayment_id),
        state=pure.RepaymentState(state),
    )


def _charge(
    pk: int,
    value_on: dt.date,
    known_at: dt.datetime,
    kind: str,
    amount: Decimal,
    due_on: dt.date,
    code: str,
    instalment_number: int | None,
) -> pure.Fact:
    return pure.Charge(
        id=("charge", pk),
        value_on=value_on,
        known_at=known_at,
        component=Component(kind),
        amount=amount,
        due_on=due_on,
        code=code,
        instalment=instalment_number,
    )


def _waiver(
    pk: int,
    value_on: dt.date,
    known_at: dt.datetime,
    component: str,
    amount: Decimal,
    charge_id: int | None,
    instalment_number: int | None,
) -> pure.Fact:
    return pure.Waiver(
        id=("waiver", pk),
        value_on=value_on,
        known_at=known_at,
        component=Component(component),
        amount=amount,
        charge_id=None if charge_id is None else ("charge", charge_id),
        instalment=instalment_number,
    )


def _write_off(
    pk: int, value_on: dt.date, known_at: dt.datetime, kind: str, *parts: Decimal | None
) -> pure.Fact:
    return pure.WriteOff(
        id=("write_off", pk),
        value_on=value_on,
        known_at=known_at,
        kind=pure.LossKind(kind),
        amounts=_amounts(*parts),
    )


def _refund(pk: int, value_on: dt.date, known_at: dt.datetime, amount: Decimal) -> pure.Fact:
    return pure.Refund(id=("refund", pk), value_on=value_on, known_at=known_at, amount=amount)


def _chargeback(
    pk: int, value_on: dt.date, known_at: dt.datetime, amount: Decimal, repayment_id: int | None
) -> pure.Fact:
    return pure.Chargeback(
        id=("chargeback", pk),
        value_on=value_on,
        known_at=known_at,
        amount=amount,
        of=None if repayment_id is None else ("repayment", repayment_id),
    )


def _reversal(
    pk: int, value_on: dt.date, known_at: dt.datetime, of_kind: str, of_id: int
) -> pure.Fact:
    return pure.Reversal(
        id=("reversal", pk), value_on=value_on, known_at=known_at, reverses=(of_kind, of_id)
    )


def _pause(pk: int, value_on: dt.date, known_at: dt.datetime, ends_on: dt.date) -> pure.Fact:
    return pure.Pause(id=("pause", pk), value_on=value_on, known_at=known_at, ends_on=ends_on)


def _resume(pk: int, value_on: dt.date, known_at: dt.datetime, pause_id: int) -> pure.Fact:
    return pure.Resume(
        id=("resume", pk), value_on=value_on, known_at=known_at, pause_id=("pause", pause_id)
    )


def _statement(
    pk: int, value_on: dt.date, known_at: dt.datetime, kind: str, *figures: Any
) -> pure.Fact:
    principal, oldest, days, total, payoff, next_on, next_amount, is_lost, *parts = figures
    speaks = pure.OpeningPosition if kind == StatementKind.OPENING else pure.StatedPosition
    return speaks(
        id=("stated_position", pk),
        value_on=value_on,
        known_at=known_at,
        principal_outstanding=principal,
        oldest_unpaid_due_on=oldest,
        days_past_due=days,
        arrears=_amounts(*parts),
        arrears_total=total,
        payoff=payoff,
        next_due_on=next_on,
        next_due_amount=next_amount,
        is_written_off=is_lost,
    )


def _amounts(
    principal: Decimal | None,
    interest: Decimal | None,
    fee: Decimal | None,
    penalty: Decimal | None,
) -> Amounts | None:
    """The amounts by component, or None where no component is stated at all."""
    if principal is None and interest is None and fee is None and penalty is None:
        return None
    return Amounts(
        principal=principal or ZERO,
        interest=interest or ZERO,
        fee=fee or ZERO,
        penalty=penalty or ZERO,
    )


_READERS: tuple[tuple[type[models.Model], tuple[str, ...], Callable[..., pure.Fact]], ...] = (
    (
        Schedule,
        (
            "version",
            "origin",
            "starts_with_down_payment",
            "numbers",
            "from_dates",
            "due_dates",
            "principals",
            "interests",
            "fees",
        ),
        _schedule,
    ),
    (Repayment, ("amount", "kind", "state"), _repayment),
    (RepaymentStateChange, ("repayment_id", "state"), _state_change),
    (Charge, ("kind", "amount", "due_on", "code", "instalment_number"), _charge),
    (Waiver, ("component", "amount", "charge_id", "instalment_number"), _waiver),
    (WriteOff, ("kind", "principal", "interest", "fee", "penalty"), _write_off),
    (Refund, ("amount",), _refund),
    (Chargeback, ("amount", "repayment_id"), _chargeback),
    (Reversal, ("of_kind", "of_id"), _reversal),
    (Pause, ("ends_on",), _pause),
    (Resume, ("pause_id",), _resume),
    (
        StatedPosition,
        (
            "kind",
            "principal_outstanding",
            "oldest_unpaid_due_on",
            "days_past_due",
            "arrears_total",
            "payoff_amount",
            "next_due_on",
            "next_due_amount",
            "is_written_off",
            "arrears_principal",
            "arrears_interest",
            "arrears_fee",
            "arrears_penalty",
        ),
        _statement,
    ),
)

#: The tables of all facts that the general replay reads.
FACT_MODELS: Final = tuple(model for model, _columns, _build in _READERS)
