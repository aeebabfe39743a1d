"""Contexts of the pages of visits, and of their panel on a case."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.visits.day_page import Candidate, Stop
from collections_app.visits.forms import (
    WINDOW_LENGTHS,
    HandInForm,
    NoticeForm,
    ReasonForm,
    VisitFilterForm,
    WindowForm,
)
from collections_app.visits.presentation import VisitRow
from core.pages.parts import Tile
from tests.ui.samples.marks import AT, tabs

_AT = "collections_app/visits"


class _RequestForm(forms.Form):
    """The form of a request, without the rows it reads from the database."""

    purpose = forms.ChoiceField(label=_("What for"), choices=[("1", "商谈还款或分期")])
    address = forms.ChoiceField(label=_("Where"), choices=[("1", "南山区科技园北区**** · 欧阳*")])
    note = forms.CharField(
        label=_("Note for who goes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A dog, a gate code, who must not hear of it. No card numbers."),
    )


class _PlanForm(forms.Form):
    """The form of a plan, without the people it reads from the database."""

    agent = forms.ChoiceField(label=_("Field agent"), choices=[("1", "Lin Tao")])
    second_visitor = forms.ChoiceField(
        label=_("Second visitor"), required=False, choices=[("2", "Wu Min")]
    )
    visit_on = forms.DateField(
        label=_("Day of the visit"), widget=forms.DateInput(attrs={"type": "date"})
    )
    opens = forms.TimeField(label=_("Not before"), widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(label=_("Not after"), widget=forms.TimeInput(attrs={"type": "time"}))
    is_recorded = forms.BooleanField(label=_("The whole visit is recorded"), required=False)
    position = forms.CharField(
        label=_("Position of the address"),
        required=False,
        help_text=_("Latitude, longitude (WGS-84), to measure the check-in by. Kept sealed."),
    )
    reason = forms.CharField(label=_("Why it is moved"))


class _DayForm(_PlanForm):
    """The form of a day, without the people it reads from the database."""

    position = reason = None  # type: ignore[assignment]
    minutes = forms.ChoiceField(label=_("Window of each visit"), choices=WINDOW_LENGTHS)
    is_recorded = forms.BooleanField(
        label=_("Every visit is recorded throughout"), required=False, initial=True
    )


def row(**changes: Any) -> VisitRow:
    usual: dict[str, Any] = {
        "pk": UUID(int=1),
        "href": "/visits/1/",
        "case_href": "/cases/1/",
        "contract_no": "AF-15520",
        "borrower": "冯*",
        "lang": "zh-Hans",
        "purpose": "商谈还款或分期",
        "address": "南山区科技园北区****",
        "address_kind": _("home"),
        "when": "23 Nov, 09:00 to 12:00",
        "hours": "09:00–12:00",
        "place_in_day": 1,
        "agent": "Lin Tao",
        "agent_lang": "",
        "second": "吴敏",
        "second_lang": "zh-Hans",
        "mark": "waiting",
        "state_name": _("planned"),
        "detail": "",
        "plan_href": "/visits/1/plan/",
        "up_href": "",
    }
    return VisitRow(**(usual | changes))


def rows() -> list[VisitRow]:
    return [
        row(),
        row(place_in_day=2, contract_no="AF-20391", up_href="/visits/2/earlier/"),
        row(
            place_in_day=3,
            contract_no="US-00417",
            borrower="O. J.",
            lang="",
            address="12 Elm ****",
            second="",
            mark="failed",
            state_name=_("refused by the gate"),
            up_href="/visits/3/earlier/",
        ),
        row(
            place_in_day=4,
            mark="running",
            state_name=_("at the door"),
            detail=_("%(time)s, %(distance)d m from the address (± %(accuracy)d m)")
            % {"time": "10:24", "distance": 62, "accuracy": 18},
            plan_href="",
        ),
    ]


def _list(**changes: Any) -> dict[str, Any]:
    form = VisitFilterForm()
    form.offer(
        {
            "agent": [("1", "Lin Tao"), ("2", "吴敏")],
            "team": [("1", "Field"), ("2", "华南外访组")],
            "portfolio": [("cn", "恒通汽车金融"), ("us", "Lakeside")],
            "currency": [("CNY", "CNY"), ("USD", "USD")],
        }
    )
    return {
        "tiles": [
            Tile(_("Planned"), "66", "/visits/?show=routed", "1 + 2", ""),
            Tile(_("Verified"), "57", "/visits/?show=verified", "1 + 2", "93.4%"),
        ],
        "export_href": "/visits/export/?show=planned",
        "most_rows": "50,000",
        "views": tabs(
            (_("To plan"), 3),
            (_("On a route"), 4),
            (_("Missed"), 1),
            (_("Done"), 61),
            (_("Verified"), 57),
            (_("Not verified"), 4),
            (_("Cash to count"), 1),
            (_("All planned"), 66),
            (_("Cancelled"), 2),
            current=1,
        ),
        "rows": rows(),
        "show": "planned",
        "filter_form": form,
        "list_href": "/visits/",
        "clear_href": "/visits/?show=planned",
        "nothing": _("Nobody is to be visited."),
        "as_of": AT,
        "shown": _("%(number)d shown") % {"number": 4},
        "next_href": "/visits/?after=x",
        **changes,
    }


def gate(state: str = "allowed", **changes: Any) -> dict[str, Any]:
    return {
        "state": state,
        "answer": _("You may visit") if state == "allowed" else _("Do not visit"),
        "why": "",
        "until": "",
        "citation": "",
        "needs_notice": False,
        **changes,
    }


def _request(form: forms.Form, **changes: Any) -> dict[str, Any]:
    return {
        "form": form,
        "case_href": "/cases/1/",
        "contract_no": "AF-15520",
        "borrower": {"name": "冯*", "lang": "zh-Hans"},
        "has_addresses": True,
        "answers": [
            {"name": "冯*", "lang": "zh-Hans", **gate()},
            {
                "name": "O. J.",
                "lang": "",
                **gate("later", why="Outside calling hours", citation="CN-HOURS", until="08:00"),
            },
        ],
        **changes,
    }


def _plan(form: forms.Form) -> dict[str, Any]:
    return {
        "form": form,
        "visit": row(),
        "gate": gate("stopped", why=_("The visit was not announced")),
        "zone_name": "Asia/Shanghai",
        "nearby": [
            {
                "agent": "吴敏",
                "agent_lang": "zh-Hans",
                "when": "24 Nov, 09:00 to 12:00",
                "count": 2,
                "href": "/visits/1/plan/?agent=2&on=2026-11-24",
            }
        ],
        "day": rows(),
    }


def _stop(number: int, **changes: Any) -> Stop:
    """A visit of a day that is laid out; the second one stands there already."""
    pk, contract_no = UUID(int=number), f"AF-2{number:04}"
    visit: Any = Row(
        pk=pk,
        case=Row(loan=Row(contract_no=contract_no)),
        opens=time(8 + number),
        closes=time(9 + number, 30),
    )
    lacks = _("The visit was not announced; a notice of 3 days is required")
    return Stop(
        number,
        row(pk=pk, contract_no=contract_no, place_in_day=None, plan_href="", **changes),
        None if number == 2 else WindowForm(visit=visit),
        str(lacks) if number == 3 else "",
    )


def _day(form: forms.Form, **changes: Any) -> dict[str, Any]:
    asked = [row(pk=UUID(int=n), contract_no=f"AF-3{n:04}", when="") for n in (11, 12, 13)]
    return {
        "form": form,
        "list_href": "/visits/",
        "day_href": "/visits/day/",
        "most": 20,
        "places": [
            {
                "name": "深圳, 广东",
                "href": "/visits/day/?visit=1&visit=2",
                "candidates": [Candidate(asked[0], True), Candidate(asked[1], False)],
            },
            {
                "name": "Dallas, TX",
                "href": "/visits/day/?visit=3",
                "candidates": [Candidate(asked[2], True)],
            },
        ],
        "is_laid_out": False,
        "stops": [],
        "new_count": 0,
        "refused": [],
        "kept": [],
        **changes,
    }


def _laid_out() -> dict[str, Any]:
    why = _("No window is left on this day. Choose longer hours, shorter windows or another day.")
    return _day(
        _DayForm(),
        is_laid_out=True,
        stops=[_stop(1), _stop(2), _stop(3)],
        new_count=2,
        refused=[(row(pk=UUID(int=9), contract_no="AF-90009"), why)],
        kept=[("visit_on", "2026-12-01")],
    )


def _sent(icon: str, way: Any, masked: str, mark: str, state_name: Any) -> dict[str, Any]:
    """A notice that was owed."""
    return {
        "icon": icon,
        "way": way,
        "masked": masked,
        "mark": mark,
        "state_name": state_name,
        "why": _("The letter came back") if mark == "failed" else "",
        "at": "20 Nov 16:05",
        "until": "21 Nov 00:00" if mark == "waiting" else "",
        "href": "/messages/1/",
    }


def _visit(**changes: Any) -> dict[str, Any]:
    when = "23 Nov 10:24"
    receipt = {
        "number": "R-0118",
        "amount": Decimal("2000.00"),
        "taken": when,
        "by": "Lin Tao",
        "by_lang": "",
        "counted": None,
        "counted_at": "",
        "href": "/visits/1/cash/1/",
    }
    return {
        "visit": row(mark="done", state_name=_("done"), plan_href=""),
        "case_href": "/cases/1/",
        "list_href": "/visits/",
        "note": "院子里有狗",
        "note_lang": "zh-Hans",
        "requested": _("%(who)s, %(when)s") % {"who": "Li Na", "when": "20 Nov 16:02"},
        "zone_name": "Asia/Shanghai",
        "check_in": _("%(time)s, position not told") % {"time": "10:24"},
        "is_recording": False,
        "left": "23 Nov 10:51",
        "result": "见到本人",
        "events": [
            {
                "at": AT - timedelta(hours=hours),
                "day": "23 Nov",
                "time": f"{AT - timedelta(hours=hours):%H:%M}",
                "icon": icon,
                "what": what,
                "by": "Lin Tao",
                "reason": "CN-VISIT-GAP" if icon == "scales" else "",
            }
            for hours, (icon, what) in enumerate(
                [
                    ("check", _("checked out")),
                    ("place", _("checked in")),
                    ("scales", _("refused by the gate")),
                ]
            )
        ],
        "photos": [
            {
                "href": "/visits/1/photos/1/",
                "shows": _("the door"),
                "taken": when,
                "sha256": "3f" * 32,
                "is_erased": False,
            },
            {
                "href": "",
                "shows": _("the vehicle"),
                "taken": when,
                "sha256": "9a" * 32,
                "is_erased": True,
            },
        ],
        "sightings": [
            Row(is_seen=True, condition="worn", get_condition_display=_("worn or dented"))
        ],
        "receipts": [
            receipt,
            receipt
            | {
                "number": "R-0117",
                "counted": Decimal("500.00"),
                "counted_at": "22 Nov 17:40",
                "href": "",
            },
        ],
        "currency": "CNY",
        "notices": [
            _sent("letter", _("letter"), "南山区科技园北区****", "done", _("posted")),
            _sent("mail", _("e-mail"), "f***@example.com", "failed", _("not delivered")),
        ],
        "served": "20 Nov 2026, post",
        "notice_href": "/visits/1/notice/",
        **changes,
    }


def _still_planned(form: forms.Form) -> dict[str, Any]:
    return _visit(
        visit=row(),
        check_in="",
        is_recording=None,
        left="",
        result="",
        photos=[],
        sightings=[],
        receipts=[],
        gate=gate("later", why=_("The visit was not announced"), needs_notice=True),
        plan_href="/visits/1/plan/",
        take_off_href="/visits/1/take-off/",
        cancel_href="/visits/1/cancel/",
        notices=[_sent("message", _("SMS"), "138****8000", "waiting", _("waiting"))],
        served="",
        send_notice_href="/visits/1/notice/send/",
        refused_notice=_("It was announced, or the notice is on its way.") if form.errors else "",
        notice_form=form,
    )


def panel() -> dict[str, Any]:
    """What a case is given of its visits."""
    return {
        "visits": [
            {
                "href": "/visits/1/",
                "mark": "waiting",
                "state_name": _("planned"),
                "purpose": "商谈还款或分期",
                "address": "南山区科技园北区****",
                "when": "23 Nov, 09:00 to 12:00",
                "agent": "吴敏",
                "agent_lang": "zh-Hans",
            }
        ],
        "request_visit_href": "/cases/1/visits/new/",
    }


VISIT_PAGES: dict[str, tuple[str, Any]] = {
    "visits": (f"{_AT}/list.html", _list),
    "visits-to-plan": (
        f"{_AT}/list.html",
        lambda: _list(show="requested", day_href="/visits/day/"),
    ),
    "visits-none": (f"{_AT}/list.html", lambda: _list(rows=[])),
    "visits-filtered": (f"{_AT}/list.html", lambda: _list(rows=[], is_filtered=True)),
    "visit-request": (f"{_AT}/request.html", lambda: _request(_RequestForm())),
    "visit-request-refused": (f"{_AT}/request.html", lambda: _request(_RequestForm({}))),
    "visit-request-nowhere": (
        f"{_AT}/request.html",
        lambda: _request(_RequestForm(), has_addresses=False, answers=[]),
    ),
    "visit-plan": (f"{_AT}/plan.html", lambda: _plan(_PlanForm())),
    "visit-plan-refused": (f"{_AT}/plan.html", lambda: _plan(_PlanForm({}))),
    "visit-day": (f"{_AT}/day.html", lambda: _day(_DayForm())),
    "visit-day-laid-out": (f"{_AT}/day.html", _laid_out),
    "visit-day-none": (f"{_AT}/day.html", lambda: _day(_DayForm(), places=[])),
    "visit-day-refused": (f"{_AT}/day.html", lambda: _day(_DayForm({}))),
    "visit": (f"{_AT}/visit.html", _visit),
    "visit-planned": (f"{_AT}/visit.html", lambda: _still_planned(NoticeForm())),
    "visit-notice-refused": (f"{_AT}/visit.html", lambda: _still_planned(NoticeForm({}))),
    "visit-take-off": (
        f"{_AT}/why.html",
        lambda: {
            "visit": row(),
            "form": ReasonForm({}),
            "heading": _("Take a visit off its route"),
            "consequence": _(
                "It waits to be planned anew. What the gate had set aside for it is given back."
            ),
            "button": _("Take it off"),
        },
    ),
    "visit-cancel": (
        f"{_AT}/why.html",
        lambda: {
            "visit": row(),
            "form": ReasonForm({}),
            "heading": _("Cancel a visit"),
            "consequence": _("Nobody goes. The visit stays on the case, with your reason."),
            "button": _("Cancel the visit"),
        },
    ),
    "visit-hand-in": (
        f"{_AT}/hand_in.html",
        lambda: {
            "visit": row(),
            "receipt": Row(number="R-0118", amount=Decimal("2000.00")),
            "currency": "CNY",
            "form": HandInForm(),
        },
    ),
}
