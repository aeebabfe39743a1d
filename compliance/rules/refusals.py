"""A person's own no to a way of contact that no rule of a pack in force speaks of."""

from __future__ import annotations

from collections.abc import Set

from compliance.gate.facts import ContactFacts, Finding
from compliance.rules.findings import first_silent
from compliance.rules.permissions import permission_edges, refusal

CITATION = "Refusal on record"

#: How a rule says that it judges refusals, beside the kinds of stop it judges.
REFUSAL = "refusal"


def check(facts: ContactFacts, spoken_of: Set[str]) -> list[Finding]:
    """Denies a channel that the person's newest answer refuses; silence is not a refusal."""
    if REFUSAL in spoken_of or not is_refused(facts):
        return []
    opens_at = first_silent(facts, is_refused, permission_edges(facts))
    return [
        Finding(
            code="CONSENT",
            reason="channel_refused",
            citation=CITATION,
            opens_at=opens_at,
            event="" if opens_at else "consent_given",
        )
    ]


def is_refused(facts: ContactFacts) -> bool:
    """Says whether the newest answer about the channel, for this number or for all, is no."""
    return facts.channel_refused or refusal(facts, "channel") is not None
