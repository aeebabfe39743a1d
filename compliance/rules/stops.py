"""Stops that no rule of a pack in force speaks of: they close every way they cover."""

from __future__ import annotations

from collections.abc import Set

from compliance.gate.facts import ContactFacts, Finding, StopFact
from compliance.rules.findings import first_silent
from compliance.rules.standing import in_force, stop_changes

CITATION = "Stop on record"

#: A stop that is about one place only, whoever speaks of it.
_AT_WORK = "employer_prohibits"


def check(facts: ContactFacts, spoken_of: Set[str]) -> list[Finding]:
    """Denies a contact that a stop covers, unless a pack's rule judges stops of its kind.

    What a text permits all the same is that text's to say; the silence of the packs permits
    nothing.
    """
    holding = _holding(facts, spoken_of)
    if not holding:
        return []
    opens_at = first_silent(
        facts, lambda later: bool(_holding(later, spoken_of)), stop_changes(facts)
    )
    return [
        Finding(
            code="STOP",
            reason=f"stop_{stop.kind}",
            citation=CITATION,
            opens_at=opens_at,
            event="" if opens_at else "stop_lifted",
            values={"reference": stop.reference},
        )
        for stop in holding
    ]


def _holding(facts: ContactFacts, spoken_of: Set[str]) -> list[StopFact]:
    unspoken = {stop.kind for stop in facts.stops} - spoken_of
    return [
        stop
        for stop in in_force(facts, *unspoken)
        if stop.kind != _AT_WORK or facts.place == "work"
    ]
