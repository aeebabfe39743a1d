"""Proceedings in the browser: the file, the approval, the stages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from collections_app.legal import deadline_services, file_services, services
from collections_app.legal.flow import ProceedingKind, step_of
from collections_app.legal.forms import (
    CostForm,
    DeadlineForm,
    DecideForm,
    DetailsForm,
    DocumentForm,
    HandForm,
    MoveForm,
    ProposeForm,
    ReasonForm,
    StepForm,
)
from collections_app.legal.models import Proceeding
from collections_app.legal.proceeding_page import proceeding_context
from collections_app.legal.queries import officers_of, proceedings_seen
from collections_app.legal.services import proceeding_href
from collections_app.legal.stepping import take
from core import clock
from core.audit.actors import Actor


@requires("legal.view")
@require_GET
@never_cache
def proceeding(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Proceedings with their stages, days, papers and costs."""
    return _page(request, _scoped(request, pk))


@requires("legal.work")
@require_POST
def details(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Changes court, counsel, claim and security."""
    found = _scoped(request, pk)
    is_preservation = found.kind == ProceedingKind.PRESERVATION
    form = DetailsForm(request.POST, is_preservation=is_preservation)
    return _step(
        request,
        found,
        "details",
        form,
        lambda by: services.change_details(proceeding=found, details=form.details(), by=by),
        _("Saved."),
    )


@requires("legal.work")
@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks a second person to approve the filing."""
    found = _scoped(request, pk)
    return _step(
        request,
        found,
        "propose",
        ProposeForm(request.POST),
        lambda by: services.propose_filing(proceeding=found, by=by),
        _("Asked. A second person decides."),
    )


@requires("approval.decide")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approves the filing or sends the file back, once."""
    found, form = _scoped(request, pk), DecideForm(request.POST)
    return _step(
        request,
        found,
        "decide",
        form,
        lambda by: services.decide_filing(
            proceeding=found,
            approve=form.cleaned_data["decision"] == "approve",
            reason=form.cleaned_data["reason"],
            by=by,
        ),
        _("Your decision is on record."),
    )


@requires("legal.work")
@require_POST
def back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Puts a file that was proposed or approved back into preparation."""
    found, form = _scoped(request, pk), ReasonForm(request.POST)
    return _step(
        request,
        found,
        "back",
        form,
        lambda by: services.take_back(proceeding=found, reason=form.cleaned_data["reason"], by=by),
        _("In preparation again."),
    )


@requires("legal.work")
@require_POST
def move(request: HttpRequest, pk: UUID, stage: str) -> HttpResponse:
    """Records that the proceedings came to a stage."""
    found = _scoped(request, pk)
    try:
        step = step_of(found.kind, stage)
    except ValueError:
        raise Http404 from None
    # The hours of a court are those of its place, whatever clock the officer reads.
    with timezone.override(clock.zone_of(found.case.portfolio.time_zone)):
        form = MoveForm(request.POST, step=step)
        form.is_valid()

    def run(by: Actor) -> Proceeding:
        said = {name: _instant(value) for name, value in form.said().items()}
        return services.move(
            proceeding=found,
            stage=stage,
            on=form.cleaned_data["on"],
            said=said,
            reason=said.get("reason", ""),
            by=by,
        )

    return _step(request, found, f"move:{stage}", form, run, _("The stage is on record."))


@requires("legal.work")
@require_POST
def hand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives the proceedings to another officer."""
    found = _scoped(request, pk)
    form = HandForm(request.POST, people=officers_of(found.case.portfolio))
    return _step(
        request,
        found,
        "hand",
        form,
        lambda by: services.hand_to(proceeding=found, owner=form.cleaned_data["owner"], by=by),
        _("Handed on."),
    )


@requires("legal.work")
@require_POST
def deadline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enters a day that the court set, or one of our own."""
    found, form = _scoped(request, pk), DeadlineForm(request.POST)

    def run(by: Actor) -> Any:
        data = {name: value for name, value in form.cleaned_data.items() if name != "token"}
        return deadline_services.add_deadline(proceeding=found, by=by, **data)

    return _step(request, found, "deadline", form, run, _("The day is entered."))


@requires("legal.work")
@require_POST
def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Puts a paper on file."""
    found, form = _scoped(request, pk), DocumentForm(request.POST, request.FILES)

    def run(by: Actor) -> Any:
        file = form.cleaned_data["file"]
        return file_services.add_document(
            proceeding=found,
            kind=form.cleaned_data["kind"],
            content=file.file,
            name=file.name,
            by=by,
        )

    return _step(request, found, "document", form, run, _("The paper is on file."))


@requires("legal.work")
@require_POST
def cost(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enters what the proceedings cost."""
    found, form = _scoped(request, pk), CostForm(request.POST)

    def run(by: Actor) -> Any:
        data = {name: value for name, value in form.cleaned_data.items() if name != "token"}
        return file_services.record_cost(proceeding=found, by=by, **data)

    return _step(request, found, "cost", form, run, _("The cost is entered."))


def _instant(value: Any) -> Any:
    return value if not isinstance(value, datetime) or value.tzinfo else None


def _scoped(request: HttpRequest, pk: UUID) -> Proceeding:
    found: Proceeding = get_object_or_404(proceedings_seen(signed_in_user(request)), pk=pk)
    return found


def _step(
    request: HttpRequest,
    found: Proceeding,
    name: str,
    form: StepForm,
    run: Callable[[Actor], Any],
    done: str,
) -> HttpResponse:
    return take(
        request,
        form=form,
        run=run,
        done=done,
        next_href=lambda _key: proceeding_href(found),
        page=lambda refused: _page(request, _scoped(request, found.pk), (name, refused)),
    )


def _page(
    request: HttpRequest, found: Proceeding, refused: tuple[str, StepForm] | None = None
) -> HttpResponse:
    context = proceeding_context(found, signed_in_user(request), refused)
    status = 422 if refused else 200
    return TemplateResponse(
        request, "collections_app/legal/proceeding.html", context, status=status
    )
