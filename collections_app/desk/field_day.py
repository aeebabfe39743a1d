"""The day of somebody who makes visits: all of it on one page, so that it can be worked through
while no network is there."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from collections_app.contacts.models import ResultCode
from collections_app.contacts.queries import visit_results
from collections_app.desk.field_forms import (
    CashForm,
    CheckInForm,
    FieldForm,
    HelpForm,
    PhotoForm,
    PromiseForm,
    ReportForm,
    VehicleForm,
)
from collections_app.desk.people import lang_of, shown_name
from collections_app.desk.verdicts import present
from collections_app.visits.asking import leave_out_own, request_of
from collections_app.visits.flow import ON_A_ROUTE, VisitState
from collections_app.visits.making import LONGEST_AWAY
from collections_app.visits.models import Visit
from collections_app.visits.positions import position_of
from collections_app.visits.presentation import check_in_text, local_text, result_name, visit_row
from collections_app.visits.queries import cash_held_by, days_missed_by, note_text, route_of
from compliance.gate.facts import ContactFacts
from compliance.gate.queries import gather_many
from compliance.gate.services import judge
from core import clock
from loans.borrowers.disclosure import SHOWN_SECONDS
from loans.contracts.models import LIABLE_ROLES, LoanParty
from loans.vehicles.models import Vehicle

_ONE_DAY: Final = timedelta(days=1)
#: What may be recorded besides, in the order of the page: its heading and its button.
_EXTRA: Final[dict[str, tuple[Promise, Promise]]] = {
    "photo": (gettext_lazy("Take a photo"), gettext_lazy("Keep the photo")),
    "promise": (gettext_lazy("A promise to pay"), gettext_lazy("Record the promise")),
    "cash": (gettext_lazy("Cash against a receipt"), gettext_lazy("Record the cash")),
    "vehicle": (gettext_lazy("The vehicle"), gettext_lazy("Record it")),
}


def today_of(user: User) -> date:
    """The day on the clock of who goes."""
    return clock.local_today(user.time_zone)


def day_context(
    user: User,
    on: date,
    *,
    refused: FieldForm | None = None,
    revealed: tuple[UUID, str] | None = None,
) -> dict[str, Any]:
    """Returns the context of the day's page, in a fixed number of queries and one for each visit.

    Arguments: `refused`, a form that was refused, in place of the empty one of its visit;
    `revealed`, the visit whose address is shown in clear, and the address.
    """
    visits = list(route_of(user, on).prefetch_related("photos", "sightings", "receipts"))
    parts = _parts_of(visits, user, refused, revealed)
    done = sum(visit.state == VisitState.DONE for visit in visits)
    here = reverse("desk:field_day")
    return {
        "day": on,
        "day_href": here if on == today_of(user) else f"{here}?on={on}",
        "is_today": on == today_of(user),
        "visits": [parts[visit.pk] for visit in visits],
        "done": done,
        "total": len(visits),
        "earlier_href": f"{here}?on={on - _ONE_DAY}",
        "later_href": f"{here}?on={on + _ONE_DAY}",
        "today_href": here,
        "missed": [
            {"day": day, "href": f"{here}?on={day}"}
            for day in days_missed_by(user, today_of(user))
            if day != on
        ],
        "cash": [
            {"currency": currency, "amount": amount, "count": count}
            for currency, amount, count in cash_held_by(user)
        ],
        "owner": owner_of(user),
        "revealed_seconds": SHOWN_SECONDS,
    }


def owner_of(user: User) -> str:
    """Whose entries wait on a phone, in a word that names nobody."""
    return str(user.pk)


def visit_part(user: User, visit: Visit, *, refused: FieldForm | None = None) -> dict[str, Any]:
    """Returns what the page shows of one visit, as it stands now."""
    fresh = route_of(user, visit.visit_on or today_of(user)).filter(pk=visit.pk)
    rows = list(fresh.prefetch_related("photos", "sightings", "receipts"))
    return _parts_of(rows, user, refused, None).get(visit.pk, {})


def _parts_of(
    visits: list[Visit],
    user: User,
    refused: FieldForm | None,
    revealed: tuple[UUID, str] | None,
) -> dict[UUID, dict[str, Any]]:
    now = clock.now()
    results = list(visit_results())
    cars, liable = _cars(visits), _liable(visits)
    facts = _facts(visits, now)
    return {
        visit.pk: {
            "row": visit_row(visit, user),
            "pk": visit.pk,
            "is_pending": visit.is_pending,
            "is_waiting": visit.state in ON_A_ROUTE,
            "verdict": present(judge(facts[visit.pk])) if visit.pk in facts else None,
            "amount": visit.case.loan.position.overdue_amount,
            "currency": visit.case.portfolio.currency,
            "told": liable[visit.case.loan_id],
            "note": (note := note_text(visit)),
            "note_lang": lang_of(note),
            "check_in": check_in_text(visit),
            "left": local_text(visit.left_at, visit),
            "result": result_name(visit),
            "found": _found(visit),
            "out_by": _out_by(visit),
            "address_href": reverse("desk:field_address", args=[visit.pk]),
            "up_href": _up_href(visit, user),
            **_revealed(visit, revealed),
            **_forms(visit, results, cars[visit.case.loan_id], refused),
        }
        for visit in visits
    }


def _revealed(visit: Visit, revealed: tuple[UUID, str] | None) -> dict[str, str]:
    """The address in clear and a link that the phone's own map opens; we ask no map (RFC 5870)."""
    if revealed is None or revealed[0] != visit.pk:
        return {"revealed": "", "map_href": ""}
    known = position_of(visit.address)
    place = f"{known.latitude},{known.longitude}" if known else "0,0"
    return {"revealed": revealed[1], "map_href": f"geo:{place}?q={quote(revealed[1])}"}


