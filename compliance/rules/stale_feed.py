"""Closed while nobody knows whether the person has paid: the lender's repayments are not in."""

from __future__ import annotations

from compliance.gate.facts import Channel, ContactFacts, Finding, Purpose
from compliance.rules.unknown_data import missing


def check(facts: ContactFacts) -> list[Finding]:
    """Denies contact about payment, and taking the car, while nobody knows what was paid.

    The repayment feed is missing or older than the portfolio's limit. A notice that the law
    requires, and a question of the person, wait for no file.
    """
    request = facts.request
    if request.purpose != Purpose.PAYMENT and request.channel != Channel.REPOSSESSION:
        return []
    if facts.feed_missing:
        return [missing("feed_missing", "feed_received")]
    return [
        missing("feed_stale", "feed_received", feed=feed, through=through.isoformat())
        for feed, through in facts.stale_feeds
    ]
