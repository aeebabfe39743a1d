"""What may be said to somebody who does not owe the debt."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Content, Finding, Purpose
from compliance.rules.findings import objection
from compliance.rules.parameters import Parameter, words

#: `permitted`: a contact may say these things and nothing else; `for_purposes`: and only for
#: these purposes; `free_when`: with one of these it may say what it needs to.
PARAMETERS: dict[str, Parameter] = {
    "permitted": words(of=Content).required(),
    "for_purposes": words(of=Purpose),
    "free_when": words(of=Content),
}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact with a third party that says, or may say, more than the text lets it.

    A contact that does not declare what it will say may say anything, so it is denied.
    """
    request, values = facts.request, rule.values
    if not values["permitted"]:
        return [objection(rule, "third_party_barred")]
    if "for_purposes" in values and request.purpose not in values["for_purposes"]:
        return [objection(rule, "third_party_disclosure", event="purpose_changed")]
    if not request.content.isdisjoint(values.get("free_when", ())):
        return []
    if request.content and request.content.issubset(values["permitted"]):
        return []
    return [
        objection(
            rule,
            "third_party_content" if request.content else "content_unknown",
            event="content_changed",
            said=sorted(request.content.difference(values["permitted"])),
        )
    ]
