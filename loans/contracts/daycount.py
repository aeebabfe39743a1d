"""Length of a period in years, by day-count convention.

Definitions: ISDA 2006 section 4.16 (actual/365 fixed, actual/360, actual/actual ISDA, 30/360,
30E/360).
"""

import calendar
import datetime as dt
from decimal import Decimal

from loans.contracts.terms import DayCount, Period, PeriodUnit

_PERIODS_PER_YEAR = {
    PeriodUnit.DAY: 365,
    PeriodUnit.WEEK: 52,
    PeriodUnit.MONTH: 12,
    PeriodUnit.YEAR: 1,
}
_DAYS_IN_YEAR = {
    DayCount.THIRTY_360: 360,
    DayCount.THIRTY_E_360: 360,
    DayCount.ACTUAL_365: 365,
    DayCount.ACTUAL_360: 360,
    DayCount.ACTUAL_364: 364,
}


def nominal_years(period: Period) -> Decimal:
    """Length of a regular period in years: a month is a twelfth, whatever its days."""
    return Decimal(period.every) / _PERIODS_PER_YEAR[period.unit]


def year_fraction(from_on: dt.date, to_on: dt.date, *, day_count: DayCount) -> Decimal:
    """Time from one date to another in years (the first day counts, the last does not).

    Raises ValueError for equal periods, which have a length by number and not by dates.
    """
    if to_on < from_on:
        raise ValueError(f"{to_on} lies before {from_on}; give the earlier date first")
    if day_count is DayCount.EQUAL_PERIODS:
        raise ValueError("equal periods have no length in days; use nominal_years(period)")
    if day_count is DayCount.ACTUAL_ACTUAL:
        return _actual_actual(from_on, to_on)
    if day_count in (DayCount.THIRTY_360, DayCount.THIRTY_E_360):
        days = _days_of_thirty(from_on, to_on, european=day_count is DayCount.THIRTY_E_360)
    else:
        days = (to_on - from_on).days
    return Decimal(days) / _DAYS_IN_YEAR[day_count]


def _days_of_thirty(from_on: dt.date, to_on: dt.date, *, european: bool) -> int:
    """Count days with months of 30. Bond basis keeps a 31st at the end unless begun on the 30th."""
    first_day = min(from_on.day, 30)
    last_day = min(to_on.day, 30) if european or first_day == 30 else to_on.day
    months = 12 * (to_on.year - from_on.year) + to_on.month - from_on.month
    return 30 * months + last_day - first_day


def _actual_actual(from_on: dt.date, to_on: dt.date) -> Decimal:
    """Split the days by calendar year: those of a leap year over 366, the others over 365."""
    years = Decimal(0)
    start = from_on
    while start < to_on:
        end = min(to_on, dt.date(start.year + 1, 1, 1))
        years += Decimal((end - start).days) / (366 if calendar.isleap(start.year) else 365)
        start = end
    return years
