"""An open complaint pauses dunning for what it is about, and is answered within its days."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import Parameter, day_steps, whole_number
from compliance.rules.standing import objections

#: The register of complaints reads these, not the gate: the last days of the answer, counted from
#: receipt, each further one an extension; and how soon the person hears that it has come in.
PARAMETERS: dict[str, Parameter] = {
    "answer_days": day_steps(most=3),
    "acknowledge_days": whole_number(least=1),
}
JUDGES = frozenset({"complaint"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies dunning for a loan complained about while the complaint is open, whoever complained.

    The answer to it stands among the rule's exceptions (银行业保险业消费投诉处理管理办法).
    """
    return objections(facts, rule, "complaint", event="complaint_closed", of_anybody=True)
