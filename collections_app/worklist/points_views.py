"""The points table in the browser: printed for everybody, written by one, decided by another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.approvals import deciding
from accounts.approvals.forms import DecisionForm
from accounts.models import User
from collections_app.worklist.flow import PointsStatus
from collections_app.worklist.forms import ReasonForm, band_forms
from collections_app.worklist.points import Band
from collections_app.worklist.points_services import (
    decide_points,
    points_in_force,
    propose_points,
    write_points,
)
from collections_app.worklist.points_tables import PointsTable
from collections_app.worklist.wording import band_rows
from core.audit.actors import Actor


@requires("case.view")
@require_safe
@never_cache
def points(request: HttpRequest) -> HttpResponse:
    """The table by which Next ranks, printed, with its versions and what waits for a decision."""
    return _page(request, signed_in_user(request), points_in_force())


@requires("case.view")
@require_safe
@never_cache
def points_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version of the table; a lease leads to the one it was ranked by."""
    return _page(request, signed_in_user(request), _table(pk))


@requires("strategy.change")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def write(request: HttpRequest) -> HttpResponse:
    """Writes the next version, beginning from the one in force."""
    user = signed_in_user(request)
    data = request.POST if request.method == "POST" else None
    lines = band_forms(points_in_force().bands, data)
    form = ReasonForm(data)
    status = 200
    if data is not None:
        kept = _kept(lines, form, Actor.of(user))
        if kept is not None:
            messages.success(request, _("Kept as a draft. Look at it and propose it."))
            return _see(kept)
        status = 422
    context = {"form": form, "lines": lines, "back_href": reverse("worklist:points")}
    return TemplateResponse(
        request, "collections_app/worklist/points_write.html", context, status=status
    )


@requires("strategy.change")
@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks a second person to put a draft into force."""
    table, by = _table(pk), Actor.of(signed_in_user(request))
    deciding.propose(request, lambda: propose_points(table=table, by=by))
    return _see(table)


@requires("strategy.approve")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person's yes or no."""
    user = signed_in_user(request)
    table = _table(pk)
    form = DecisionForm(request.POST)
    is_yes = request.POST.get("decision") == "activate"
    if deciding.is_decided(
        request,
        form,
        lambda reason: decide_points(
            table=table, activate=is_yes, reason=reason, by=Actor.of(user)
        ),
        done=_("In force.") if is_yes else _("Sent back as a draft."),
    ):
        return _see(table)
    return _page(request, user, table, decision=form, status=422)


def _page(
    request: HttpRequest,
    user: User,
    table: PointsTable,
    *,
    decision: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    waits = table.status == PointsStatus.PROPOSED and table.approval is not None
    is_own = waits and table.approval.requested_by_id == user.pk  # type: ignore[union-attr]
    may_decide = waits and not is_own and has_right(user, "strategy.approve")
    may_change = has_right(user, "strategy.change")
    is_draft = table.status == PointsStatus.DRAFT
    context: dict[str, Any] = {
        "table": _facts_of(table),
        "lines": band_rows(table.bands),
        "versions": [_version_line(each) for each in PointsTable.objects.all()],
        "write_href": reverse("worklist:points_write") if may_change else "",
        "propose_href": _href("propose", table) if may_change and is_draft else "",
        "decide_href": _href("decide", table) if may_decide else "",
        "decision_form": (decision or DecisionForm()) if may_decide else None,
        "refusal": " ".join(_complaints(decision)) if decision and not may_decide else "",
        "back_href": reverse("desk:my_cases"),
    }
    return TemplateResponse(request, "collections_app/worklist/points.html", context, status=status)


def _complaints(form: DecisionForm) -> list[str]:
    return [str(message) for said in form.errors.values() for message in said]


def _facts_of(table: PointsTable) -> dict[str, Any]:
    return {
        "name": str(table),
        "version": table.version,
        "status": table.get_status_display(),
        "mark": "done" if table.status == PointsStatus.ACTIVE else "waiting",
        "is_in_force": table.status == PointsStatus.ACTIVE,
        "is_draft": table.status == PointsStatus.DRAFT,
        "is_proposed": table.status == PointsStatus.PROPOSED,
        "reason": table.reason,
        "written_by": table.written_by,
        "written_at": table.written_at,
        "activated_by": table.activated_by,
        "activated_at": table.activated_at,
    }


def _version_line(table: PointsTable) -> dict[str, Any]:
    return _facts_of(table) | {"href": reverse("worklist:points_version", args=[table.pk])}


def _kept(lines: list[Any], form: ReasonForm, by: Actor) -> PointsTable | None:
    """The draft that was kept, or None with what is wrong on the form."""
    are_valid = [line.is_valid() for line in lines]
    if not form.is_valid() or not all(are_valid):
        if not all(are_valid):
            form.add_error(None, _("A line has something that is no whole number."))
        return None
    bands: list[Band] = [band for line in lines if (band := line.band()) is not None]
    try:
        return write_points(bands=bands, reason=form.cleaned_data["reason"], by=by)
    except ValidationError as refused:
        form.add_error(None, refused)
        return None


def _table(pk: UUID) -> PointsTable:
    found: PointsTable = get_object_or_404(
        PointsTable.objects.select_related("approval__requested_by"), pk=pk
    )
    return found


def _href(name: str, table: PointsTable) -> str:
    return reverse(f"worklist:points_{name}", args=[table.pk])


def _see(table: PointsTable) -> HttpResponse:
    href = reverse("worklist:points_version", args=[table.pk])
    return HttpResponseRedirect(href, status=303)
