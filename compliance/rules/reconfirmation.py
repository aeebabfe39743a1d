"""A number for texts goes stale: the person must have written from it or agreed lately."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins, local_date
from compliance.rules.parameters import Parameter, whole_number
from compliance.rules.permissions import permission_edges
from compliance.rules.zones import day_zone, today

PARAMETERS: dict[str, Parameter] = {"days": whole_number(least=1).required()}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a message more than so many days after the person last agreed or wrote from there.

    12 CFR 1006.6(d)(5): within 60 days, so the sixtieth day still is and the sixty-first is not.
    """
    if not _objects(facts, rule):
        return []
    return [
        objection(
            rule,
            "reconfirmation_due" if _confirmed_on(facts) else "never_confirmed",
            opens_at=first_silent(
                facts, lambda later: _objects(later, rule), permission_edges(facts)
            ),
            event="number_reconfirmed",
            days=rule.values["days"],
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns the midnight at which the newest confirmation has gone stale."""
    newest = _confirmed_on(facts)
    if newest is None:
        return ()
    ends_at = day_begins(newest + timedelta(days=rule.values["days"] + 1), day_zone(facts))
    return (ends_at,) if ends_at > facts.request.at else ()


def _objects(facts: ContactFacts, rule: AppliedRule) -> bool:
    newest = _confirmed_on(facts)
    return newest is None or today(facts) > newest + timedelta(days=rule.values["days"])


def _confirmed_on(facts: ContactFacts) -> date | None:
    """The day of the newest yes to the medium, or of the newest message from the number."""
    request = facts.request
    agreed = (
        answer.given_at
        for answer in facts.permissions
        if answer.kind == "channel"
        and answer.channel == request.channel
        and answer.answer == "yes"
        and answer.contact_point_id in (None, request.contact_point_id)
    )
    written = (
        contact.at
        for contact in facts.history
        if contact.direction == "inbound"
        and contact.channel == request.channel
        and contact.party_id == request.party_id
        and contact.contact_point_id == request.contact_point_id
    )
    newest = max((at for at in (*agreed, *written) if at <= request.at), default=None)
    return local_date(newest, day_zone(facts)) if newest is not None else None
