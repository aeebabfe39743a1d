"""The person's no to a medium, a number or an address, and the few messages it leaves open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from compliance.gate.facts import AppliedRule, ContactFacts, Content, Finding
from compliance.rules.findings import first_silent, objection
from compliance.rules.permissions import permission_edges, refusal
from compliance.rules.refusals import REFUSAL, is_refused
from compliance.rules.replies import REPLY_PARAMETERS, message_to_reply_to, reply_changes

PARAMETERS = dict(REPLY_PARAMETERS)
JUDGES = frozenset({REFUSAL})

#: Outcomes after which nothing has reached the person.
_NOT_SENT = frozenset({"failed", "not_made"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a medium or number that the person refused, whatever loan they spoke of.

    Left open are one bare confirmation and one reply to a message of theirs
    (12 CFR 1006.14(h)(1) and (2)); what the law requires stands among the rule's exceptions.
    """
    if not _objects(facts, rule):
        return []
    opens_at = first_silent(facts, lambda later: _objects(later, rule), permission_edges(facts))
    return [objection(rule, "channel_refused", opens_at=opens_at, event="consent_given")]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when the reply that is owed now no longer is."""
    return reply_changes(facts, rule)


def _objects(facts: ContactFacts, rule: AppliedRule) -> bool:
    return is_refused(facts) and not _is_confirmation(facts) and not _is_reply(facts, rule)


def _is_reply(facts: ContactFacts, rule: AppliedRule) -> bool:
    """A reply to what the person wrote after their no; the message that says stop asks for none."""
    said_no = refusal(facts, "channel")
    message = message_to_reply_to(facts, rule)
    return message is not None and (said_no is None or message.at > said_no.given_at)


def _is_confirmation(facts: ContactFacts) -> bool:
    """One message that confirms the refusal, says nothing else and follows it directly."""
    said_no = refusal(facts, "channel")
    request = facts.request
    if said_no is None or request.content != {Content.OPT_OUT_CONFIRMATION}:
        return False
    return not any(
        contact.at >= said_no.given_at
        and contact.direction == "outbound"
        and contact.channel == request.channel
        and contact.party_id == request.party_id
        and contact.contact_point_id in (None, request.contact_point_id)
        and contact.outcome not in _NOT_SENT
        for contact in facts.history
    )
