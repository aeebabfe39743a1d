"""The quiet line about who has a person: for the head of a case, and after each renewal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.lease_rows import has_call_open, live_lease
from collections_app.worklist.wording import reason_lines
from core import clock


def lease_context(*, party_id: UUID, user: User) -> dict[str, Any]:
    """Returns what `worklist/lease_line.html` shows of a person: `lease` and `claim_href`.

    One query, two for whoever has the person. `lease` is None while nobody has them.
    """
    return line_of(live_lease(party_id=party_id, at=clock.now()), user)


def line_of(lease: Lease | None, user: User, *, lost_to: str | None = None) -> dict[str, Any]:
    """Returns the context of the line for a lease already read.

    Arguments: lost_to, after a renewal that came too late: who has the person now, "" for nobody.
    """
    claims = has_right(user, "worklist.claim")
    return {
        "lease": None if lease is None else _line(lease, user),
        "lease_lost": lost_to is not None,
        "lease_lost_to": lost_to or "",
        "claim_href": reverse("worklist:next") if claims else "",
    }


def _line(lease: Lease, user: User) -> dict[str, Any]:
    until = lease.expires_at.astimezone(clock.zone_of(user.time_zone))
    line: dict[str, Any] = {
        "is_mine": lease.agent_id == user.pk,
        "until": f"{until:%H:%M}",
        "until_at": lease.expires_at,
        "holder": lease.agent.get_full_name(),
    }
    if line["is_mine"]:
        line |= {
            "token": lease.token,
            "renew_href": reverse("worklist:renew", args=[lease.token]),
            "skip_href": reverse("worklist:skip", args=[lease.token]),
            "reasons": reason_lines(lease),
            "points": lease.points,
            "points_href": _points_href(lease),
            "is_on_the_line": has_call_open(agent=user, party_id=lease.party_id),
        }
    elif has_right(user, "worklist.lead"):
        line["take_over_href"] = reverse("worklist:take_over", args=[lease.pk])
    return line


def _points_href(lease: Lease) -> str:
    if lease.points_table_id is None:
        return reverse("worklist:points")
    return reverse("worklist:points_version", args=[lease.points_table_id])
