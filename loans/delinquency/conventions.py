"""How a portfolio or product counts: where lenders disagree, the convention is a setting here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from loans.delinquency.amounts import ZERO, Component
from loans.delinquency.facts import RepaymentKind


class Stage(StrEnum):
    """Which instalments a step of an allocation order looks at, seen from the value date."""

    ANY = "any"
    DUE = "due"  # due on or before the value date
    PAST_DUE = "past_due"
    DUE_TODAY = "due_today"
    IN_ADVANCE = "in_advance"


class InAdvance(StrEnum):
    """What money ahead of its time is put towards."""

    NEXT_INSTALMENT = "next_instalment"
    LAST_INSTALMENT = "last_instalment"
    SPREAD = "spread"  # evenly over all future instalments


class Walk(StrEnum):
    """Horizontal finishes an instalment before the next; vertical a component before the next."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationStep:
    """One step: which instalments, and the components in the order they are paid."""

    stage: Stage
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationOrder:
    """Where the money of a repayment goes, as data."""

    code: str
    steps: tuple[AllocationStep, ...]
    walk: Walk = Walk.HORIZONTAL
    in_advance: InAdvance = InAdvance.NEXT_INSTALMENT
    in_advance_by_kind: Mapping[RepaymentKind, InAdvance] = field(default_factory=dict)
    charges_due_on_own_date: bool = False

    @property
    def pays_in_advance(self) -> bool:
        """Whether money ahead of its time is spent at once; otherwise it waits as credit."""
        return any(step.stage in (Stage.ANY, Stage.IN_ADVANCE) for step in self.steps)

    def in_advance_for(self, kind: RepaymentKind) -> InAdvance:
        """The rule for money ahead of its time, for this kind of repayment."""
        return self.in_advance_by_kind.get(kind, self.in_advance)


class PauseCounting(StrEnum):
    """Which paused days are taken off the days past due."""

    AFTER_DUE = "after_due"  # only days after the oldest unpaid due date
    ALL = "all"  # every paused day so far, also before that due date


class BucketDays(StrEnum):
    """Which count of days chooses the bucket."""

    DAYS_PAST_DUE = "days_past_due"
    DELINQUENT_DAYS = "delinquent_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A range of days, both ends included; `max_days` None is open-ended."""

    code: str
    min_days: int
    max_days: int | None = None


class PositionPolicy(StrEnum):
    """What a lender-stated position does to the replay."""

    REBASE = "rebase"
    COMPARE = "compare"


class LateChargeKind(StrEnum):
    """How a product charges for lateness; see late_charges."""

    NONE = "none"
    FIXED_FEE = "fixed_fee"
    DAILY_RATES = "daily_rates"
    ANNUAL_PENALTY = "annual_penalty"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateChargePolicy:
    """What lateness costs. Rates are fractions per day, except `annual_rate`."""

    kind: LateChargeKind = LateChargeKind.NONE
    fixed_amount: Decimal = ZERO
    grace_days: int = 0
    initial_amount_rate: Decimal = ZERO
    outstanding_principal_rate: Decimal = ZERO
    overdue_principal_rate: Decimal = ZERO
    overdue_interest_rate: Decimal = ZERO
    annual_rate: Decimal = ZERO
    days_in_year: int = 365
    due_day_included: bool = False
    unit: Decimal = Decimal("0.01")
    rounding: str = ROUND_HALF_UP


COMPONENTS = (Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL)

OLDEST_FIRST = AllocationOrder(
    code="oldest_first",
    steps=(AllocationStep(stage=Stage.ANY, components=COMPONENTS),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """All settings of one portfolio and product that the replay and the summary need."""

    allocation: AllocationOrder = OLDEST_FIRST
    due_day_counts: bool = False
    tolerance_amount: Decimal = ZERO
    tolerance_fraction: Decimal = Decimal(0)
    grace_days: int = 0
    grace_reduces_delinquent_days: bool = False
    pause_counting: PauseCounting = PauseCounting.AFTER_DUE
    buckets: tuple[Bucket, ...] = ()
    bucket_days: BucketDays = BucketDays.DAYS_PAST_DUE
    pending_counts: bool = False
    stated_positions: PositionPolicy = PositionPolicy.REBASE
    late_charges: LateChargePolicy = LateChargePolicy()
    closing_tolerance: Decimal = ZERO
    money_unit: Decimal = Decimal("0.01")
