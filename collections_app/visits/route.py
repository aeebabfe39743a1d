"""The order of a day: by place, places by their earliest window, then by hand where somebody knows
better. No map is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.visits.flow import ON_A_ROUTE, VisitState
from collections_app.visits.models import Visit
from core.audit.actors import Actor
from core.audit.services import record

Place = tuple[str, str, str]


def place_of(visit: Visit) -> Place:
    """Country, region and city: what is known of a place without opening the address."""
    address = visit.address
    return (address.country, address.region, address.city)


def in_order(visits: Iterable[Visit]) -> list[Visit]:
    """Visits of one place stand together, places by their earliest window, within one by window.

    Visits with equal windows follow each other as they were asked for. Pure.
    """
    rows = list(visits)
    earliest: dict[Place, datetime] = {}
    for row in rows:
        assert row.opens_at is not None
        place = place_of(row)
        earliest[place] = min(earliest.get(place, row.opens_at), row.opens_at)
    return sorted(
        rows,
        key=lambda row: (
            earliest[place_of(row)],
            place_of(row),
            row.opens_at,
            row.requested_at,
            row.pk,
        ),
    )


def order_day(*, agent: User, on: date) -> None:
    """Numbers the visits of a field agent's day anew; those made already keep their places."""
    rows = _locked(agent, on)
    made = [row for row in rows if row.state not in ON_A_ROUTE]
    ordered = [*made, *in_order(row for row in rows if row.state in ON_A_ROUTE)]
    _number(ordered)


@transaction.atomic
def move_up(*, visit: Visit, by: Actor) -> None:
    """Makes a visit one place earlier than the order has it.

    Raises ValidationError for the first one, and for one that is not on a route any more.
    """
    if visit.agent is None or visit.visit_on is None:
        raise ValidationError(_("This visit is on nobody's route."))
    rows = _locked(visit.agent, visit.visit_on)
    waiting = [row for row in rows if row.state in ON_A_ROUTE]
    place = next((n for n, row in enumerate(waiting) if row.pk == visit.pk), None)
    if not place:
        raise ValidationError(_("Nothing stands before this visit that could change places."))
    waiting[place - 1], waiting[place] = waiting[place], waiting[place - 1]
    _number([*(row for row in rows if row.state not in ON_A_ROUTE), *waiting])
    record(
        action="visit.reordered",
        by=by,
        object_type="collections_app.Case",
        object_id=visit.case_id,
        portfolio_id=visit.case.portfolio_id,
        data={"visit": str(visit.pk)},
    )


def _locked(agent: User, on: date) -> list[Visit]:
    return list(
        Visit.objects.select_for_update(of=("self",))
        .filter(agent=agent, visit_on=on)
        .exclude(state=VisitState.CANCELLED)
        .select_related("address")
        .order_by("place_in_day", "opens_at", "pk")
    )


def _number(rows: list[Visit]) -> None:
    for place, row in enumerate(rows, start=1):
        if row.place_in_day != place:
            row.place_in_day = place
            row.save(update_fields=["place_in_day"])
