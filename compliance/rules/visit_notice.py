"""A visit is announced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from compliance.gate.facts import AppliedRule, Channel, ContactFacts, Finding
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins
from compliance.rules.parameters import Parameter, flag, whole_number
from compliance.rules.zones import day_zone, today

#: `days`: from the notice to the visit; `first_only`: later visits need no further notice.
PARAMETERS: dict[str, Parameter] = {
    "days": whole_number(least=1).required(),
    "first_only": flag(),
}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a visit that was not announced the pack's days before.

    FCA CONC 7.9.12 to 7.9.14: purpose and outcome explained, adequate notice of a first visit.
    """
    if not _objects(facts, rule):
        return []
    opens_at = first_silent(facts, lambda later: _objects(later, rule), changes(facts, rule))
    return [
        objection(
            rule,
            "notice_running" if opens_at else "visit_unannounced",
            opens_at=opens_at,
            event="notice_served",
            notice="visit_notice",
            days=rule.values["days"],
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when a notice has been out for its days."""
    zone = day_zone(facts)
    edges = (day_begins(day, zone) for day in _open_days(facts, rule))
    return sorted(edge for edge in edges if edge > facts.request.at)


def _objects(facts: ContactFacts, rule: AppliedRule) -> bool:
    if rule.values.get("first_only") and _was_visited(facts):
        return False
    day = today(facts)
    return not any(opens_on <= day for opens_on in _open_days(facts, rule))


def _open_days(facts: ContactFacts, rule: AppliedRule) -> list[date]:
    return [
        notice.served_on + timedelta(days=notice.days or rule.values["days"])
        for notice in facts.notices
        if notice.kind == "visit_notice" and notice.loan_id in (None, *facts.request.loan_ids)
    ]


def _was_visited(facts: ContactFacts) -> bool:
    return any(
        contact.channel == Channel.VISIT
        and contact.party_id == facts.request.party_id
        and contact.outcome not in ("not_made", "failed", "")
        for contact in facts.history
    )
