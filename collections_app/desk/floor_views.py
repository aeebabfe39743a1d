"""The live floor of a team, the rows behind its numbers, and the team's targets."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import Team
from accounts.teams.services import set_targets
from collections_app.desk.floor import MEASURES
from collections_app.desk.floor_forms import TargetForm
from collections_app.desk.floor_page import floor_context, rows_context
from core.audit.actors import Actor


@requires("floor.view")
@require_GET
@never_cache
def floor(request: HttpRequest) -> HttpResponse:
    """What each agent has done today; the board alone for htmx, which asks every 15 seconds."""
    context = floor_context(viewer=signed_in_user(request), params=request.GET)
    fragment = "#board" if request.htmx else ""  # type: ignore[attr-defined]
    return TemplateResponse(request, f"collections_app/desk/floor.html{fragment}", context)


@requires("floor.view")
@require_GET
@never_cache
def floor_rows(request: HttpRequest, name: str) -> HttpResponse:
    """The rows that a number of the floor counts."""
    if name not in MEASURES:
        raise Http404
    context = rows_context(viewer=signed_in_user(request), name=name, params=request.GET)
    if context is None:
        raise Http404
    return TemplateResponse(request, "collections_app/desk/floor_rows.html", context)


@requires("target.set")
@require_POST
def floor_targets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says what one agent of the team is to reach on a day."""
    user = signed_in_user(request)
    team = get_object_or_404(Team.objects.visible_to(user).filter(is_active=True), pk=pk)
    here = f"{reverse('desk:floor')}?team={team.pk}"
    form = TargetForm(request.POST)
    if form.is_valid():
        try:
            set_targets(team=team, by=Actor.of(user), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Targets of a day saved."))
            return redirect(here)
    params = request.GET.copy()
    params["team"] = str(team.pk)
    context = {**floor_context(viewer=user, params=params), "target_form": form}
    return TemplateResponse(request, "collections_app/desk/floor.html", context, status=422)
