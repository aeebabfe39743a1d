"""Day counts against published examples."""

import datetime as dt
from decimal import Decimal

import pytest

from loans.contracts.daycount import nominal_years, year_fraction
from loans.contracts.terms import DayCount, Period, PeriodUnit

D = dt.date.fromisoformat

# ISDA, "EMU and Market Conventions: Recent Developments" (1998), actual/actual (ISDA) examples:
# interest on 10,000 at 10 %.
ACTUAL_ACTUAL = [
    ("2003-11-01", "2004-05-01", "497.72"),
    ("1999-02-01", "1999-07-01", "410.96"),
    ("1999-07-01", "2000-07-01", "1001.38"),
    ("2002-08-15", "2003-07-15", "915.07"),
    ("2003-07-15", "2004-01-15", "504.00"),
    ("1999-07-30", "2000-01-30", "503.89"),
    ("2000-01-30", "2000-06-30", "415.30"),
]

# ISDA, table of 30/360 day count conventions (2006): 30/360 and 30E/360 days.
THIRTY = [
    ("2007-01-15", "2007-01-30", 15, 15),
    ("2007-01-15", "2007-02-15", 30, 30),
    ("2007-07-15", "2008-01-15", 180, 180),
    ("2007-09-30", "2008-03-31", 180, 180),
    ("2007-09-30", "2007-10-31", 30, 30),
    ("2007-01-15", "2007-01-31", 16, 15),
    ("2007-01-31", "2007-02-28", 28, 28),
    ("2007-02-28", "2007-03-31", 33, 32),
    ("2006-08-31", "2007-02-28", 178, 178),
    ("2007-02-28", "2007-08-31", 183, 182),
    ("2007-02-26", "2008-02-29", 363, 363),
    ("2008-02-29", "2009-02-28", 359, 359),
    ("2008-02-29", "2008-03-31", 32, 31),
]


@pytest.mark.parametrize(("from_on", "to_on", "interest"), ACTUAL_ACTUAL)
def test_actual_actual_splits_days_by_calendar_year(from_on, to_on, interest):
    years = year_fraction(D(from_on), D(to_on), day_count=DayCount.ACTUAL_ACTUAL)

    assert round(years * 1000, 2) == Decimal(interest)


@pytest.mark.parametrize(("from_on", "to_on", "bond", "eurobond"), THIRTY)
def test_months_of_thirty_days(from_on, to_on, bond, eurobond):
    def days(day_count):
        return year_fraction(D(from_on), D(to_on), day_count=day_count) * 360

    assert round(days(DayCount.THIRTY_360), 9) == bond
    assert round(days(DayCount.THIRTY_E_360), 9) == eurobond


@pytest.mark.parametrize(
    ("day_count", "days_in_year"),
    [(DayCount.ACTUAL_365, 365), (DayCount.ACTUAL_360, 360), (DayCount.ACTUAL_364, 364)],
)
def test_actual_days_of_a_leap_year_over_a_fixed_year(day_count, days_in_year):
    years = year_fraction(D("2024-01-01"), D("2025-01-01"), day_count=day_count)

    assert years == Decimal(366) / days_in_year


@pytest.mark.parametrize("day_count", [c for c in DayCount if c is not DayCount.EQUAL_PERIODS])
def test_no_time_between_a_date_and_itself(day_count):
    assert year_fraction(D("2024-02-29"), D("2024-02-29"), day_count=day_count) == 0


def test_dates_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="earlier date first"):
        year_fraction(D("2024-02-01"), D("2024-01-01"), day_count=DayCount.ACTUAL_365)


def test_equal_periods_have_no_length_in_days():
    with pytest.raises(ValueError, match="nominal_years"):
        year_fraction(D("2024-01-01"), D("2024-02-01"), day_count=DayCount.EQUAL_PERIODS)


@pytest.mark.parametrize(
    ("period", "years"),
    [
        (Period(PeriodUnit.MONTH, 1), Decimal(1) / 12),
        (Period(PeriodUnit.MONTH, 3), Decimal("0.25")),
        (Period(PeriodUnit.WEEK, 2), Decimal(2) / 52),
        (Period(PeriodUnit.DAY, 15), Decimal(15) / 365),
        (Period(PeriodUnit.YEAR, 1), Decimal(1)),
    ],
)
def test_regular_period_as_a_share_of_the_year(period, years):
    assert nominal_years(period) == years
