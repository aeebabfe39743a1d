"""A notice must be served, and its days be over, before the car is taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from compliance.gate.facts import AppliedRule, ContactFacts, Finding, NoticeFact
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins
from compliance.rules.parameters import Parameter, days_by_place, whole_number, word
from compliance.rules.zones import day_zone, today

KINDS = (
    *("default_notice_uk", "right_to_cure", "visit_notice", "validation"),
    *("demand", "acceleration", "taking_notice", "sale_notice"),
)

#: `days`: the same everywhere; `days_by_place`: where the law of the place asks for the notice.
PARAMETERS: dict[str, Parameter] = {
    "notice": word(of=KINDS).required(),
    "days": whole_number(least=1),
    "days_by_place": days_by_place(),
}

_DAY = timedelta(days=1)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a step until the newest notice about each loan has run its days, all of them clear.

    The day of service and the last day are not counted in: served on 2 March with 14 days, the
    step is open on 17 March. That is later than the Consumer Credit Act asks (s.88(2)), and no
    text is read less strictly. Days that the notice itself names count.
    """
    if not _objects(facts, rule):
        return []
    opens_at = first_silent(facts, lambda later: _objects(later, rule), changes(facts, rule))
    reason, event = _reason(facts, rule)
    return [objection(rule, reason, opens_at=opens_at, event=event, notice=rule.values["notice"])]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when notices are served or have run their days."""
    zone = day_zone(facts)
    notices = [notice for notice in facts.notices if notice.kind == rule.values["notice"]]
    days = {notice.served_on for notice in notices}
    days |= {_open_on(facts, rule, notice) for notice in notices}
    edges = (day_begins(day, zone) for day in days)
    return sorted(edge for edge in edges if edge > facts.request.at)


def _objects(facts: ContactFacts, rule: AppliedRule) -> bool:
    return any(_is_lacking(facts, rule, loan) for loan in facts.request.loan_ids)


def _is_lacking(facts: ContactFacts, rule: AppliedRule, loan: UUID) -> bool:
    notice = _newest(facts, rule, loan)
    if notice is None:
        return _asks_for_one(facts, rule)
    return today(facts) < _open_on(facts, rule, notice)


def _asks_for_one(facts: ContactFacts, rule: AppliedRule) -> bool:
    """Whether a notice is needed at all; where nobody knows the place, it is."""
    return (
        "days_by_place" not in rule.values
        or _is_place_unknown(facts, rule)
        or _days_of_places(facts, rule) is not None
    )


def _is_place_unknown(facts: ContactFacts, rule: AppliedRule) -> bool:
    """Whether no place is on file, or one only by its country while its regions differ."""
    table = rule.values.get("days_by_place", {})
    return bool(table) and (
        not facts.locations
        or any(place.startswith(f"{known}-") for known in facts.locations for place in table)
    )


def _reason(facts: ContactFacts, rule: AppliedRule) -> tuple[str, str]:
    if all(_newest(facts, rule, loan) for loan in facts.request.loan_ids):
        return "notice_running", "notice_served"
    if _is_place_unknown(facts, rule):
        return "notice_place_unknown", "place_known"
    return "notice_missing", "notice_served"


def _newest(facts: ContactFacts, rule: AppliedRule, loan: UUID) -> NoticeFact | None:
    day = today(facts)
    served = [
        notice
        for notice in facts.notices
        if notice.kind == rule.values["notice"]
        and notice.loan_id in (None, loan)
        and notice.served_on <= day
    ]
    return max(served, key=lambda notice: notice.served_on, default=None)


def _open_on(facts: ContactFacts, rule: AppliedRule, notice: NoticeFact) -> date:
    asked = max(rule.values.get("days", 0), _days_of_places(facts, rule) or 0)
    return notice.served_on + timedelta(days=max(asked, notice.days or 0)) + _DAY


def _days_of_places(facts: ContactFacts, rule: AppliedRule) -> int | None:
    """The longest that the places of the person ask for; a city has what its state asks for."""
    table: dict[str, int] = rule.values.get("days_by_place", {})
    return max(
        (
            days
            for place, days in table.items()
            for location in facts.locations
            if location == place or location.startswith(f"{place}-")
        ),
        default=None,
    )
