"""Places and numbers the person asked us not to use."""

from __future__ import annotations

from datetime import datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, Finding, PreferenceFact
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins
from compliance.rules.parameters import Parameter
from compliance.rules.zones import day_zone, today

PARAMETERS: dict[str, Parameter] = {}

_DAY = timedelta(days=1)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact at a place, or over a number or address, that the person called inconvenient.

    A number is tied to a place only where that is known: a mobile and an e-mail address are not
    (12 CFR 1006.6(b)(1)(ii), comment 1).
    """
    unwanted = _unwanted(facts)
    if not unwanted:
        return []
    return [
        objection(
            rule,
            "place_inconvenient",
            opens_at=first_silent(
                facts, lambda later: bool(_unwanted(later)), changes(facts, rule)
            ),
            event="preference_ended",
            reference=unwanted[0].reference,
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> list[datetime]:
    """Returns when such a wish begins or ends, in order."""
    zone = day_zone(facts)
    edges = [
        edge
        for wish in facts.preferences
        if wish.kind == "inconvenient_place"
        for edge in (
            wish.starts_at,
            day_begins(wish.until + _DAY, zone) if wish.until else None,
        )
    ]
    return sorted(edge for edge in edges if edge is not None and edge > facts.request.at)


def _unwanted(facts: ContactFacts) -> list[PreferenceFact]:
    at = facts.request.at
    day = today(facts)
    return [
        wish
        for wish in facts.preferences
        if wish.kind == "inconvenient_place"
        and wish.starts_at <= at
        and (wish.until is None or day <= wish.until)
        and _means(wish, facts)
    ]


def _means(wish: PreferenceFact, facts: ContactFacts) -> bool:
    if wish.contact_point_id is not None:
        return wish.contact_point_id == facts.request.contact_point_id
    return bool(wish.place) and wish.place == facts.place
