"""An agency acts only while it is listed, evaluated and under agreement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import objection
from compliance.rules.local_time import day_begins
from compliance.rules.parameters import Parameter, agencies, whole_number
from compliance.rules.zones import day_zone, today

#: `agencies`: in a pack of the lender's own, its list; `evaluated_within_days`: in the standard's.
PARAMETERS: dict[str, Parameter] = {
    "agencies": agencies(),
    "evaluated_within_days": whole_number(least=1),
}

_DAY = timedelta(days=1)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact by an agency that is not on the list, or whose evaluation or agreement is out.

    GB/T 45251-2025: evaluated at least once a year and before renewal; PIPL 21: an agreement with
    whoever processes data for the lender. Its own collectors are not meant.
    """
    organisation = facts.request.organisation
    if not organisation:
        return []
    entry = _entry(facts, organisation)
    if entry is None:
        return [objection(rule, "agency_unlisted", event="agency_listed", agency=organisation)]
    day = today(facts)
    found = []
    if day > date.fromisoformat(entry["agreement_until"]):
        found.append(
            objection(rule, "agency_agreement_out", event="agency_listed", agency=organisation)
        )
    evaluated_until = _evaluated_until(rule, entry)
    if evaluated_until is not None and day > evaluated_until:
        found.append(
            objection(
                rule,
                "agency_evaluation_old",
                event="agency_listed",
                agency=organisation,
                days=rule.values["evaluated_within_days"],
            )
        )
    return found


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns the midnights at which evaluation or agreement runs out."""
    entry = _entry(facts, facts.request.organisation)
    if entry is None:
        return ()
    ends = (date.fromisoformat(entry["agreement_until"]), _evaluated_until(rule, entry))
    zone = day_zone(facts)
    edges = {day_begins(end + _DAY, zone) for end in ends if end is not None}
    return sorted(edge for edge in edges if edge > facts.request.at)


def _entry(facts: ContactFacts, organisation: str) -> Mapping[str, str] | None:
    """The agency's entry in whichever pack in force lists it."""
    for rule in facts.rules:
        if rule.rule == "agency" and organisation in rule.values.get("agencies", {}):
            entry: Mapping[str, str] = rule.values["agencies"][organisation]
            return entry
    return None


def _evaluated_until(rule: AppliedRule, entry: Mapping[str, str]) -> date | None:
    days = rule.values.get("evaluated_within_days")
    if days is None:
        return None
    return date.fromisoformat(entry["evaluated_on"]) + timedelta(days=days)
