"""The least time between two contacts, so that a limit is not used up in five minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.counting import (
    COUNTING,
    call_back_changes,
    counted,
    loans_counted,
    may_call_back,
)
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins
from compliance.rules.parameters import Parameter, whole_number
from compliance.rules.permissions import permission_edges
from compliance.rules.zones import day_zone

PARAMETERS: dict[str, Parameter] = {"minutes": whole_number(least=1).required(), **COUNTING}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a contact sooner than the pack's minutes after the last one that counts.

    Two calls within five minutes speak against the caller even below the limit
    (12 CFR 1006.14(b)(2)(i), comment 2.i); the number of minutes is policy. A call that the
    person asked for may follow at once; what comes after it keeps the gap.
    """
    if not _objects(facts, rule):
        return []
    opens_at = first_silent(facts, lambda later: _objects(later, rule), changes(facts, rule))
    return [objection(rule, "too_soon", opens_at=opens_at, minutes=rule.values["minutes"])]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterator[datetime]:
    """Yields in order when a gap is over, or a wish to be called again begins or ends."""
    zone = day_zone(facts)
    edges = {day_begins(day, zone) for day in call_back_changes(facts, rule)}
    edges |= {
        contact.at + timedelta(minutes=rule.values["minutes"])
        for loan in loans_counted(facts, rule)
        for contact in counted(facts, rule, loan)
    }
    edges.update(permission_edges(facts))
    return iter(sorted(edge for edge in edges if edge > facts.request.at))


def _objects(facts: ContactFacts, rule: AppliedRule) -> bool:
    gap = timedelta(minutes=rule.values["minutes"])
    return any(
        facts.request.at < contact.at + gap
        for loan in loans_counted(facts, rule)
        if not may_call_back(facts, rule, loan)
        for contact in counted(facts, rule, loan)
    )
