"""The zone whose calendar days are counted."""

from __future__ import annotations

from datetime import date

from compliance.gate.facts import ContactFacts
from compliance.rules.local_time import local_date


def day_zone(facts: ContactFacts) -> str:
    """Returns the canonical zone: the one named, else the first candidate, else UTC.

    No text says whose midnight counts; the first candidate is a choice of policy.
    """
    if facts.day_zone:
        return facts.day_zone
    return facts.zones[0] if facts.zones else "UTC"


def today(facts: ContactFacts) -> date:
    """Returns the calendar day of the instant asked about, in the canonical zone."""
    return local_date(facts.request.at, day_zone(facts))
