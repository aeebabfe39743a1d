"""Schedules of other loan systems, to the cent, from their terms alone."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from loans.conformance.terms import NotExpressible, calendar_of, terms_of
from loans.contracts.schedules import make_schedule

CASES = json.loads(
    (Path(__file__).parents[1] / "data" / "peer_cases" / "cases.json").read_text(encoding="utf-8")
)["cases"]
WITH_SCHEDULE = [case for case in CASES if case.get("schedule") and case.get("loan")]

# Every case with a schedule that terms cannot say, and why.
REFUSED = {"frappe-dpd-two-drawings": "drawn in parts"}


def balance_after(schedule, number):
    return sum(row.principal for row in schedule if row.number > number)


def rows_of(case, schedule):
    """Rows in the case's own words, to compare with what it states."""
    # One source compares figures rounded to whole units.
    whole = case["source"]["repo"] == "frappe/lending"
    for row in schedule:
        amounts = {
            "principal": row.principal,
            "interest": row.interest,
            "total": row.total,
            "instalment": row.total,
            "balance_before": balance_after(schedule, row.number - 1),
            "balance_after": balance_after(schedule, row.number),
        }
        yield {
            "nr": row.number,
            "from": row.from_on.isoformat(),
            "due": row.due_on.isoformat(),
            "down_payment": row.is_down_payment,
            **{name: round(amount) if whole else amount for name, amount in amounts.items()},
        }


def exact(value):
    """Numbers as Decimal, flags and texts as they are."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if number else value


def differences(case, schedule):
    made = {row["nr"]: row for row in rows_of(case, schedule)}
    return [
        (stated["nr"], key, value, made[stated["nr"]][key])
        for stated in case["schedule"]
        for key, value in stated.items()
        if value is not None and exact(value) != made[stated["nr"]][key]
    ]


@pytest.mark.parametrize("case", WITH_SCHEDULE, ids=lambda case: case["id"])
def test_schedule_equals_the_source_in_every_row(case):
    if case["id"] in REFUSED:
        with pytest.raises(NotExpressible, match=REFUSED[case["id"]]):
            terms_of(case)
        return

    schedule = make_schedule(terms_of(case), calendar_of(case))

    assert differences(case, schedule) == []
    if case["source"]["repo"] != "frappe/lending":  # that source states some rows only
        assert len(schedule) == len(case["schedule"])


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case["id"].startswith(("frappe-emi", "frappe-schedule"))],
    ids=lambda case: case["id"],
)
def test_figures_stated_without_rows(case):
    schedule = make_schedule(terms_of(case), calendar_of(case))

    made = {
        "instalment": schedule[0].total,
        "instalments": len(schedule),
        "total_interest": round(sum(row.interest for row in schedule)),
        "total_payment": round(sum(row.total for row in schedule)),
    }
    assert case["expected"] == {key: made[key] for key in case["expected"]}


def test_every_schedule_case_is_expressed():
    schedule_cases = [case for case in CASES if case["tier"] == "A-schedule"]

    expressed = Counter(terms_of(case) is not None for case in schedule_cases)

    assert expressed == {True: 26}


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ({"loan": None}, "no loan terms"),
        ({"loan": {"principal": 1, "indexed_to": "gold"}}, "states indexed_to"),
        ({"loan": {"principal": 1}}, "neither an annual rate"),
        (
            {"loan": {"principal": 1, "annual_rate_pct": 5, "period_unit": "MOONS", "periods": 2}},
            "'MOONS' is unknown",
        ),
        ({"loan": {"principal": 1, "annual_rate_pct": 5}}, "neither its periods"),
        (
            {
                "loan": {"rate_per_period_pct": 3, "method": "annuity"},
                "conventions": {"grace": "x"},
            },
            "grace rule 'x' is unknown",
        ),
        (
            {"loan": {"rate_per_period_pct": 3, "method": "tontine"}, "conventions": {}},
            "'tontine' is unknown",
        ),
        (
            {
                "loan": {"interest_type": "FLAT", "grace_interest_periods": 2},
                "conventions": {},
            },
            "grace on interest payment",
        ),
    ],
)
def test_what_terms_cannot_say_is_refused_with_the_reason(case, reason):
    with pytest.raises(NotExpressible, match=reason):
        terms_of(case)
