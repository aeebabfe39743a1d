"""Contact at work although the employer forbids it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, Finding, StopFact
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins, local_date
from compliance.rules.parameters import Parameter, whole_number
from compliance.rules.permissions import newest, permission_edges
from compliance.rules.standing import in_force, stop_changes
from compliance.rules.zones import day_zone

#: `oral_days`: how long a wish lasts that was only spoken; without it, until it is lifted.
PARAMETERS: dict[str, Parameter] = {"oral_days": whole_number(least=1)}
JUDGES = frozenset({"employer_prohibits"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact at work when we know that the employer forbids it.

    "I cannot take personal calls at work" is enough to know (12 CFR 1006.6(b)(3), comment 1); a
    yes of the person given since opens it. A stop with details {"said": "aloud"} was only spoken.
    """
    forbidding = _forbidding(facts, rule)
    if not forbidding:
        return []
    opens_at = first_silent(
        facts, lambda later: bool(_forbidding(later, rule)), changes(facts, rule)
    )
    return [
        objection(
            rule,
            "stop_employer_prohibits",
            opens_at=opens_at,
            event="work_calls_agreed",
            reference=forbidding[0].reference,
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when such a stop begins or ends, or a yes to calls at work begins or runs out."""
    ends = stop_changes(facts, end_of=lambda stop: _end_of(stop, facts, rule))
    return sorted({*ends, *permission_edges(facts)})


def _forbidding(facts: ContactFacts, rule: AppliedRule) -> list[StopFact]:
    if facts.place != "work":
        return []
    agreed = newest(facts, "work_calls")
    return [
        stop
        for stop in in_force(
            facts, "employer_prohibits", end_of=lambda stop: _end_of(stop, facts, rule)
        )
        if agreed is None or agreed.answer != "yes" or agreed.given_at < stop.starts_at
    ]


def _end_of(stop: StopFact, facts: ContactFacts, rule: AppliedRule) -> datetime | None:
    """The recorded end; of a spoken wish the end of its last day, where that comes first."""
    days = rule.values.get("oral_days")
    if days is None or stop.details.get("said") != "aloud":
        return stop.ends_at
    zone = day_zone(facts)
    spoken_ends = day_begins(local_date(stop.starts_at, zone) + timedelta(days=days), zone)
    return min(spoken_ends, stop.ends_at or spoken_ends)
