"""Which past contacts use up a limit: the unit, the channels, the outcomes, the exemptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from compliance.gate.facts import (
    AppliedRule,
    CallMode,
    Channel,
    ContactFacts,
    ContactRequest,
    PastContact,
    PermissionFact,
)
from compliance.rules.local_time import local_date
from compliance.rules.parameters import Parameter, whole_number, word, words
from compliance.rules.zones import day_zone

#: Stands in a list of outcomes for a contact that is booked and has no outcome yet.
RESERVED = "reserved"

_Matches = Callable[[PastContact, ContactRequest, UUID | None], bool]


def _same_person(contact: PastContact, request: ContactRequest, loan: UUID | None) -> bool:
    return contact.party_id == request.party_id


def _same_debt(contact: PastContact, request: ContactRequest, loan: UUID | None) -> bool:
    return loan in contact.loan_ids


def _same_person_and_debt(contact: PastContact, request: ContactRequest, loan: UUID | None) -> bool:
    return contact.party_id == request.party_id and loan in contact.loan_ids


def _same_number(contact: PastContact, request: ContactRequest, loan: UUID | None) -> bool:
    return (
        contact.party_id == request.party_id
        and contact.contact_point_id is not None
        and contact.contact_point_id == request.contact_point_id
    )


#: The unit in the word of the text: some count a debtor where others count a person, and an
#: account where others count a debt. A lender and its agencies always count together.
UNITS: dict[str, _Matches] = {
    "person_debt": _same_person_and_debt,
    "debt": _same_debt,
    "account": _same_debt,
    "number": _same_number,
    "debtor": _same_person,
    "person": _same_person,
}

_PER_LOAN = frozenset({"person_debt", "debt", "account"})

COUNTING: dict[str, Parameter] = {
    "unit": word(of=UNITS).required(),
    "outcomes": words().required(),
    "counted_channels": words(of=Channel),
    "counted_modes": words(of=CallMode),
    "counted_places": words(of=("home", "work", "mobile", "unknown")),
    "uncounted_places": words(of=("home", "work", "mobile", "unknown")),
    "directions": words(of=("outbound", "inbound")),
    "uncounted_recipients": words(),
    "call_back_days": whole_number(least=1),
}


def days_of(
    facts: ContactFacts, rule: AppliedRule, loan: UUID | None, *, wished_too: bool = False
) -> list[date]:
    """Returns the calendar days of the contacts that count about one loan, oldest first.

    Calls that the person asked for are left out, unless `wished_too`.
    """
    zone = day_zone(facts)
    return sorted(
        local_date(contact.at, zone)
        for contact in counted(facts, rule, loan)
        if wished_too or not _was_called_back(facts, rule, contact, loan)
    )


def loans_counted(facts: ContactFacts, rule: AppliedRule) -> tuple[UUID | None, ...]:
    """Returns the loans that each have their own count, or one nothing."""
    return facts.request.loan_ids if rule.values["unit"] in _PER_LOAN else (None,)


def counted(facts: ContactFacts, rule: AppliedRule, loan: UUID | None) -> Iterator[PastContact]:
    """Yields the past contacts of the unit that the rule counts, oldest first."""
    matches, values = UNITS[rule.values["unit"]], rule.values
    outcomes = values["outcomes"]
    channels = values.get("counted_channels") or values.get("channels")
    modes, places = values.get("counted_modes"), values.get("counted_places")
    unplaced = values.get("uncounted_places", ())
    directions = values.get("directions", ("outbound",))
    strangers = values.get("uncounted_recipients", ())
    for contact in facts.history:
        if (
            (contact.outcome or RESERVED) in outcomes
            and contact.direction in directions
            and (channels is None or contact.channel in channels)
            and (modes is None or contact.mode in modes)
            and (places is None or (contact.place or "unknown") in places)
            and (contact.place or "unknown") not in unplaced
            and not contact.is_misdirected
            and contact.recipient not in strangers
            and matches(contact, facts.request, loan)
        ):
            yield contact


def may_call_back(facts: ContactFacts, rule: AppliedRule, loan: UUID | None) -> bool:
    """Says whether the person's own wish to be called again covers the contact asked for."""
    request = facts.request
    return request.channel == Channel.CALL and any(
        _covers(facts, rule, wish, request.at, loan) for wish in _call_backs(facts, rule)
    )


def call_back_changes(facts: ContactFacts, rule: AppliedRule) -> list[date]:
    """Returns the days on which a wish to be called again begins or stops to hold."""
    zone = day_zone(facts)
    days: list[date] = []
    for wish in _call_backs(facts, rule):
        given = local_date(wish.given_at, zone)
        days.append(given + timedelta(days=rule.values["call_back_days"]))
        if wish.only_on is not None:
            days += [wish.only_on, wish.only_on + timedelta(days=1)]
        if wish.until is not None:
            days.append(local_date(wish.until, zone) + timedelta(days=1))
    return days


def _was_called_back(
    facts: ContactFacts, rule: AppliedRule, contact: PastContact, loan: UUID | None
) -> bool:
    """A call made while the person's wish for it held does not count (12 CFR 1006.14(b)(3)(i))."""
    return (
        contact.direction == "outbound"
        and contact.channel == Channel.CALL
        and any(_covers(facts, rule, wish, contact.at, loan) for wish in _call_backs(facts, rule))
    )


def _call_backs(facts: ContactFacts, rule: AppliedRule) -> list[PermissionFact]:
    if "call_back_days" not in rule.values:
        return []
    return [wish for wish in facts.permissions if wish.kind == "call_back" and wish.answer == "yes"]


def _covers(
    facts: ContactFacts, rule: AppliedRule, wish: PermissionFact, at: datetime, loan: UUID | None
) -> bool:
    """Whether a wish holds at an instant: its days run, and no talk or revocation ended it."""
    if wish.given_at > at or not (wish.loan_id is None or loan is None or wish.loan_id == loan):
        return False
    zone = day_zone(facts)
    day, given = local_date(at, zone), local_date(wish.given_at, zone)
    if day >= given + timedelta(days=rule.values["call_back_days"]):
        return False
    if (wish.only_on is not None and day != wish.only_on) or (
        wish.until is not None and at >= wish.until
    ):
        return False
    return not (_talked_since(facts, wish, at) or _revoked_since(facts, wish, at))


def _talked_since(facts: ContactFacts, wish: PermissionFact, at: datetime) -> bool:
    return any(
        wish.given_at < contact.at < at
        and contact.outcome == "conversation"
        and contact.channel == Channel.CALL
        and contact.party_id == facts.request.party_id
        and (wish.loan_id is None or wish.loan_id in contact.loan_ids)
        for contact in facts.history
    )


def _revoked_since(facts: ContactFacts, wish: PermissionFact, at: datetime) -> bool:
    return any(
        answer.kind == "call_back"
        and answer.answer == "no"
        and wish.given_at < answer.given_at <= at
        and (answer.loan_id is None or answer.loan_id == wish.loan_id)
        for answer in facts.permissions
    )
