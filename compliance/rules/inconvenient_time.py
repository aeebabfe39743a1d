"""Times the person called inconvenient: days and hours on their own clock."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from compliance.gate.facts import AppliedRule, ContactFacts, Finding, PreferenceFact
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import instants_after
from compliance.rules.replies import REPLY_PARAMETERS, reply_changes, reply_ends_at
from compliance.rules.wishes import covers

PARAMETERS = dict(REPLY_PARAMETERS)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a contact at a time the person asked us to keep free, in any zone they may be in.

    The request need not say "inconvenient" (12 CFR 1006.6(b)(1), comment 1) and holds until the
    person says otherwise or its last day is over. A message of theirs may be answered once.
    """
    kept_free = _kept_free(facts)
    if not kept_free or reply_ends_at(facts, rule):
        return []
    return [
        objection(
            rule,
            "time_inconvenient",
            opens_at=first_silent(facts, lambda later: _objects(later, rule), changes(facts, rule)),
            event="preference_ended",
            reference=kept_free[0].reference,
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterator[datetime]:
    """Yields in order when a time kept free may begin or end."""
    wishes = _wishes(facts)
    if not wishes:
        return iter(())
    clocks = {time.min} | {clock for w in wishes for clock in (w.opens, w.closes) if clock}
    at = facts.request.at
    begins = sorted(wish.starts_at for wish in wishes if wish.starts_at > at)
    clock_edges = instants_after(at, clocks=tuple(sorted(clocks)), zones=facts.zones)
    return heapq.merge(clock_edges, begins, reply_changes(facts, rule))


def _objects(facts: ContactFacts, rule: AppliedRule) -> bool:
    return bool(_kept_free(facts)) and reply_ends_at(facts, rule) is None


def _wishes(facts: ContactFacts) -> list[PreferenceFact]:
    return [wish for wish in facts.preferences if wish.kind == "inconvenient_time"]


def _kept_free(facts: ContactFacts) -> list[PreferenceFact]:
    return [
        wish
        for wish in _wishes(facts)
        if wish.starts_at <= facts.request.at
        and any(covers(wish, facts.request.at.astimezone(ZoneInfo(zone))) for zone in facts.zones)
    ]
