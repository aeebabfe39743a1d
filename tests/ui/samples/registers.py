"""Contexts of one person's record, of the complaint register and of holds."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace as Row
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.complaints.forms import (
    AcknowledgeForm,
    AnswerForm,
    CloseForm,
    ExtendForm,
    ReopenForm,
    StepForm,
)
from compliance.registers.entry_form import day_field, moment_field, source_field, words_field
from compliance.stops.forms import LiftForm
from tests.ui.samples.marks import AT

_PERSON = {
    "name": "张*",
    "lang": "zh-Hans",
    "customer_no": "C-004711",
    "loans": [
        Row(contract_no="AF-2025-000123", href="/loans/1/", roles=_("borrower")),
        Row(contract_no="AF-2024-009876", href="/loans/2/", roles=_("guarantor")),
    ],
}
_CLOCK = {"state": "running", "status": _("open"), "is_open": True, "clock_name": _("simple")}


def _said(text: Any) -> Row:
    return Row(text=text, lang="zh-Hans" if any(char >= "一" for char in str(text)) else "")


def _ended(text: str) -> Row:
    return Row(text=text, by=_said("陈伟"), reason=_said("已核实并答复"))


def _stop(**changes: Any) -> Row:
    values = {
        "name": _("Represented by a lawyer"),
        "tone": "stop",
        "of": _said("AF-2025-000123"),
        "channel": _("every way of contact"),
        "since": "19 Nov 2026 10:12",
        "is_to_come": False,
        "until": _("until it is lifted"),
        "details": [(_("Name of the lawyer"), _said("王律师")), (_("Law firm"), _said("广和律所"))],
        "note": _said("深圳市福田区滨河大道 100 号"),
        "source": _said("call of 19 Nov 2026"),
        "set_by": _said("林娜"),
        "ended": None,
        "complaint": "",
        "complaint_href": "",
        "end_href": "/lift/",
    }
    return Row(**{**values, **changes})


def _menu() -> list[Row]:
    groups = {
        _("Contact must stop"): [_("Asked us to stop"), _("Dispute open"), _("Bankruptcy")],
        _("Complaint"): [_("Register a complaint")],
        _("When, where and how often"): [_("Not at these hours"), _("Hours agreed for contact")],
        _("Yes or no to"): [_("A way of contact"), _("Automated calls and texts")],
    }
    return [
        Row(heading=heading, choices=[Row(label=label, href="/form/") for label in labels])
        for heading, labels in groups.items()
    ]


def person(**changes: Any) -> dict[str, Any]:
    complaint = Row(
        number="C-1182",
        href="/complaints/1/",
        category=_("How we behaved"),
        received="19 Nov 2026 10:12",
        owner=_said("陈伟"),
        loan="AF-2025-000123",
        clock_text="3 days left",
        clock_tone="soon",
        due_on=date(2026, 12, 4),
        **_CLOCK,
    )
    wish = Row(
        text="Not on: Monday, Tuesday, 15:00–17:00",
        since="19 Nov 2026 10:12",
        until="",
        ended=None,
        note=_said("上夜班，下午睡觉"),
        source=_said("call of 19 Nov 2026"),
        set_by=_said("林娜"),
        end_href="/end/",
    )
    answers = [
        Row(answer=_("no"), is_yes=False, counts=True, text="SMS · 138****5678", until=""),
        Row(answer=_("yes"), is_yes=True, counts=False, text="SMS · 138****5678", until=""),
    ]
    for answer in answers:
        answer.given, answer.loan = "19 Nov 2026 10:12", ""
        answer.source, answer.recorded_by = _said("合同约定"), _said("Makegood")
    context = {
        "person": _PERSON,
        "back_href": "/cases/1/",
        "menu": _menu(),
        "stops": [
            _stop(),
            _stop(
                name=_("Complaint open"),
                details=[],
                note=_said(""),
                complaint="C-1182",
                complaint_href="/complaints/1/",
                until=_("until the complaint is closed"),
                end_href="",
            ),
            _stop(
                name=_("Hardship"),
                tone="care",
                details=[],
                note=_said(""),
                of=_said(_("all loans")),
            ),
        ],
        "past_stops": [_stop(until="", ended=_ended("lifted 20 Nov 2026"), end_href="")],
        "preferences": [wish],
        "past_preferences": [
            Row(**{**vars(wish), "ended": _ended("ended 1 Nov 2026"), "end_href": ""})
        ],
        "consents": answers,
        "complaints": [complaint],
        "notices": [
            Row(
                name=_("Demand for payment"),
                loan="AF-2025-000123",
                on=date(2026, 11, 2),
                how=_("registered post"),
                days=15,
                document=_said("EMS 1098"),
                by=_said("李敏"),
                ended=None,
                end_href="/withdraw/",
            )
        ],
        "orders": [
            Row(
                name=_("Preservation of property"),
                loan="AF-2025-000123",
                on=date(2026, 11, 10),
                until=date(2028, 11, 9),
                court=_said("深圳市福田区人民法院 (2026)粤0304财保12号"),
                by=_said("李敏"),
                ended=None,
                end_href="/discharge/",
            )
        ],
        "zone_name": "Asia/Shanghai",
    }
    return context | changes


def person_first() -> dict[str, Any]:
    empty = ("stops", "past_stops", "preferences", "past_preferences", "consents", "complaints")
    return person(**{name: [] for name in (*empty, "notices", "orders")})


class SampleEntryForm(forms.Form):
    """A form of the registers with every sort of field they have."""

    token = forms.CharField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label=_("Yes or no"), choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        label=_("Days of the week"),
        choices=[(0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday"))],
        widget=forms.CheckboxSelectMultiple,
    )
    since = moment_field(_("Since when"))
    source = source_field()
    until = day_field(_("Last day"), required=False, help_text=_("Empty: until it is lifted."))
    note = words_field(_("Note"), required=False)


def entry(**changes: Any) -> dict[str, Any]:
    context = {
        "person": _PERSON,
        "heading": _("Not at these hours"),
        "form": SampleEntryForm(initial={"token": "1", "since": AT.replace(tzinfo=None)}),
        "is_end": False,
        "person_href": "/people/1/",
        "here": "/people/1/form/",
        "zone_name": "Asia/Shanghai",
    }
    return context | changes


def entry_refused() -> dict[str, Any]:
    return entry(form=SampleEntryForm({"token": "1", "source": ""}))


def _tabs() -> list[Row]:
    names = [_("This week"), _("Complaints"), _("Rule packs")]
    return [
        Row(label=name, href=f"/{at}/", is_current=at == 1, count=None)
        for at, name in enumerate(names)
    ]


class SampleFilterForm(forms.Form):
    number = forms.CharField(label=_("Number"), required=False)
    category = forms.ChoiceField(label=_("About"), choices=[("", _("anything"))], required=False)
    owner = forms.ChoiceField(label=_("Owner"), choices=[("", _("anybody"))], required=False)


def _register_row(number: int, **changes: Any) -> Row:
    values = {
        "href": f"/complaints/{number}/",
        "number": f"C-{number}",
        "person": "张*",
        "lang": "zh-Hans",
        "category": _("How we behaved"),
        "portfolio": "南粤汽车金融",
        "portfolio_lang": "zh-Hans",
        "received_on": date(2026, 11, 19),
        "owner": "",
        "owner_lang": "",
        "clock_text": "9 days left",
        "clock_tone": "",
        "due_on": date(2026, 12, 4),
        **_CLOCK,
    }
    return Row(**{**values, **changes})


def register(**changes: Any) -> dict[str, Any]:
    views = [(_("Not closed"), "4"), (_("Late"), "1"), (_("Answered"), "1"), (_("All"), "37")]
    context = {
        "compliance_tabs": _tabs(),
        "views": [
            Row(label=label, href="/x/", is_current=at == 0, count=count)
            for at, (label, count) in enumerate(views)
        ],
        "view": "unclosed",
        "overdue_text": "1 complaint has had no answer in time.",
        "filter_form": SampleFilterForm(),
        "is_filtered": False,
        "has_any": True,
        "list_href": "/complaints/",
        "rows": [
            _register_row(1180, state="failed", clock_text="2 days late", clock_tone="late"),
            _register_row(1182, clock_text="due today", clock_tone="soon", owner="Olga Berg"),
            _register_row(1183),
            _register_row(
                1170, state="uncertain", status=_("answered"), is_open=False, owner="陈伟"
            ),
        ],
        "shown": "1 to 4 of 4",
        "first_href": "",
        "next_href": "/complaints/?page=2",
    }
    return context | changes


class SampleAssignForm(StepForm):
    owner = forms.ChoiceField(label=_("Give it to"), choices=[("1", "陈伟"), ("2", "Olga Berg")])


def complaint(**changes: Any) -> dict[str, Any]:
    zone = ZoneInfo("Asia/Shanghai")
    steps = [
        ("flag", _("Registered"), "林娜", ""),
        ("person", "Given to Olga Berg", "Olga Berg", ""),
        ("hourglass", "Extended: complex", "Olga Berg", "等待外包公司的录音"),
    ]
    initial = {"token": "1", "to": "exceptional"}
    context = {
        "complaint": {
            "number": "C-1182",
            "person": "张*",
            "lang": "zh-Hans",
            "person_href": "/people/1/",
            "contract_no": "AF-2025-000123",
            "loan_href": "/loans/1/",
            "category": _("How we behaved"),
            "channel": _("Call"),
            "portfolio": "南粤汽车金融",
            "portfolio_lang": "zh-Hans",
            "received": "19 Nov 2026 10:12",
            "registered_by": _said("林娜"),
            "owner": _said("Olga Berg"),
            "outcome": "",
            "text": "催收员对我妻子大声喊叫，并说要到我单位去。",
            "text_lang": "zh-Hans",
            "clock_text": "3 days left",
            "clock_tone": "soon",
            "due_on": date(2026, 12, 4),
            "clock_rule": "CN-COMPLAINT",
            "citation": "银行业保险业消费投诉处理管理办法 (2020-03-01)",
            "citation_lang": "zh-Hans",
            "acknowledge_by": None,
            "acknowledged": "",
            **_CLOCK,
        },
        "stop_text": _("Contact about this loan stays stopped until the complaint is closed."),
        "events": [
            Row(
                at=datetime(2026, 11, 19 + at, 10, 12, tzinfo=zone),
                shown_at=f"{19 + at} Nov",
                name=name,
                icon=icon,
                by=_said(by),
                text=text,
                lang="zh-Hans" if text else "",
                due_on=date(2026, 12, 4),
            )
            for at, (icon, name, by, text) in enumerate(steps)
        ],
        "compliance_tabs": _tabs(),
        "list_href": "/complaints/",
        "zone_name": "Asia/Shanghai",
        "answer_form": Row(form=AnswerForm(initial=initial), href="/answer/"),
        "assign_form": Row(form=SampleAssignForm(initial=initial), href="/assign/"),
        "extend_form": Row(form=ExtendForm(initial=initial), href="/extend/"),
        "extend_to": _("exceptional"),
    }
    return context | changes


def complaint_answered() -> dict[str, Any]:
    context = complaint(
        close_form=Row(form=CloseForm({"token": "1"}), href="/close/"),
        reopen_form=Row(form=ReopenForm(initial={"token": "1"}), href="/reopen/"),
    )
    answered = {"state": "uncertain", "status": _("answered"), "is_open": False}
    context["complaint"] = context["complaint"] | answered
    return {
        name: value for name, value in context.items() if name not in ("answer_form", "extend_form")
    }


def complaint_unacknowledged() -> dict[str, Any]:
    """A British one, whose person has not heard yet that it came in; nothing is extended."""
    form = Row(form=AcknowledgeForm(initial={"token": "1"}), href="/acknowledge/")
    context = complaint(acknowledge_form=form)
    context["complaint"] = context["complaint"] | {
        "clock_rule": "UK-DISP",
        "citation": "FCA DISP 1.6.1R, 1.6.2R",
        "citation_lang": "",
        "clock_name": _("%(n)d days from receipt") % {"n": 56},
        "acknowledge_by": date(2026, 11, 24),
    }
    return {name: value for name, value in context.items() if name != "extend_form"}


def _hold(**changes: Any) -> Row:
    values = {
        "portfolio": "南粤汽车金融",
        "lang": "zh-Hans",
        "reason": _said("台风停工停产"),
        "since": "27 Nov 2026 09:00",
        "until": "4 Dec 2026",
        "set_by": _said("Olga Berg"),
        "state": "running",
        "state_name": _("in force"),
        "lifted": None,
        "lift_href": "/lift/",
    }
    return Row(**{**values, **changes})


def holds(**changes: Any) -> dict[str, Any]:
    over = _hold(
        state="waiting",
        state_name=_("lifted"),
        lifted=_ended("1 Nov 2026"),
        lift_href="",
    )
    context = {"compliance_tabs": _tabs(), "rows": [_hold(), over], "new_href": "/new/"}
    return context | changes


class SampleHoldForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput)
    portfolio = forms.ChoiceField(label=_("Portfolio"), choices=[("cn", "南粤汽车金融")])
    until = day_field(_("Last day"))
    reason = forms.CharField(label=_("Reason"))


def hold_preview(**changes: Any) -> dict[str, Any]:
    context = {
        "form": SampleHoldForm(initial={"token": "1", "until": date(2026, 12, 3)}),
        "list_href": "/holds/",
        "preview_href": "/preview/",
        "set_href": "/set/",
        "silenced": Row(people=1_204, loans=1_311, late_people=318),
        "people": "1,204",
        "late_people": "318",
        "portfolio": {"name": "南粤汽车金融", "lang": "zh-Hans"},
        "opens": "4 Dec 2026",
    }
    return context | changes


def hold_lift() -> dict[str, Any]:
    return {"form": LiftForm(), "hold": _hold(), "list_href": "/holds/"}


REGISTER_PAGES: dict[str, tuple[str, Any]] = {
    "person-record": ("compliance/registers/person.html", person),
    "person-record-first": ("compliance/registers/person.html", person_first),
    "person-entry": ("compliance/registers/entry.html", entry),
    "person-entry-refused": ("compliance/registers/entry.html", entry_refused),
    "complaints": ("compliance/complaints/register.html", register),
    "complaints-filtered": (
        "compliance/complaints/register.html",
        lambda: register(rows=[], is_filtered=True),
    ),
    "complaints-first": (
        "compliance/complaints/register.html",
        lambda: register(rows=[], has_any=False, overdue_text=""),
    ),
    "complaint": ("compliance/complaints/complaint.html", complaint),
    "complaint-unacknowledged": (
        "compliance/complaints/complaint.html",
        complaint_unacknowledged,
    ),
    "complaint-answered": ("compliance/complaints/complaint.html", complaint_answered),
    "holds": ("compliance/stops/holds.html", holds),
    "holds-first": ("compliance/stops/holds.html", lambda: holds(rows=[])),
    "hold-preview": ("compliance/stops/hold_preview.html", hold_preview),
    "hold-first": (
        "compliance/stops/hold_preview.html",
        lambda: hold_preview(silenced=None, form=SampleHoldForm({"until": "x"})),
    ),
    "hold-lift": ("compliance/stops/hold_lift.html", hold_lift),
}
