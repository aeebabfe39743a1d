"""What the pages of people are told about open cases (settings.PEOPLE_TIES)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse

from accounts.people.ties import OpenWork
from collections_app.cases.dealing_facts import loads_of
from collections_app.cases.wording import people_and_cases
from core import clock


def open_work(user_ids: Collection[UUID]) -> Mapping[UUID, OpenWork]:
    """Returns what each of these people holds, and where it is moved to others; one query."""
    return {
        user_id: OpenWork(
            text=people_and_cases(load.people, load.cases),
            href=f"{reverse('assignment:preview')}?from={user_id}",
            right="case.assign",
        )
        for user_id, load in loads_of(user_ids, since=clock.now()).items()
    }
