"""People: the list, adding somebody, one person's page, shutting out and letting in."""

from __future__ import annotations

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.decorators import check_right, has_right, requires, signed_in_user
from accounts.people.forms import NewPersonForm, PeopleFilterForm, PersonForm, ReasonForm
from accounts.people.invitations import send_invitation
from accounts.people.pages import lang_of, people_tabs
from accounts.people.queries import find_people, teams_of
from accounts.people.services import change_person
from accounts.people.ties import open_work_of
from accounts.users import services
from accounts.users.models import User
from core.audit import Actor
from core.pages.refusals import show_refusal

_PAGE_SIZE = 50
_PERSON = "accounts/people/user.html"


@requires("user.view")
@require_GET
@never_cache
def user_list(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, by name, narrowed by what stands in the URL."""
    viewer = signed_in_user(request)
    form = PeopleFilterForm(request.GET, teams=list(teams_of(viewer)))
    chosen = form.cleaned_data if form.is_valid() else {}
    filters = {name: chosen.get(name, "") for name in ("q", "role", "team", "state")}
    people = find_people(
        user=viewer,
        text=filters["q"],
        role=filters["role"],
        team=filters["team"],
        state=filters["state"],
    )
    page = Paginator(people, _PAGE_SIZE).get_page(request.GET.get("page"))
    query = {name: value for name, value in filters.items() if value}
    here = reverse("people:users")
    total = page.paginator.count
    return TemplateResponse(
        request,
        "accounts/people/users.html",
        {
            "tabs": people_tabs(viewer, "people:users"),
            "summary": ngettext("%(n)d person", "%(n)d people", total) % {"n": total},
            "filter_form": form,
            "list_href": here,
            "is_filtered": bool(query),
            "rows": [_row(person) for person in page.object_list],
            "new_href": reverse("people:new") if has_right(viewer, "user.manage") else "",
            "shown": _("%(first)d to %(last)d of %(total)d")
            % {"first": page.start_index(), "last": page.end_index(), "total": total},
            "first_href": f"{here}?{urlencode(query)}" if page.has_previous() else "",
            "next_href": f"{here}?{urlencode({**query, 'page': page.next_page_number()})}"
            if page.has_next()
            else "",
        },
    )


def _row(person: User) -> dict[str, Any]:
    return {
        "href": reverse("people:user", args=[person.pk]),
        "name": person.full_name,
        "lang": lang_of(person.full_name),
        "email": person.email,
        "role": person.get_role_display(),
        "team": person.team.name if person.team else "",
        "last_login": person.last_login,
        "is_active": person.is_active,
    }


def _acts(person: User) -> dict[str, Any]:
    state = "deactivate" if person.is_active else "reactivate"
    return {
        "created_at": person.created_at,
        "invite_href": reverse("people:invite", args=[person.pk]),
        "sign_out_href": reverse("people:sign_out", args=[person.pk]),
        "state_href": reverse(f"people:{state}", args=[person.pk]),
    }


@requires("user.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_user(request: HttpRequest) -> HttpResponse:
    """Appoints somebody and writes to them with a link to choose a password."""
    viewer = signed_in_user(request)
    data = request.POST if request.method == "POST" else None
    form = NewPersonForm(data, user=viewer, initial={"time_zone": viewer.time_zone})
    if data is not None and form.is_valid():
        try:
            person = services.create_user(by=Actor.of(viewer), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            _invite(request, person)
            return redirect("people:user", pk=person.pk)
    return TemplateResponse(
        request,
        "accounts/people/new_user.html",
        {"form": form, "list_href": reverse("people:users")},
        status=200 if data is None else 422,
    )


@requires("user.view")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def user(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person: how they sign in, what they see, what they can be given, what they hold."""
    viewer, person = signed_in_user(request), _scoped(request, pk)
    if request.method != "POST":
        form = PersonForm(initial=PersonForm.initial_of(person), user=viewer)
        return _person_page(request, person, form)
    check_right(viewer, "user.manage")
    form = PersonForm(request.POST, user=viewer)
    if form.is_valid():
        try:
            change_person(user=person, details=form.details(), by=Actor.of(viewer))
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:user", pk=pk)
    return _person_page(request, person, form, status=422)


@requires("user.manage")
@require_POST
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Writes again with a link to choose a password."""
    _invite(request, _scoped(request, pk))
    return redirect("people:user", pk=pk)


@requires("user.manage")
@require_POST
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shuts somebody out at once; says what they still hold."""
    viewer, person = signed_in_user(request), _scoped(request, pk)
    reasons = ReasonForm(request.POST)
    if not reasons.is_valid():
        return _state_refused(request, person, reasons)
    try:
        services.deactivate_user(
            user=person, by=Actor.of(viewer), reason=reasons.cleaned_data["reason"]
        )
    except ValidationError as refusal:
        show_refusal(reasons, refusal)
        return _state_refused(request, person, reasons)
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.full_name})
    return redirect("people:user", pk=pk)


@requires("user.manage")
@require_POST
def reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lets somebody sign in again with the password they had."""
    viewer, person = signed_in_user(request), _scoped(request, pk)
    reasons = ReasonForm(request.POST)
    if not reasons.is_valid():
        return _state_refused(request, person, reasons)
    services.reactivate_user(
        user=person, by=Actor.of(viewer), reason=reasons.cleaned_data["reason"]
    )
    messages.success(request, _("%(name)s may sign in again.") % {"name": person.full_name})
    return redirect("people:user", pk=pk)


@requires("user.manage")
@require_POST
def sign_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ends all sessions of somebody."""
    person = _scoped(request, pk)
    ended = services.end_user_sessions(user=person, by=Actor.of(signed_in_user(request)))
    text = ngettext("%(n)d session ended.", "%(n)d sessions ended.", ended)
    messages.success(request, text % {"n": ended})
    return redirect("people:user", pk=pk)


def _scoped(request: HttpRequest, pk: UUID) -> User:
    people = User.objects.visible_to(signed_in_user(request)).select_related("team")
    person: User = get_object_or_404(people, pk=pk)
    return person


def _invite(request: HttpRequest, person: User) -> None:
    if person.is_integration:
        messages.success(request, _("Created. Issue a token in the administration."))
        return
    try:
        send_invitation(request, person)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        text = _("A link to choose a password was sent to %(email)s.") % {"email": person.email}
        messages.success(request, text)


def _state_refused(request: HttpRequest, person: User, reasons: ReasonForm) -> HttpResponse:
    viewer = signed_in_user(request)
    form = PersonForm(initial=PersonForm.initial_of(person), user=viewer)
    return _person_page(request, person, form, reasons=reasons, status=422)


def _person_page(
    request: HttpRequest,
    person: User,
    form: PersonForm,
    *,
    reasons: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer = signed_in_user(request)
    may_manage = has_right(viewer, "user.manage")
    if not may_manage:
        for field in form.fields.values():
            field.disabled = True
    work = open_work_of([person.pk]).get(person.pk)
    sees_rota = has_right(viewer, "shift.view") and not person.is_integration
    return TemplateResponse(
        request,
        _PERSON,
        {
            "person": _row(person) | _acts(person),
            "form": form,
            "reason_form": reasons or ReasonForm(),
            "may_manage": may_manage,
            "is_oneself": viewer.pk == person.pk,
            "is_integration": person.is_integration,
            "work": work,
            "may_move": bool(work) and has_right(viewer, work.right) if work else False,
            "week_href": reverse("people:week", args=[person.pk]) if sees_rota else "",
            "list_href": reverse("people:users"),
        },
        status=status,
    )
