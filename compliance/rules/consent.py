"""A person's own no to a channel or a number."""

from __future__ import annotations

from compliance.gate.facts import ContactFacts, Finding

CITATION = "Refusal on record"


def check(facts: ContactFacts) -> list[Finding]:
    """Denies a channel that the person's newest answer refuses; silence is not a refusal."""
    if not facts.channel_refused:
        return []
    return [
        Finding(code="CONSENT", reason="channel_refused", citation=CITATION, event="consent_given")
    ]
