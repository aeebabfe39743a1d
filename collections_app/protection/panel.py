"""What an agent is shown after an abusive call: the offer, or how long the pause still runs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.protection.queries import pause_at_hand
from core import clock


def pause_context(user: User, *, may_have_one: bool = True) -> dict[str, Any]:
    """Returns what `protection/pause.html` shows; one query, none for who works no cases.

    `may_have_one` is False where the page has read already that there is no recent pause.
    """
    if not may_have_one or not has_right(user, "case.work"):
        return {"pause": None}
    pause = pause_at_hand(agent=user, at=clock.now())
    if pause is None:
        return {"pause": None}
    until = pause.until.astimezone(clock.zone_of(user.time_zone)) if pause.until else None
    return {
        "pause": {
            "contract_no": pause.contact.case.loan.contract_no,
            "until": f"{until:%H:%M}" if until else "",
            "another_agent_href": reverse("desk:another_agent", args=[pause.contact.case_id]),
            "answer_href": reverse("protection:answer", args=[pause.pk]),
            "end_href": reverse("protection:end", args=[pause.pk]),
        }
    }
