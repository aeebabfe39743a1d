"""The complaint register: the list, one complaint, and the steps it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from compliance.complaints import services
from compliance.complaints.forms import (
    AcknowledgeForm,
    AnswerForm,
    AssignForm,
    CloseForm,
    ExtendForm,
    RegisterFilterForm,
    ReopenForm,
    StepForm,
)
from compliance.complaints.models import Complaint
from compliance.complaints.page import complaint_context, register_row, view_tabs
from compliance.complaints.queries import (
    VIEWS,
    complaints_in,
    count_complaints,
    find_complaints,
    owners_of,
    who_may_answer,
)
from compliance.navigation import compliance_tabs
from core import clock
from core.audit.actors import Actor
from core.idempotency import KeyReused, fingerprint_of, once

PAGE_SIZE = 50


@requires("complaint.view")
@require_GET
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """Complaints by the day their answer is due; view and filters stand in the URL."""
    user = signed_in_user(request)
    owners = owners_of(Complaint.objects.visible_to(user))
    form = RegisterFilterForm(request.GET, people=owners)
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name) for name in ("number", "category", "owner")}
    query = {name: str(value) for name, value in chosen.items() if value}
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "unclosed"
    found = find_complaints(
        user,
        category=chosen["category"] or "",
        owner=chosen["owner"] or "",
        number=chosen["number"],
    )
    today = clock.local_today(user.time_zone)
    counts = count_complaints(found, today)
    page = Paginator(complaints_in(found, view, today), PAGE_SIZE).get_page(request.GET.get("page"))
    return TemplateResponse(
        request,
        "compliance/complaints/register.html",
        {
            "compliance_tabs": compliance_tabs(user, "complaints:list"),
            "views": view_tabs(counts, view, query),
            "view": view,
            "overdue_text": _overdue(counts.overdue),
            "filter_form": form,
            "is_filtered": bool(query),
            "has_any": counts.all > 0 or bool(query),
            "list_href": reverse("complaints:list"),
            "rows": [register_row(row) for row in page.object_list],
            **_paging(page, {**query, "view": view}),
        },
    )


@requires("complaint.view")
@require_GET
@never_cache
def complaint(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One complaint with its steps, and what may be done next."""
    return _page(request, _scoped(request, pk))


@requires("complaint.answer")
@require_POST
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives the complaint to somebody."""
    found = _scoped(request, pk)
    form = AssignForm(request.POST, people=who_may_answer(found.portfolio))

    def take(by: Actor) -> None:
        services.assign_complaint(complaint=found, owner=form.cleaned_data["owner"], by=by)

    return _step(request, found, "assign", form, take, _("The complaint has its owner."))


@requires("complaint.answer")
@require_POST
def acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Records that the person was told their complaint came in."""
    found, form = _scoped(request, pk), AcknowledgeForm(request.POST)

    def take(by: Actor) -> None:
        services.acknowledge_complaint(complaint=found, text=form.cleaned_data["text"], by=by)

    return _step(request, found, "acknowledge", form, take, _("It is on record that they know."))


@requires("complaint.decide")
@require_POST
def extend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives the answer more time, once for each clock."""
    found, form = _scoped(request, pk), ExtendForm(request.POST)

    def take(by: Actor) -> None:
        data = form.cleaned_data
        services.extend_complaint(complaint=found, to=data["to"], reason=data["reason"], by=by)

    return _step(request, found, "extend", form, take, _("Extended. Tell the person why."))


@requires("complaint.answer")
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Records what was answered."""
    found, form = _scoped(request, pk), AnswerForm(request.POST)

    def take(by: Actor) -> None:
        services.answer_complaint(complaint=found, text=form.cleaned_data["text"], by=by)

    return _step(request, found, "answer", form, take, _("The answer is on record."))


@requires("complaint.answer")
@require_POST
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Opens an answered complaint again."""
    found, form = _scoped(request, pk), ReopenForm(request.POST)

    def take(by: Actor) -> None:
        services.reopen_complaint(complaint=found, reason=form.cleaned_data["reason"], by=by)

    return _step(request, found, "reopen", form, take, _("Open again; a new clock runs."))


@requires("complaint.decide")
@require_POST
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Closes an answered complaint and lifts its stop."""
    found, form = _scoped(request, pk), CloseForm(request.POST)

    def take(by: Actor) -> None:
        data = form.cleaned_data
        services.close_complaint(complaint=found, outcome=data["outcome"], text=data["text"], by=by)

    return _step(request, found, "close", form, take, _("Closed. Its stop is lifted."))


def _scoped(request: HttpRequest, pk: UUID) -> Complaint:
    found = Complaint.objects.visible_to(signed_in_user(request)).select_related(
        "party__data_key", "portfolio", "loan", "owner"
    )
    return get_object_or_404(found, pk=pk)


def _step(
    request: HttpRequest,
    found: Complaint,
    name: str,
    form: StepForm,
    take: Callable[[Actor], None],
    done: str,
) -> HttpResponse:
    """Takes one step once, or shows the page with what to mend: 422, and 409 for other words."""
    if not form.is_valid():
        return _page(request, found, (name, form), status=422)
    user = signed_in_user(request)
    sent = {key: request.POST.getlist(key) for key in request.POST if key[:4] != "csrf"}
    try:
        once(
            scope=f"complaint:{user.pk}",
            key=form.cleaned_data["token"],
            fingerprint=fingerprint_of({"step": name, "of": str(found.pk), "entry": sent}),
            run=lambda: take(Actor.of(user)),
        )
    except (KeyReused, ValidationError) as refused:
        texts = getattr(refused, "messages", [_("This was sent before, in other words.")])
        form.add_error(None, texts)
        return _page(request, _scoped(request, found.pk), (name, form), status=422)
    messages.success(request, done)
    return redirect("complaints:complaint", pk=found.pk)


def _page(
    request: HttpRequest, found: Complaint, refused: Any = None, *, status: int = 200
) -> HttpResponse:
    context = complaint_context(found, signed_in_user(request), refused)
    return TemplateResponse(request, "compliance/complaints/complaint.html", context, status=status)


def _overdue(number: int) -> str:
    if not number:
        return ""
    text = ngettext(
        "%(n)d complaint has had no answer in time.",
        "%(n)d complaints have had no answer in time.",
        number,
    )
    return text % {"n": number}


def _paging(page: Any, query: dict[str, str]) -> dict[str, str]:
    here = reverse("complaints:list")
    following = {**query, "page": page.next_page_number()} if page.has_next() else None
    return {
        "shown": _("%(first)d to %(last)d of %(total)d")
        % {"first": page.start_index(), "last": page.end_index(), "total": page.paginator.count},
        "first_href": f"{here}?{urlencode(query)}" if page.has_previous() else "",
        "next_href": f"{here}?{urlencode(following)}" if following else "",
    }
