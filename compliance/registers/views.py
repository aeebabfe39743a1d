"""One person's record: the page, and a form for everything that they may tell us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access.decorators import check_right, requires, signed_in_user
from compliance.complaints import services as complaints
from compliance.complaints.forms import ComplaintForm
from compliance.consents import services as consents
from compliance.consents.forms import ConsentForm
from compliance.consents.models import ConsentKind
from compliance.notices import services as notices
from compliance.notices.forms import NoticeForm, OrderForm
from compliance.notices.models import CourtOrder, NoticeKind, OrderKind, ServedNotice
from compliance.preferences import services as preferences
from compliance.preferences.forms import PreferenceForm
from compliance.preferences.models import Preference, PreferenceKind
from compliance.registers.entries import Entry, answer, back_of, posted
from compliance.registers.entry_form import ReasonForm
from compliance.registers.menu import with_back
from compliance.registers.person_page import person_context, person_facts
from compliance.registers.queries import Person, person_for
from compliance.registers.wording import preference_text, upper_first
from compliance.stops import services as stops
from compliance.stops.forms import HoldForm, StopForm
from compliance.stops.models import Stop, StopKind
from compliance.stops.rights import MADE_ELSEWHERE, right_to_lift, right_to_set
from core.audit.actors import Actor
from loans.borrowers.models import Party

WRITE = ["GET", "HEAD", "POST"]
_ENTRY = "compliance/registers/entry.html"


@requires("party.view")
@require_GET
@never_cache
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything on record about one person: stops, wishes, answers, complaints, notices."""
    found = _person(request, pk)
    context = person_context(found, signed_in_user(request), back_of(request))
    return TemplateResponse(request, "compliance/registers/person.html", context)


