"""Schedules worked by hand from the formulas."""

import datetime as dt
from decimal import Decimal

import pytest

from loans.contracts.annuity import count_instalments, level_instalment
from loans.contracts.schedules import make_schedule
from loans.contracts.terms import (
    DayCount,
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

D = dt.date.fromisoformat


def terms(**changes):
    stated = {
        "principal": Decimal(1000),
        "annual_rate": Decimal("0.12"),
        "periods": 4,
        "start_on": D("2026-01-05"),
        "first_due_on": D("2026-02-05"),
    }
    return Terms(**(stated | changes))


def parts(schedule):
    return [(str(row.principal), str(row.interest)) for row in schedule]


def principals(schedule):
    return [row.principal for row in schedule]


# Annuity


@pytest.mark.parametrize(
    ("principal", "annual", "periods", "instalment"),
    [
        # A = P·r / (1 - (1 + r)^-n), monthly r = annual / 12
        ("100000", "0.06", 360, "599.55"),
        ("20000", "0.05", 60, "377.42"),
        ("15000", "0.0999", 48, "380.37"),
    ],
)
def test_annuity_instalment(principal, annual, periods, instalment):
    r = Decimal(annual) / 12
    formula = Decimal(principal) * r / (1 - (1 + r) ** -periods)

    schedule = make_schedule(
        terms(principal=Decimal(principal), annual_rate=Decimal(annual), periods=periods)
    )

    assert round(formula, 2) == Decimal(instalment)
    assert {row.total for row in schedule[:-1]} == {Decimal(instalment)}


def test_annuity_rows_to_the_cent():
    # 1000 at 1 % a month over 4: 1000·0.01 / (1 - 1.01^-4) = 256.2811
    schedule = make_schedule(terms())

    assert parts(schedule) == [
        ("246.28", "10.00"),
        ("248.74", "7.54"),
        ("251.23", "5.05"),
        ("253.75", "2.54"),
    ]
    assert [row.number for row in schedule] == [1, 2, 3, 4]
    assert [str(row.from_on) for row in schedule] == [
        "2026-01-05",
        "2026-02-05",
        "2026-03-05",
        "2026-04-05",
    ]


def test_zero_rate_is_principal_in_equal_parts():
    schedule = make_schedule(terms(annual_rate=Decimal(0), periods=3))

    assert parts(schedule) == [("333.33", "0.00"), ("333.33", "0.00"), ("333.34", "0.00")]


def test_one_period_pays_everything():
    for method in Method:
        assert parts(make_schedule(terms(periods=1, method=method))) == [("1000.00", "10.00")]


@pytest.mark.parametrize(
    ("unit", "mode", "level", "last"),
    [
        ("1", Rounding.HALF_EVEN, "256", "257.15"),
        ("1", Rounding.UP, "257", "254.09"),
        ("10", Rounding.HALF_UP, "260", "244.90"),
        ("10", Rounding.DOWN, "250", "275.51"),
        ("100", Rounding.UP, "300", "122.48"),
    ],
)
def test_rounding_unit_of_the_instalment_and_the_last_absorbs(unit, mode, level, last):
    schedule = make_schedule(terms(instalment_unit=Decimal(unit), instalment_rounding=mode))

    assert [row.total for row in schedule[:-1]] == [Decimal(level)] * 3
    assert schedule[-1].total == Decimal(last)
    assert sum(principals(schedule)) == 1000


def test_first_instalment_absorbs_without_touching_the_interest():
    last = make_schedule(terms(instalment_unit=Decimal(10)))
    first = make_schedule(terms(instalment_unit=Decimal(10), residue=Residue.FIRST))

    assert [row.interest for row in first] == [row.interest for row in last]
    assert {row.total for row in first[1:]} == {Decimal(260)}
    assert sum(principals(first)) == 1000


def test_solving_anew_in_each_period_lets_rounding_even_out():
    whole = {
        "money_unit": Decimal(1),
        "instalment_unit": Decimal(1),
        "money_rounding": Rounding.HALF_UP,
        "instalment_rounding": Rounding.HALF_UP,
        "levelling": Levelling.EACH_PERIOD,
    }

    annuity = make_schedule(terms(**whole))
    equal = make_schedule(terms(**whole, periods=3, method=Method.EQUAL_PRINCIPAL))
    flat = make_schedule(
        terms(**whole, periods=6, annual_rate=Decimal("0.0396"), method=Method.FLAT)
    )

    # 256.28, then 754·0.01 / (1 - 1.01^-3) = 256.38, 506·0.01 / (1 - 1.01^-2) = 256.80
    assert parts(annuity) == [("246", "10"), ("248", "8"), ("252", "5"), ("254", "3")]
    assert principals(equal) == [333, 334, 333]
    # 167 of 1000/6, 167 of 833/5, 167 of 666/4 (166.5), 166 of 499/3, 167 of 333/2, 166
    assert principals(flat) == [167, 167, 167, 166, 167, 166]
    # 19.8 rounds to 20: 3.33, 17/5, 14/4, 10/3, 7/2, 3
    assert [row.interest for row in flat] == [3, 3, 4, 3, 4, 3]


# Equal principal and flat


def test_equal_principal_with_interest_on_the_balance():
    schedule = make_schedule(terms(method=Method.EQUAL_PRINCIPAL))

    assert parts(schedule) == [
        ("250.00", "10.00"),
        ("250.00", "7.50"),
        ("250.00", "5.00"),
        ("250.00", "2.50"),
    ]


def test_flat_interest_is_rounded_once_for_the_whole_term():
    # 10,000 at 8 % flat for a year: 800.00 of interest, 66.67 a month, the last takes the rest
    schedule = make_schedule(
        terms(principal=Decimal(10000), annual_rate=Decimal("0.08"), periods=12, method=Method.FLAT)
    )

    assert [row.interest for row in schedule] == [Decimal("66.67")] * 11 + [Decimal("66.63")]
    assert [row.principal for row in schedule] == [Decimal("833.33")] * 11 + [Decimal("833.37")]


def test_flat_instalment_in_whole_units():
    # 250 + 1000·0.15/12 = 262.50, half-even 262
    schedule = make_schedule(
        terms(annual_rate=Decimal("0.15"), method=Method.FLAT, instalment_unit=Decimal(1))
    )

    assert [row.total for row in schedule] == [262, 262, 262, 264]


# Day counts


def test_interest_by_the_days_of_each_month():
    def first_two(day_count):
        schedule = make_schedule(terms(day_count=day_count, method=Method.EQUAL_PRINCIPAL))
        return [str(row.interest) for row in schedule[:2]]

    # 1000·0.12·31/365 and 750·0.12·28/365, and so on
    assert first_two(DayCount.ACTUAL_365) == ["10.19", "6.90"]
    assert first_two(DayCount.ACTUAL_360) == ["10.33", "7.00"]
    assert first_two(DayCount.THIRTY_360) == ["10.00", "7.50"]
    assert first_two(DayCount.EQUAL_PERIODS) == ["10.00", "7.50"]


def test_leap_year_day_is_charged_by_actual_days_and_not_by_equal_months():
    leap = {"start_on": D("2024-02-05"), "first_due_on": D("2024-03-05"), "periods": 1}

    def interest(day_count):
        return str(make_schedule(terms(**leap, day_count=day_count))[0].interest)

    assert interest(DayCount.ACTUAL_365) == "9.53"  # 1000·0.12·29/365
    assert interest(DayCount.ACTUAL_ACTUAL) == "9.51"  # 1000·0.12·29/366
    assert interest(DayCount.EQUAL_PERIODS) == "10.00"


def test_levelling_over_own_periods_leaves_only_rounding_to_the_last():
    def spread(levelling):
        schedule = make_schedule(
            terms(periods=24, day_count=DayCount.ACTUAL_365, levelling=levelling)
        )
        return abs(schedule[-1].total - schedule[0].total)

    assert spread(Levelling.OWN_PERIODS) <= Decimal("0.12")
    assert spread(Levelling.REGULAR_PERIODS) > Decimal("0.12")


def test_level_instalment_with_different_period_rates_pays_off_exactly():
    factors = [Decimal("0.01"), Decimal("0.03"), Decimal(0), Decimal("0.02")]
    level = level_instalment(Decimal(1000), factors=factors)

    balance = Decimal(1000)
    for factor in factors:
        balance = balance * (1 + factor) - level

    assert abs(balance) < Decimal("1e-20")


def test_rate_per_period():
    schedule = make_schedule(
        terms(annual_rate=None, rate_per_period=Decimal("0.03"), method=Method.EQUAL_PRINCIPAL)
    )

    assert [str(row.interest) for row in schedule] == ["30.00", "22.50", "15.00", "7.50"]


# Odd first period: start 20 Jan, first due 5 Mar, regular period 5 Feb to 5 Mar (28 days), 44 days


ODD = {"start_on": D("2026-01-20"), "first_due_on": D("2026-03-05")}


def test_odd_first_period_charged_as_a_whole_one():
    assert parts(make_schedule(terms(**ODD)))[0] == ("246.28", "10.00")


def test_odd_first_period_by_days_inside_a_level_instalment():
    schedule = make_schedule(terms(**ODD, first_period=FirstPeriod.PRORATED))

    # 1000·0.01·44/28 = 15.71; the instalment stays 256.28
    assert parts(schedule)[0] == ("240.57", "15.71")
    assert schedule[0].total == schedule[1].total == Decimal("256.28")


def test_odd_first_period_solved_into_the_level_instalment():
    schedule = make_schedule(
        terms(**ODD, first_period=FirstPeriod.PRORATED, levelling=Levelling.OWN_PERIODS)
    )

    totals = [row.total for row in schedule]
    assert totals[0] == totals[1] == totals[2] > Decimal("256.28")
    assert abs(totals[3] - totals[0]) <= Decimal("0.04")


def test_odd_first_period_on_top_of_the_usual_principal():
    schedule = make_schedule(terms(**ODD, first_period=FirstPeriod.ON_TOP))

    assert parts(schedule)[0] == ("246.28", "15.71")
    assert schedule[1:] == make_schedule(terms(**ODD))[1:]


def test_odd_days_as_an_instalment_of_their_own():
    schedule = make_schedule(
        terms(**ODD, first_period=FirstPeriod.SEPARATE, day_count=DayCount.ACTUAL_365)
    )

    # 20 Jan to 5 Feb: 16 days, 1000·0.12·16/365 = 5.26
    assert len(schedule) == 5
    assert (str(schedule[0].due_on), *parts(schedule)[0]) == ("2026-02-05", "0", "5.26")
    assert (str(schedule[1].from_on), str(schedule[1].due_on)) == ("2026-02-05", "2026-03-05")


def test_odd_days_by_the_day_count_or_as_a_share_of_the_period():
    def first_interest(stub_days):
        loan = terms(
            **ODD,
            first_period=FirstPeriod.PRORATED,
            day_count=DayCount.THIRTY_360,
            stub_days=stub_days,
        )
        return str(make_schedule(loan)[0].interest)

    assert first_interest(StubDays.DAY_COUNT) == "15.00"  # 45 of 360 days
    assert first_interest(StubDays.SHARE_OF_PERIOD) == "15.71"  # 44/28 of a month


# Grace, down payment, balloon, stated instalment


def test_principal_grace_pays_interest_only():
    schedule = make_schedule(terms(principal_grace=2, method=Method.EQUAL_PRINCIPAL))

    assert parts(schedule) == [
        ("0", "10.00"),
        ("0", "10.00"),
        ("500.00", "10.00"),
        ("500.00", "5.00"),
    ]


def test_interest_grace_defers_without_interest_on_interest():
    schedule = make_schedule(terms(interest_grace=2, method=Method.EQUAL_PRINCIPAL))

    assert [str(row.interest) for row in schedule] == ["0", "0", "22.50", "2.50"]


def test_interest_free_periods_never_charge_it():
    schedule = make_schedule(terms(interest_free=2, method=Method.EQUAL_PRINCIPAL))

    assert [str(row.interest) for row in schedule] == ["0.00", "0.00", "5.00", "2.50"]


def test_interest_free_periods_keep_the_annuity_level():
    schedule = make_schedule(terms(interest_free=2))

    assert schedule[0].total == schedule[1].total == schedule[2].total
    assert abs(schedule[3].total - schedule[0].total) <= Decimal("0.04")


def test_down_payment_is_the_first_instalment_and_bears_no_interest():
    schedule = make_schedule(
        terms(principal=Decimal(1250), down_payment_rate=Decimal("0.2"), annual_rate=Decimal(0))
    )

    first = schedule[0]
    assert first.is_down_payment
    assert (first.number, first.due_on, first.total) == (1, D("2026-01-05"), 250)
    assert principals(schedule[1:]) == [250] * 4
    assert [row.number for row in schedule] == [1, 2, 3, 4, 5]


def test_down_payment_as_an_amount_or_rounded_from_a_rate():
    amount = make_schedule(terms(down_payment=Decimal("123.45")))
    rate = make_schedule(
        terms(
            principal=Decimal(1250), down_payment_rate=Decimal("0.25"), instalment_unit=Decimal(1)
        )
    )

    assert amount[0].principal == Decimal("123.45")
    assert rate[0].principal == 312  # 312.50, half to even


def test_balloon_falls_due_with_the_last_instalment():
    # (20000·1.005^36 - 8000)·0.005 / (1.005^36 - 1) = 405.06
    schedule = make_schedule(
        terms(
            principal=Decimal(20000),
            annual_rate=Decimal("0.06"),
            periods=36,
            balloon=Decimal(8000),
        )
    )

    assert {row.total for row in schedule[:-1]} == {Decimal("405.06")}
    assert abs(schedule[-1].total - Decimal("8405.06")) <= Decimal("0.36")
    assert sum(principals(schedule)) == 20000


def test_balloon_of_the_whole_principal_is_interest_only_until_the_end():
    schedule = make_schedule(terms(balloon=Decimal(1000)))

    assert [row.total for row in schedule] == [10, 10, 10, 1010]


def test_balloon_beside_equal_principal_and_flat_parts():
    equal = make_schedule(terms(balloon=Decimal(600), method=Method.EQUAL_PRINCIPAL))
    flat = make_schedule(terms(balloon=Decimal(600), method=Method.FLAT))

    assert principals(equal) == principals(flat) == [100, 100, 100, 700]


def test_stated_instalment_and_the_last_absorbs():
    schedule = make_schedule(terms(instalment=Decimal(250)))

    assert [row.total for row in schedule[:-1]] == [250] * 3
    assert schedule[-1].total == Decimal("275.51")


def test_stated_instalment_that_pays_off_early_ends_the_schedule():
    schedule = make_schedule(terms(instalment=Decimal(400)))

    assert [row.total for row in schedule] == [400, 400, Decimal("218.26")]


def test_interest_a_stated_instalment_does_not_cover_is_carried_without_interest_on_it():
    # 1 Jan to 1 Mar 2026: 59 days at 36 %, 1000·0.36·59/365 = 58.19; then 31 days
    loan = {
        "annual_rate": Decimal("0.36"),
        "start_on": D("2026-01-01"),
        "first_due_on": D("2026-03-01"),
        "instalment": Decimal(50),
        "day_count": DayCount.ACTUAL_365,
        "first_period": FirstPeriod.PRORATED,
    }

    schedule = make_schedule(terms(**loan, shortfall=Shortfall.CARRY))

    assert parts(schedule)[:2] == [("0.00", "50.00"), ("11.23", "38.77")]  # 8.19 + 30.58
    assert sum(principals(schedule)) == 1000
    with pytest.raises(ImpossibleTerms, match="carry the shortfall"):
        make_schedule(terms(**loan))


def test_number_of_instalments_of_a_stated_amount():
    # 280,000 at 0.7 % a month, 14,000 each: n = -ln(1 - 280000·0.007/14000) / ln 1.007 = 21.6
    count = count_instalments(Decimal(280000), rate=Decimal("0.007"), instalment=Decimal(14000))

    assert count == 22


# What no schedule satisfies


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"principal": Decimal(0)}, "amount above zero"),
        ({"principal": Decimal("NaN")}, "give a number"),
        ({"annual_rate": Decimal("-0.01")}, "fraction of one"),
        ({"annual_rate": None}, "either annual_rate or rate_per_period"),
        ({"rate_per_period": Decimal("0.01")}, "and not both"),
        ({"periods": 0}, "at least one instalment"),
        ({"period": Period(PeriodUnit.MONTH, 0)}, "give 1 or more"),
        ({"first_due_on": D("2026-01-05")}, "does not come after the start"),
        ({"day_of_month": 6}, "not on day 6"),
        ({"day_of_month": 32}, "give 1 to 31"),
        ({"day_of_month": 5, "period": Period(PeriodUnit.WEEK)}, "leave it out"),
        ({"due_dates": (D("2026-02-05"),)}, "state one for each"),
        ({"down_payment": Decimal(1000)}, "lower it"),
        ({"down_payment_rate": Decimal(25)}, "0.25 is a quarter"),
        ({"down_payment": Decimal(1), "down_payment_rate": Decimal("0.1")}, "keep one"),
        ({"balloon": Decimal(1001)}, "lower it"),
        ({"balloon": Decimal(900), "down_payment": Decimal(200)}, "after the down payment"),
        ({"balloon": Decimal(-1)}, "lower it"),
        ({"principal_grace": 4}, "leave at least one period"),
        ({"interest_grace": -1}, "leave at least one period"),
        ({"interest_free": 5}, "lower them"),
        ({"instalment": Decimal(0)}, "amount above zero"),
        ({"instalment": Decimal(5)}, "does not cover the interest"),
        ({"instalment": Decimal(5), "method": Method.FLAT}, "does not cover the flat interest"),
        ({"instalment": Decimal(5), "method": Method.EQUAL_PRINCIPAL}, "leave it out"),
        ({"instalment": Decimal(5), "levelling": Levelling.EACH_PERIOD}, "leave one out"),
        ({"residue": Residue.FIRST, "levelling": Levelling.EACH_PERIOD}, "'last'"),
        ({"instalment_unit": Decimal(0)}, "give 0.01, 1, 10"),
        ({"instalment_unit": Decimal("0.015")}, "not a multiple"),
        (
            {"instalment_unit": Decimal(1000), "instalment_rounding": Rounding.UP},
            "use a smaller unit",
        ),
        ({"shift": Shift.FOLLOWING}, "no holiday calendar"),
        ({"first_period": FirstPeriod.SEPARATE, "interest_free": 1}, "use 'full'"),
    ],
)
def test_impossible_terms_say_what_to_change(changes, remedy):
    with pytest.raises(ImpossibleTerms, match=remedy):
        make_schedule(terms(**changes))


def test_negative_amortisation_is_refused_in_any_period():
    late = terms(
        annual_rate=Decimal("0.5"),
        start_on=D("2025-01-05"),
        first_period=FirstPeriod.PRORATED,
    )

    with pytest.raises(ImpossibleTerms, match="long first period on top"):
        make_schedule(late)
