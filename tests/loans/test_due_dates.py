"""Due dates: month ends, holidays, odd first periods, dates the lender states."""

import datetime as dt
from decimal import Decimal

import pytest

from core.calendars.working_days import WorkingDays
from loans.contracts.due_dates import accrual_periods, add_periods
from loans.contracts.terms import (
    Accrual,
    DatesFrom,
    DueDay,
    FirstPeriod,
    ImpossibleTerms,
    Period,
    PeriodUnit,
    Shift,
    Terms,
)

D = dt.date.fromisoformat

# Spring Festival 2026: 15 to 23 February off, Saturdays 14 and 28 February worked.
SPRING_FESTIVAL = WorkingDays(
    holidays=frozenset(dt.date(2026, 2, day) for day in range(15, 24)),
    workdays=frozenset({dt.date(2026, 2, 14), dt.date(2026, 2, 28)}),
)


def terms(**changes):
    stated = {
        "principal": Decimal(1200),
        "annual_rate": Decimal("0.12"),
        "periods": 3,
        "start_on": D("2025-12-31"),
        "first_due_on": D("2026-01-31"),
    }
    return Terms(**(stated | changes))


def due(terms, calendar=None):
    return [str(period.due_on) for period in accrual_periods(terms, calendar)]


@pytest.mark.parametrize(("year", "february"), [(2026, "2026-02-28"), (2024, "2024-02-29")])
def test_due_day_31_comes_back_after_february(year, february):
    dates = due(terms(start_on=dt.date(year - 1, 12, 31), first_due_on=dt.date(year, 1, 31)))

    assert dates == [f"{year}-01-31", february, f"{year}-03-31"]


def test_first_due_day_stays_unless_last_days_stick():
    april = {"start_on": D("2026-03-30"), "first_due_on": D("2026-04-30")}

    assert due(terms(**april)) == ["2026-04-30", "2026-05-30", "2026-06-30"]
    assert due(terms(**april, due_day=DueDay.END_OF_MONTH)) == [
        "2026-04-30",
        "2026-05-31",
        "2026-06-30",
    ]


def test_contract_day_that_february_cannot_show():
    february = {"start_on": D("2026-01-31"), "first_due_on": D("2026-02-28")}

    assert due(terms(**february)) == ["2026-02-28", "2026-03-28", "2026-04-28"]
    assert due(terms(**february, day_of_month=31)) == ["2026-02-28", "2026-03-31", "2026-04-30"]
    assert due(terms(**february, day_of_month=30)) == ["2026-02-28", "2026-03-30", "2026-04-30"]


def test_yearly_instalments_of_a_leap_day():
    leap = terms(
        period=Period(PeriodUnit.YEAR), start_on=D("2023-02-28"), first_due_on=D("2024-02-29")
    )

    assert due(leap) == ["2024-02-29", "2025-02-28", "2026-02-28"]


def test_every_two_weeks():
    assert due(terms(period=Period(PeriodUnit.WEEK, 2), first_due_on=D("2026-01-14"))) == [
        "2026-01-14",
        "2026-01-28",
        "2026-02-11",
    ]


def test_counting_back_over_a_year_end():
    assert add_periods(D("2026-01-31"), period=Period(), count=-2) == D("2025-11-30")


def test_odd_first_due_date_moves_the_following_ones_unless_counted_from_the_start():
    odd = {"start_on": D("2026-01-05"), "first_due_on": D("2026-02-20")}

    assert due(terms(**odd)) == ["2026-02-20", "2026-03-20", "2026-04-20"]
    assert due(terms(**odd, dates_from=DatesFrom.START)) == [
        "2026-02-20",
        "2026-03-05",
        "2026-04-05",
    ]


