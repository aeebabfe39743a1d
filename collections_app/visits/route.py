"""The order of a day: by window, places together where the windows allow it, then by hand where
somebody knows better. No map is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.visits.flow import ON_A_ROUTE, VisitState
from collections_app.visits.models import Visit
from core.audit.actors import Actor
from core.audit.services import record

Place = tuple[str, str, str]
#: A visit and the way to the next place.
ROOM_FOR_A_VISIT: Final = timedelta(minutes=90)


def place_of(visit: Visit) -> Place:
    """Country, region and city: what is known of a place without opening the address."""
    address = visit.address
    return (address.country, address.region, address.city)


def in_order(visits: Iterable[Visit]) -> list[Visit]:
    """Visits by the opening of their windows, those of one place together where time allows.

    Staying in a place is allowed while whoever waits elsewhere still has `ROOM_FOR_A_VISIT` left
    of their window: a day that nobody can drive is no route. Visits with equal windows in one
    place follow each other as they were asked for. Pure.
    """
    left = sorted(visits, key=_by_window)
    ordered: list[Visit] = []
    while left:
        here = place_of(ordered[-1]) if ordered else None
        stay = next((row for row in left if place_of(row) == here), None)
        chosen = stay if stay and _leaves_time(stay, left) else left[0]
        ordered.append(chosen)
        left.remove(chosen)
    return ordered


def _by_window(visit: Visit) -> tuple[datetime, Place, datetime, UUID]:
    assert visit.opens_at is not None
    return (visit.opens_at, place_of(visit), visit.requested_at, visit.pk)


def _leaves_time(stay: Visit, left: Iterable[Visit]) -> bool:
    """Whether nobody's window elsewhere is as good as over when a visit has been made."""
    assert stay.opens_at is not None
    return all(
        row.closes_at is not None and stay.opens_at + ROOM_FOR_A_VISIT <= row.closes_at
        for row in left
        if place_of(row) != place_of(stay)
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
