"""Demand letters in the browser: drawn up, approved, posted, delivered or back."""

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
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from collections_app.legal import letter_services
from collections_app.legal.case_file_page import case_file_answer, places_of
from collections_app.legal.forms import (
    CallForm,
    DecideForm,
    DeliveredForm,
    DrawForm,
    PostForm,
    ProposeForm,
    ReasonForm,
    ReturnedForm,
    StepForm,
)
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.letter_page import letter_context
from collections_app.legal.letter_services import Posting, letter_href
from collections_app.legal.queries import case_with_file, letters_seen
from collections_app.legal.stepping import reader_of_papers, take
from core.audit.actors import Actor


@requires("legal.work")
@require_POST
def draw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Draws a demand letter up for a case."""
    return _draw(request, pk, DrawForm, "draw")


@requires("legal.work")
@require_POST
def call(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Draws a letter up that calls the whole loan due once it arrives."""
    return _draw(request, pk, CallForm, "call")


def _draw(request: HttpRequest, pk: UUID, form_class: type[DrawForm], name: str) -> HttpResponse:
    case = get_object_or_404(case_with_file(signed_in_user(request)), pk=pk)
    form = form_class(request.POST, places=places_of(case))
    return take(
        request,
        form=form,
        run=lambda by: letter_services.draw_letter(case=case, drawing=form.drawing(), by=by),
        done=_("Drawn up. Read it, then ask for approval."),
        next_href=lambda key: reverse("legal:letter", args=[key]),
        page=lambda refused: case_file_answer(request, case, (name, refused)),
    )


@requires("legal.view")
@require_GET
@never_cache
def letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One demand letter: its figures, its way, and what may be done next."""
    return _page(request, _scoped(request, pk))


@requires("legal.view")
@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The kept PDF, byte for byte; the trail says who took it."""
    user = reader_of_papers(request)
    name, content = letter_services.read_letter(letter=_scoped(request, pk), by=Actor.of(user))
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")


@requires("legal.work")
@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks a second person to approve the letter."""
    found = _scoped(request, pk)
    return _step(
        request,
        found,
        "propose",
        ProposeForm(request.POST),
        lambda by: letter_services.propose_letter(letter=found, by=by),
        _("Asked. A second person decides."),
    )


@requires("approval.decide")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approves or refuses the letter, once."""
    found, form = _scoped(request, pk), DecideForm(request.POST)
    return _step(
        request,
        found,
        "decide",
        form,
        lambda by: letter_services.decide_letter(
            letter=found,
            approve=form.cleaned_data["decision"] == "approve",
            reason=form.cleaned_data["reason"],
            by=by,
        ),
        _("Your decision is on record."),
    )


@requires("legal.work")
@require_POST
def void(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a letter back that was not posted."""
    found, form = _scoped(request, pk), ReasonForm(request.POST)
    return _step(
        request,
        found,
        "void",
        form,
        lambda by: letter_services.void_letter(
            letter=found, reason=form.cleaned_data["reason"], by=by
        ),
        _("Taken back: it is not sent."),
    )


@requires("legal.work")
@require_POST
def post(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks the gate and notes that the letter went out."""
    found, form = _scoped(request, pk), PostForm(request.POST)

    def run(by: Actor) -> DemandLetter:
        data = form.cleaned_data
        posting = Posting(data["on"], data["courier"], data["tracking_number"])
        return letter_services.post_letter(letter=found, posting=posting, by=by)

    return _step(request, found, "post", form, run, _("Posted."), in_one=False)


@requires("legal.work")
@require_POST
def deliver(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Records that the letter arrived."""
    found, form = _scoped(request, pk), DeliveredForm(request.POST)
    return _step(
        request,
        found,
        "deliver",
        form,
        lambda by: letter_services.record_delivery(letter=found, on=form.cleaned_data["on"], by=by),
        _("Delivered: the notice is on record and the limitation begins anew."),
    )


@requires("legal.work")
@require_POST
def come_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Records that the letter came back."""
    found, form = _scoped(request, pk), ReturnedForm(request.POST)

    def run(by: Actor) -> DemandLetter:
        data = form.cleaned_data
        return letter_services.record_return(
            letter=found,
            on=data["on"],
            reason=data["reason"],
            is_agreed_address=data["is_agreed_address"],
            by=by,
        )

    return _step(request, found, "return", form, run, _("It is on record that it came back."))


def _scoped(request: HttpRequest, pk: UUID) -> DemandLetter:
    found: DemandLetter = get_object_or_404(letters_seen(signed_in_user(request)), pk=pk)
    return found


def _step(
    request: HttpRequest,
    found: DemandLetter,
    name: str,
    form: StepForm,
    run: Callable[[Actor], Any],
    done: str,
    *,
    in_one: bool = True,
) -> HttpResponse:
    return take(
        request,
        form=form,
        run=run,
        done=done,
        next_href=lambda _key: letter_href(found),
        page=lambda refused: _page(request, _scoped(request, found.pk), (name, refused)),
        in_one=in_one,
    )


def _page(
    request: HttpRequest, found: DemandLetter, refused: tuple[str, StepForm] | None = None
) -> HttpResponse:
    context = letter_context(found, signed_in_user(request), refused)
    status = 422 if refused else 200
    return TemplateResponse(request, "collections_app/legal/letter.html", context, status=status)
