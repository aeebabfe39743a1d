"""Shifts and absences: a team's week, and one person's week and leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
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

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.people.forms import CopyWeekForm, LeaveForm, ShiftForm
from accounts.people.pages import lang_of, people_tabs
from accounts.people.queries import (
    leave_in_week,
    leave_of,
    shifts_of,
    teams_of,
    working_people,
)
from accounts.people.services import add_shifts, copy_week
from accounts.people.ties import open_work_of
from accounts.shifts.models import Leave, Shift, Weekday
from accounts.shifts.services import remove_leave, remove_shift, save_leave
from accounts.users.models import User
from core import clock
from core.audit import Actor

_PAST_LEAVE = timedelta(days=30)


@requires("shift.view")
@require_GET
@never_cache
def week(request: HttpRequest) -> HttpResponse:
    """One team, one week: who works when, and who is away."""
    viewer = signed_in_user(request)
    teams = [team for team in teams_of(viewer) if team.is_active]
    wanted = request.GET.get("team", str(viewer.team_id or ""))
    team = next((team for team in teams if str(team.pk) == wanted), teams[0] if teams else None)
    monday = _monday(request.GET.get("week", ""), viewer)
    people = working_people(user=viewer, team=team) if team else []
    shifts, leave = shifts_of(people), leave_in_week(people, monday)
    days = [monday + timedelta(days=n) for n in range(7)]
    here = reverse("people:shifts")

    def address(day: date, team_id: object) -> str:
        return f"{here}?team={team_id}&week={day.isoformat()}"

    return TemplateResponse(
        request,
        "accounts/people/shifts.html",
        {
            "tabs": people_tabs(viewer, "people:shifts"),
            "teams": [
                {"label": t.name, "href": address(monday, t.pk), "is_current": t == team}
                for t in teams
            ],
            "team": team,
            "monday": monday,
            "sunday": days[-1],
            "days": [
                {
                    "name": Weekday(day.weekday()).label,
                    "date": day,
                    "is_today": day == _today(viewer),
                }
                for day in days
            ],
            "rows": [
                _week_row(person, shifts.get(person.pk, {}), leave.get(person.pk, []), days)
                for person in people
            ],
            "before_href": address(monday - timedelta(days=7), team.pk) if team else "",
            "after_href": address(monday + timedelta(days=7), team.pk) if team else "",
        },
    )


def _week_row(
    person: User, shifts: dict[int, list[Shift]], leave: list[Leave], days: list[date]
) -> dict[str, Any]:
    return {
        "href": reverse("people:week", args=[person.pk]),
        "name": person.full_name,
        "lang": lang_of(person.full_name),
        "zone": person.time_zone,
        "has_shifts": bool(shifts),
        "cells": [
            {
                "day": Weekday(day.weekday()).label,
                "hours": [_hours(shift) for shift in shifts.get(day.weekday(), [])],
                "leave": next(
                    (
                        row.get_reason_display()
                        for row in leave
                        if row.starts_on <= day <= row.ends_on
                    ),
                    "",
                ),
            }
            for day in days
        ],
    }


def _hours(shift: Shift) -> str:
    return f"{shift.starts_at:%H:%M}–{shift.ends_at:%H:%M}"


@requires("shift.view")
@require_GET
@never_cache
def person_week(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person's weekly shifts and leave, with the forms that change them."""
    return _person_page(request, _scoped(request, pk))


