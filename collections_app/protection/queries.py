"""Who is to be spared now: the pause that is offered or running, and the next person to be easy."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from collections_app.protection.models import Pause

#: After this long an offer is no longer made, and the next person need not be an easier one.
STANDS_FOR: Final = timedelta(hours=2)


def recent_pauses(*, agent: User, at: datetime) -> QuerySet[Pause]:
    """Returns the pauses offered to the agent that may still stand, the newest first."""
    return pauses_since(at - STANDS_FOR, agent=agent)


def pauses_since(since: datetime, *, agent: User | UUID) -> QuerySet[Pause]:
    """Returns the pauses offered to the agent after a moment, the newest first."""
    return Pause.objects.filter(agent=agent, offered_at__gt=since)


def pause_at_hand(*, agent: User, at: datetime) -> Pause | None:
    """Returns the pause that the agent has not answered yet, or is in; one query."""
    newest = recent_pauses(agent=agent, at=at).select_related("contact__case__loan").first()
    if newest is None or (newest.until is not None and newest.until <= at):
        return None
    return newest


def wants_easier(*, agent: User, at: datetime) -> bool:
    """Tells whether the next person claimed is to be an easier one: once after each abuse."""
    return recent_pauses(agent=agent, at=at).filter(eased_at__isnull=True).exists()
