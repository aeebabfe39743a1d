"""Limits on how often: so many contacts of a unit in so many calendar days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, Counter, Finding
from compliance.rules.counting import (
    COUNTING,
    call_back_changes,
    days_of,
    loans_counted,
    may_call_back,
)
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins
from compliance.rules.parameters import Parameter, flag, whole_number
from compliance.rules.zones import day_zone, today

#: `may_be_agreed`: another number agreed with the person counts instead, as the text says.
PARAMETERS: dict[str, Parameter] = {
    "limit": whole_number().required(),
    "days": whole_number(least=1).required(),
    "may_be_agreed": flag(),
    **COUNTING,
}

_DAY = timedelta(days=1)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies one contact more than the limit within the window of calendar days ending today.

    Days are local dates in the canonical zone, never spans of hours: seven calls from 1 to 7 April
    leave 8 April free (12 CFR 1006.14(b)(2)(i), comment 1.i).
    """
    if not _objects(facts, rule):
        return []
    counter = count(facts, rule)
    return [
        objection(
            rule,
            "limit_reached" if counter.days > 1 else "limit_reached_today",
            opens_at=first_silent(facts, lambda later: _objects(later, rule), changes(facts, rule)),
            event="limit_agreed",
            used=counter.used,
            limit=counter.limit,
            days=counter.days,
            unit=counter.unit,
        )
    ]


def count(facts: ContactFacts, rule: AppliedRule) -> Counter:
    """Returns how much of the limit is used, for the loan asked about that has most."""
    days = [
        _in_window(facts, rule, days_of(facts, rule, loan)) for loan in loans_counted(facts, rule)
    ]
    most = max(days, key=len, default=[])
    length = rule.values["days"]
    return Counter(
        code=rule.code,
        used=len(most),
        limit=_limit(facts, rule),
        unit=rule.values["unit"],
        days=length,
        citation=rule.citation,
        pack=rule.pack,
        resets_at=day_begins(most[0] + length * _DAY, day_zone(facts)) if most else None,
    )


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterator[datetime]:
    """Yields in order the midnights at which a contact drops out or a wish begins or ends."""
    zone = day_zone(facts)
    length = rule.values["days"] * _DAY
    days = {
        day + length for loan in loans_counted(facts, rule) for day in days_of(facts, rule, loan)
    }
    days.update(call_back_changes(facts, rule))
    if rule.values.get("may_be_agreed"):
        days.update(p.until + _DAY for p in facts.preferences if p.until is not None)
    instants = {day_begins(day, zone) for day in days} | _exact_changes(facts)
    return iter(sorted(instant for instant in instants if instant > facts.request.at))


def _exact_changes(facts: ContactFacts) -> set[datetime]:
    """Answers that begin or lapse in the middle of a day."""
    wishes = [wish for wish in facts.permissions if wish.kind == "call_back"]
    return (
        {wish.given_at for wish in wishes}
        | {wish.until for wish in wishes if wish.until is not None}
        | {wish.starts_at for wish in facts.preferences if wish.kind == "agreed_cap"}
    )


def _objects(facts: ContactFacts, rule: AppliedRule) -> bool:
    limit = _limit(facts, rule)
    return any(
        len(_in_window(facts, rule, days_of(facts, rule, loan))) >= limit
        for loan in loans_counted(facts, rule)
        if not may_call_back(facts, rule, loan)
    )


def _in_window(facts: ContactFacts, rule: AppliedRule, days: list[date]) -> list[date]:
    """The days that the window ending today holds; what is dated later counts as today."""
    first = today(facts) - (rule.values["days"] - 1) * _DAY
    return [day for day in days if day >= first]


def _limit(facts: ContactFacts, rule: AppliedRule) -> int:
    """The number agreed with the person where the text lets them agree, else the pack's."""
    limit: int = rule.values["limit"]
    if not rule.values.get("may_be_agreed"):
        return limit
    day = today(facts)
    agreed = [
        wish.count
        for wish in facts.preferences
        if wish.kind == "agreed_cap"
        and wish.rule == rule.code
        and wish.starts_at <= facts.request.at
        and (wish.until is None or day <= wish.until)
        and wish.count is not None
    ]
    return agreed[-1] if agreed else limit
