"""E-mail addresses of employers, where somebody else reads along."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import first_silent, objection
from compliance.rules.parameters import Parameter
from compliance.rules.permissions import is_permitted, permission_edges

PARAMETERS: dict[str, Parameter] = {}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies an address known to be the employer's, unless the person wrote from it or agreed.

    12 CFR 1006.22(f)(3) and 1006.6(d)(4).
    """
    if not _objects(facts):
        return []
    opens_at = first_silent(facts, _objects, permission_edges(facts))
    return [objection(rule, "work_email", opens_at=opens_at, event="work_email_agreed")]


def _objects(facts: ContactFacts) -> bool:
    return facts.is_work_email and not is_permitted(facts, "work_email") and not _wrote(facts)


def _wrote(facts: ContactFacts) -> bool:
    """Whether the person used the address to write about these loans."""
    request = facts.request
    return any(
        contact.direction == "inbound"
        and contact.channel == request.channel
        and contact.party_id == request.party_id
        and contact.at <= request.at
        and contact.contact_point_id is not None
        and contact.contact_point_id == request.contact_point_id
        and not set(request.loan_ids).isdisjoint(contact.loan_ids)
        for contact in facts.history
    )
