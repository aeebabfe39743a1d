"""Stops in force: what somebody asked for, or what the law attached to the person or the loan."""

from __future__ import annotations

from compliance.gate.facts import ContactFacts, Finding

CITATION = "Stop on record"


def check(facts: ContactFacts) -> list[Finding]:
    """Denies a contact over a channel that a stop covers at that instant."""
    return [
        Finding(
            code="STOP",
            reason=f"stop_{stop.kind}",
            citation=CITATION,
            opens_at=stop.ends_at,
            event="" if stop.ends_at else "stop_lifted",
            values={"reference": stop.reference},
        )
        for stop in facts.stops
        if stop.starts_at <= facts.request.at
        and (stop.ends_at is None or facts.request.at < stop.ends_at)
        and stop.channel in ("", facts.request.channel)
    ]
