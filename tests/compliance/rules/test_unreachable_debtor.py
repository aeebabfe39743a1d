"""Others are asked only once the debtor is out of reach."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import answer, facts, is_judged, standard

PRECOND = standard("CN-3P-PRECOND")
TEN = "2026-05-12T10:00:00+08:00"


@pytest.mark.parametrize(
    ("unreachable", "opens"),
    [
        ("", "debtor_unreachable"),
        ("number_invalid", ""),
        ("three_failures", ""),
        ("deceased", ""),
        ("incapacitated", ""),
        ("on holiday", "debtor_unreachable"),
    ],
)
def test_a_reference_waits_until_the_debtor_cannot_be_reached(unreachable, opens):
    asked = facts(TEN, role="reference", unreachable=unreachable)

    assert answer(asked, PRECOND) == opens


@pytest.mark.parametrize("role", ["borrower", "co_borrower", "guarantor"])
def test_who_owes_the_debt_is_no_third_party(role):
    assert not is_judged(facts(TEN, role=role), PRECOND)
