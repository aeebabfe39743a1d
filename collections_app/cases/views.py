"""The pages of assignment: the board, a move's preview, what it did, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.models import User
from collections_app.cases.board import undealt_portfolios
from collections_app.cases.board_page import board_context
from collections_app.cases.dealing import deal_new_cases
from collections_app.cases.forms import MoveForm
from collections_app.cases.move_page import move_context, preview_context
from collections_app.cases.move_plan import MovePlan, plan_move
from collections_app.cases.moves import CaseMove
from collections_app.cases.moving import PlanChanged, apply_move, check_target, undo_move
from core import clock
from core.audit import Actor
from core.idempotency import KeyReused, fingerprint_of, once
from core.ids import uuid7

_PREVIEW = "collections_app/cases/move_preview.html"


@requires("case.assign")
@require_GET
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    """Teams and their agents, what each holds and takes, and what nobody could be given."""
    context = board_context(signed_in_user(request)) | {"token": uuid7()}
    return TemplateResponse(request, "collections_app/cases/board.html", context)


@requires("case.assign")
@require_POST
def deal_now(request: HttpRequest) -> HttpResponse:
    """Deals what is with nobody, by the rules and profiles of now."""
    user = signed_in_user(request)
    answer = once(
        scope=f"deal_now:{user.pk}",
        key=request.POST.get("token", "")[:64],
        fingerprint=fingerprint_of("deal_now"),
        run=lambda: sum(
            deal_new_cases(portfolio=portfolio, by=Actor.of(user))
            for portfolio in undealt_portfolios(user)
        ),
    )
    dealt: int = answer.result
    if dealt:
        text = ngettext("%(n)d case found an agent.", "%(n)d cases found an agent.", dealt)
        messages.success(request, text % {"n": dealt})
    else:
        messages.info(request, _("No case found an agent: nothing that keeps them changed."))
    return redirect("assignment:board")


@requires("case.assign")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preview(request: HttpRequest) -> HttpResponse:
    """Shows what a move would do; writes nothing. Chosen cases come as a POST, they may be many."""
    data = request.POST if request.method == "POST" else request.GET
    form = _form(request, data)
    if "to" not in data:
        return _shown(request, form, form.usual_target())
    form.full_clean()
    refused = form.errors.get("to")
    if not form["reason"].data:
        form.errors.pop("reason", None)  # asked for when it is done, not while looking
    return _shown(request, form, data["to"], status=422 if refused else 200)


@requires("case.assign")
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Does what the preview showed; shows a new one with 409 when it would do anything else."""
    user, form = signed_in_user(request), _form(request, request.POST)
    if not form.is_valid():
        return _shown(request, form, request.POST.get("to", ""), status=422)
    entry = {name: request.POST.getlist(name) for name in request.POST if name[:4] != "csrf"}
    try:
        answer = once(
            scope=f"move_cases:{user.pk}",
            key=request.POST.get("token", "")[:64],
            fingerprint=fingerprint_of(entry),
            run=lambda: _apply(form, request.POST.get("digest", "")),
        )
    except PlanChanged as changed:
        return _shown(request, form, form.cleaned_data["to"], status=409, plan=changed.plan)
    except KeyReused:
        return _shown(request, form, form.cleaned_data["to"], status=409)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _shown(request, form, form.cleaned_data["to"], status=422)
    return redirect("assignment:move", pk=answer.result)


def _apply(form: MoveForm, digest: str) -> str:
    data = form.cleaned_data
    moved = apply_move(request=form.request_for(data["to"]), digest=digest, reason=data["reason"])
    return str(moved.pk)


@requires("case.view_team")
@require_GET
@never_cache
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a move did, case by case, and what taking it back would do."""
    user = signed_in_user(request)
    context = move_context(_scoped_move(user, pk), may_assign=has_right(user, "case.assign"))
    return TemplateResponse(request, "collections_app/cases/move.html", context)


@requires("case.assign")
@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a move back for everybody who is still where it put them."""
    user = signed_in_user(request)
    found = _scoped_move(user, pk)
    try:
        undo_move(move=found, by=user)
    except ValidationError as refusal:
        found.refresh_from_db()
        context = move_context(found, may_assign=True)
        context["refusal"] = " ".join(refusal.messages)
        return TemplateResponse(request, "collections_app/cases/move.html", context, status=409)
    messages.success(request, _("Taken back. Below is who went back and who did not."))
    return redirect("assignment:move", pk=pk)


def _scoped_move(user: User, pk: UUID) -> CaseMove:
    moves = CaseMove.objects.visible_to(user).select_related("from_user", "made_by", "undone_by")
    return get_object_or_404(moves, pk=pk)


def _form(request: HttpRequest, data: QueryDict) -> MoveForm:
    """Binds the form to an agent of one's own scope, or to chosen cases; 404 for anything else."""
    user = signed_in_user(request)
    from_user, case_ids = None, []
    try:
        if data.get("from"):
            from_user = get_object_or_404(User.objects.visible_to(user), pk=UUID(str(data["from"])))
        else:
            case_ids = [UUID(str(value)) for value in data.getlist("case")]
    except ValueError:
        raise Http404 from None
    if from_user is None and not case_ids:
        raise Http404(_("Choose whose people, or which cases, are to move."))
    bound = data if "to" in data else None
    return MoveForm(bound, asked_by=user, from_user=from_user, case_ids=case_ids)


def _shown(
    request: HttpRequest,
    form: MoveForm,
    target: str,
    *,
    status: int = 200,
    plan: MovePlan | None = None,
) -> HttpResponse:
    asked = form.request_for(target)
    refusal = ""
    if plan is None and (asked.to_team or asked.to_user):
        plan = plan_move(request=asked, at=clock.now())
    try:
        check_target(asked)
    except ValidationError as error:
        refusal = " ".join(error.messages)
    context: dict[str, Any] = preview_context(form=form, target=target, plan=plan)
    context |= {
        "token": uuid7(),
        "refusal": refusal,
        "has_changed": status == 409,
        "board_href": reverse("assignment:board"),
    }
    return TemplateResponse(request, _PREVIEW, context, status=status)
