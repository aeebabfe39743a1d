"""What each period charges: the rate of a regular period, and of an odd first one by its days."""

from dataclasses import dataclass
from decimal import Decimal

from loans.contracts.daycount import nominal_years, year_fraction
from loans.contracts.due_dates import AccrualPeriod
from loans.contracts.terms import ZERO, DayCount, FirstPeriod, StubDays, Terms


@dataclass(frozen=True)
class RatedPeriod:
    """One period with its rates: what it charges, and what a regular one in its place would.

    A factor is rate times length: 0.01 for a month at 12 % a year.
    """

    period: AccrualPeriod
    factor: Decimal
    regular_factor: Decimal


def nominal_factor(terms: Terms) -> Decimal:
    """Rate of a regular period by number, whatever its days."""
    if terms.rate_per_period is not None:
        return terms.rate_per_period
    return (terms.annual_rate or ZERO) * nominal_years(terms.period)


def _regular_factor(terms: Terms, period: AccrualPeriod) -> Decimal:
    """Rate of the regular period that this one is, or stands for."""
    if terms.annual_rate is None or terms.day_count is DayCount.EQUAL_PERIODS:
        return nominal_factor(terms)
    return terms.annual_rate * year_fraction(
        period.regular_from, period.regular_to, day_count=terms.day_count
    )


def stub_factor(terms: Terms, period: AccrualPeriod) -> Decimal:
    """Rate of an odd period by its days."""
    by_number = terms.annual_rate is None or terms.day_count is DayCount.EQUAL_PERIODS
    if by_number or terms.stub_days is StubDays.SHARE_OF_PERIOD:
        days = (period.to_on - period.from_on).days
        regular_days = (period.regular_to - period.regular_from).days
        return _regular_factor(terms, period) * days / regular_days
    return (terms.annual_rate or ZERO) * year_fraction(
        period.from_on, period.to_on, day_count=terms.day_count
    )


def rate_periods(terms: Terms, periods: list[AccrualPeriod]) -> list[RatedPeriod]:
    """Give each period its rate; the interest-free ones at the start get none."""
    rated = []
    by_number = terms.annual_rate is None or terms.day_count is DayCount.EQUAL_PERIODS
    nominal = nominal_factor(terms)
    for index, period in enumerate(periods):
        if index < terms.interest_free:
            rated.append(RatedPeriod(period, ZERO, ZERO))
            continue
        regular = nominal if by_number else _regular_factor(terms, period)
        by_days = period.is_odd and terms.first_period is not FirstPeriod.FULL
        factor = stub_factor(terms, period) if by_days else regular
        rated.append(RatedPeriod(period, factor, regular))
    return rated


def splitting_factor(terms: Terms, rated: RatedPeriod) -> Decimal:
    """Rate that decides how much of an instalment is principal: odd days on top do not."""
    on_top = terms.first_period is FirstPeriod.ON_TOP
    return rated.regular_factor if on_top else rated.factor