@pytest.mark.parametrize(
    ("shift", "dates"),
    [
        (Shift.NONE, ["2026-01-15", "2026-02-15", "2026-03-15"]),
        (Shift.FOLLOWING, ["2026-01-15", "2026-02-24", "2026-03-16"]),
        (Shift.MODIFIED_FOLLOWING, ["2026-01-15", "2026-02-24", "2026-03-16"]),
        (Shift.PRECEDING, ["2026-01-15", "2026-02-14", "2026-03-13"]),
    ],
)
def test_due_date_in_spring_festival(shift, dates):
    loan = terms(start_on=D("2025-12-15"), first_due_on=D("2026-01-15"), shift=shift)

    assert due(loan, SPRING_FESTIVAL) == dates


def test_worked_saturday_keeps_its_due_date_and_modified_following_its_month():
    loan = terms(shift=Shift.MODIFIED_FOLLOWING)

    assert due(loan, SPRING_FESTIVAL) == ["2026-01-30", "2026-02-28", "2026-03-31"]


def test_a_moved_date_does_not_move_the_next_and_interest_runs_by_either_date():
    loan = {"start_on": D("2025-12-15"), "first_due_on": D("2026-01-15"), "shift": Shift.FOLLOWING}

    def spans(accrual):
        made = accrual_periods(terms(**loan, accrual=accrual), SPRING_FESTIVAL)
        return [(str(period.from_on), str(period.to_on)) for period in made]

    assert spans(Accrual.UNADJUSTED) == [
        ("2025-12-15", "2026-01-15"),
        ("2026-01-15", "2026-02-15"),
        ("2026-02-15", "2026-03-15"),
    ]
    assert spans(Accrual.ADJUSTED) == [
        ("2025-12-15", "2026-01-15"),
        ("2026-01-15", "2026-02-24"),
        ("2026-02-24", "2026-03-16"),
    ]


def test_dates_stated_by_the_lender_replace_the_rhythm():
    stated = (D("2026-02-03"), D("2026-03-02"), D("2026-04-07"))

    assert due(terms(due_dates=stated, shift=Shift.FOLLOWING)) == [str(date) for date in stated]


def test_holiday_shift_needs_a_calendar():
    with pytest.raises(ImpossibleTerms, match="give one"):
        due(terms(shift=Shift.FOLLOWING))


def test_daily_instalments_that_a_holiday_would_pile_up_are_refused():
    daily = terms(
        period=Period(PeriodUnit.DAY),
        start_on=D("2026-02-13"),
        first_due_on=D("2026-02-15"),
        shift=Shift.FOLLOWING,
    )

    with pytest.raises(ImpossibleTerms, match="does not come after"):
        due(daily, SPRING_FESTIVAL)


@pytest.mark.parametrize(
    ("start_on", "odd"),
    [("2026-02-05", False), ("2026-02-01", True), ("2026-02-20", True)],
)
def test_first_period_is_odd_when_it_is_not_one_period_long(start_on, odd):
    first = accrual_periods(terms(start_on=D(start_on), first_due_on=D("2026-03-05")))[0]

    assert first.is_odd is odd


def test_start_on_the_31st_and_first_due_at_the_end_of_february_is_a_whole_month():
    first = accrual_periods(terms(start_on=D("2026-01-31"), first_due_on=D("2026-02-28")))[0]

    assert not first.is_odd


@pytest.mark.parametrize(
    ("start_on", "dates"),
    [
        # long: the odd days come first, three whole periods follow, the last date stays
        ("2026-01-20", ["2026-02-05", "2026-03-05", "2026-04-05", "2026-05-05"]),
        # short: interest for the short time, then three whole periods
        ("2026-02-20", ["2026-03-05", "2026-04-05", "2026-05-05", "2026-06-05"]),
        # regular: nothing to separate
        ("2026-02-05", ["2026-03-05", "2026-04-05", "2026-05-05"]),
    ],
)
def test_separate_first_instalment_for_odd_days(start_on, dates):
    loan = terms(
        start_on=D(start_on), first_due_on=D("2026-03-05"), first_period=FirstPeriod.SEPARATE
    )

    assert due(loan) == dates
