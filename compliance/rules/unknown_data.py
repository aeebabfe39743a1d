"""Closed when a rule lacks its facts: no zone, no history, no rules, a stale feed, a bad number."""

from __future__ import annotations

from compliance.gate.facts import Channel, ContactFacts, Finding

CITATION = "Makegood policy: without the facts of a rule there is no permission"

_TIMED = frozenset({Channel.CALL, Channel.SMS, Channel.EMAIL, Channel.VISIT})
_NEEDS_CONTACT_POINT = frozenset({Channel.CALL, Channel.SMS, Channel.EMAIL})


def check(facts: ContactFacts) -> list[Finding]:
    """Denies a contact whose rules cannot be judged, one finding for each fact that is missing."""
    return [*_rules_and_history(facts), *_reachability(facts), *_feeds(facts)]


def _rules_and_history(facts: ContactFacts) -> list[Finding]:
    found = []
    if facts.missing_packs:
        found.append(
            _finding("rules_unknown", "rule_pack_published", packs=list(facts.missing_packs))
        )
    elif not facts.rules:
        found.append(_finding("rules_unknown", "rule_pack_named", packs=[]))
    if not facts.history_known:
        found.append(_finding("history_unknown", "history_imported"))
    return found


def _reachability(facts: ContactFacts) -> list[Finding]:
    found = []
    channel = facts.request.channel
    if channel in _NEEDS_CONTACT_POINT and facts.contact_point_missing:
        found.append(_finding("contact_point_missing", "contact_point_added"))
    if facts.contact_point_invalid:
        found.append(_finding("contact_point_invalid", "contact_point_verified"))
    if channel in _TIMED and not facts.zones:
        found.append(_finding("zone_unknown", "place_known"))
    return found


def _feeds(facts: ContactFacts) -> list[Finding]:
    if facts.feed_missing:
        return [_finding("feed_missing", "feed_received")]
    return [
        _finding("feed_stale", "feed_received", feed=feed, through=through.isoformat())
        for feed, through in facts.stale_feeds
    ]


def _finding(reason: str, event: str, **values: object) -> Finding:
    return Finding(
        code="UNKNOWN-DATA", reason=reason, citation=CITATION, event=event, values=values
    )
