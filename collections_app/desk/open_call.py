"""The call that waits for its outcome: who is on the line, and what the telephone system tells."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.queries import number_being_called
from collections_app.desk.attempt_log import outcome_of
from collections_app.dialling.flow import CallState
from collections_app.dialling.models import PhoneCall
from collections_app.dialling.presentation import told_text
from compliance.attempts.models import Attempt, Direction
from core import clock


def phone_call_of(attempt: Attempt | None) -> PhoneCall | None:
    """Returns the call of the telephone system, read with the attempt; None where one dialled."""
    if attempt is None:
        return None
    return getattr(attempt, "phone_call", None)


def open_call(case: Case, user: User, attempt: Attempt) -> dict[str, Any]:
    """What the logger says of the call; its number in clear only to who has to dial it."""
    point = attempt.contact_point
    is_ours = attempt.direction == Direction.OUTBOUND and not attempt.is_unsanctioned
    call = phone_call_of(attempt)
    is_by_hand = is_ours and call is None
    masked = point.masked if point else ""
    outcome = outcome_of(attempt) if hasattr(attempt, "settled") else None
    number = (
        number_being_called(attempt=attempt, agent=user, outcome=outcome) if is_by_hand else masked
    )
    # On the clock of who makes it, as everything they are doing now.
    zone = clock.zone_of(user.time_zone)
    return {
        "number": number,
        "tel": number if is_by_hand else "",
        "started_at": f"{attempt.at.astimezone(zone):%H:%M:%S}",
        "told": _told(case, call) if call is not None else None,
        "is_inbound": attempt.direction == Direction.INBOUND,
        "not_them_href": _not_them(case, attempt),
        "clock": _clock(user, attempt, call),
    }


def _clock(user: User, attempt: Attempt, call: PhoneCall | None) -> dict[str, Any] | None:
    """The seconds since the call began, and since it ended where the telephone system says so.

    None for who wants no clock. `target`: seconds after the end at which it turns amber.
    """
    if not user.wrapup_seconds:
        return None
    now = clock.now()
    ended_at = call.ended_at if call is not None else None
    return {
        "seconds": max(0, round((now - attempt.at).total_seconds())),
        "wrapup_seconds": max(0, round((now - ended_at).total_seconds())) if ended_at else None,
        "target": user.wrapup_seconds,
    }


def _not_them(case: Case, attempt: Attempt) -> str:
    """Where a call is taken off the record of somebody who was not on the line after all.

    Only while nothing was ever said of it: an entry that was taken back is corrected by another.
    """
    settled = getattr(attempt, "settled", None)
    if attempt.direction != Direction.INBOUND or settled:
        return ""
    return reverse("desk:not_them", args=[case.pk])


def _told(case: Case, call: PhoneCall) -> dict[str, Any]:
    """What the telephone system tells; asked for again while the call goes on."""
    is_over = call.state in (CallState.ENDED, CallState.NOT_PLACED)
    return {
        "state": call.state,
        "text": told_text(call),
        "is_unclear": bool(call.problem) and call.state == CallState.ASKED,
        "href": "" if is_over else reverse("desk:call_told", args=[case.pk]),
    }
