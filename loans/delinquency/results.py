"""What replaying a loan's facts yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from loans.delinquency.amounts import Amounts, Component
from loans.delinquency.facts import Fact, FactId, RepaymentKind


class LoanStatus(StrEnum):
    """What the money says about the loan."""

    ACTIVE = "active"
    PAID_OFF = "paid_off"
    OVERPAID = "overpaid"
    WRITTEN_OFF = "written_off"


class InstalmentKind(StrEnum):
    """Why an instalment exists."""

    SCHEDULED = "scheduled"
    DOWN_PAYMENT = "down_payment"
    AFTER_MATURITY = "after_maturity"  # charges or chargebacks later than the last due date
    ARREARS = "arrears"  # stated by the lender, who gave no schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentState:
    """One instalment. due = paid + waived + written_off + open, component by component."""

    number: int
    kind: InstalmentKind
    from_on: date
    due_on: date
    due: Amounts
    paid: Amounts
    waived: Amounts
    written_off: Amounts
    open: Amounts
    paid_in_advance: Decimal
    paid_late: Decimal
    satisfied_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Money of one repayment that went to one instalment."""

    repayment_id: FactId
    instalment: int
    amounts: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentOutcome:
    """Where one live repayment went, and what was left.

    `applied` is all of it; `from_credit` the part that waited as credit and was applied later.
    """

    fact_id: FactId
    value_on: date
    kind: RepaymentKind
    amount: Decimal
    applied: Amounts
    from_credit: Amounts
    overpaid: Decimal
    principal_outstanding_after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeState:
    """A charge and what became of it."""

    fact_id: FactId
    component: Component
    code: str
    due_on: date
    instalment: int
    amount: Decimal
    paid: Decimal
    waived: Decimal
    written_off: Decimal

    @property
    def open(self) -> Decimal:
        return self.amount - self.paid - self.waived - self.written_off


@dataclass(frozen=True, slots=True, kw_only=True)
class PausePeriod:
    """Ageing stood still on the days from `starts_on` up to, not including, `ends_on`."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure the lender stated that is not the one computed."""

    fact_id: FactId
    as_of: date
    figure: str
    stated: str
    computed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The ledger of the loan."""

    disbursed: Decimal
    due: Amounts
    paid: Amounts
    waived: Amounts
    written_off: Amounts
    open: Amounts
    unscheduled_principal: Decimal
    recovered: Decimal
    refunded: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Everything derived from the live facts as of one date.

    `oldest_unsatisfied` lists, in time order, from which value date on which due date was the
    oldest not satisfied (None: all satisfied).
    """

    as_of: date | None
    known_at: datetime | None
    status: LoanStatus
    instalments: tuple[InstalmentState, ...]
    allocations: tuple[Allocation, ...]
    repayments: tuple[RepaymentOutcome, ...]
    charges: tuple[ChargeState, ...]
    pauses: tuple[PausePeriod, ...]
    totals: Totals
    overpaid: Decimal
    awaiting_settlement: Decimal
    differences: tuple[Difference, ...]
    oldest_unsatisfied: tuple[tuple[date, date | None], ...]
    facts: tuple[Fact, ...] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionSummary:
    """What is stored per loan. Days follow from the dates and the business date.

    `paused_days` counts up to `as_of`; `ended_paused_days` leaves out the pause that is running
    since `paused_from`, so that storing the two needs no daily rewrite. `next_due_number` is the
    instalment due next; None where numbers and due dates do not rise together from there on.
    """

    as_of: date
    status: LoanStatus
    days_past_due: int
    delinquent_days: int
    paused_days: int
    ended_paused_days: int
    paused_from: date | None
    oldest_unsatisfied_due_on: date | None
    overdue: Amounts
    outstanding: Amounts
    total_outstanding: Decimal
    overpaid: Decimal
    awaiting_settlement: Decimal
    next_due_on: date | None
    next_due_amount: Decimal
    next_due_number: int | None
    bucket_code: str
    next_transition_on: date | None
    last_repayment_on: date | None
    last_repayment_amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketStay:
    """The loan was in this bucket at the end of each day from `entered_on` to before `left_on`."""

    code: str
    entered_on: date
    left_on: date | None
