"""The call that waits for its outcome: who is on the line, and what the telephone system tells."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.queries import number_being_called
from collections_app.desk.attempt_log import outcome_of
from collections_app.dialling.flow import CallState
from collections_app.dialling.models import PhoneCall
from collections_app.dialling.presentation import told_text
from compliance.attempts.models import Attempt, Direction


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
    zone = ZoneInfo(case.portfolio.time_zone)
    return {
        "number": number,
        "tel": number if is_by_hand else "",
        "started_at": f"{attempt.at.astimezone(zone):%H:%M:%S}",
        "told": _told(case, call) if call is not None and is_ours else None,
    }


def _told(case: Case, call: PhoneCall) -> dict[str, Any]:
    """What the telephone system tells; asked for again while the call goes on."""
    is_over = call.state in (CallState.ENDED, CallState.NOT_PLACED)
    return {
        "state": call.state,
        "text": told_text(call),
        "is_unclear": bool(call.problem) and call.state == CallState.ASKED,
        "href": "" if is_over else reverse("desk:call_told", args=[case.pk]),
    }
