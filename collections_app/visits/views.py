"""The list of visits, one visit, and planning it. All without scripts."""

from __future__ import annotations

import tempfile
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.decorators import check_right, has_right, requires, signed_in_user
from accounts.models import User
from collections_app.visits.asking import VisitRefused, sentences_of
from collections_app.visits.exports import export_visits
from collections_app.visits.forms import HandInForm, NoticeForm, PlanForm, ReasonForm
from collections_app.visits.list_page import list_context, read_filter
from collections_app.visits.models import Visit
from collections_app.visits.plan_page import chosen_in, plan_context
from collections_app.visits.positions import keep_position
from collections_app.visits.presentation import visit_row
from collections_app.visits.route import move_up
from collections_app.visits.services import (
    announce_visit,
    cancel_visit,
    plan_visit,
    send_notice,
    take_off,
)
from collections_app.visits.taking import hand_in_cash
from collections_app.visits.visit_page import visit_context
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.sealing import KeyDestroyed
from core.exports import CONTENT_TYPES, Format
from core.files.services import FileMissing, open_stored
from notifications.outbox.models import Message


@requires("visit.view")
@require_GET
@never_cache
def visit_list(request: HttpRequest) -> HttpResponse:
    """Visits to plan, on a route, done and cancelled; filters in the URL."""
    user = signed_in_user(request)
    try:
        context = list_context(
            user=user, chosen=read_filter(request.GET), after=request.GET.get("after", "")[:160]
        )
    except ValueError:
        raise Http404(_("This page of the list does not exist.")) from None
    return TemplateResponse(request, "collections_app/visits/list.html", context)


@requires("export.run")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The visits of the selection in the address as a file: `format` is csv or xlsx."""
    user = signed_in_user(request)
    check_right(user, "visit.view")
    chosen = read_filter(request.GET)
    file_format: Format = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    out = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    try:
        export_visits(chosen=chosen, out=out, file_format=file_format, user=user)
    except ValidationError as refusal:
        out.close()
        messages.error(request, " ".join(refusal.messages))
        return redirect(chosen.href())
    out.seek(0)
    return FileResponse(
        out,
        as_attachment=True,
        filename=f"visits-{chosen.show}.{file_format}",
        content_type=CONTENT_TYPES[file_format],
    )


@requires("visit.view")
@require_GET
@never_cache
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One visit with its history, what was found, and what may be done about it."""
    user, row = _seen(request, pk)
    return TemplateResponse(request, "collections_app/visits/visit.html", visit_context(row, user))


@requires("visit.plan")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Puts a visit into a day, or moves it; refused where the gate says no then."""
    user, row = _seen(request, pk)
    form = PlanForm(request.POST or None, visit=row, initial=chosen_in(request.GET))
    if request.method == "POST" and form.is_valid():
        try:
            left = plan_visit(
                visit=row,
                plan=form.plan(),
                reason=form.cleaned_data.get("reason", ""),
                by=Actor.of(user),
            )
        except VisitRefused as refusal:
            form.add_error("visit_on", refusal.message)
        except ValidationError as refusal:
            form.add_refusal(refusal)
        else:
            _keep_position(row, form, user)
            _say_planned(request, row, list(sentences_of(left)))
            return redirect("visits:visit", pk=row.pk)
    return _answer(request, "plan", form, plan_context(row, form, user))


def _say_planned(request: HttpRequest, visit: Visit, left: list[str]) -> None:
    if visit.notice_message is not None:
        messages.success(request, _("Planned.") + " " + _on_its_way(visit.notice_message))
        return
    if not left:
        messages.success(request, _("Planned. The gate is asked again when its hour comes."))
        return
    messages.warning(request, _("Planned. Still to be done: %(what)s") % {"what": " · ".join(left)})


def _on_its_way(message: Message) -> str:
    return _("The notice goes out by %(way)s. Its days count from when it has left.") % {
        "way": message.get_channel_display()
    }


def _keep_position(visit: Visit, form: PlanForm, user: User) -> None:
    position = form.cleaned_data["position"]
    if position is not None:
        keep_position(address=visit.address, position=position, at=clock.now(), by=Actor.of(user))


@requires("visit.plan")
@require_POST
def up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Makes a visit one place earlier on its route."""
    user, row = _seen(request, pk)
    try:
        move_up(visit=row, by=Actor.of(user))
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
    address = f"{reverse('visits:list')}?show=planned&agent={row.agent_id}"
    return redirect(f"{address}&first={row.visit_on}&last={row.visit_on}")


