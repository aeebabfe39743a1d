"""What the numbers of a week are narrowed to, and the conditions that follow from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from compliance.oversight.weeks import Week
from core import clock
from loans.contracts.models import LoanParty
from loans.portfolios.models import Portfolio


@dataclass(frozen=True, slots=True)
class WeekFilter:
    """The filters of one page, resolved: every portfolio is one its reader may see."""

    week: Week
    portfolios: tuple[Portfolio, ...]
    #: The one portfolio asked for; None: all of the reader's.
    portfolio: UUID | None = None
    #: The code of a rule; empty: any.
    rule: str = ""

    def narrowed(self, **changes: Any) -> WeekFilter:
        return replace(self, **changes)

    def query_string(self, **changes: Any) -> str:
        """Returns the filters as they stand in an address; `changes` replace, empty removes."""
        values = {"week": self.week.name, "portfolio": self.portfolio, "rule": self.rule}
        values.update(changes)
        return urlencode({name: value for name, value in values.items() if value})

    def codes(self) -> dict[str, Any]:
        """Returns the filters as codes and ids, for the trail."""
        return dict(pair.split("=", 1) for pair in self.query_string().split("&"))

    def within(self, field: str, *, portfolio: str = "portfolio") -> Q:
        """Returns the condition that an instant lies in the week of the row's portfolio."""
        rows = Q(pk__in=[])
        for zone, ids in self._by_zone():
            start, end = self.week.span(zone)
            rows |= Q(
                **{f"{portfolio}__in": ids, f"{field}__gte": start, f"{field}__lt": end},
            )
        return rows

    def by_the_end(self, *, portfolio: str = "portfolio") -> Iterator[tuple[dt.datetime, Q]]:
        """Yields the end of the week, or now before it, with the condition of whose end it is.

        The instant is on the clock of those portfolios.
        """
        now = clock.now()
        for zone, ids in self._by_zone():
            end = min(self.week.span(zone)[1], now).astimezone(ZoneInfo(zone))
            yield end, Q(**{f"{portfolio}__in": ids})

    def of_people_within(self, field: str, *, or_of: tuple[str, ...] = ()) -> Q:
        """Returns the condition for rows of a person, who has loans in one portfolio or several.

        The week is that of a portfolio in which the person stands on a loan; `or_of` names ways
        by which a row may belong to a portfolio without a person.
        """
        rows = Q(pk__in=[])
        for zone, ids in self._by_zone():
            start, end = self.week.span(zone)
            whose = people_of(ids)
            for path in or_of:
                whose |= Q(**{f"{path}__in": ids})
            rows |= whose & Q(**{f"{field}__gte": start, f"{field}__lt": end})
        return rows

    def _by_zone(self) -> Iterator[tuple[str, list[UUID]]]:
        zones: dict[str, list[UUID]] = {}
        for one in self.portfolios:
            zones.setdefault(one.time_zone, []).append(one.pk)
        yield from zones.items()


def people_of(portfolio_ids: Sequence[UUID]) -> Q:
    """Returns the condition for rows of people who stand on a loan of some portfolios."""
    theirs = LoanParty.objects.filter(party=OuterRef("party"), loan__portfolio__in=portfolio_ids)
    return Q(Exists(theirs))
