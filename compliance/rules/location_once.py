"""Somebody is asked once where the debtor is, and not again."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Content, Finding
from compliance.rules.findings import objection
from compliance.rules.parameters import Parameter

PARAMETERS: dict[str, Parameter] = {}

_SPOKE = frozenset({"conversation", "met", "sent", ""})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a second question where the debtor is, once the person was reached.

    12 CFR 1006.10(b)(3): unless asked to, or the answer is believed wrong and now known better,
    which the contact declares. Unanswered calls do not count; the cap on calls limits those.
    """
    if Content.NEW_LOCATION_LEAD in facts.request.content or not _was_asked(facts):
        return []
    return [objection(rule, "location_asked", event="location_lead")]


def _was_asked(facts: ContactFacts) -> bool:
    request = facts.request
    return any(
        contact.purpose == "location"
        and contact.direction == "outbound"
        and contact.outcome in _SPOKE
        and contact.party_id == request.party_id
        and not contact.is_misdirected
        and not set(request.loan_ids).isdisjoint(contact.loan_ids)
        for contact in facts.history
    )
