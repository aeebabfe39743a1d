"""The page that plans a day: requests by place, the day as it would be, who falls out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.visits.asking import sentences_of
from collections_app.visits.day_services import Day, Outline, outline_day
from collections_app.visits.flow import VisitState
from collections_app.visits.forms import DayForm, WindowForm
from collections_app.visits.models import Visit
from collections_app.visits.presentation import VisitRow, visit_row
from collections_app.visits.route import place_of
from collections_app.visits.services import Plan

#: Visits put on one day in one step.
MOST_AT_ONCE: Final = 20
#: Requests shown to choose from; those chosen come first, then the oldest.
MOST_SHOWN: Final = 60
_JOINED: Final = (
    "case__loan",
    "case__portfolio",
    "party__data_key",
    "address",
    "purpose",
    "agent",
    "second_visitor",
    "attempt",
    "contact__result",
    "check_in",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A visit that was asked for, to be chosen."""

    row: VisitRow
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit of the day as it would be. `window`: of one that is new; `lacks`: still to do."""

    number: int
    row: VisitRow
    window: WindowForm | None
    lacks: str


def chosen_in(params: QueryDict) -> list[UUID]:
    """Returns the visits an address or a form names, each once; what is no id is left out."""
    found: dict[UUID, None] = {}
    for text in params.getlist("visit"):
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)


def chosen_visits(user: User, chosen: Sequence[UUID]) -> list[Visit]:
    """Returns the visits chosen that the user may see, also those planned meanwhile."""
    return list(_joined(user).filter(pk__in=chosen[: MOST_AT_ONCE + 1]).order_by("requested_at"))


def day_of(form: DayForm) -> Day:
    """Returns what a valid form says."""
    return Day(plan=form.plan(), each=timedelta(minutes=form.cleaned_data["minutes"]))


def day_context(
    *,
    user: User,
    form: DayForm,
    chosen: Sequence[UUID],
    outline: Outline | None = None,
    refused: Sequence[tuple[Visit, str]] = (),
) -> dict[str, Any]:
    """Returns the context of the page. `refused`: what was not planned when it was tried."""
    kept = _kept(form)
    stops = _stops(outline, user) if outline else []
    left_out = [*refused, *(outline.refused if outline else [])]
    return {
        "form": form,
        "list_href": reverse("visits:list"),
        "day_href": reverse("visits:day"),
        "places": _places(user, chosen, kept),
        "most": MOST_AT_ONCE,
        "is_laid_out": outline is not None,
        "stops": stops,
        "new_count": sum(stop.window is not None for stop in stops),
        "refused": [(visit_row(visit, user), why) for visit, why in left_out],
        "kept": kept,
    }


def outlined(*, user: User, form: DayForm, chosen: Sequence[UUID]) -> Outline | None:
    """Returns the day as a valid form and the chosen visits make it; None where they make none."""
    if not form.is_valid():
        return None
    if not chosen:
        form.add_error(None, _("Choose at least one visit."))
        return None
    if len(chosen) > MOST_AT_ONCE:
        form.add_error(None, _("Choose at most %(most)d visits.") % {"most": MOST_AT_ONCE})
        return None
    return outline_day(visits=chosen_visits(user, chosen), day=day_of(form))


def plans_in(
    data: QueryDict, *, form: DayForm, visits: Sequence[Visit]
) -> tuple[list[tuple[Visit, Plan]], list[tuple[Visit, str]]]:
    """Returns each visit with its window as it was sent, and those whose window is none."""
    day, plans, wrong = form.plan(), [], []
    for visit in visits:
        window = WindowForm(data, visit=visit)
        if not window.is_valid():
            wrong.append((visit, _("Say from when to when this visit may be made.")))
            continue
        plans.append(
            (
                visit,
                Plan(
                    agent=day.agent,
                    visit_on=day.visit_on,
                    opens=window.cleaned_data["opens"],
                    closes=window.cleaned_data["closes"],
                    second_visitor=day.second_visitor,
                    is_recorded=day.is_recorded,
                ),
            )
        )
    return plans, wrong


def _joined(user: User) -> QuerySet[Visit]:
    return Visit.objects.visible_to(user).select_related(*_JOINED)


def _places(
    user: User, chosen: Sequence[UUID], kept: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """What was asked for, by place; a place's link chooses all that is asked for there."""
    is_chosen = Case(When(pk__in=list(chosen), then=0), default=1, output_field=IntegerField())
    waiting = _joined(user).filter(state=VisitState.REQUESTED)
    found = sorted(waiting.order_by(is_chosen, "requested_at", "pk")[:MOST_SHOWN], key=place_of)
    places = []
    for place, group in groupby(found, key=place_of):
        rows = list(group)
        asked = [("visit", str(row.pk)) for row in rows[:MOST_AT_ONCE]]
        places.append(
            {
                "name": _place_name(place),
                "href": f"{reverse('visits:day')}?{urlencode([*kept, *asked])}",
                "candidates": [Candidate(visit_row(row, user), row.pk in chosen) for row in rows],
            }
        )
    return places


def _place_name(place: tuple[str, str, str]) -> str:
    _country, region, city = place
    return ", ".join(part for part in (city, region) if part) or _("place not known")


def _stops(outline: Outline, user: User) -> list[Stop]:
    stops = []
    for number, visit in enumerate(outline.route, start=1):
        is_new = visit.pk in outline.lacking
        lacks = " · ".join(sentences_of(outline.lacking.get(visit.pk, ())))
        window = WindowForm(visit=visit) if is_new else None
        stops.append(Stop(number, visit_row(visit, user), window, lacks))
    return stops


def _kept(form: DayForm) -> list[tuple[str, str]]:
    """What the form says, for the form beside it that plans the day."""
    if not form.is_bound:
        return []
    data: Mapping[str, str] = form.data
    return [(name, data[name]) for name in form.fields if data.get(name)]
