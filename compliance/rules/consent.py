"""Ways of contact that need the person's yes before."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import first_silent, objection
from compliance.rules.parameters import Parameter, word
from compliance.rules.permissions import PERMISSIONS, is_permitted, permission_edges, refusal

PARAMETERS: dict[str, Parameter] = {"permission": word(of=PERMISSIONS).required()}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a contact without an express yes: silence is unknown, and here unknown is no.

    Prior express consent for automated calls and texts (47 CFR 64.1200(a)); a no takes it back at
    once, though the law leaves ten business days.
    """
    kind = rule.values["permission"]
    if is_permitted(facts, kind):
        return []
    return [
        objection(
            rule,
            "consent_refused" if refusal(facts, kind) else "consent_missing",
            opens_at=first_silent(
                facts, lambda later: not is_permitted(later, kind), permission_edges(facts)
            ),
            event="consent_given",
        )
    ]
