"""The terms a schedule is made from: what the contract says, and the conventions left unsaid.

Two lenders with the same principal, rate and number of instalments disagree by cents or by days,
because one rounds the instalment up and another to the nearest whole unit, one charges a long first
month by days and another does not. Every such choice is a field here; nothing is assumed further
down. docs/conventions.md gives the formulas.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum
from typing import Protocol

ZERO = Decimal(0)
CENT = Decimal("0.01")


class ImpossibleTerms(ValueError):
    """No schedule satisfies these terms. The message names the term and says what to change."""


class PeriodUnit(StrEnum):
    """The unit that instalments are apart."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """Distance between two due dates: every 1 month, every 2 weeks."""

    unit: PeriodUnit = PeriodUnit.MONTH
    every: int = 1


MONTHLY = Period()


class Method(StrEnum):
    """How the principal comes back."""

    ANNUITY = "annuity"  # equal instalments, interest on the balance
    EQUAL_PRINCIPAL = "equal_principal"  # equal principal parts, interest on the balance
    FLAT = "flat"  # interest on the original principal in every period


class DayCount(StrEnum):
    """How long a period is, in years."""

    EQUAL_PERIODS = (
        "equal_periods"  # a month is 1/12, a week 1/52, a day 1/365, whatever its length
    )
    THIRTY_360 = "30/360"  # bond basis
    THIRTY_E_360 = "30E/360"  # Eurobond basis
    ACTUAL_365 = "actual/365"
    ACTUAL_360 = "actual/360"
    ACTUAL_364 = "actual/364"
    ACTUAL_ACTUAL = "actual/actual"  # days of a leap year over 366, others over 365


class DueDay(StrEnum):
    """Which day of the month follows a due day that some months lack."""

    SAME_DAY = "same_day"  # 31 Jan, 28 Feb, 31 Mar; 30 Apr, 30 May
    END_OF_MONTH = "end_of_month"  # a last day stays a last day: 30 Apr, 31 May


class DatesFrom(StrEnum):
    """Where the second and later due dates are counted from."""

    FIRST_DUE = "first_due"
    START = "start"  # an odd first due date does not move the following ones


class Shift(StrEnum):
    """What happens to a due date that is not a working day (names as core.calendars uses them)."""

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"
    PRECEDING = "preceding"


class Accrual(StrEnum):
    """Which dates bound the period that interest is counted over, once a due date has moved."""

    UNADJUSTED = "unadjusted"  # the dates before the move
    ADJUSTED = "adjusted"  # the dates on which money is really due


class FirstPeriod(StrEnum):
    """How a first period longer or shorter than the others is charged."""

    FULL = "full"  # as one whole period
    PRORATED = "prorated"  # by days, inside an instalment as high as the others
    ON_TOP = (
        "on_top"  # by days; the first instalment pays the usual principal and differs in height
    )
    SEPARATE = "separate"  # odd days are an interest-only instalment of their own


class StubDays(StrEnum):
    """How the days of an odd first period are counted."""

    DAY_COUNT = "day_count"  # by the loan's own day count
    SHARE_OF_PERIOD = "share_of_period"  # actual days over the actual days of the regular period


class Levelling(StrEnum):
    """What the equal instalment, or equal part, is solved from."""

    REGULAR_PERIODS = "regular_periods"  # closed formula, one rate for every period
    OWN_PERIODS = "own_periods"  # each period's own length
    EACH_PERIOD = "each_period"  # anew in every period from what is left, so rounding evens out


class Rounding(StrEnum):
    """Direction of rounding; UP is away from zero, DOWN towards it."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"

    @property
    def mode(self) -> str:
        """The word the decimal module has for it."""
        return _DECIMAL_MODES[self._value_]

    def apply(self, amount: Decimal, unit: Decimal) -> Decimal:
        """Round an amount to a multiple of unit (0.01, 1, 10, 100)."""
        mode = self.mode
        if unit == _CENT:  # nearly always, and one step instead of three
            return amount.quantize(_CENT, rounding=mode)
        return (amount / unit).quantize(_ONE, rounding=mode) * unit


