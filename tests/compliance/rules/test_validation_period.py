"""The validation period, and what may not be said in it."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.gate.facts import NoticeFact
from tests.compliance.gate_facts import LOAN, OTHER_LOAN, answer, facts, standard

VALIDATION = standard("REGF-VALIDATION")


def _asked(at, notice=None, content=("threat_of_suit",)):
    told = {"kind": "validation", "served_on": date(2026, 11, 25), "loan_id": LOAN}
    return facts(at, content=content, notices=(NoticeFact(**{**told, **(notice or {})}),))


@pytest.mark.parametrize(
    ("at", "notice", "opens"),
    [
        # Sent on 25 November: received on 3 December, Thanksgiving and the weekend left out.
        ("2026-11-24T23:59:59-05:00", {}, ""),
        ("2026-11-25T00:00:00-05:00", {}, "2027-01-03 00:00:00"),
        ("2027-01-02T23:59:59-05:00", {}, "2027-01-03 00:00:00"),
        ("2027-01-03T00:00:00-05:00", {}, ""),
        # A notice may give more days.
        ("2027-01-03T00:00:00-05:00", {"days": 35}, "2027-01-08 00:00:00"),
        ("2026-12-01T12:00:00-05:00", {"loan_id": OTHER_LOAN}, ""),
        ("2026-12-01T12:00:00-05:00", {"loan_id": None}, "2027-01-03 00:00:00"),
        ("2026-12-01T12:00:00-05:00", {"kind": "demand"}, ""),
    ],
)
def test_no_threat_overshadows_the_right_to_dispute(at, notice, opens):
    assert answer(_asked(at, notice), VALIDATION) == opens


def test_a_plain_request_may_be_made_meanwhile():
    assert answer(_asked("2026-12-01T12:00:00-05:00", content=()), VALIDATION) == ""
    request = _asked("2026-12-01T12:00:00-05:00", content=("payment_request",))
    assert answer(request, VALIDATION) == ""
