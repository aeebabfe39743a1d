"""Whose words reasons cite: law as it is written, our own policy in the reader's language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils import translation

from compliance import rules
from compliance.complaints.terms import POLICY
from compliance.gate.citations import OWN, citation_text
from compliance.rulepacks.names import NAMES, pack_name
from compliance.rulepacks.standard import standard_documents


def _cited_by_packs() -> set[str]:
    documents = standard_documents().values()
    return {rule["citation"] for document in documents for rule in document["rules"]}


def _cited_by_rules() -> set[str]:
    """What the rules that no pack names cite: their module's CITATION."""
    found = set()
    for path in Path(rules.__path__[0]).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CITATION":
                found.add(ast.literal_eval(node.value))
    return found


def test_every_policy_of_ours_that_is_cited_is_known_as_ours():
    own = {cited for cited in _cited_by_packs() if cited.startswith("Policy")}

    assert own | _cited_by_rules() | {POLICY} <= OWN
    assert _cited_by_packs() | _cited_by_rules() | {POLICY} >= OWN


@pytest.mark.parametrize("cited", sorted(OWN))
def test_a_policy_of_ours_is_read_in_chinese(cited):
    with translation.override("zh-hans"):
        assert citation_text(cited) != cited
    with translation.override("en"):
        assert citation_text(cited) == cited


@pytest.mark.parametrize("cited", ["12 CFR 1006.6(c)", "GB/T 45251-2025", "Policy of the lender"])
def test_law_and_what_a_lender_cites_stay_as_written(cited):
    with translation.override("zh-hans"):
        assert citation_text(cited) == cited


def test_packs_of_the_product_are_called_in_chinese_and_others_as_their_lender_calls_them():
    named = {document["name"] for document in standard_documents().values()}

    assert named == NAMES
    with translation.override("zh-hans"):
        assert all(pack_name(name) != name for name in named)
        assert pack_name("Rules of Bank A") == "Rules of Bank A"
