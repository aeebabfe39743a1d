"""Proceedings that run: at some stages the lender speaks through counsel or the court only."""

from __future__ import annotations

from compliance.gate.facts import ContactFacts, Finding, Purpose, StopFact
from compliance.rules.findings import first_silent
from compliance.rules.standing import in_force, stop_changes

KIND = "proceedings"
CITATION = "Policy: contact while proceedings run"

#: A text of the law is served, and a question of the person answered, at any stage.
_FREE = frozenset({Purpose.NOTICE_REQUIRED, Purpose.SERVICE})
#: What a second person may let pass: a step of the suit, or a settlement call that broke off.
_OVERRIDE = ("active_litigation", "dropped_settlement_call", "required_by_law")


def check(facts: ContactFacts) -> list[Finding]:
    """Denies contact about payment over the ways that the stage of proceedings closes.

    No text forbids it as such; which ways each stage closes is the lender's own table.
    """
    if not _holding(facts):
        return []
    opens_at = first_silent(facts, lambda later: bool(_holding(later)), stop_changes(facts))
    return [
        Finding(
            code="PROCEEDINGS",
            reason="stop_proceedings",
            citation=CITATION,
            opens_at=opens_at,
            event="" if opens_at else "proceedings_moved",
            values={"reference": stop.reference, "number": stop.details.get("number", "")},
            override=_OVERRIDE,
        )
        for stop in _holding(facts)
    ]


def _holding(facts: ContactFacts) -> list[StopFact]:
    if facts.request.purpose in _FREE:
        return []
    channel = str(facts.request.channel)
    return [stop for stop in in_force(facts, KIND) if channel in closed_by(stop)]


def closed_by(stop: StopFact) -> frozenset[str]:
    """Returns the ways of contact that a stop of this kind closes."""
    return frozenset(str(stop.details.get("closes", "")).split())