@requires("stop.add")
@require_http_methods(WRITE)
@never_cache
def add_stop(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Records a stop of one kind; a hold has its own form."""
    found = _person(request, pk)
    if kind not in StopKind.values or kind in MADE_ELSEWHERE:
        raise Http404
    check_right(request.user, right_to_set(kind))
    if kind == StopKind.HOLD:
        return _hold(request, found)
    form = StopForm(posted(request), person=found, kind=kind)

    def save(by: Actor) -> Stop:
        return stops.add_stop(party=found.party, by=by, **form.values())

    return _entry(request, found, form, save, upper_first(StopKind(kind).label), "stops")


def _hold(request: HttpRequest, found: Person) -> HttpResponse:
    form = HoldForm(posted(request), person=found)

    def save(by: Actor) -> Stop:
        return stops.hold(party=found.party, by=by, **form.values())

    return _entry(request, found, form, save, upper_first(StopKind.HOLD.label), "stops")


@requires("stop.lift")
@require_http_methods(WRITE)
@never_cache
def lift_stop(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Lifts a stop of the person, or of one of their loans, with a reason."""
    found = _person(request, pk)
    of_loans = Q(party=None, loan__in=[loan.pk for loan in found.loans])
    stop = get_object_or_404(
        Stop.objects.visible_to(signed_in_user(request)), of_loans | Q(party=found.party), pk=row
    )
    check_right(request.user, right_to_lift(stop.kind))
    hints = {
        StopKind.DISPUTE: _("Name the verification that was sent and its day."),
        StopKind.BREATHING_SPACE: _("Name the notification of its end and its day."),
        StopKind.ATTORNEY: _("The lawyer agreed, did not answer in time, or no longer acts."),
    }
    form = ReasonForm(posted(request), person=found, hint=hints.get(StopKind(stop.kind), ""))
    heading = _("Lift: %(what)s") % {"what": stop.get_kind_display()}

    def save(by: Actor) -> Stop:
        return stops.lift_stop(stop=stop, reason=form.cleaned_data["reason"], by=by)

    return _entry(request, found, form, save, heading, "stops", is_end=True)


@requires("consent.record")
@require_http_methods(WRITE)
@never_cache
def add_preference(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Records when, where or how often the person asked to be contacted."""
    found = _person(request, pk)
    label = _label(PreferenceKind, kind)
    form = PreferenceForm(posted(request), person=found, kind=kind)

    def save(by: Actor) -> Preference:
        return preferences.add_preference(party=found.party, by=by, **form.values())

    return _entry(request, found, form, save, label, "preferences")


@requires("consent.record")
@require_http_methods(WRITE)
@never_cache
def end_preference(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Ends a preference, because the person says otherwise."""
    found = _person(request, pk)
    wishes = Preference.objects.visible_to(signed_in_user(request)).filter(party=found.party)
    wish = _row(wishes, row)
    form = ReasonForm(posted(request), person=found)
    heading = _("End: %(what)s") % {"what": preference_text(wish)}

    def save(by: Actor) -> Preference:
        return preferences.end_preference(
            preference=wish, reason=form.cleaned_data["reason"], by=by
        )

    return _entry(request, found, form, save, heading, "preferences", is_end=True)


@requires("consent.record")
@require_http_methods(WRITE)
@never_cache
def record_consent(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Records a yes or a no; taking one back is a further answer."""
    found = _person(request, pk)
    label = _label(ConsentKind, kind)
    form = ConsentForm(posted(request), person=found, kind=kind)

    def save(by: Actor) -> Any:
        return consents.record_consent(party=found.party, by=by, **form.values())

    return _entry(request, found, form, save, label, "consents")


@requires("complaint.record")
@require_http_methods(WRITE)
@never_cache
def register_complaint(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enters a complaint; its clock starts and contact about it stops."""
    found = _person(request, pk)
    form = ComplaintForm(posted(request), person=found)

    def save(by: Actor) -> Any:
        return complaints.register_complaint(party=found.party, by=by, **form.values())

    return _entry(request, found, form, save, _("Register a complaint"), "complaints")


@requires("notice.record")
@require_http_methods(WRITE)
@never_cache
def record_notice(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Records a notice that was served on the person."""
    found = _person(request, pk)
    label = _label(NoticeKind, kind)
    form = NoticeForm(posted(request), person=found, kind=kind)

    def save(by: Actor) -> Any:
        return notices.record_notice(party=found.party, by=by, **form.values())

    return _entry(request, found, form, save, label, "notices")


@requires("notice.record")
@require_http_methods(WRITE)
@never_cache
def withdraw_notice(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Takes a notice out of force."""
    found = _person(request, pk)
    served = ServedNotice.objects.visible_to(signed_in_user(request)).filter(party=found.party)
    notice = _row(served, row)
    form = ReasonForm(posted(request), person=found)
    heading = _("Withdraw: %(what)s") % {"what": notice.get_kind_display()}

    def save(by: Actor) -> Any:
        return notices.withdraw_notice(notice=notice, reason=form.cleaned_data["reason"], by=by)

    return _entry(request, found, form, save, heading, "notices", is_end=True)


@requires("notice.record")
@require_http_methods(WRITE)
@never_cache
def record_order(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Records an order of a court about a loan of the person."""
    found = _person(request, pk)
    label = _label(OrderKind, kind)
    form = OrderForm(posted(request), person=found, kind=kind)

    def save(by: Actor) -> Any:
        return notices.record_order(by=by, **form.values())

    return _entry(request, found, form, save, label, "notices")


@requires("notice.record")
@require_http_methods(WRITE)
@never_cache
def discharge_order(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Takes an order out of force."""
    found = _person(request, pk)
    orders = CourtOrder.objects.visible_to(signed_in_user(request)).filter(loan__in=found.loans)
    order = _row(orders, row)
    form = ReasonForm(posted(request), person=found)
    heading = _("Discharged: %(what)s") % {"what": order.get_kind_display()}

    def save(by: Actor) -> Any:
        return notices.discharge_order(order=order, reason=form.cleaned_data["reason"], by=by)

    return _entry(request, found, form, save, heading, "notices", is_end=True)


def _person(request: HttpRequest, pk: UUID) -> Person:
    try:
        return person_for(signed_in_user(request), pk)
    except Party.DoesNotExist:
        raise Http404 from None


def _row(rows: QuerySet[Any], pk: UUID) -> Any:
    return get_object_or_404(rows, pk=pk)


def _label(kinds: Any, kind: str) -> str:
    """Returns the name of a kind as a heading; 404 for one there is not."""
    if kind not in kinds.values:
        raise Http404
    return upper_first(kinds(kind).label)


def _entry(
    request: HttpRequest,
    found: Person,
    form: forms.Form,
    save: Callable[[Actor], Model],
    heading: str,
    part: str,
    *,
    is_end: bool = False,
) -> HttpResponse:
    page = with_back(reverse("registers:person", args=[found.party.pk]), back_of(request))
    return answer(
        request,
        Entry(
            template=_ENTRY,
            form=form,
            save=save,
            done=_("On record: %(what)s.") % {"what": heading},
            next_href=f"{page}#{part}",
            context={
                "person": person_facts(found),
                "heading": heading,
                "is_end": is_end,
                "person_href": page,
                "here": request.get_full_path(),
                "zone_name": str(found.zone),
            },
        ),
    )
