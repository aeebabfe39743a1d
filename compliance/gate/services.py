"""The one answer to: may we contact this person, now, this way?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from compliance.gate.facts import ContactFacts, ContactRequest, Decision, Effect, Finding
from compliance.gate.queries import gather, gather_many
from compliance.rules.findings import at_instant
from compliance.rules.local_time import HORIZON
from compliance.rules.registry import changes, counters, findings, is_denied

#: A rule that names one later opening after the other is not followed for ever.
MOST_OPENINGS = 1000


def decide(request: ContactRequest) -> Decision:
    """Runs every rule over the facts of the request and answers with all reasons. Stores nothing.

    `next_allowed_at` is the first instant at which the full check passes with unchanged facts; it
    is empty when something other than time has to happen first.
    """
    return judge(gather(request))


def decide_many(requests: Sequence[ContactRequest]) -> list[Decision]:
    """Previews many requests for a list, in a fixed number of queries. Stores nothing."""
    return [judge(facts) for facts in gather_many(requests)]


def judge(facts: ContactFacts) -> Decision:
    """Decides on facts already gathered. Pure: the same facts always give the same answer."""
    found = tuple(findings(facts))
    denials = _denials(found)
    return Decision(
        allowed=not denials,
        findings=found,
        next_allowed_at=_next_allowed(facts, denials) if denials else None,
        closes_at=None if denials else _closes(facts),
        facts=facts,
        used=counters(facts),
    )


def _next_allowed(facts: ContactFacts, denials: list[Finding]) -> datetime | None:
    """Steps from opening to opening until every rule is silent.

    Nothing is skipped: until the last of the openings named, the rule that named it objects.
    """
    at, latest = facts.request.at, facts.request.at + HORIZON
    for _step in range(MOST_OPENINGS):
        openings = [found.opens_at for found in denials if found.opens_at is not None]
        if len(openings) < len(denials) or not at < max(openings) <= latest:
            return None
        at = max(openings)
        denials = _denials(findings(at_instant(facts, at)))
        if not denials:
            return at
    return None


def _closes(facts: ContactFacts) -> datetime | None:
    """The first instant, of those at which the clock may change an answer, that is denied."""
    latest = facts.request.at + HORIZON
    for at in changes(facts):
        if at > latest:
            return None
        if is_denied(at_instant(facts, at)):
            return at
    return None


def _denials(found: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.effect is Effect.DENY]
