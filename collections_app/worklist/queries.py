"""Reads of the worklist: whom the hints call workable, and what to ask the gate about them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import Count, DateTimeField, F, Value, When

from collections_app.cases.models import Case, CaseQuerySet
from collections_app.contacts.calling_order import in_calling_order
from collections_app.worklist.hints import CHANNELS
from collections_app.worklist.models import WorkItem, workable_at
from compliance.gate.facts import ContactRequest
from compliance.rulepacks.models import RulePackVersion
from core import clock
from loans.borrowers.models import ContactKind, ContactPoint
from loans.portfolios.models import FeedWatermark, Portfolio


@dataclass(frozen=True, slots=True)
class WorkableCounts:
    """How many people may be worked now, how many from the next opening on, and how many wait."""

    now: int
    opens_at: datetime | None
    opening: int
    later: int
    waiting: int

    @property
    def people(self) -> int:
        return self.now + self.opening + self.later + self.waiting


def workable_counts(*, cases: CaseQuerySet, now: datetime) -> WorkableCounts:
    """Counts the people behind some open cases by their hints; one query, the gate is not asked."""
    soon = Choice(
        When(workable_at(now), then=Value(now, DateTimeField())),
        When(workable_from__gt=now, then=F("workable_from")),
        default=Value(None, DateTimeField()),
    )
    groups: dict[datetime | None, int] = dict(
        WorkItem.objects.of_cases(cases)
        .order_by()
        .annotate(soon=soon)
        .values("soon")
        .annotate(people=Count("pk"))
        .values_list("soon", "people")
    )
    openings = sorted(at for at in groups if at is not None and at > now)
    first = openings[0] if openings else None
    return WorkableCounts(
        now=groups.get(now, 0),
        opens_at=first,
        opening=groups[first] if first else 0,
        later=sum(groups[at] for at in openings[1:]),
        waiting=groups.get(None, 0),
    )


def requests_for(
    items: Sequence[WorkItem], *, at: datetime
) -> list[tuple[tuple[UUID, UUID], ContactRequest]]:
    """What to ask the gate about work items, each with its (party, portfolio). Two queries.

    Every open case is asked about by itself: a stop of one loan leaves the others workable. The
    number is the one an agent would try first; whoever has none is not asked about.
    """
    wanted = {(item.party_id, item.portfolio_id) for item in items}
    people = {party_id for party_id, _portfolio in wanted}
    phones = _first_phones(people)
    loans: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    open_cases = Case.objects.open().filter(borrower__in=people).order_by("pk")
    for party_id, portfolio_id, loan_id in open_cases.values_list(
        "borrower_id", "portfolio_id", "loan_id"
    ):
        loans[party_id, portfolio_id].append(loan_id)
    return [
        (whose, ContactRequest(whose[0], (loan_id,), channel, at, phones[whose[0]]))
        for whose in wanted
        if whose[0] in phones
        for loan_id in loans[whose]
        for channel in CHANNELS
    ]


def _first_phones(people: Iterable[UUID]) -> dict[UUID, UUID]:
    phones = in_calling_order(
        ContactPoint.objects.filter(party__in=list(people), kind=ContactKind.PHONE)
    )
    first: dict[UUID, UUID] = {}
    for party_id, pk in phones.values_list("party_id", "pk"):
        first.setdefault(party_id, pk)
    return first


def grounds() -> dict[UUID, str]:
    """What the hints of each portfolio rest on, as one text each; a few queries for all."""
    fed = dict(
        FeedWatermark.objects.filter(feed="repayments").values_list("portfolio_id", "through_on")
    )
    versions = list(
        RulePackVersion.objects.order_by("pack__code", "version").values_list(
            "pack__code", "version", "effective_from"
        )
    )
    return {
        portfolio.pk: _digest(portfolio, fed.get(portfolio.pk), versions)
        for portfolio in Portfolio.objects.all()
    }


def _digest(portfolio: Portfolio, fed_through: Any, versions: Iterable[Any]) -> str:
    today = clock.local_today(portfolio.time_zone)
    limit = portfolio.business_date - timedelta(days=portfolio.feed_limit_days)
    ground = [
        [[code, version] for code, version, since in versions if since <= today],
        portfolio.rule_packs,
        portfolio.contacts_known_from,
        portfolio.ledger,
        # Whether the feed is too old, not its day: a new day of the books changes nothing else.
        fed_through is None,
        fed_through is not None and fed_through < limit,
    ]
    return hashlib.sha256(json.dumps(ground, default=str).encode()).hexdigest()
