"""The rules of the house hold here, and each is seen to catch a planted breach."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.rules import environment, layers, money, names, pages, sizes
from tests.architecture.tree import PROJECT, Rule, Tree, plant

RULES = [
    *names.RULES,
    *sizes.RULES,
    *layers.RULES,
    *money.RULES,
    *environment.RULES,
    *pages.RULES,
]
CHECKS = list(dict.fromkeys(rule.check for rule in RULES))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_project_keeps(check):
    breaches = check(Tree(PROJECT))

    assert not breaches, f"{check.__doc__}\n" + "\n".join(breaches)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_planted_breach_is_found(rule: Rule, tmp_path: Path):
    breaches = rule.check(plant(tmp_path, rule.broken))

    assert breaches, f"{rule.name}: the check missed {dict(rule.broken)}"
    assert all(len(sentence) > 40 for sentence in breaches), "a breach says what to do"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.kept], ids=lambda rule: rule.name)
def test_what_keeps_the_rule_passes(rule: Rule, tmp_path: Path):
    assert rule.check(plant(tmp_path, rule.kept)) == []
