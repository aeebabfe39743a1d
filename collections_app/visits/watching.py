"""Looking at the clock: which visits the gate is asked about now, and of whom word is overdue."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from collections_app.visits.events import lock_visit, tell
from collections_app.visits.making import book_visit
from collections_app.visits.models import Visit, VisitEventKind
from collections_app.visits.queries import leads_of, to_book, without_word
from core.audit.actors import SYSTEM

register_texts(
    {
        "visit.no_word": gettext_lazy(
            "No word from %(who)s, on a visit about %(contract_no)s. Find out whether all is well."
        ),
    }
)


def book_due(*, at: datetime) -> int:
    """Asks the gate about every visit whose window is open; returns how many it let pass."""
    return sum(book_visit(visit=visit) for visit in to_book(at))


def look_for_overdue(*, at: datetime) -> int:
    """Tells the lead of each visit of which no word came in time; returns how many."""
    return sum(_alarm(visit, at) for visit in without_word(at))


@transaction.atomic
def _alarm(visit: Visit, at: datetime) -> int:
    locked = lock_visit(visit)
    if locked.alarmed_at is not None or not without_word(at).filter(pk=locked.pk).exists():
        return 0
    locked.alarmed_at = at
    locked.save(update_fields=["alarmed_at"])
    tell(locked, VisitEventKind.NO_WORD, SYSTEM, at=at)
    assert locked.agent is not None  # by the constraint
    notify(
        to=leads_of(locked),
        urgency=Urgency.DO_NOW,
        key="visit.no_word",
        params={
            "who": locked.agent.get_full_name(),
            "contract_no": locked.case.loan.contract_no,
        },
        link=reverse("visits:visit", args=[locked.pk]),
    )
    return 1