@requires("shift.manage")
@require_POST
def add_shift(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Adds the same hours on several weekdays, all or none."""
    person, form = _scoped(request, pk), ShiftForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        pattern = Shift(
            user=person,
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            time_zone=person.time_zone,
        )
        try:
            add_shifts(pattern=pattern, user=person, weekdays=data["weekdays"], by=_actor(request))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("Shifts added."))
            return redirect("people:week", pk=pk)
    return _person_page(request, person, shift_form=form, status=422)


@requires("shift.manage")
@require_POST
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives this person the week of another one, instead of their own."""
    person = _scoped(request, pk)
    form = CopyWeekForm(request.POST, user=signed_in_user(request), person=person)
    if form.is_valid():
        try:
            copy_week(of=form.cleaned_data["of"], to=[person], by=_actor(request))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The week was copied."))
            return redirect("people:week", pk=pk)
    return _person_page(request, person, copy_form=form, status=422)


@requires("shift.manage")
@require_POST
def add_leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes days off; the page then offers to move what the person holds."""
    person, form = _scoped(request, pk), LeaveForm(request.POST)
    if form.is_valid():
        try:
            save_leave(user=person, by=_actor(request), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("The absence is noted."))
            return redirect("people:week", pk=pk)
    return _person_page(request, person, leave_form=form, status=422)


@requires("shift.manage")
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes one shift or one absence of this person away."""
    person = _scoped(request, pk)
    try:
        row = UUID(request.POST.get("row", ""))
    except ValueError:
        raise Http404 from None
    viewer = signed_in_user(request)
    if request.POST.get("kind") == "leave":
        leave = get_object_or_404(Leave.objects.visible_to(viewer), pk=row, user=person)
        remove_leave(leave=leave, by=_actor(request))
        messages.success(request, _("The absence is taken back."))
    else:
        shift = get_object_or_404(Shift.objects.visible_to(viewer), pk=row, user=person)
        remove_shift(shift=shift, by=_actor(request))
        messages.success(request, _("The shift is removed."))
    return redirect("people:week", pk=pk)


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(signed_in_user(request))


def _today(viewer: User) -> date:
    return clock.local_today(viewer.time_zone)


def _monday(text: str, viewer: User) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = _today(viewer)
    return day - timedelta(days=day.weekday())


def _scoped(request: HttpRequest, pk: UUID) -> User:
    """Whose rota the viewer may look at: the same people as everywhere, without machines."""
    people = User.objects.visible_to(signed_in_user(request)).people().select_related("team")
    person: User = get_object_or_404(people, pk=pk)
    return person


def _person_page(
    request: HttpRequest,
    person: User,
    *,
    shift_form: ShiftForm | None = None,
    leave_form: LeaveForm | None = None,
    copy_form: CopyWeekForm | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer = signed_in_user(request)
    today = _today(person)
    leave = leave_of(person=person, since=today - _PAST_LEAVE)
    work = open_work_of([person.pk]).get(person.pk)
    is_away_soon = any(row.ends_on >= today for row in leave)
    return TemplateResponse(
        request,
        "accounts/people/week.html",
        {
            "person": {
                "add_leave_href": reverse("people:add_leave", args=[person.pk]),
                "add_shift_href": reverse("people:add_shift", args=[person.pk]),
                "copy_href": reverse("people:copy_week", args=[person.pk]),
                "remove_href": reverse("people:remove", args=[person.pk]),
                "name": person.full_name,
                "lang": lang_of(person.full_name),
                "team": person.team.name if person.team else "",
                "zone": person.time_zone,
            },
            "shifts": [
                {"pk": shift.pk, "day": shift.get_weekday_display(), "hours": _hours(shift)}
                for day in sorted(shifts_of([person]).get(person.pk, {}).items())
                for shift in day[1]
            ],
            "leave": [
                {
                    "pk": row.pk,
                    "starts_on": row.starts_on,
                    "ends_on": row.ends_on,
                    "kind": row.get_reason_display(),
                    "is_now": row.starts_on <= today <= row.ends_on,
                    "is_over": row.ends_on < today,
                }
                for row in leave
            ],
            "may_manage": has_right(viewer, "shift.manage"),
            "shift_form": shift_form or ShiftForm(),
            "leave_form": leave_form or LeaveForm(),
            "copy_form": copy_form or CopyWeekForm(user=viewer, person=person),
            "work": work if work and is_away_soon and has_right(viewer, work.right) else None,
            "list_href": f"{reverse('people:shifts')}?team={person.team_id or ''}",
        },
        status=status,
    )
