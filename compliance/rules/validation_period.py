"""While the person may still dispute the debt, nothing may overshadow that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

from compliance.gate.facts import AppliedRule, ContactFacts, Content, Finding, NoticeFact
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins
from compliance.rules.parameters import Parameter, whole_number, words
from compliance.rules.zones import day_zone, today
from core.calendars.working_days import WorkingDays

#: `receipt_days`: working days after which a notice sent is taken to have arrived.
PARAMETERS: dict[str, Parameter] = {
    "days": whole_number(least=1).required(),
    "receipt_days": whole_number().required(),
    "overshadowing": words(of=Content).required(),
}

_DAY = timedelta(days=1)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies content that overshadows the right to dispute until the validation period is over.

    12 CFR 1006.38(b); the period ends 30 days after the notice is taken to have arrived, five
    working days after it was sent (1006.34(b)(5)).
    """
    said = facts.request.content.intersection(rule.values["overshadowing"])
    if not said or not _runs(facts, rule):
        return []
    return [
        objection(
            rule,
            "validation_period",
            opens_at=first_silent(facts, lambda later: _runs(later, rule), changes(facts, rule)),
            event="content_changed",
            until=max(_last_days(facts, rule)).isoformat(),
            said=sorted(said),
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when validation periods begin and are over."""
    zone = day_zone(facts)
    days = {last + _DAY for last in _last_days(facts, rule)}
    days |= {notice.served_on for notice in facts.notices if notice.kind == "validation"}
    edges = (day_begins(day, zone) for day in days)
    return sorted(edge for edge in edges if edge > facts.request.at)


def _runs(facts: ContactFacts, rule: AppliedRule) -> bool:
    day = today(facts)
    return any(
        notice.served_on <= day <= last
        for notice, last in zip(_notices(facts), _last_days(facts, rule), strict=True)
    )


def _notices(facts: ContactFacts) -> list[NoticeFact]:
    return [
        notice
        for notice in facts.notices
        if notice.kind == "validation" and notice.loan_id in (None, *facts.request.loan_ids)
    ]


def _last_days(facts: ContactFacts, rule: AppliedRule) -> list[date]:
    """The last day of each period; `days` of a notice is what the notice itself says."""
    return [
        _received_on(notice.served_on, rule.values["receipt_days"])
        + timedelta(days=notice.days or rule.values["days"])
        for notice in _notices(facts)
    ]


@lru_cache(maxsize=1024)
def _received_on(sent_on: date, working_days: int) -> date:
    """Saturdays, Sundays and federal holidays do not count (1006.34(b)(5))."""
    years = (sent_on.year, sent_on.year + 1)
    calendar = WorkingDays(holidays=frozenset(holidays.country_holidays("US", years=years)))
    return calendar.add_working_days(sent_on, working_days)