def _up_href(visit: Visit, user: User) -> str:
    """Where who goes makes a visit one place earlier; the first of what waits has none."""
    may = visit.state in ON_A_ROUTE and visit.agent_id == user.pk and (visit.place_in_day or 0) > 1
    return reverse("desk:field_up", args=[visit.pk]) if may else ""


def _forms(
    visit: Visit, results: list[ResultCode], cars: list[Vehicle], refused: FieldForm | None
) -> dict[str, Any]:
    """A form for each act of a visit that is still to be made, with where it is sent."""
    if not visit.is_pending and not _can_be_added_to(visit):
        return {"acts": {}, "extra_acts": []}
    forms: list[FieldForm] = [
        PhotoForm(visit=visit),
        CashForm(visit=visit),
        PromiseForm(visit=visit),
    ]
    if visit.is_pending:
        forms += [ReportForm(visit=visit, results=results), HelpForm(visit=visit)]
    if visit.state in ON_A_ROUTE:
        forms.append(CheckInForm(visit=visit))
    if cars:
        forms.append(VehicleForm(visit=visit, vehicles=cars))
    shown = {form.act: form for form in forms}
    if refused is not None and refused.visit.pk == visit.pk and refused.act in shown:
        shown[refused.act] = refused
    acts = {
        act: {"form": form, "href": reverse("desk:field_act", args=[visit.pk, act])}
        for act, form in shown.items()
    }
    return {
        "acts": acts,
        "extra_acts": [
            {**acts[act], "label": label, "button": button}
            for act, (label, button) in _EXTRA.items()
            if act in acts
        ],
    }


def _can_be_added_to(visit: Visit) -> bool:
    """What was forgotten at a door is recorded as long as a phone's word of it is believed."""
    is_fresh = visit.left_at is not None and clock.now() - visit.left_at <= LONGEST_AWAY
    return visit.state == VisitState.DONE and is_fresh


def form_for(act: str, visit: Visit, data: Any, files: Any) -> FieldForm | None:
    """Returns the form of an act, bound; None for an act there is not."""
    if act == "report":
        return ReportForm(data, visit=visit, results=list(visit_results()))
    if act == "vehicle":
        cars = list(Vehicle.objects.filter(loan=visit.case.loan_id))
        return VehicleForm(data, visit=visit, vehicles=cars)
    if act == "photo":
        return PhotoForm(data, files, visit=visit)
    kinds: dict[str, type[FieldForm]] = {
        "check_in": CheckInForm,
        "cash": CashForm,
        "promise": PromiseForm,
        "help": HelpForm,
    }
    return kinds[act](data, visit=visit) if act in kinds else None


def _facts(visits: list[Visit], now: datetime) -> dict[UUID, ContactFacts]:
    """What the gate looks at for each visit still to be made; its own booking is left out."""
    waiting = [visit for visit in visits if visit.state in ON_A_ROUTE]
    gathered = gather_many([request_of(visit, _moment(visit, now)) for visit in waiting])
    return {
        visit.pk: leave_out_own(visit, facts)
        for visit, facts in zip(waiting, gathered, strict=True)
    }


def _moment(visit: Visit, now: datetime) -> datetime:
    """A visit later today is asked about for its hour, not for now."""
    return max(now, visit.opens_at) if visit.opens_at else now


def _cars(visits: list[Visit]) -> dict[UUID, list[Vehicle]]:
    found: dict[UUID, list[Vehicle]] = defaultdict(list)
    loans = [visit.case.loan_id for visit in visits if visit.is_pending or _can_be_added_to(visit)]
    for car in Vehicle.objects.filter(loan__in=loans).order_by("pk"):
        found[car.loan_id].append(car)
    return found


def _liable(visits: list[Visit]) -> dict[UUID, list[dict[str, str]]]:
    """Who owes each loan: to them alone the debt may be spoken of."""
    found: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    rows = LoanParty.objects.filter(
        loan__in=[visit.case.loan_id for visit in visits], role__in=LIABLE_ROLES
    )
    for row in rows.select_related("party").order_by("pk"):
        name = shown_name(row.party)
        found[row.loan_id].append({"name": name, "lang": lang_of(row.party.full_name)})
    return found


def _found(visit: Visit) -> list[str]:
    """What was recorded so far, in words."""
    found = [_("photo: %(shows)s") % {"shows": p.get_shows_display()} for p in visit.photos.all()]
    for row in visit.sightings.all():
        found.append(_("vehicle seen") if row.is_seen else _("vehicle not there"))
    found.extend(
        _("receipt %(number)s") % {"number": receipt.number} for receipt in visit.receipts.all()
    )
    return found


def _out_by(visit: Visit) -> str:
    """Until when word is expected of somebody at the door."""
    if visit.state != VisitState.ARRIVED or visit.arrived_at is None:
        return ""
    due = visit.arrived_at.astimezone(visit.zone) + visit.stay
    return f"{due:%H:%M}"
