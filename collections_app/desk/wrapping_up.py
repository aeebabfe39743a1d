"""Saving how a talk ended, with all that was agreed in it: one transaction, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.asks import Ask
from collections_app.contacts.models import Contact
from collections_app.contacts.services import (
    log_call,
    log_inbound_call,
    log_unsanctioned_call,
)
from collections_app.contacts.wrapup import Wrapup
from collections_app.promises.services import record_promise
from compliance.attempts.models import Attempt
from core import clock
from core.audit.actors import Actor
from loans.borrowers.models import ContactPoint, Party


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised in the talk."""

    amount: Decimal
    due_on: date
    method: str = ""


@dataclass(frozen=True, slots=True)
class OtherCall:
    """A call that was not started here: the person rang, or somebody dialled without asking."""

    contact_point: ContactPoint
    at: datetime
    is_inbound: bool
    reason: str = ""


@transaction.atomic
def wrap_up(
    *,
    case: Case,
    agent: User,
    wrapup: Wrapup,
    attempt: Attempt | None = None,
    other: OtherCall | None = None,
    promised: Promised | None = None,
) -> Contact:
    """Saves the talk about a call that was started, or about another one, with its promise.

    Raises ValidationError where the result lacks what it asks for, or something agreed cannot be;
    nothing is written then.
    """
    party = attempt.party if attempt else other.contact_point.party if other else case.borrower
    effects: dict[str, Any] = {"step_before": step_of(case)}
    if promised is not None and wrapup.result.asks_for(Ask.PROMISE):
        effects["promises"] = [_take_promise(case, party, promised, agent)]
    wrapup = replace(wrapup, effects={**wrapup.effects, **effects})
    if attempt is not None:
        return log_call(case=case, attempt=attempt, wrapup=wrapup, agent=agent)
    if other is None:
        raise ValueError("A talk is about a call: one that was started, or another one.")
    common: dict[str, Any] = {
        "case": case,
        "contact_point": other.contact_point,
        "at": other.at,
        "wrapup": wrapup,
        "agent": agent,
    }
    if other.is_inbound:
        return log_inbound_call(**common)
    return log_unsanctioned_call(**common, reason=other.reason)


def step_of(case: Case) -> list[str | None]:
    """The step that stands on the case while it is locked, to be put back with the entry."""
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    due = locked.next_step_at
    return [locked.next_step, due.isoformat() if due else None]


def _take_promise(case: Case, party: Party, promised: Promised, agent: User) -> str:
    promise = record_promise(
        loan=case.loan,
        party=party,
        amount=promised.amount,
        due_on=promised.due_on,
        method=promised.method,
        made_at=clock.now(),
        by=Actor.of(agent),
    )
    return str(promise.pk)
