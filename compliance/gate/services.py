"""The one answer to: may we contact this person, now, this way?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from compliance.gate.facts import ContactFacts, ContactRequest, Decision, Effect, Finding
from compliance.gate.queries import gather, gather_many
from compliance.rules import window
from compliance.rules.registry import ALWAYS, RULES

#: How many openings are tried before the answer is "no instant is known".
MOST_OPENINGS = 40


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
    findings = tuple(_run(facts))
    denials = [found for found in findings if found.effect is Effect.DENY]
    return Decision(
        allowed=not denials,
        findings=findings,
        next_allowed_at=_next_allowed(facts, denials) if denials else None,
        closes_at=None if denials else _closes(facts),
        facts=facts,
    )


def _run(facts: ContactFacts) -> list[Finding]:
    found = [finding for check in ALWAYS for finding in check(facts)]
    for rule in facts.rules:
        found.extend(RULES[rule.rule](facts, rule))
    return found


def _next_allowed(facts: ContactFacts, denials: list[Finding]) -> datetime | None:
    """Steps from opening to opening until every rule is silent."""
    for _attempt in range(MOST_OPENINGS):
        if any(found.opens_at is None for found in denials):
            return None
        at = max(found.opens_at for found in denials if found.opens_at is not None)
        later = replace(facts, request=replace(facts.request, at=at))
        denials = [found for found in _run(later) if found.effect is Effect.DENY]
        if not denials:
            return at
    return None


def _closes(facts: ContactFacts) -> datetime | None:
    closings = [
        window.next_closing(at=facts.request.at, zones=facts.zones, rule=rule)
        for rule in facts.rules
        if rule.rule == "window" and facts.request.channel in rule.values["channels"]
    ]
    starts = [
        stop.starts_at
        for stop in facts.stops
        if stop.starts_at > facts.request.at and stop.channel in ("", facts.request.channel)
    ]
    return min([*(closing for closing in closings if closing), *starts], default=None)
