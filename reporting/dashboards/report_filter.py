"""What a report is narrowed to: one value each, the same in every link, list and export."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from reporting.dashboards.periods import Period, PeriodName


@dataclass(frozen=True, slots=True)
class Books:
    """One portfolio of a report and which of its closes is shown beside which."""

    portfolio_id: UUID
    as_of: dt.date
    week_ago: dt.date | None
    month_ago: dt.date | None
    latest: dt.date


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """The filters of one report, resolved: every value is one its reader may see."""

    currency: str
    portfolio_ids: tuple[UUID, ...]
    books: tuple[Books, ...]
    period: Period
    span: int = 30
    portfolio: UUID | None = None
    team: UUID | None = None
    agent: UUID | None = None
    product: UUID | None = None
    bucket: str = ""
    from_place: str = ""
    to_place: str = ""

    def narrowed(self, **changes: Any) -> ReportFilter:
        return replace(self, **changes)

    def query_string(self, **changes: Any) -> str:
        """Returns the filters as they stand in an address; `changes` replace, empty removes."""
        values: dict[str, Any] = {
            "currency": self.currency,
            "portfolio": self.portfolio,
            "team": self.team,
            "agent": self.agent,
            "bucket": self.bucket,
            "product": self.product,
            "period": self.period.name.value,
            "start": self.period.start if self.period.name == PeriodName.CUSTOM else "",
            "end": self.period.end if self.period.name == PeriodName.CUSTOM else "",
            "span": self.span if self.span != 30 else "",
            "from_place": self.from_place,
            "to_place": self.to_place,
        }
        values.update(changes)
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})

    def codes(self) -> dict[str, Any]:
        """Returns the filters as codes and ids, for the trail."""
        return dict(pair.split("=", 1) for pair in self.query_string().split("&"))
