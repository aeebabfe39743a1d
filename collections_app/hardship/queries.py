"""Reading talks about hardship; the figures in clear for who may read them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from collections_app.cases.models import Case
from collections_app.hardship.flow import Budget
from collections_app.hardship.models import HardshipTalk
from core import clock
from core.encryption.sealing import KeyDestroyed, unseal
from loans.borrowers.models import Party
from loans.contracts.models import LIABLE_ROLES

#: A month of longer ago says little of the next one.
HOLDS_FOR: Final = timedelta(days=90)


def who_owes(case: Case) -> QuerySet[Party]:
    """Returns the people who owe the loan of a case that was read for its reader."""
    owe = {"loans__loan": case.loan_id, "loans__role__in": LIABLE_ROLES}
    return Party.objects.filter(**owe).distinct()


def latest_talk(case: Case) -> HardshipTalk | None:
    """Returns the last talk on a case that still says something of the months to come."""
    return (
        HardshipTalk.objects.filter(case=case, said_at__gte=clock.now() - HOLDS_FOR)
        .select_related("party__data_key")
        .order_by("-said_at")
        .first()
    )


def budget_of(talk: HardshipTalk) -> Budget | None:
    """Returns the figures in clear; None where the person's key was destroyed."""
    text = _opened(talk, "budget", talk.budget)
    return Budget.read(json.loads(text)) if text else None


def note_of(talk: HardshipTalk) -> str:
    """Returns what was noted, in clear; empty where there is none or the key was destroyed."""
    return _opened(talk, "note", talk.note)


def _opened(talk: HardshipTalk, column: str, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    try:
        return unseal(
            key=talk.party.data_key,
            sealed=sealed,
            table=HardshipTalk._meta.db_table,
            column=column,
            row_id=talk.pk,
        )
    except KeyDestroyed:
        return ""
