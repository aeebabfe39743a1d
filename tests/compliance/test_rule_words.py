"""Every rule, parameter and value that packs use has its words."""

from __future__ import annotations

import pytest

from compliance.rulepacks.documents import read_document
from compliance.rulepacks.grounds import GROUNDS, ground_name
from compliance.rulepacks.presentation import rule_line
from compliance.rulepacks.sentences import SENTENCES, rule_sentence, values_beside
from compliance.rulepacks.standard import standard_documents
from compliance.rulepacks.words import PARAMETERS, VOCABULARIES, value_text
from compliance.rules.registry import RULES
from tests.compliance.packs import pack_document

ENTRIES = [
    rule for document in standard_documents().values() for rule in read_document(document).rules
]


def test_every_rule_has_its_sentence_and_every_parameter_its_name():
    parameters = {name for rule in RULES.values() for name in rule.parameters}

    assert set(SENTENCES) == set(RULES)
    assert parameters <= set(PARAMETERS)


@pytest.mark.parametrize("name", sorted(VOCABULARIES))
def test_every_word_of_a_vocabulary_is_one_that_rules_take(name):
    for rule in RULES.values():
        parameter = rule.parameters.get(name)
        if parameter is not None:
            for word in VOCABULARIES[name]:
                assert parameter.fits([word]) or parameter.fits(word), word


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_every_value_of_the_products_packs_reads_as_words(entry):
    line = rule_line(entry)

    for name, value in values_beside(entry).items():
        if name in VOCABULARIES:
            given = value if isinstance(value, list) else [value]
            assert set(given) <= set(VOCABULARIES[name]), name
    assert line.sentence != entry.rule
    assert "None" not in line.sentence + "".join(text for _name, text in line.values)


def test_a_cap_of_a_single_day_says_a_day():
    (_hours, cap) = read_document(pack_document()).rules
    daily = read_document(pack_document()).rules[1]
    daily.values["days"] = 1

    assert rule_sentence(cap) == "At most 7 in 7 calendar days, for each person and debt"
    assert rule_sentence(daily) == "At most 7 a day, for each person and debt"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("channels", ["call", "sms"], "call; SMS"),
        ("channels", [], "not given"),
        ("may_be_agreed", True, "yes"),
        ("may_be_agreed", False, "no"),
        ("paid_share", [1, 3], "1/3"),
        ("days_by_place", {"US-WI": 15}, "US-WI: 15"),
        ("limit", 0, "0"),
        ("unheard_of", "word", "word"),
    ],
)
def test_a_value_reads_as_a_person_says_it(name, value, text):
    assert value_text(name, value) == text


def test_a_ground_of_an_older_pack_keeps_its_code():
    assert ground_name("active_litigation") == str(GROUNDS["active_litigation"])
    assert ground_name("retired_ground") == "retired_ground"
