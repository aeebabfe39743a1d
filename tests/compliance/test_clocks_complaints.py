"""By when a complaint is answered."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.clocks import complaints

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


def test_a_clock_that_the_measure_does_not_know_is_refused():
    with pytest.raises(ValueError, match="forever"):
        complaints.due_on(date(2026, 5, 4), "forever")
