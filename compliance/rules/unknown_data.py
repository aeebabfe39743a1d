"""Closed when a rule lacks its facts: no zone, no history, no rules, no number or a bad one."""

from __future__ import annotations

from compliance.gate.facts import Channel, ContactFacts, Finding

CITATION = "Makegood policy: without the facts of a rule there is no permission"

_TIMED = frozenset({Channel.CALL, Channel.SMS, Channel.EMAIL, Channel.VISIT})
_NEEDS_CONTACT_POINT = frozenset({Channel.CALL, Channel.SMS, Channel.EMAIL})


def check(facts: ContactFacts) -> list[Finding]:
    """Denies a contact whose rules cannot be judged, one finding for each fact that is missing."""
    return [*_rules_and_history(facts), *_reachability(facts)]


def _rules_and_history(facts: ContactFacts) -> list[Finding]:
    found = []
    if facts.missing_packs:
        found.append(
            missing("rules_unknown", "rule_pack_published", packs=list(facts.missing_packs))
        )
    elif not facts.rules:
        found.append(missing("rules_unknown", "rule_pack_named", packs=[]))
    if not facts.history_known:
        found.append(missing("history_unknown", "history_imported"))
    return found


def _reachability(facts: ContactFacts) -> list[Finding]:
    found = []
    channel = facts.request.channel
    if channel in _NEEDS_CONTACT_POINT and facts.contact_point_missing:
        found.append(missing("contact_point_missing", "contact_point_added"))
    if facts.contact_point_invalid:
        found.append(missing("contact_point_invalid", "contact_point_verified"))
    if channel in _TIMED and not facts.zones:
        found.append(missing("zone_unknown", "place_known"))
    return found


def missing(reason: str, event: str, **values: object) -> Finding:
    """Returns the denial for a fact that is missing, with what brings it."""
    return Finding(
        code="UNKNOWN-DATA", reason=reason, citation=CITATION, event=event, values=values
    )
