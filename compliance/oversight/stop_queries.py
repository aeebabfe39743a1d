"""Reads of stops for their list: in force now, or ended lately."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Least

from accounts.models import User
from compliance.oversight.week_filter import people_of
from compliance.stops.models import Stop, StopKind
from core import clock
from loans.portfolios.models import Portfolio

#: How far back the list of ended stops can look; the first unless another is asked for.
DAYS_BACK: Final = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class StopFilters:
    """What a list of stops is narrowed to."""

    portfolios: tuple[Portfolio, ...]
    portfolio: UUID | None = None
    kind: str = ""
    is_ended: bool = False
    days: int = DAYS_BACK[0]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.portfolio or self.kind)

    def narrowed(self, **changes: Any) -> StopFilters:
        return replace(self, **changes)

    def query_string(self, **changes: Any) -> str:
        """Returns the filters as they stand in an address; `changes` replace, empty removes."""
        values: dict[str, Any] = {
            "show": "ended" if self.is_ended else "force",
            "portfolio": self.portfolio,
            "kind": self.kind,
            "days": self.days if self.is_ended else "",
        }
        values.update(changes)
        return urlencode({name: value for name, value in values.items() if value})


def stops_of(*, user: User, filters: StopFilters) -> QuerySet[Stop]:
    """Returns the stops of a list, unordered; each knows `over_at`, when it ends or ended."""
    now = clock.now()
    rows = _narrowed(user, filters)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if not filters.is_ended:
        return rows.filter(_in_force(now))
    ended = rows.annotate(over_at=Least("lifted_at", "ends_at"))
    since = now - dt.timedelta(days=filters.days)
    lately = Q(lifted_at__gte=since) | Q(ends_at__gte=since, ends_at__lte=now)
    return ended.filter(lately, over_at__gte=since, over_at__lte=now)


def counts_by_kind(*, user: User, filters: StopFilters) -> list[tuple[str, int]]:
    """Returns how many stops of each kind a list holds, the most first. One query."""
    rows = stops_of(user=user, filters=filters.narrowed(kind=""))
    counted = rows.order_by().values("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    return [(row["kind"], row["n"]) for row in counted if row["kind"] in StopKind.values]


def _in_force(now: dt.datetime) -> Q:
    return Q(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now, lifted_at=None)


def _narrowed(user: User, filters: StopFilters) -> QuerySet[Stop]:
    rows: QuerySet[Stop] = Stop.objects.visible_to(user)
    if filters.portfolio:
        ids = [filters.portfolio]
        rows = rows.filter(people_of(ids) | Q(loan__portfolio__in=ids) | Q(portfolio__in=ids))
    return rows
