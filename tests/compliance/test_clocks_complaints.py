"""By when a complaint is answered."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.clocks import complaints
from compliance.rulepacks.standard import standard_documents

TABLE = [
    # received, clock, last day
    ("2026-05-04", "simple", "2026-05-19"),
    ("2026-05-04", "complex", "2026-06-03"),
    ("2026-05-04", "exceptional", "2026-07-03"),
    # Over the end of February, with and without a leap day.
    ("2027-02-14", "simple", "2027-03-01"),
    ("2028-02-14", "simple", "2028-02-29"),
    ("2028-02-15", "simple", "2028-03-01"),
    ("2026-12-31", "complex", "2027-01-30"),
    # The last day falls into the Spring Festival of 2026 and stays there.
    ("2026-02-03", "simple", "2026-02-18"),
]


@pytest.mark.parametrize(("received", "clock", "expected"), TABLE)
def test_the_answer_is_due(received, clock, expected):
    assert complaints.due_on(date.fromisoformat(received), clock) == date.fromisoformat(expected)


def test_the_pack_of_china_says_the_days_of_the_measure():
    values = standard_documents()["CN"]["rules"]
    (said,) = [rule["values"] for rule in values if rule["code"] == "CN-COMPLAINT"]

    assert tuple(said["answer_days"]) == complaints.MEASURE


def test_terms_of_a_rule_end_where_it_names_no_further():
    assert complaints.due_on(date(2026, 5, 4), "simple", [56]) == date(2026, 6, 29)
    with pytest.raises(ValueError, match="complex"):
        complaints.due_on(date(2026, 5, 4), "complex", [56])


def test_a_clock_that_the_measure_does_not_know_is_refused():
    with pytest.raises(ValueError, match="forever"):
        complaints.due_on(date(2026, 5, 4), "forever")
