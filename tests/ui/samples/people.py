"""Contexts of the pages of people, teams and shifts."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.forms import LeaveForm, PersonForm, ReasonForm, ShiftForm
from accounts.people.forms import PeopleFilterForm as FilterForm
from accounts.shifts.models import Weekday
from tests.ui.samples.marks import AT

_TEAMS = [("", _("No team")), ("1", "华南一组"), ("2", "South")]


class SamplePersonForm(PersonForm):
    """The form of a person without the teams of a database."""

    team = forms.ChoiceField(choices=_TEAMS, required=False, label=_("Team"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)


class SampleTeamForm(forms.Form):
    name = forms.CharField(label=_("Name"))
    lead = forms.ChoiceField(label=_("Team lead"), choices=[("1", "陈伟")], required=False)
    is_active = forms.BooleanField(required=False, label=_("In use"))


class SampleCopyForm(forms.Form):
    of = forms.ChoiceField(label=_("Copy the week of"), choices=[("1", "林娜")])


def _tabs(current: int) -> list[Row]:
    names = [_("People"), _("Teams"), _("Shifts and absences")]
    return [
        Row(label=name, href=f"/{at}/", is_current=at == current, count=None)
        for at, name in enumerate(names)
    ]


def users(**changes: Any) -> dict[str, Any]:
    rows = [
        _user("Ada Kowalski", "ada@makegood.example", _("Administrator"), ""),
        _user("林娜", "lin.na@makegood.example", _("Agent"), "华南一组"),
        _user("Pete Kaminski", "pete@makegood.example", _("Agent"), "North", is_active=False),
    ]
    context = {
        "tabs": _tabs(0),
        "summary": "26 people",
        "filter_form": FilterForm(teams=[]),
        "list_href": "/people/",
        "is_filtered": False,
        "rows": rows,
        "new_href": "/people/new/",
        "shown": "1 to 3 of 26",
        "first_href": "",
        "next_href": "/people/?page=2",
    }
    return context | changes


def _user(name: str, email: str, role: Any, team: str, *, is_active: bool = True) -> Row:
    return Row(
        href="/people/1/",
        name=name,
        lang="zh-Hans" if name == "林娜" else "",
        email=email,
        role=role,
        team=team,
        last_login=AT if is_active else None,
        is_active=is_active,
        created_at=AT,
        invite_href="/invite/",
        sign_out_href="/sign-out/",
        state_href="/state/",
    )


def user(**changes: Any) -> dict[str, Any]:
    initial = {"full_name": "林娜", "spoken_languages": ["zh", "yue"], "share_percent": 100}
    context = {
        "person": _user("林娜", "lin.na@makegood.example", _("Agent"), "华南一组"),
        "form": SamplePersonForm(initial=initial),
        "reason_form": ReasonForm(),
        "may_manage": True,
        "is_oneself": False,
        "is_integration": False,
        "work": Row(text="47 people, 49 cases", href="/move/"),
        "may_move": True,
        "week_href": "/week/",
        "list_href": "/people/",
    }
    return context | changes


def user_refused() -> dict[str, Any]:
    return user(
        form=SamplePersonForm({"full_name": "", "email": "x", "capacity": "0"}),
        reason_form=ReasonForm({"reason": ""}),
    )


def new_user() -> dict[str, Any]:
    return {"form": SamplePersonForm(), "list_href": "/people/"}


def teams(**changes: Any) -> dict[str, Any]:
    granted = [Row(name="南粤汽车金融"), Row(name="恒通汽车金融")]
    rows = [
        Row(
            href="/team/1/",
            name="华南一组",
            lang="zh-Hans",
            lead="陈伟",
            members=5,
            granted=granted,
            is_active=True,
        ),
        Row(
            href="/team/2/",
            name="Night desk",
            lang="",
            lead="",
            members=0,
            granted=[],
            is_active=False,
        ),
    ]
    return {"tabs": _tabs(1), "rows": rows, "new_href": "/teams/new/"} | changes


def team() -> dict[str, Any]:
    return {
        "team": Row(name="华南一组"),
        "form": SampleTeamForm(initial={"name": "华南一组", "is_active": True}),
        "may_manage": True,
        "members": [
            Row(href="/people/1/", name="林娜", lang="zh-Hans", role=_("Agent"), last_login=AT)
        ],
        "granted": [Row(name="南粤汽车金融")],
        "week_href": "/week/",
        "list_href": "/teams/",
    }


def shifts(**changes: Any) -> dict[str, Any]:
    days = [date(2026, 11, 23 + n) for n in range(7)]
    context = {
        "tabs": _tabs(2),
        "teams": [
            Row(label="华南一组", href="/1/", is_current=True),
            Row(label="South", href="/2/", is_current=False),
        ],
        "team": Row(name="华南一组"),
        "monday": days[0],
        "sunday": days[-1],
        "days": [
            Row(name=Weekday(day.weekday()).label, date=day, is_today=day.day == 24) for day in days
        ],
        "rows": [_week("林娜", away_from=9), _week("梁宇", away_from=1)],
        "before_href": "/before/",
        "after_href": "/after/",
    }
    return context | changes


def _week(name: str, *, away_from: int) -> Row:
    return Row(
        href="/week/1/",
        name=name,
        lang="zh-Hans",
        zone="Asia/Shanghai",
        has_shifts=True,
        cells=[
            Row(
                day=Weekday(n).label,
                hours=["09:00–18:00"] if n < 5 else [],
                leave=_("Annual leave") if n >= away_from else "",
            )
            for n in range(7)
        ],
    )


def week() -> dict[str, Any]:
    return {
        "person": Row(
            name="梁宇",
            lang="zh-Hans",
            team="华南一组",
            zone="Asia/Shanghai",
            add_leave_href="/leave/",
            add_shift_href="/add/",
            copy_href="/copy/",
            remove_href="/remove/",
        ),
        "shifts": [Row(pk=n, day=Weekday(n).label, hours="09:00–18:00") for n in range(5)],
        "leave": [
            Row(
                pk=1,
                starts_on=date(2026, 11, 24),
                ends_on=date(2026, 12, 5),
                kind=_("Annual leave"),
                is_now=True,
                is_over=False,
            )
        ],
        "may_manage": True,
        "shift_form": ShiftForm(),
        "leave_form": LeaveForm({"starts_on": "2026-12-05", "ends_on": "soon"}),
        "copy_form": SampleCopyForm(),
        "work": Row(text="57 people, 59 cases", href="/move/"),
        "list_href": "/shifts/",
    }
