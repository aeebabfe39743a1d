"""Saving what came of a call with all that was agreed in it, in one piece or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from collections_app.callbacks.answering import contact_made
from collections_app.callbacks.hours import facts_at, zone_of_party
from collections_app.callbacks.parsing import resolve
from collections_app.callbacks.services import schedule_callback
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact
from collections_app.contacts.services import (
    log_call,
    log_inbound_call,
    log_unsanctioned_call,
    step_of,
)
from collections_app.contacts.wrapup import Wrapup
from collections_app.promises.limits import Part
from collections_app.promises.models import Promise
from collections_app.promises.services import take_promise
from collections_app.protection.services import protect
from compliance.attempts.models import Attempt
from core import clock
from core.audit.actors import Actor
from loans.borrowers.models import ContactPoint, Party


@dataclass(frozen=True, slots=True)
class OtherCall:
    """A call that was not started here: the person rang, or somebody dialled without asking."""

    contact_point: ContactPoint
    at: datetime
    is_inbound: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed in the talk: a call at a time on the person's clock (naive), money."""

    callback_at: datetime | None = None
    parts: Sequence[Part] = ()


@transaction.atomic
def save_call(
    *,
    case: Case,
    wrapup: Wrapup,
    agent: User,
    agreed: Agreed,
    attempt: Attempt | None = None,
    other: OtherCall | None = None,
) -> Contact:
    """Saves the talk about a call that was started (`attempt`), or about another one.

    Raises ValidationError for what the services refuse, and CallbackRefused when the time agreed
    is outside the person's hours; nothing is written then.
    """
    effects: dict[str, Any] = {"step_before": step_of(case)}
    if agreed.callback_at is not None:
        number = attempt.contact_point if attempt else other.contact_point if other else None
        zone = _zone(case, number)
        wrapup = replace(wrapup, next_step_at=resolve(agreed.callback_at, zone))
    if agreed.parts:
        effects |= _take_promise(case, _who(case, attempt, other), agreed.parts, agent)
    contact = _log(case, attempt, other, replace(wrapup, effects=effects), agent)
    contact_made(contact=contact, by=Actor.of(agent))
    protect(contact=contact)
    if agreed.callback_at is not None:
        _promise_call(case, contact, agreed.callback_at, wrapup.note, agent)
    return contact


def _zone(case: Case, point: ContactPoint | None) -> str:
    """The clock of who was on the line, as the callback itself will be on it."""
    party_id, number = (point.party_id, point.pk) if point else (case.borrower_id, None)
    facts = facts_at(case=case, party_id=party_id, contact_point_id=number, at=clock.now())
    return zone_of_party(facts, case)


def _who(case: Case, attempt: Attempt | None, other: OtherCall | None) -> Party:
    """Who was on the line."""
    if attempt is not None:
        return attempt.party
    return other.contact_point.party if other is not None else case.borrower


def _log(
    case: Case, attempt: Attempt | None, other: OtherCall | None, wrapup: Wrapup, agent: User
) -> Contact:
    common: dict[str, Any] = {"case": case, "wrapup": wrapup, "agent": agent}
    if attempt is not None:
        return log_call(attempt=attempt, **common)
    if other is None:
        raise ValueError("A talk is about a call: one that was started, or another one.")
    common |= {"contact_point": other.contact_point, "at": other.at}
    if other.is_inbound:
        return log_inbound_call(**common)
    return log_unsanctioned_call(reason=other.reason, **common)


def _take_promise(case: Case, party: Party, parts: Sequence[Part], agent: User) -> dict[str, Any]:
    """What is beyond the agent's limit binds nothing: a second person is asked."""
    try:
        taken = take_promise(
            case=case, party=party, parts=parts, taken_by=agent, made_at=clock.now()
        )
    except ValidationError as refusal:
        raise ValidationError({"promise": refusal.messages}) from refusal
    made = [promise.pk for promise in taken.promises]
    found: dict[str, Any] = {"promises": [str(pk) for pk in made]}
    if Promise.objects.filter(replaced_by__in=made).exists():
        found["replaced_promise"] = True
    if taken.approval is not None:
        found["approval"] = str(taken.approval.pk)
    return found


def _promise_call(case: Case, contact: Contact, at: datetime, note: str, agent: User) -> None:
    """The person said when: their wish, on the number they were reached at."""
    schedule_callback(
        case=case,
        contact_point=contact.attempt.contact_point,
        wall_time=at,
        agent=agent,
        note=note,
        is_wish=True,
        by=Actor.of(agent),
    )
