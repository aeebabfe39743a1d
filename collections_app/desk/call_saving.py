"""Saving what came of a call: the contact, the callbacks it meets, and the one it promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from collections_app.callbacks.hours import zone_of_case
from collections_app.callbacks.parsing import resolve
from collections_app.callbacks.services import contact_made, schedule_callback
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact
from collections_app.contacts.services import (
    Wrapup,
    log_call,
    log_inbound_call,
    log_unsanctioned_call,
)
from collections_app.protection.services import protect
from compliance.attempts.models import Attempt
from core.audit.actors import Actor


@transaction.atomic
def save_call(*, case: Case, attempt: Attempt | None, form: Any, agent: User) -> Contact:
    """Saves a valid form of the logger in one piece.

    Raises ValidationError for what the services refuse, and CallbackRefused when the time agreed
    is outside the person's hours; nothing is written then.
    """
    wrapup, agreed = form.wrapup(), form.agreed_time
    if agreed is not None:
        wrapup = replace(wrapup, next_step_at=resolve(agreed, zone_of_case(case)))
    contact = _log(case, attempt, form, wrapup, agent)
    contact_made(contact=contact, by=Actor.of(agent))
    protect(contact=contact)
    if agreed is not None:
        _promise_call(case, contact, agreed, wrapup, agent)
    return contact


def _log(case: Case, attempt: Attempt | None, form: Any, wrapup: Wrapup, agent: User) -> Contact:
    if attempt is not None:
        return log_call(case=case, attempt=attempt, wrapup=wrapup, agent=agent)
    data = form.cleaned_data
    point, at = data["contact_point"], data["made_at"]
    if form.is_inbound:
        return log_inbound_call(case=case, contact_point=point, at=at, wrapup=wrapup, agent=agent)
    return log_unsanctioned_call(
        case=case,
        contact_point=point,
        at=at,
        reason=data["reason"],
        wrapup=wrapup,
        agent=agent,
    )


def _promise_call(
    case: Case, contact: Contact, agreed: datetime, wrapup: Wrapup, agent: User
) -> None:
    """The person said when: their wish, on the number they were reached at."""
    schedule_callback(
        case=case,
        contact_point=contact.attempt.contact_point,
        wall_time=agreed,
        agent=agent,
        note=wrapup.note,
        is_wish=True,
        by=Actor.of(agent),
    )
