"""What a refused call leaves room for: asking a second person, or the call that was granted."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.case_contacts import Answers, Reach
from compliance.gate.facts import Decision
from compliance.overrides.queries import override_for, override_waiting


def shared_grounds(decision: Decision) -> list[str]:
    """Returns the grounds on which every rule that denies lets a second person say yes."""
    if not decision.denials:
        return []
    first, *others = decision.denials
    return [ground for ground in first.override if all(ground in one.override for one in others)]


def override_offer(case: Case, user: User, reach: Reach, answers: Answers) -> dict[str, Any] | None:
    """Returns what the bar offers below a refusal, for the first number with room; else None.

    Nothing is read where the gate allows a call, or no rule leaves room: the usual page.
    """
    if case.state != CaseState.OPEN or any(found.allowed for found in answers.calls.values()):
        return None
    for phone in reach.phones:
        decision = answers.calls[phone.pk]
        if not shared_grounds(decision):
            continue
        granted = override_for(request=decision.facts.request, decision=decision)
        if granted is not None and granted.valid_until and has_right(user, "contact.record"):
            zone = ZoneInfo(next(iter(decision.facts.zones), "UTC"))
            return {
                "start_href": reverse("desk:start_call", args=[case.pk, phone.pk]),
                "masked": phone.masked,
                "by": _name(granted.approval.decided_by),
                "until": f"{granted.valid_until.astimezone(zone):%H:%M}",
            }
        if waiting := override_waiting(decision.facts.request):
            asker = waiting.approval.requested_by
            return {"asked_at": waiting.approval.requested_at, "by": _name(asker)}
        if has_right(user, "approval.request"):
            return {"ask_href": reverse("desk:ask_override", args=[case.pk, phone.pk])}
    return None


def _name(user: User | None) -> str:
    return user.get_full_name() if user else ""
