"""Reading the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, When

from accounts.inbox.models import Notice
from accounts.inbox.texts import sentence
from accounts.users.models import User


@dataclass(frozen=True)
class InboxLine:
    """A notice in the reader's language."""

    id: UUID
    urgency: str
    text: str
    link: str
    created_at: datetime
    is_read: bool


def inbox_of(user: User, *, limit: int = 100) -> list[InboxLine]:
    """Returns the newest notices of the user, unread ones first. One query."""
    notices = Notice.objects.visible_to(user).order_by(
        Case(When(read_at__isnull=True, then=0), default=1), "-created_at", "-id"
    )
    return [
        InboxLine(
            id=notice.pk,
            urgency=notice.urgency,
            text=sentence(notice.key, notice.params),
            link=notice.link,
            created_at=notice.created_at,
            is_read=notice.read_at is not None,
        )
        for notice in notices[:limit]
    ]


def unread_count(user: User) -> int:
    """Returns how many notices the user has not read. One query, from the partial index."""
    return Notice.objects.visible_to(user).unread().count()
