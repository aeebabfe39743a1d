"""One paper, cost or day of proceedings: read, withdrawn, taken back, met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from collections_app.legal import deadline_services, file_services
from collections_app.legal.file_models import LegalCost, LegalDocument
from collections_app.legal.forms import MetForm, ReasonForm, StepForm
from collections_app.legal.models import LegalDeadline
from collections_app.legal.stepping import reader_of_papers, take
from collections_app.legal.wording import deadline_line, head_of, matter_href
from core import clock
from core.audit.actors import Actor

WRITE = ["GET", "HEAD", "POST"]
_OF_CASE = ("case__loan", "case__portfolio", "case__borrower", "proceeding")


@requires("legal.view")
@require_POST
def read_document(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A paper as it was put on file; the trail says who took it."""
    user = reader_of_papers(request)
    found = get_object_or_404(
        LegalDocument.objects.visible_to(user).select_related(
            "file__data_key", "proceeding__case__portfolio"
        ),
        pk=pk,
    )
    name, content = file_services.read_document(document=found, by=Actor.of(user))
    return FileResponse(
        content, as_attachment=True, filename=name, content_type=found.file.content_type
    )


@requires("legal.work")
@require_http_methods(WRITE)
@never_cache
def withdraw_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks why a paper no longer belongs to the file."""
    rows = LegalDocument.objects.visible_to(signed_in_user(request))
    found = get_object_or_404(rows.select_related(*_OF_CASE), pk=pk)
    form = ReasonForm(request.POST or None)
    return _answer(
        request,
        found,
        form,
        lambda by: file_services.withdraw_document(
            document=found, reason=form.cleaned_data["reason"], by=by
        ),
        heading=_("Withdraw a paper"),
        what=f"{found.get_kind_display()} {found.version}",
        button=_("Withdraw it"),
        done=_("Withdrawn. It stays readable."),
    )


@requires("legal.work")
@require_http_methods(WRITE)
@never_cache
def cost_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks why a cost is taken back, and takes its charge off the loan."""
    rows = LegalCost.objects.visible_to(signed_in_user(request))
    found = get_object_or_404(rows.select_related(*_OF_CASE, "charge"), pk=pk)
    form = ReasonForm(request.POST or None)
    return _answer(
        request,
        found,
        form,
        lambda by: file_services.take_back_cost(
            cost=found, reason=form.cleaned_data["reason"], by=by
        ),
        heading=_("Take a cost back"),
        what=f"{found.get_kind_display()} {found.amount}",
        button=_("Take it back"),
        done=_("Taken back, and its charge with it."),
    )


@requires("legal.work")
@require_http_methods(WRITE)
@never_cache
def deadline_met(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks when what was due was done."""
    rows = LegalDeadline.objects.visible_to(signed_in_user(request))
    found = get_object_or_404(rows.select_related(*_OF_CASE), pk=pk)
    today = clock.local_today(found.case.portfolio.time_zone)
    form = MetForm(request.POST or None, initial={"on": today})
    line = deadline_line(found, today)
    return _answer(
        request,
        found,
        form,
        lambda by: deadline_services.meet_deadline(
            deadline=found, on=form.cleaned_data["on"], by=by
        ),
        heading=_("What was due is done"),
        what=f"{line.what} {line.due_on:%Y-%m-%d}",
        button=_("It is done"),
        done=_("Met."),
    )


def _answer(
    request: HttpRequest,
    found: Any,
    form: StepForm,
    run: Callable[[Actor], Any],
    *,
    heading: str,
    what: str,
    button: str,
    done: str,
) -> HttpResponse:
    back_href = (
        matter_href(found)
        if isinstance(found, LegalDeadline)
        else reverse("legal:proceeding", args=[found.proceeding_id])
    )
    context = {
        **head_of(found.case),
        "heading": heading,
        "what": what,
        "button": button,
        "back_href": back_href,
    }

    def page(shown: StepForm) -> HttpResponse:
        return TemplateResponse(
            request,
            "collections_app/legal/one_step.html",
            {**context, "form": shown},
            status=422 if shown.is_bound else 200,
        )

    if request.method != "POST":
        return page(form)
    return take(request, form=form, run=run, done=done, next_href=lambda _key: back_href, page=page)
