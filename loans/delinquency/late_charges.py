"""What lateness has cost on a day, by the product's policy; posting it is a fact of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from loans.delinquency.conventions import LateChargeKind, LateChargePolicy
from loans.delinquency.results import InstalmentState, Replay


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCharge:
    """A sum that an instalment has earned in late charges since its due date."""

    instalment: int
    amount: Decimal


def assess_late_charges(
    *, replay: Replay, policy: LateChargePolicy, on: date
) -> tuple[LateCharge, ...]:
    """Late charges earned up to a day, one per late instalment, in whole units of the policy.

    `replay` must be made as of that day; open amounts are taken to have stood so since the due
    date. The caller subtracts what it has charged before.
    """
    late = [i for i in replay.instalments if i.satisfied_on is None and i.due_on < on]
    charge = _FORMULAS.get(policy.kind)
    if charge is None:
        return ()
    charges = []
    for position, instalment in enumerate(late):
        days = (on - instalment.due_on).days + (1 if policy.due_day_included else 0)
        if days <= policy.grace_days:
            continue
        amount = charge(replay, policy, instalment, days, position == 0)
        amount = (amount / policy.unit).quantize(Decimal(1), policy.rounding) * policy.unit
        if amount:
            charges.append(LateCharge(instalment=instalment.number, amount=amount))
    return tuple(charges)


def _fixed_fee(
    replay: Replay, policy: LateChargePolicy, instalment: InstalmentState, days: int, oldest: bool
) -> Decimal:
    return policy.fixed_amount


def _daily_rates(
    replay: Replay, policy: LateChargePolicy, instalment: InstalmentState, days: int, oldest: bool
) -> Decimal:
    """OpenCBS: days x (overdue principal x r3 + overdue interest x r4); the oldest late instalment
    also bears days x (initial amount x r1 + outstanding principal x r2).
    """
    daily = (
        instalment.open.principal * policy.overdue_principal_rate
        + instalment.open.interest * policy.overdue_interest_rate
    )
    if oldest:
        totals = replay.totals
        initial = totals.disbursed or totals.due.principal
        outstanding = totals.open.principal + totals.unscheduled_principal
        daily += initial * policy.initial_amount_rate
        daily += outstanding * policy.outstanding_principal_rate
    return daily * days


def _annual_penalty(
    replay: Replay, policy: LateChargePolicy, instalment: InstalmentState, days: int, oldest: bool
) -> Decimal:
    """frappe/lending: open principal and interest x annual rate x days / days in the year."""
    overdue = instalment.open.principal + instalment.open.interest
    return overdue * policy.annual_rate * days / policy.days_in_year


_Formula = Callable[[Replay, LateChargePolicy, InstalmentState, int, bool], Decimal]
_FORMULAS: dict[LateChargeKind, _Formula] = {
    LateChargeKind.FIXED_FEE: _fixed_fee,
    LateChargeKind.DAILY_RATES: _daily_rates,
    LateChargeKind.ANNUAL_PENALTY: _annual_penalty,
}
