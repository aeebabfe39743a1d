"""An open complaint pauses dunning for what it is about."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import Parameter
from compliance.rules.standing import objections

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"complaint"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies dunning for a loan complained about while the complaint is open, whoever complained.

    The answer to it stands among the rule's exceptions (银行业保险业消费投诉处理管理办法).
    """
    return objections(facts, rule, "complaint", event="complaint_closed", of_anybody=True)
