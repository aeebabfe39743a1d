"""Placing a call: permitted and booked first, then asked of the telephone system."""

from __future__ import annotations

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.queries import clear_number
from collections_app.contacts.services import start_call
from collections_app.dialling.adapters import (
    Dialler,
    NotPlaced,
    OutgoingCall,
    Placed,
    PlaceResult,
    Unclear,
)
from collections_app.dialling.flow import CallState
from collections_app.dialling.models import PhoneCall
from collections_app.dialling.queries import account_for
from collections_app.dialling.registry import dialler_of
from compliance.attempts.models import Attempt, Direction, Outcome
from compliance.attempts.services import settle
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.borrowers.models import ContactPoint

log = structlog.get_logger(__name__)


class NotDialled(Exception):
    """The telephone system does not dial. The reservation was given back: the call never was."""

    def __init__(self, reason: str) -> None:
        super().__init__("The telephone system does not place the call.")
        self.reason = reason


def place_call(
    *, case: Case, contact_point: ContactPoint, agent: User, is_by_hand: bool = False
) -> Attempt:
    """Reserves a call and has the portfolio's telephone system dial it, or shows the number.

    The gate is asked as for every call, and the reservation is committed before the telephone
    system hears of it: call this outside a transaction. Where it dials by itself, the agent does
    not see the number. `is_by_hand` passes it over: then the agent dials.

    Raises ContactRefused and ValidationError as `start_call` does, and NotDialled where the
    telephone system refuses or cannot be reached: then the reservation is given back. Where nobody
    can tell whether it dials, the call stays reserved, for it may ring yet.
    """
    account = None if is_by_hand else account_for(case.portfolio)
    dialler = dialler_of(account)
    if account is None or not dialler.clicks_to_call:
        return start_call(case=case, contact_point=contact_point, agent=agent)
    attempt = start_call(case=case, contact_point=contact_point, agent=agent, is_number_shown=False)
    call = PhoneCall.objects.create(
        account=account,
        direction=Direction.OUTBOUND,
        attempt=attempt,
        agent=agent,
        started_at=clock.now(),
    )
    result = _ask(dialler, call, clear_number(attempt), agent)
    reason = _note(call, result, agent)
    if isinstance(result, NotPlaced):
        raise NotDialled(reason)
    return attempt


def _ask(dialler: Dialler, call: PhoneCall, number: str, agent: User) -> PlaceResult:
    outgoing = OutgoingCall(reference=call.pk.hex, number=number, agent=agent.email)
    try:
        return dialler.place(outgoing)
    except Exception as error:
        # What an adapter broke on, the telephone system may have heard all the same.
        log.exception("dialler_failed", adapter=dialler.code, call=str(call.pk))
        return Unclear(type(error).__name__)


@transaction.atomic
def _note(call: PhoneCall, result: PlaceResult, agent: User) -> str:
    """Keeps what the telephone system answered; its events may have come before its answer."""
    locked = PhoneCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    by = Actor.of(agent)
    if isinstance(result, Placed):
        reference = result.reference[:120]
        others = PhoneCall.objects.filter(account=call.account, reference=reference)
        if reference and not others.exclude(pk=call.pk).exists():
            locked.reference = reference
            locked.save(update_fields=["reference"])
        return ""
    reason = result.reason[:200] or "unknown"
    locked.problem = reason
    if isinstance(result, NotPlaced):
        locked.state = CallState.NOT_PLACED
        if call.attempt is None:
            raise ValidationError("An outgoing call is reserved before it is placed.")
        settle(attempt=call.attempt, outcome=Outcome.NOT_MADE, by=by)
    locked.save(update_fields=["problem", "state"])
    record(
        action="call.not_placed" if isinstance(result, NotPlaced) else "call.unclear",
        by=by,
        object_type="collections_app.PhoneCall",
        object_id=call.pk,
        portfolio_id=call.attempt.portfolio_id if call.attempt else None,
        reason=reason,
        data={"account": str(call.account_id), "attempt": str(call.attempt_id)},
    )
    return reason
