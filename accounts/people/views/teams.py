"""Teams: the list, founding one, its name, lead and members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access.decorators import check_right, has_right, requires, signed_in_user
from accounts.people.forms import TeamForm
from accounts.people.pages import lang_of, people_tabs
from accounts.people.queries import teams_of, working_people
from accounts.people.ties import granted_to
from accounts.teams.models import Team
from accounts.teams.services import change_team, create_team
from accounts.users.models import User
from core.audit import Actor
from core.pages.refusals import show_refusal

_TEAM = "accounts/people/team.html"


@requires("team.view")
@require_GET
@never_cache
def team_list(request: HttpRequest) -> HttpResponse:
    """The teams one may look at, with their leads and what they may see."""
    viewer = signed_in_user(request)
    teams = list(teams_of(viewer))
    granted = granted_to([team.pk for team in teams])
    return TemplateResponse(
        request,
        "accounts/people/teams.html",
        {
            "tabs": people_tabs(viewer, "people:teams"),
            "rows": [
                {
                    "href": reverse("people:team", args=[team.pk]),
                    "name": team.name,
                    "lang": lang_of(team.name),
                    "lead": team.lead.full_name if team.lead else "",
                    "members": team.active_members,  # type: ignore[attr-defined]
                    "granted": granted.get(team.pk, ()),
                    "is_active": team.is_active,
                }
                for team in teams
            ],
            "new_href": reverse("people:new_team") if has_right(viewer, "user.manage") else "",
        },
    )


@requires("user.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_team(request: HttpRequest) -> HttpResponse:
    """Founds a team."""
    viewer = signed_in_user(request)
    if request.method != "POST":
        return _page(request, None, TeamForm(user=viewer))
    form = TeamForm({**request.POST.dict(), "is_active": "on"}, user=viewer)
    if form.is_valid():
        data = form.cleaned_data
        try:
            team = create_team(name=data["name"], lead=data["lead"], by=Actor.of(viewer))
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The team is founded. Now give it members."))
            return redirect("people:team", pk=team.pk)
    return _page(request, None, form, status=422)


@requires("team.view")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One team: name, lead, members, and what it was granted."""
    viewer = signed_in_user(request)
    found = get_object_or_404(Team.objects.visible_to(viewer).select_related("lead"), pk=pk)
    if request.method != "POST":
        initial = {"name": found.name, "lead": found.lead_id, "is_active": found.is_active}
        return _page(request, found, TeamForm(initial=initial, user=viewer))
    check_right(viewer, "user.manage")
    form = TeamForm(request.POST, user=viewer)
    if form.is_valid():
        try:
            change_team(team=found, by=Actor.of(viewer), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:team", pk=pk)
    return _page(request, found, form, status=422)


def _page(
    request: HttpRequest, team: Team | None, form: TeamForm, status: int = 200
) -> HttpResponse:
    viewer = signed_in_user(request)
    may_manage = has_right(viewer, "user.manage")
    if not may_manage:
        for field in form.fields.values():
            field.disabled = True
    members = working_people(user=viewer, team=team) if team else []
    return TemplateResponse(
        request,
        _TEAM,
        {
            "team": team,
            "form": form,
            "may_manage": may_manage,
            "members": [_member(viewer, person) for person in members],
            "granted": granted_to([team.pk]).get(team.pk, ()) if team else (),
            "week_href": f"{reverse('people:shifts')}?team={team.pk}"
            if team and has_right(viewer, "shift.view")
            else "",
            "list_href": reverse("people:teams"),
        },
        status=status,
    )


def _member(viewer: User, person: User) -> dict[str, Any]:
    return {
        "href": reverse("people:user", args=[person.pk]) if has_right(viewer, "user.view") else "",
        "name": person.full_name,
        "lang": lang_of(person.full_name),
        "role": person.get_role_display(),
        "last_login": person.last_login,
    }
