"""The pause after a conversation: some days of quiet about that debt, whoever began to talk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from compliance.gate.facts import AppliedRule, ContactFacts, Finding, PastContact
from compliance.rules.counting import (
    COUNTING,
    call_back_changes,
    counted,
    days_of,
    loans_counted,
    may_call_back,
)
from compliance.rules.findings import first_silent, objection
from compliance.rules.local_time import day_begins, local_date
from compliance.rules.parameters import Parameter, whole_number
from compliance.rules.zones import day_zone, today

PARAMETERS: dict[str, Parameter] = {"days": whole_number(least=1).required(), **COUNTING}

_DAY = timedelta(days=1)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a contact within the days after a conversation, whose own day is the first.

    A talk on 13 August leaves 20 August free (12 CFR 1006.14(b)(2)(i)(B), comment 1.ii).
    """
    if not _objects(facts, rule):
        return []
    newest = max(_contacts(facts, rule), key=lambda contact: contact.at)
    return [
        objection(
            rule,
            "pause_after_talk" if newest.outcome else "outcome_missing",
            opens_at=first_silent(facts, lambda later: _objects(later, rule), changes(facts, rule)),
            days=rule.values["days"],
            talked_on=local_date(newest.at, day_zone(facts)).isoformat(),
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterator[datetime]:
    """Yields in order when a pause is over, or a wish to be called again begins or ends."""
    zone, length = day_zone(facts), rule.values["days"] * _DAY
    days = {day + length for day in _talks(facts, rule)} | set(call_back_changes(facts, rule))
    wishes = [wish for wish in facts.permissions if wish.kind == "call_back"]
    instants = {day_begins(day, zone) for day in days}
    instants |= {edge for wish in wishes for edge in (wish.given_at, wish.until) if edge}
    return iter(sorted(instant for instant in instants if instant > facts.request.at))


def _objects(facts: ContactFacts, rule: AppliedRule) -> bool:
    first = today(facts) - (rule.values["days"] - 1) * _DAY
    return any(
        any(day >= first for day in days_of(facts, rule, loan, wished_too=True))
        for loan in loans_counted(facts, rule)
        if not may_call_back(facts, rule, loan)
    )


def _talks(facts: ContactFacts, rule: AppliedRule) -> list[date]:
    zone = day_zone(facts)
    return [local_date(contact.at, zone) for contact in _contacts(facts, rule)]


def _contacts(facts: ContactFacts, rule: AppliedRule) -> list[PastContact]:
    return [
        contact for loan in loans_counted(facts, rule) for contact in counted(facts, rule, loan)
    ]
