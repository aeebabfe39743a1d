"""Looking for people leaves a line of the trail, and guessing by four digits has a limit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import User
from collections_app.desk.search_terms import PERSONAL, Way
from core import clock
from core.audit import Actor, AuditEntry, record
from core.locks import Lock, advisory_lock

ACTION: Final = "search.person"
GUESS: Final = "search.phone_end"
#: Ten thousand endings: at this pace a whole number takes nobody less than a week to find.
MOST_GUESSES: Final = 60
WINDOW: Final = timedelta(hours=1)


class SearchedTooOften(Exception):
    """The limit on searches by four digits is reached; `again_at` says until when."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__("Too many searches by the last four digits.")
        self.again_at = again_at


@transaction.atomic
def note_search(*, user: User, ways: Collection[Way]) -> None:
    """Records by what kinds of personal data somebody searches, never the values.

    Raises SearchedTooOften, and records nothing, beyond `MOST_GUESSES` searches by four digits
    in an hour; the trail itself is the count, so that it holds without a cache.
    """
    kinds = sorted(set(ways) & PERSONAL)
    if not kinds:
        return
    is_guess = Way.PHONE_END in kinds
    if is_guess:
        _check_pace(user)
    record(
        action=GUESS if is_guess else ACTION,
        by=Actor.of(user),
        object_type="accounts.User",
        object_id=user.pk,
        data={"by": kinds},
    )


def _check_pace(user: User) -> None:
    # Counting and recording under one lock: of many searches at once no more pass than may.
    advisory_lock(Lock.SEARCH, user.pk)
    recent = AuditEntry.objects.filter(
        actor_id=str(user.pk), action=GUESS, at__gt=clock.now() - WINDOW
    )
    times = list(recent.order_by("-id").values_list("at", flat=True)[:MOST_GUESSES])
    if len(times) >= MOST_GUESSES:
        raise SearchedTooOften(times[-1] + WINDOW)
