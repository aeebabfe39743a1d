"""The page that plans a visit: the gate, who goes to the same place already, the day so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Max, Min
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.visits.flow import ON_A_ROUTE
from collections_app.visits.forms import PlanForm
from collections_app.visits.models import Visit
from collections_app.visits.presentation import VisitRow, visit_row
from collections_app.visits.queries import route_of, visitors
from collections_app.visits.visit_page import gate_facts
from core import clock
from loans.borrowers.presentation import lang_of

#: Days shown on which somebody goes to the same place already.
MOST_NEARBY = 5


def plan_context(visit: Visit, form: PlanForm, user: User) -> dict[str, Any]:
    """Returns the context of the page."""
    agent, on = _chosen(visit, form)
    return {
        "visit": visit_row(visit, user),
        "gate": gate_facts(visit),
        "zone_name": visit.time_zone,
        "nearby": _nearby(visit),
        "day": _day_of(agent, on, user),
    }


def chosen_in(params: QueryDict) -> dict[str, Any]:
    """Reads who goes and when from the address, as the days nearby name them."""
    found: dict[str, Any] = {}
    try:
        found["agent"] = UUID(params.get("agent", ""))
        found["visit_on"] = parse_date(params.get("on", ""))
    except ValueError:
        return {}
    return found if found["visit_on"] else {}


def _chosen(visit: Visit, form: PlanForm) -> tuple[User | None, date | None]:
    """Whose day is shown: of what was sent, of what a day nearby proposed, or the visit's own."""
    if form.is_bound:
        said = form.cleaned_data
        return said.get("agent"), said.get("visit_on")
    agent, on = form.initial.get("agent"), form.initial.get("visit_on")
    if agent is None:
        return None, None
    return visitors(visit.case.portfolio).filter(pk=agent).first() or visit.agent, on


def _day_of(agent: User | None, on: date | None, user: User) -> list[VisitRow]:
    """The day of the agent who is chosen, so far, in its order."""
    if agent is None or on is None:
        return []
    seen = Visit.objects.visible_to(user).values("pk")
    return [visit_row(row, user) for row in route_of(agent, on).filter(pk__in=seen)]


def _nearby(visit: Visit) -> list[dict[str, Any]]:
    """Days on which somebody who works the portfolio goes to the same city already."""
    place = visit.address
    if not place.city:
        return []
    rows = (
        Visit.objects.filter(
            state__in=ON_A_ROUTE,
            opens_at__gt=clock.now(),
            address__country=place.country,
            address__region=place.region,
            address__city=place.city,
            agent__in=visitors(visit.case.portfolio),
        )
        .exclude(pk=visit.pk)
        .values("agent", "agent__full_name", "visit_on")
        .annotate(count=Count("pk"), first=Min("opens"), last=Max("closes"))
        .order_by("visit_on", "agent__full_name")
    )
    return [_offer(visit, row) for row in rows[:MOST_NEARBY]]


def _offer(visit: Visit, row: Mapping[str, Any]) -> dict[str, Any]:
    chosen = urlencode({"agent": row["agent"], "on": row["visit_on"]})
    return {
        "agent": row["agent__full_name"],
        "agent_lang": lang_of(row["agent__full_name"]),
        "when": _("%(day)s, %(opens)s to %(closes)s")
        % {
            "day": date_format(row["visit_on"], _("j M")),
            "opens": f"{row['first']:%H:%M}",
            "closes": f"{row['last']:%H:%M}",
        },
        "count": row["count"],
        "href": f"{reverse('visits:plan', args=[visit.pk])}?{chosen}",
    }
