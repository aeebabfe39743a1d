"""Field visits of the period: planned, done, verified; each number opens the list of visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Subquery, Value
from django.db.models.functions import JSONObject

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.visits.list_page import VisitFilter, narrowed
from collections_app.visits.measures import conditions, tiles
from collections_app.visits.models import Visit
from core import clock
from core.pages.parts import Tile
from loans.portfolios.models import Portfolio
from reporting.dashboards.report_filter import ReportFilter

_VIEWS = ("routed", "done", "verified", "unverified")


def visit_counts(
    *, user: User, chosen: ReportFilter, portfolios: Sequence[Portfolio]
) -> dict[str, Subquery]:
    """Returns how many visits have their day in the period, to be read with other numbers in one
    query; nothing for who may not see visits, and where a product or bucket is chosen: a visit is
    not counted by those."""
    if not has_right(user, "visit.view") or chosen.product or chosen.bucket:
        return {}
    which = conditions(clock.now())
    among = narrowed(Visit.objects.visible_to(user), _listed(chosen, portfolios))
    counted = (
        among.order_by()
        .annotate(all=Value(1))
        .values("all")
        .annotate(counts=JSONObject(**{view: Count("pk", filter=which[view]) for view in _VIEWS}))
    )
    return {"visit_counts": Subquery(counted.values("counts"))}


def visit_tiles(
    *, counts: Mapping[str, Any], chosen: ReportFilter, portfolios: Sequence[Portfolio]
) -> list[Tile]:
    """Returns planned, done and verified; each number is that of the list it opens."""
    if "visit_counts" not in counts:
        return []
    found = counts["visit_counts"] or dict.fromkeys(_VIEWS, 0)
    listed = _listed(chosen, portfolios)
    return tiles(found, {view: listed.href(show=view) for view in _VIEWS})


def _listed(chosen: ReportFilter, portfolios: Sequence[Portfolio]) -> VisitFilter:
    """The selection of the list of visits that a report narrows to."""
    codes = {one.pk: one.code for one in portfolios}
    return VisitFilter(
        agent=str(chosen.agent or ""),
        team=str(chosen.team or ""),
        portfolio=codes[chosen.portfolio] if chosen.portfolio else "",
        currency="" if chosen.portfolio else chosen.currency,
        first=chosen.period.start.isoformat(),
        last=chosen.period.end.isoformat(),
    )
