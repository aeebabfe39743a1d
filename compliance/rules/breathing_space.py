"""Breathing space: a moratorium during which nobody asks for payment."""

from __future__ import annotations

from datetime import datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, Finding, StopFact
from compliance.rules.local_time import day_begins, local_date
from compliance.rules.parameters import Parameter, whole_number
from compliance.rules.standing import objections
from compliance.rules.zones import day_zone

PARAMETERS: dict[str, Parameter] = {"days": whole_number(least=1).required()}
JUDGES = frozenset({"breathing_space"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies asking for payment of a listed debt, and enforcing it, during a moratorium.

    A standard one ends after 60 days, its first among them; one for a mental health crisis, with
    details {"type": "mental_health"}, when the Insolvency Service says so (Debt Respite Scheme
    Regulations 2020). Those who owe the debt with the person stay chargeable.
    """
    return objections(
        facts,
        rule,
        "breathing_space",
        event="moratorium_ended",
        end_of=lambda stop: _end_of(stop, facts, rule),
    )


def changes(facts: ContactFacts, rule: AppliedRule) -> list[datetime]:
    """Returns when a moratorium ends that nobody has recorded an end of."""
    ends = (_end_of(stop, facts, rule) for stop in facts.stops if stop.kind in JUDGES)
    return sorted({end for end in ends if end is not None and end > facts.request.at})


def _end_of(stop: StopFact, facts: ContactFacts, rule: AppliedRule) -> datetime | None:
    if stop.ends_at is not None or stop.details.get("type") == "mental_health":
        return stop.ends_at
    zone = day_zone(facts)
    return day_begins(local_date(stop.starts_at, zone) + timedelta(days=rule.values["days"]), zone)
