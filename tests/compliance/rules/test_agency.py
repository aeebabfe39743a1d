"""An agency acts while it is listed, evaluated and under agreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from compliance.rules.agency import changes
from compliance.rules.registry import findings
from tests.compliance.gate_facts import facts, rule, standard

STANDARD = standard("CN-AGENCY")
LISTED = rule(
    "agency", agencies={"acme": {"evaluated_on": "2025-06-01", "agreement_until": "2026-12-31"}}
)


def _reasons(at, organisation="acme", rules=(LISTED, STANDARD)):
    asked = facts(at, zones=("Asia/Shanghai",), organisation=organisation, rules=rules)
    return {(f.code, f.reason) for f in findings(asked)}


@pytest.mark.parametrize(
    ("at", "reasons"),
    [
        ("2026-06-01T23:59:59+08:00", set()),
        ("2026-06-02T00:00:00+08:00", {("CN-AGENCY", "agency_evaluation_old")}),
        (
            "2027-01-01T00:00:00+08:00",
            {
                ("CN-AGENCY", "agency_evaluation_old"),
                ("CN-AGENCY", "agency_agreement_out"),
                ("AGENCY", "agency_agreement_out"),
            },
        ),
    ],
)
def test_evaluated_within_a_year_and_under_agreement(at, reasons):
    assert _reasons(at) == reasons


def test_an_agency_that_nobody_listed_does_not_act():
    at = "2026-05-12T12:00:00+08:00"

    assert _reasons(at, rules=(STANDARD,)) == {("CN-AGENCY", "agency_unlisted")}
    assert _reasons(at, "other", rules=(STANDARD,)) == {("CN-AGENCY", "agency_unlisted")}
    assert ("CN-AGENCY", "agency_unlisted") in _reasons(at, "other")


def test_the_lenders_own_people_are_not_meant():
    assert _reasons("2027-05-12T12:00:00+08:00", "", rules=(LISTED, STANDARD)) == set()


def test_it_closes_at_the_midnights_after_the_last_days():
    asked = facts(
        "2026-05-12T12:00:00+08:00",
        zones=("Asia/Shanghai",),
        organisation="acme",
        rules=(LISTED, STANDARD),
    )

    assert list(changes(asked, STANDARD)) == [
        datetime.fromisoformat("2026-06-02T00:00:00+08:00"),
        datetime.fromisoformat("2027-01-01T00:00:00+08:00"),
    ]
    assert not list(changes(replace(asked, rules=(STANDARD,)), STANDARD))