@requires("visit.plan")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take_off_route(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a visit off its route; asks why first."""
    return _with_reason(
        request,
        pk,
        take_off,
        heading=_("Take a visit off its route"),
        consequence=_(
            "It waits to be planned anew. What the gate had set aside for it is given back."
        ),
        button=_("Take it off"),
        done=_("Taken off. It waits to be planned."),
    )


@requires("visit.request")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancels a visit: who plans visits any, who asked for one their own until it is planned."""
    user, row = _seen(request, pk)
    if not has_right(user, "visit.plan") and not (
        row.requested_by_id == user.pk and row.agent_id is None
    ):
        raise PermissionDenied(
            _("A planned visit is cancelled by who plans visits: ask your lead.")
        )
    return _with_reason(
        request,
        pk,
        cancel_visit,
        heading=_("Cancel a visit"),
        consequence=_("Nobody goes. The visit stays on the case, with your reason."),
        button=_("Cancel the visit"),
        done=_("Cancelled. It stays on the case with its reason."),
    )


def _with_reason(
    request: HttpRequest, pk: UUID, service: Any, *, done: str, **words: str
) -> HttpResponse:
    """Asks why, then calls the service. `words`: heading, consequence and button of the page."""
    user, row = _seen(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service(visit=row, reason=form.cleaned_data["reason"], by=Actor.of(user))
        except ValidationError as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, done)
            return redirect("visits:visit", pk=row.pk)
    return _answer(request, "why", form, {"visit": visit_row(row, user), **words})


@requires("notice.record")
@require_POST
@never_cache
def notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Records the notice by which a visit was announced."""
    user, row = _seen(request, pk)
    form = NoticeForm(request.POST)
    if form.is_valid():
        try:
            announce_visit(visit=row, by=Actor.of(user), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Recorded. The days of the notice count from then."))
            return redirect("visits:visit", pk=row.pk)
    context = visit_context(row, user, notice_form=form)
    return TemplateResponse(request, "collections_app/visits/visit.html", context, status=422)


@requires("visit.plan")
@require_POST
@never_cache
def announce(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sends the notice of a planned visit by the best way that is in time."""
    user, row = _seen(request, pk)
    try:
        message = send_notice(visit=row, by=Actor.of(user))
    except (ValidationError, VisitRefused) as refusal:
        text = refusal.message if isinstance(refusal, VisitRefused) else " ".join(refusal.messages)
        context = visit_context(row, user) | {"refused_notice": text}
        return TemplateResponse(request, "collections_app/visits/visit.html", context, status=409)
    messages.success(request, _on_its_way(message))
    return redirect(f"{reverse('visits:visit', args=[row.pk])}#notice")


@requires("visit.plan")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hand_in(request: HttpRequest, pk: UUID, receipt_pk: UUID) -> HttpResponse:
    """Records that the cash of a receipt reached the office."""
    user, row = _seen(request, pk)
    receipt = get_object_or_404(row.receipts.select_related("visit", "by"), pk=receipt_pk)
    form = HandInForm(request.POST or None, initial={"amount": receipt.amount})
    if request.method == "POST" and form.is_valid():
        try:
            hand_in_cash(receipt=receipt, amount=form.cleaned_data["amount"], by=user)
        except ValidationError as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Recorded as handed in."))
            return redirect("visits:visit", pk=row.pk)
    context = {
        "visit": visit_row(row, user),
        "receipt": receipt,
        "currency": row.case.portfolio.currency,
    }
    return _answer(request, "hand_in", form, context)


@requires("visit.view")
@require_POST
@never_cache
def photo(request: HttpRequest, pk: UUID, photo_pk: UUID) -> HttpResponseBase:
    """Shows one photo; who looked at it stands in the trail."""
    user, row = _seen(request, pk)
    found = get_object_or_404(row.photos.select_related("file__data_key"), pk=photo_pk)
    try:
        content = open_stored(found.file)
    except (KeyDestroyed, FileMissing):
        raise Http404(_("This photo was erased.")) from None
    record(
        action="visit.photo_seen",
        by=Actor.of(user),
        object_type="collections_app.Case",
        object_id=row.case_id,
        portfolio_id=row.case.portfolio_id,
        data={"visit": str(row.pk), "photo": str(found.pk)},
    )
    return FileResponse(content, content_type="image/jpeg")


def _seen(request: HttpRequest, pk: UUID) -> tuple[User, Visit]:
    user = signed_in_user(request)
    rows = Visit.objects.visible_to(user).select_related(
        "case__loan",
        "case__portfolio",
        "party__data_key",
        "address__party__data_key",
        "purpose",
        "agent",
        "second_visitor",
        "requested_by",
        "notice",
        "notice_message",
        "attempt",
        "contact__result",
        "check_in",
    )
    return user, get_object_or_404(rows, pk=pk)


def _answer(request: HttpRequest, page: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    template = f"collections_app/visits/{page}.html"
    return TemplateResponse(request, template, {"form": form, **context}, status=status)
