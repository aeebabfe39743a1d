"""Documents tell a rule what it understands, or are refused with what was expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from compliance import rules
from compliance.rulepacks.standard import standard_documents
from compliance.rules.registry import RULES, changes, check_values, counters
from tests.compliance.gate_facts import facts, past, standard_rules, stop

CAPS = {"limit": 7, "days": 7, "unit": "debt", "outcomes": ["sent"]}
WINDOW = {"opens": "08:00", "closes": "21:00"}


@pytest.mark.parametrize(
    ("rule", "values", "said"),
    [
        ("caps", {**CAPS, "limt": 7}, "caps knows no parameter limt"),
        ("caps", {**CAPS, "limit": -1}, "limit must be a whole number"),
        ("caps", {**CAPS, "limit": True}, "limit must be a whole number"),
        ("caps", {**CAPS, "days": 0}, "days must be a whole number"),
        ("caps", {**CAPS, "unit": "household"}, "unit must be one of the known words"),
        ("caps", {**CAPS, "outcomes": "sent"}, "outcomes must be a list"),
        ("caps", {key: CAPS[key] for key in ("limit", "days", "unit")}, "outcomes is missing"),
        ("caps", {**CAPS, "channels": ["fax"]}, "channels must be a list"),
        ("caps", {**CAPS, "may_be_agreed": "yes"}, "may_be_agreed must be true or false"),
        ("window", {**WINDOW, "opens": "8 o'clock"}, "opens must be a time of day"),
        ("window", {**WINDOW, "opens": 8}, "opens must be a time of day"),
        ("window", {"opens": "21:00", "closes": "08:00"}, "must open before it closes"),
        ("window", {"opens": "08:00", "closes": "08:00"}, "must open before it closes"),
        ("window", {"opens": "24:00", "closes": "24:00"}, "must open before it closes"),
        ("window", {"opens": "08:00"}, "closes is missing"),
        ("consent", {"permission": "everything"}, "permission must be one of the known words"),
        ("protected_goods", {"paid_share": 0.33, "orders": []}, "paid_share must be a share"),
        ("served_notice", {"notice": "demand", "days_by_place": {"US-WI": "15"}},
         "days_by_place must be days by place"),
        ("agency", {"agencies": {"acme": {"evaluated_on": "last year"}}},
         "agencies must be agencies"),
        ("cease", {"except_permissions": ["anything"]}, "except_permissions must be a list"),
        ("complaint", {"answer_days": [30, 15]}, "answer_days must be days that grow"),
        ("complaint", {"answer_days": [0]}, "answer_days must be days that grow"),
        ("complaint", {"answer_days": []}, "answer_days must be days that grow"),
        ("complaint", {"answer_days": [1, 2, 3, 4]}, "answer_days must be days that grow"),
        ("complaint", {"answer_days": 15}, "answer_days must be days that grow"),
        ("complaint", {"acknowledge_days": 0}, "acknowledge_days must be a whole number"),
    ],
)  # fmt: skip
def test_a_document_is_refused_with_the_parameter_and_what_was_expected(rule, values, said):
    with pytest.raises(ValidationError) as refused:
        check_values(rule, "CODE-1", values)

    assert refused.value.messages[0].startswith("CODE-1: ")
    assert said in refused.value.messages[0]


def test_a_window_may_last_to_the_end_of_the_day():
    check_values("window", "CODE-1", {"opens": "00:00", "closes": "24:00"})


def test_every_standard_pack_is_understood():
    documents = standard_documents()

    assert set(documents) == {
        *("CN", "US-REGF", "US-TCPA", "US-MA", "US-NYC", "US-WA", "UK", "IN"),
    }
    for document in documents.values():
        for entry in document["rules"]:
            check_values(entry["rule"], entry["code"], entry["values"])
    used = {entry["rule"] for document in documents.values() for entry in document["rules"]}
    assert used == set(RULES)


def test_outcomes_that_packs_count_are_outcomes_of_the_ledger():
    """A misspelt outcome would never count, and nobody would see it."""
    from compliance.attempts.models import Outcome
    from compliance.rules.counting import RESERVED

    for document in standard_documents().values():
        for entry in document["rules"]:
            assert {*entry["values"].get("outcomes", ())} <= {*Outcome.values, RESERVED}
            assert RESERVED in entry["values"].get("outcomes", [RESERVED]), entry["code"]


def test_a_rule_is_registered_for_every_file_that_is_one():
    folder = Path(rules.__path__[0])
    files = {
        path.stem
        for path in folder.glob("*.py")
        if "\nPARAMETERS" in path.read_text(encoding="utf-8")
    }

    assert files == set(RULES)


def test_changes_come_in_order_and_each_once():
    asked = facts(
        "2026-05-12T12:00:00-04:00",
        rules=tuple(standard_rules("US-REGF").values()),
        stops=(stop("hold", "2026-05-12T21:00:00-04:00"),),
        history=(past("2026-05-12T10:00:00-04:00"), past("2026-05-12T11:00:00-04:00")),
    )

    found = []
    for instant in changes(asked):
        found.append(instant)
        if len(found) == 30:
            break

    assert found == sorted(set(found))
    assert found[0] > asked.request.at
    assert facts("2026-05-12T21:00:00-04:00").request.at in found


def test_limits_are_counted_for_the_channel_that_is_asked_about():
    rules = tuple(standard_rules("US-REGF").values())

    assert {c.code for c in counters(facts("2026-05-12T12:00:00-04:00", rules=rules))} == {
        "REGF-7IN7",
        "REGF-CONSUMER-3D",
    }
    assert not counters(facts("2026-05-12T12:00:00-04:00", channel="letter", rules=rules))


def test_every_rule_of_a_pack_says_where_it_is_written():
    for document in standard_documents().values():
        assert all(entry["citation"].strip() for entry in document["rules"])
        assert json.loads(json.dumps(document)) == document
