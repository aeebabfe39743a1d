"""The contact window: local hours in every place the person may be."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from compliance.gate.facts import AppliedRule, ContactFacts, Finding, PermissionFact, PreferenceFact
from compliance.rules.findings import at_instant, first_silent, objection
from compliance.rules.local_time import instants_after
from compliance.rules.parameters import Parameter, clock_time, flag, parse_clock
from compliance.rules.permissions import is_permitted, newest, permission_edges
from compliance.rules.wishes import covers

#: `may_be_agreed`: hours agreed with the person are open too, as the text says.
PARAMETERS: dict[str, Parameter] = {
    "opens": clock_time().required(),
    "closes": clock_time().required(),
    "may_be_agreed": flag(),
}

Hours = tuple[time, time | None]


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a contact outside the half-open window [opens, closes) of any candidate zone.

    Where number and address point to different zones, the time must be convenient in all of them
    (12 CFR 1006.6(b)(1)(i), comment 2). Without any zone this rule is silent: unknown data denies.
    """
    closed_in = [zone for zone in facts.zones if not _is_open(facts, rule, zone)]
    if not closed_in:
        return []
    opens_at = next_opening(facts, rule)
    return [
        objection(
            rule,
            "window_closed" if opens_at else "window_never_opens",
            opens_at=opens_at,
            event="place_known",
            opens=rule.values["opens"],
            closes=rule.values["closes"],
            zones=closed_in,
        )
    ]


def next_opening(facts: ContactFacts, rule: AppliedRule) -> datetime | None:
    """Returns the first instant after the one asked about that every zone's window holds."""
    return first_silent(facts, lambda later: not is_open(later, rule), changes(facts, rule))


def next_closing(facts: ContactFacts, rule: AppliedRule) -> datetime | None:
    """Returns the first instant after the one asked about at which the window is closed."""
    for instant in changes(facts, rule):
        if not is_open(at_instant(facts, instant), rule):
            return instant
    return None


def is_open(facts: ContactFacts, rule: AppliedRule) -> bool:
    """Says whether the window is open in every zone at the instant asked about."""
    return all(_is_open(facts, rule, zone) for zone in facts.zones)


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterator[datetime]:
    """Yields in order when the window may open or close in some zone."""
    at = facts.request.at
    agreed = _agreed(facts, rule)
    clocks = {
        edge or time.min for hours in (_hours(rule), *map(_hours_of, agreed)) for edge in hours
    }
    if not agreed:
        return instants_after(at, clocks=tuple(sorted(clocks)), zones=facts.zones)
    # An agreement also begins and ends with its days, or in the middle of one.
    clocks.add(time.min)
    begins = sorted(
        wish.starts_at
        for wish in agreed
        if isinstance(wish, PreferenceFact) and wish.starts_at > at
    )
    ticks = instants_after(at, clocks=tuple(sorted(clocks)), zones=facts.zones)
    return heapq.merge(ticks, begins, permission_edges(facts))


def _is_open(facts: ContactFacts, rule: AppliedRule, zone: str) -> bool:
    local = facts.request.at.astimezone(ZoneInfo(zone))
    opens, closes = _hours(rule)
    clock = local.time()
    if opens <= clock and (closes is None or clock < closes):
        return True
    return any(_is_agreed(facts, agreed, local) for agreed in _agreed(facts, rule))


def _agreed(facts: ContactFacts, rule: AppliedRule) -> list[PreferenceFact | PermissionFact]:
    """Hours that were agreed with the person, and those they said yes to, in force or not."""
    if not rule.values.get("may_be_agreed"):
        return []
    return [
        *(wish for wish in facts.preferences if wish.kind == "agreed_hours"),
        *(answer for answer in facts.permissions if answer.kind == "hours"),
    ]


def _is_agreed(
    facts: ContactFacts, agreed: PreferenceFact | PermissionFact, local: datetime
) -> bool:
    if isinstance(agreed, PreferenceFact):
        return agreed.starts_at <= facts.request.at and covers(agreed, local)
    if newest(facts, "hours") != agreed or not is_permitted(facts, "hours"):
        return False
    opens, closes = _hours_of(agreed)
    return (
        agreed.only_on in (None, local.date())
        and opens <= local.time()
        and (closes is None or local.time() < closes)
    )


def _hours_of(agreed: PreferenceFact | PermissionFact) -> Hours:
    return agreed.opens or time.min, agreed.closes


def _hours(rule: AppliedRule) -> Hours:
    return _parsed(rule.values["opens"], rule.values["closes"])


@lru_cache(maxsize=64)
def _parsed(opens: str, closes: str) -> Hours:
    return parse_clock(opens) or time.min, parse_clock(closes)
