"""Nobody is threatened with a suit that would come too late."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Content, Effect, Finding
from compliance.rules.findings import objection
from compliance.rules.parameters import Parameter
from compliance.rules.standing import in_force, objections

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"time_barred"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a threat of suit on a time-barred debt; a plain request is only warned about.

    12 CFR 1006.26(b). States add disclosures to the request.
    """
    found = objections(facts, rule, "time_barred", event="threat_removed")
    if Content.THREAT_OF_SUIT in facts.request.content:
        return found
    if any(True for _stop in in_force(facts, "time_barred")):
        return [objection(rule, "no_threat_of_suit", effect=Effect.WARN)]
    return []
