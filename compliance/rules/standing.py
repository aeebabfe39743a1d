"""Stops in force at the instant asked about, and until when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from compliance.gate.facts import AppliedRule, Channel, ContactFacts, Finding, StopFact
from compliance.rules.findings import first_silent, objection

_EndOf = Callable[[StopFact], datetime | None]
_Counts = Callable[[StopFact], bool]


def _recorded_end(stop: StopFact) -> datetime | None:
    return stop.ends_at


def is_about(facts: ContactFacts, stop: StopFact, *, of_anybody: bool = False) -> bool:
    """Says whether a stop concerns the channel, the loans and the person asked about.

    A car is taken from everybody on the loan, so there everybody's stops count.
    """
    request = facts.request
    of_anybody = of_anybody or request.channel == Channel.REPOSSESSION
    return (
        stop.channel in ("", request.channel)
        and (stop.loan_id is None or stop.loan_id in request.loan_ids)
        and (of_anybody or is_own(facts, stop))
    )


def is_own(facts: ContactFacts, stop: StopFact) -> bool:
    """Says whether a stop is of the person asked about, or of no one person."""
    return stop.party_id in (None, facts.request.party_id)


def in_force(
    facts: ContactFacts,
    *kinds: str,
    of_anybody: bool = False,
    end_of: _EndOf = _recorded_end,
) -> Iterator[StopFact]:
    """Yields stops of some kinds that hold at the instant.

    A stop counts for the person asked about; with `of_anybody` also those of others on the loans.
    """
    at = facts.request.at
    for stop in facts.stops:
        if stop.kind not in kinds or not is_about(facts, stop, of_anybody=of_anybody):
            continue
        ends_at = end_of(stop)
        if stop.starts_at <= at and (ends_at is None or at < ends_at):
            yield stop


def objections(
    facts: ContactFacts,
    rule: AppliedRule,
    *kinds: str,
    event: str,
    of_anybody: bool = False,
    counts: _Counts = lambda stop: True,
    end_of: _EndOf = _recorded_end,
) -> list[Finding]:
    """Objects for every stop of some kinds in force that counts; `event` lifts one without an end.

    All say the same instant: the first at which none of them holds any more.
    """

    def holding(later: ContactFacts) -> list[StopFact]:
        found = in_force(later, *kinds, of_anybody=of_anybody, end_of=end_of)
        return [stop for stop in found if counts(stop)]

    standing = holding(facts)
    if not standing:
        return []
    edges = stop_changes(facts, end_of=end_of)
    opens_at = first_silent(facts, lambda later: bool(holding(later)), edges)
    return [
        objection(
            rule, f"stop_{stop.kind}", opens_at=opens_at, event=event, reference=stop.reference
        )
        for stop in standing
    ]


def stop_changes(facts: ContactFacts, *, end_of: _EndOf = _recorded_end) -> list[datetime]:
    """Returns the instants after the one asked about at which stops begin or end, in order."""
    at = facts.request.at
    edges = (edge for stop in facts.stops for edge in (stop.starts_at, end_of(stop)))
    return sorted({edge for edge in edges if edge is not None and edge > at})
