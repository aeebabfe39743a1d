"""The one reply that somebody who wrote to us may get where and when we could not write."""

from __future__ import annotations

from datetime import datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, PastContact
from compliance.rules.parameters import Parameter, whole_number

#: Hours within which a message of the person may be answered; 0 or none: it may not.
REPLY_PARAMETERS: dict[str, Parameter] = {"reply_within_hours": whole_number()}


def reply_ends_at(facts: ContactFacts, rule: AppliedRule) -> datetime | None:
    """Returns until when a reply is owed to a message of the person, or nothing.

    One reply for each message, over the same medium and to the same number or address
    (12 CFR 1006.6(b)(1), comment 2; 1006.14(h)(2)(ii)). A contact sent since uses it up.
    """
    message = message_to_reply_to(facts, rule)
    return message.at + _within(rule) if message is not None else None


def message_to_reply_to(facts: ContactFacts, rule: AppliedRule) -> PastContact | None:
    """Returns the message of the person that a reply is owed to at the instant, or nothing."""
    message = _last_message(facts) if not facts.request.is_planned else None
    if message is None or facts.request.at >= message.at + _within(rule):
        return None
    return message


def _within(rule: AppliedRule) -> timedelta:
    return timedelta(hours=rule.values.get("reply_within_hours", 0))


def _last_message(facts: ContactFacts) -> PastContact | None:
    """The person's newest message over this medium that nothing was sent after, or is to be."""
    request = facts.request
    for contact in reversed(facts.history):
        if (
            contact.channel != request.channel
            or contact.party_id != request.party_id
            or (contact.at > request.at and contact.direction == "inbound")
            or contact.contact_point_id not in (None, request.contact_point_id)
            or contact.outcome in ("not_made", "failed")
        ):
            continue
        return contact if contact.direction == "inbound" else None
    return None


def reply_changes(facts: ContactFacts, rule: AppliedRule) -> list[datetime]:
    """Returns when the reply that is owed now no longer is."""
    ends_at = reply_ends_at(facts, rule)
    return [ends_at] if ends_at else []