#: By the word: the hash of a member is worked out in Python, that of a text is not.
_DECIMAL_MODES: dict[str, str] = {
    "half_even": ROUND_HALF_EVEN,
    "half_up": ROUND_HALF_UP,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
}
_ONE = Decimal(1)
_CENT = Decimal("0.01")


class Residue(StrEnum):
    """Which instalment takes what rounding leaves over."""

    LAST = "last"
    FIRST = "first"


class Shortfall(StrEnum):
    """What happens to interest that an instalment does not cover (a long first period, usually)."""

    REFUSE = "refuse"  # such terms are impossible
    CARRY = "carry"  # it is due with the next instalments and bears no interest: simple interest


class WorkingDayCalendar(Protocol):
    """The part of a holiday calendar that due dates need."""

    def shift(self, d: dt.date, convention: str, /) -> dt.date:
        """Return the working day that the convention gives for d."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Everything a repayment schedule follows from: rates as fractions of one, amounts in currency.

    Exactly one of annual_rate and rate_per_period is given. A stated instalment replaces the
    computed one (the lender's tape says what the borrower pays); due_dates, when given, are the
    lender's own dates, one per instalment, and replace the computed and shifted ones.
    """

    principal: Decimal
    periods: int
    start_on: dt.date  # money is paid out, interest begins
    first_due_on: dt.date
    annual_rate: Decimal | None = None  # Decimal("0.0687") is 6.87 % a year
    rate_per_period: Decimal | None = None  # Decimal("0.03") is 3 % in every period
    period: Period = MONTHLY
    method: Method = Method.ANNUITY
    day_count: DayCount = DayCount.EQUAL_PERIODS

    # Due dates
    due_day: DueDay = DueDay.SAME_DAY
    day_of_month: int | None = (
        None  # the contract's due day where first_due_on cannot show it (31, first due 28 Feb)
    )
    dates_from: DatesFrom = DatesFrom.FIRST_DUE
    shift: Shift = Shift.NONE
    accrual: Accrual = Accrual.UNADJUSTED
    due_dates: tuple[dt.date, ...] | None = None

    # Odd first period
    first_period: FirstPeriod = FirstPeriod.FULL
    stub_days: StubDays = StubDays.DAY_COUNT

    # Grace, in periods from the start
    principal_grace: int = 0  # interest only
    interest_grace: int = 0  # interest accrues, is first paid with the instalment after the grace
    interest_free: int = 0  # no interest accrues

    # Amounts outside the level instalments
    down_payment: Decimal = ZERO  # part of principal due on start_on, as an instalment of its own
    down_payment_rate: Decimal = ZERO  # the same as a fraction of principal
    balloon: Decimal = ZERO  # principal due with the last instalment on top of its own part

    # Amounts of an instalment
    instalment: Decimal | None = None  # stated by the lender
    levelling: Levelling = Levelling.REGULAR_PERIODS
    money_unit: Decimal = CENT  # interest and principal parts are multiples of it
    money_rounding: Rounding = Rounding.HALF_EVEN
    instalment_unit: Decimal = CENT  # the equal instalment is a multiple of it
    instalment_rounding: Rounding = Rounding.HALF_EVEN
    residue: Residue = Residue.LAST
    shortfall: Shortfall = Shortfall.REFUSE


@dataclass(frozen=True)
class ScheduledInstalment:
    """One row of a schedule: what falls due on due_on, by component, for the time since from_on."""

    number: int
    from_on: dt.date
    due_on: dt.date
    principal: Decimal
    interest: Decimal
    fee: Decimal = ZERO
    penalty: Decimal = ZERO
    is_down_payment: bool = False

    @property
    def total(self) -> Decimal:
        """All components together."""
        return self.principal + self.interest + self.fee + self.penalty
