"""What holds for every schedule, whatever its terms."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars.working_days import WorkingDays
from loans.contracts.schedules import make_even_schedule, make_row_by_row, make_schedule
from loans.contracts.terms import (
    Accrual,
    DatesFrom,
    DayCount,
    DueDay,
    FirstPeriod,
    ImpossibleTerms,
    Levelling,
    Method,
    Period,
    PeriodUnit,
    Residue,
    Rounding,
    Shift,
    Shortfall,
    StubDays,
    Terms,
)

WEEKENDS_OFF = WorkingDays()

cents = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(5_000_000), places=2)
rates = st.decimals(min_value=0, max_value=Decimal("0.36"), places=4)


@st.composite
def any_terms(draw):
    start_on = draw(st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31)))
    periods = draw(st.integers(1, 84))
    money_unit = draw(st.sampled_from([Decimal("0.01"), Decimal(1)]))
    principal = draw(cents)
    method = draw(st.sampled_from(Method))
    levelling = draw(st.sampled_from(Levelling))
    dates_from = draw(st.sampled_from(DatesFrom))
    interest_free = draw(st.integers(0, min(3, periods)))
    first_period = draw(st.sampled_from(FirstPeriod))
    if dates_from is DatesFrom.START or interest_free:
        first_period = draw(st.sampled_from([FirstPeriod.PRORATED, FirstPeriod.ON_TOP]))
    each = levelling is Levelling.EACH_PERIOD
    stated = st.none() if each or method is Method.EQUAL_PRINCIPAL else st.none() | cents
    grace = st.integers(0, min(3, periods - 1))
    return Terms(
        principal=principal,
        periods=periods,
        start_on=start_on,
        first_due_on=start_on + dt.timedelta(days=draw(st.integers(1, 75))),
        annual_rate=draw(rates),
        period=Period(
            draw(st.sampled_from([PeriodUnit.WEEK, PeriodUnit.MONTH])), draw(st.integers(1, 3))
        ),
        method=method,
        day_count=draw(st.sampled_from(DayCount)),
        due_day=draw(st.sampled_from(DueDay)),
        dates_from=dates_from,
        shift=draw(st.sampled_from(Shift)),
        accrual=draw(st.sampled_from(Accrual)),
        first_period=first_period,
        stub_days=draw(st.sampled_from(StubDays)),
        principal_grace=draw(grace),
        interest_grace=draw(grace),
        interest_free=interest_free,
        down_payment_rate=draw(st.sampled_from([Decimal(0), Decimal("0.2"), Decimal("0.333")])),
        balloon=draw(st.sampled_from([Decimal(0), principal / 4])).quantize(money_unit),
        instalment=draw(stated),
        levelling=levelling,
        money_unit=money_unit,
        money_rounding=draw(st.sampled_from(Rounding)),
        instalment_unit=money_unit * draw(st.sampled_from([1, 10, 100])),
        instalment_rounding=draw(st.sampled_from(Rounding)),
        residue=Residue.LAST if each else draw(st.sampled_from(Residue)),
        shortfall=draw(st.sampled_from(Shortfall)),
    )


@st.composite
def plain_terms(draw):
    """Terms of an ordinary car loan, which must never be refused.

    Dearer and longer loans exist whose first instalment does not cover 60 days of interest.
    """
    start_on = draw(st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31)))
    return Terms(
        principal=draw(st.decimals(min_value=1000, max_value=Decimal(5_000_000), places=2)),
        periods=draw(st.integers(1, 84)),
        start_on=start_on,
        first_due_on=start_on + dt.timedelta(days=draw(st.integers(15, 45))),
        annual_rate=draw(rates) / 3,
        method=draw(st.sampled_from(Method)),
        day_count=draw(st.sampled_from(DayCount)),
        first_period=draw(st.sampled_from(FirstPeriod)),
        money_rounding=draw(st.sampled_from([Rounding.HALF_EVEN, Rounding.HALF_UP])),
        residue=draw(st.sampled_from(Residue)),
    )


def assert_sound(terms, schedule):
    assert sum(row.principal for row in schedule) == terms.principal
    assert all(row.principal >= 0 and row.interest >= 0 for row in schedule)
    assert all(earlier.due_on < later.due_on for earlier, later in pairwise(schedule))
    assert [row.number for row in schedule] == list(range(1, len(schedule) + 1))
    assert all(row.from_on <= row.due_on for row in schedule if terms.shift is Shift.NONE)


@settings(max_examples=400, deadline=None)
@given(any_terms())
def test_a_schedule_is_sound_or_refused_with_a_reason(terms):
    schedule = refusal = None
    try:
        schedule = make_schedule(terms, WEEKENDS_OFF)
    except ImpossibleTerms as error:
        refusal = str(error)

    if schedule is None:
        assert "; " in refusal or "give" in refusal
    else:
        assert_sound(terms, schedule)


@settings(max_examples=200, deadline=None)
@given(plain_terms())
def test_ordinary_terms_always_have_a_schedule(terms):
    schedule = make_schedule(terms)

    assert_sound(terms, schedule)
    assert len(schedule) - terms.periods in (0, 1)


@settings(max_examples=100, deadline=None)
@given(plain_terms(), st.sampled_from([Decimal(1), Decimal(10)]), st.sampled_from(Rounding))
def test_every_regular_annuity_instalment_is_a_multiple_of_the_unit(terms, unit, mode):
    rounded = Terms(
        **(
            vars(terms)
            | {
                "method": Method.ANNUITY,
                "first_period": FirstPeriod.FULL,
                "residue": Residue.LAST,
                "instalment_unit": unit,
                "instalment_rounding": mode,
            }
        )
    )
    try:
        schedule = make_schedule(rounded)
    except ImpossibleTerms:
        return

    assert all(row.total % unit == 0 for row in schedule[:-1])
    assert len({row.total for row in schedule[:-1]}) <= 1


@settings(max_examples=100, deadline=None)
@given(plain_terms())
def test_an_annuity_costs_less_than_flat_interest_at_the_same_rate(terms):
    def interest(method):
        changed = vars(terms) | {
            "method": method,
            "day_count": DayCount.EQUAL_PERIODS,
            "first_period": FirstPeriod.FULL,
        }
        return sum(row.interest for row in make_schedule(Terms(**changed)))

    rounding = terms.periods * Decimal("0.01")
    assert interest(Method.ANNUITY) <= interest(Method.FLAT) + rounding
    assert interest(Method.EQUAL_PRINCIPAL) <= interest(Method.ANNUITY) + rounding


even_terms = st.builds(
    lambda first_due_in, start_on, **terms: Terms(
        start_on=start_on, first_due_on=start_on + dt.timedelta(days=first_due_in), **terms
    ),
    first_due_in=st.integers(1, 75),
    start_on=st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31)),
    principal=cents,
    periods=st.integers(1, 84),
    annual_rate=rates,
    shift=st.sampled_from([Shift.NONE, Shift.FOLLOWING]),
    accrual=st.sampled_from(Accrual),
    instalment_rounding=st.sampled_from(Rounding),
    money_rounding=st.sampled_from(Rounding),
    shortfall=st.sampled_from(Shortfall),
)


@given(even_terms)
def test_an_even_schedule_is_the_one_made_row_by_row(terms):
    even = make_even_schedule(terms, WEEKENDS_OFF)
    if even is None:  # too small to be spread to the cent: the other says why, or carries a rest
        return
    rows = make_row_by_row(terms, WEEKENDS_OFF)

    assert list(even.from_dates) == [row.from_on for row in rows]
    assert list(even.due_dates) == [row.due_on for row in rows]
    assert even.principals == [row.principal for row in rows]
    assert even.interests == [row.interest for row in rows]
    assert make_schedule(terms, WEEKENDS_OFF) == rows
