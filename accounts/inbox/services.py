"""Telling people things, and noting that they have seen them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.inbox.models import Notice, Urgency
from accounts.inbox.texts import is_known
from accounts.users.models import User
from core.clock import now


@transaction.atomic
def notify(
    *,
    to: Iterable[User],
    urgency: Urgency,
    key: str,
    params: Mapping[str, Any] | None = None,
    link: str = "",
) -> list[Notice]:
    """Puts a notice into the inbox of each active person in `to`.

    Arguments: `key` a registered text; `params` its values, ids and numbers but no personal data
    of borrowers; `link` a path on this site. Machines and the deactivated get none.
    Raises ValueError for an unknown text or a link that leaves the site.
    """
    if not is_known(key):
        raise ValueError(f"No notice text {key!r}. Register it with accounts.inbox.texts.")
    if link and (not link.startswith("/") or link.startswith("//")):
        raise ValueError(f"A notice leads to a path on this site, not to {link!r}.")
    people = {user.pk: user for user in to if user.is_active and not user.is_integration}
    moment = now()
    return Notice.objects.bulk_create(
        Notice(
            user=user,
            urgency=urgency,
            key=key,
            params=dict(params or {}),
            link=link,
            created_at=moment,
        )
        for user in people.values()
    )


@transaction.atomic
def mark_read(*, user: User, notice_ids: Iterable[UUID] | None = None) -> int:
    """Notes that the user has read these notices (all of theirs by default); returns how many.

    Ids of other people's notices change nothing. Read notices keep their first time.
    """
    unread = Notice.objects.visible_to(user).unread()
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    return unread.update(read_at=now())
