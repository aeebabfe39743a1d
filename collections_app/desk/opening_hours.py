"""When nothing is due: when the rest of the queue may be called next, and how many then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from collections_app.cases.models import CaseQuerySet
from collections_app.desk.my_cases import request_for
from collections_app.desk.people import in_calling_order
from compliance.gate.facts import Channel
from compliance.gate.services import decide_many
from core import clock
from loans.borrowers.models import ContactKind, ContactPoint

#: How many cases are asked about; enough to name the next hour, little enough to answer at once.
MOST_ASKED = 200


@dataclass(frozen=True, slots=True)
class NextOpening:
    """How many may be called now, when the next ones open and how many open then."""

    callable_now: int
    opens_at: datetime | None
    opening_count: int


def next_opening(cases: CaseQuerySet) -> NextOpening:
    """Asks the gate about the first open cases with a number; stores nothing."""
    now = clock.now()
    phones = ContactPoint.objects.filter(party=OuterRef("borrower"), kind=ContactKind.PHONE)
    first_open: QuerySet[Any] = cases.annotate(
        phone_pk=Subquery(in_calling_order(phones).values("pk")[:1])
    ).order_by("next_step_at", "pk")[:MOST_ASKED]
    asked = [case for case in first_open if case.phone_pk is not None]
    decisions = decide_many([request_for(case, Channel.CALL, case.phone_pk, now) for case in asked])
    opens = [d.next_allowed_at for d in decisions if d.next_allowed_at is not None]
    earliest = min(opens, default=None)
    return NextOpening(
        callable_now=sum(decision.allowed for decision in decisions),
        opens_at=earliest,
        opening_count=opens.count(earliest) if earliest else 0,
    )
