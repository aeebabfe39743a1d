"""Contexts of the calendar of reminders, of strategies and of wordings."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.approvals.forms import DecisionForm
from collections_app.desk.promise_form import CancelPromiseForm
from collections_app.strategy.calendar_page import calendar_rows
from collections_app.strategy.calendar_queries import Wave
from collections_app.strategy.forms import DayForm, HeadForm
from collections_app.strategy.models import LineFlag
from notifications.channels.flow import MessageChannel
from notifications.templates.fields import FIELDS
from notifications.templates.forms import RetireForm, TemplateForm, WordingForm
from notifications.templates.presentation import word_difference
from notifications.templates.samples import parts_of, sample_values
from tests.ui.samples.marks import AT, tabs

_ON = date(2026, 11, 23)
_TABS = {"message_tabs": tabs((_("Calendar"), None), (_("Outbox"), None), (_("Wordings"), None))}
_PORTFOLIO = Row(pk=UUID(int=1), code="cn-auto", name="恒通汽车金融", time_zone="Asia/Shanghai")
_OTHER = Row(pk=UUID(int=2), code="us-auto", name="Lakeside Auto Finance")
_CHINESE = (
    "【恒通汽车金融】欧阳建国先生，您尾号0391的车贷¥13,280.00将于2026年11月28日到期，"
    "请确保扣款账户余额充足。已还款请忽略。"
)
_ENGLISH = (
    "Lakeside Auto Finance: $1,284.30 for your car loan ending 4821 is due on 28 Nov 2026. "
    "Reply STOP to opt out."
)


_UNREGISTERED = _(
    "The provider sends only texts it has registered. Write a new version of “%(wording)s” "
    "(%(language)s) with the registered signature and the provider's template code, and have "
    "it approved."
) % {"wording": "Before the due date", "language": "en"}


def _wave(day: int, code: str, name: str, **more: Any) -> Wave:
    states = Counter(more.pop("states", {}))
    usual: dict[str, Any] = {"channel": "sms", "at": time(10, 15), "portfolio": _PORTFOLIO}
    return Wave(day=_ON + timedelta(days=day), code=code, name=name, states=states, **usual | more)


def _waves() -> list[Wave]:
    waves = [
        _wave(0, "due-3", "三天后到期", at=time(9, 30), states={"accepted": 388, "suppressed": 12}),
        _wave(0, "missed-3", "Missed, day 3", states={"delivered": 130, "waiting": 84}),
        _wave(0, "promise", "明日承诺", at=time(17, 30), states={"waiting": 41}, held=3),
        _wave(0, "statement", "Statement", channel="email", expected=73),
        _wave(4, "missed-3", "Missed, day 3", expected=88, portfolio=_OTHER, is_line_held=True),
        _wave(2, "late-letter", "Letter", channel="letter", at=time(15, 0), expected=118),
    ]
    for day in range(1, 7):
        waves.append(_wave(day, "due-3", "三天后到期", at=time(9, 30), expected=350 + day * 7))
    return waves


def calendar(*, wave: dict[str, Any] | None = None, waves: Any = None) -> dict[str, Any]:
    waves = _waves() if waves is None else waves
    return _TABS | {
        "portfolios": [_PORTFOLIO, _OTHER],
        "chosen_portfolio": "cn-auto",
        "first": _ON,
        "last": _ON + timedelta(days=6),
        "earlier_href": "#",
        "later_href": "#",
        "today_href": "#",
        "calendar": calendar_rows(
            waves, first=_ON, today=_ON, selected="cn-auto.2026-11-24.due-3.sms", query=""
        ),
        "wave": wave,
        "strategies_href": "#",
        "hold_href": "#",
    }


def wave(**changes: Any) -> dict[str, Any]:
    usual = {
        "name": "三天后到期",
        "day": "Tuesday, 24 Nov 2026",
        "at": "09:30",
        "portfolio": _PORTFOLIO.name,
        "whom": "M1, M2; " + str(_("not with: %(flags)s") % {"flags": _("dispute open")}),
        "people": 412,
        "expected": 0,
        "states": [{"label": _("waiting"), "count": 400}, {"label": _("cancelled"), "count": 12}],
        "why": [{"reason": _("On hold"), "count": 9}, {"reason": _("Withdrawn"), "count": 3}],
        "is_held": False,
        "wordings": [_said("简体中文", "zh-Hans", _CHINESE), _said("English", "en", _ENGLISH)],
        "template_href": "#",
        "gate": {"asked": 40, "allowed": 37, "refused": [("CN-TALK-3D", 2), ("CN-HOURS", 1)]},
        "list_href": "#",
        "hold_href": "#",
        "close_href": "#",
    }
    return usual | changes


def _said(language: str, lang: str, body: str) -> dict[str, Any]:
    usual = {"subject": "", "version": 5, "cost": "¥36.00", "parts": parts_of(body)}
    usual["lacking"] = _UNREGISTERED if lang == "en" else ""
    return {"language": language, "lang": lang, "body": body, **usual}


def _line(code: str, name: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "when": "3 days before the due date",
        "whom": "M1, M2; not while a promise is open",
        "what": "到期前提醒",
        "purpose": _("before the due date"),
        "channel": _("SMS"),
        "channel_icon": "message",
        "at": "09:30",
        "useful": "useful for 10 hours",
        "expected": Row(count=412, loans=431),
    }
    return {"code": code, "name": name, **usual, **changes}


def _version(number: int, **changes: Any) -> dict[str, Any]:
    usual = {
        "name": f"v{number}",
        "version": number,
        "effective_from": _ON,
        "days_between": 2,
        "heated_days_between": 7,
        "status": _("active"),
        "is_in_force": False,
        "is_draft": False,
        "is_proposed": False,
        "mark": "none",
        "written_by": "王敏",
        "written_at": AT,
        "proposed_by": "王敏",
        "activated_by": "Cleo Marchetti",
        "activated_at": AT,
        "reason": "Fewer messages, better read.",
        "href": "#",
    }
    return usual | changes


class _Named(NamedTuple):
    """A version by its name and its day."""

    name: str
    effective_from: date

    def __str__(self) -> str:
        return self.name


def strategies() -> dict[str, Any]:
    current, later = _Named("v3", _ON), _Named("v4", _ON + timedelta(days=7))
    usual = {"code": "cn-auto", "href": "#", "lines": 7, "in_force": current, "next": None}
    draft = {"name": "v4", "href": "#", "waits": False, "status": _("draft")}
    waits = draft | {"name": "v5", "waits": True, "status": _("waits for a second person")}
    return _TABS | {
        "rows": [
            Row(name="恒通汽车金融", open=[draft, waits], **usual | {"next": later}),
            Row(name="Lakeside Auto Finance", open=[], **usual | {"in_force": None}),
        ]
    }


def strategy(**changes: Any) -> dict[str, Any]:
    context = {
        "portfolio": _PORTFOLIO,
        "shown": _version(3, is_in_force=True, mark="done"),
        "lines": [
            _line("due-3", "三天后到期"),
            _line("missed-3", "Missed, day 3", when="3 days past due", expected=None),
        ],
        "lacking": [_UNREGISTERED],
        "day": _ON,
        "day_form": DayForm(initial={"on": _ON}),
        "expected_count": 412,
        "versions": [_version(4, status=_("draft")), _version(3, is_in_force=True), _version(2)],
        "difference": None,
        "difference_href": "#",
        "write_href": "#",
        "propose_href": "",
        "decide_href": "",
        "decision_form": DecisionForm(),
        "calendar_href": "#",
        "back_href": "#",
    }
    return context | changes


def _difference() -> dict[str, Any]:
    parts = [("Which day", "3 days past due", "4 days past due"), ("At", "09:30", "10:15")]
    changed = [{"code": "missed-3", "name": "Missed, day 3", "parts": parts}]
    found = {"added": [_line("due-0", "今日到期")], "removed": [_line("late", "Late")]}
    return {**found, "changed": changed, "count": 3}


def draft() -> dict[str, Any]:
    shown = _version(4, is_draft=True, status=_("draft"), mark="waiting", activated_by="")
    return strategy(shown=shown, propose_href="#", difference=_difference())


def proposed() -> dict[str, Any]:
    form = DecisionForm({"reason": ""})
    form.add_error(None, "Say why you refuse: it is shown to who asked.")
    shown = _version(4, is_proposed=True, status=_("waits for a second person"), mark="running")
    return strategy(shown=shown, decide_href="#", decision_form=form, difference=_difference())


class _Lines(forms.Form):
    """A line's fields without a database behind its choices."""

    name = forms.CharField(label=_("name"))
    code = forms.SlugField(label=_("code"))
    trigger = forms.ChoiceField(label=_("counted from"), choices=[("1", _("days past due"))])
    first_day = forms.IntegerField(label=_("first day"))
    last_day = forms.IntegerField(label=_("last day"))
    every_days = forms.IntegerField(label=_("every so many days"))
    template = forms.ChoiceField(label=_("message"), choices=[("1", "Past due (SMS)")])
    send_at = forms.TimeField(label=_("at"), widget=forms.TimeInput(attrs={"type": "time"}))
    useful_hours = forms.IntegerField(label=_("useful for, hours"))
    buckets = forms.MultipleChoiceField(
        label=_("buckets"),
        required=False,
        choices=[("M1", "M1"), ("M2", "M2"), ("M3", "M3")],
        widget=forms.CheckboxSelectMultiple,
    )
    products = forms.MultipleChoiceField(
        label=_("products"),
        required=False,
        choices=[("1", "二手车等额本息")],
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=_("languages"),
        required=False,
        choices=[("en", "English"), ("zh-hans", "简体中文")],
        widget=forms.CheckboxSelectMultiple,
    )
    with_flags = forms.MultipleChoiceField(
        label=_("only with"),
        required=False,
        choices=LineFlag,
        widget=forms.CheckboxSelectMultiple,
    )
    without_flags = forms.MultipleChoiceField(
        label=_("not with"),
        required=False,
        choices=LineFlag,
        widget=forms.CheckboxSelectMultiple,
    )
    least_amount = forms.DecimalField(label=_("at least past due"), required=False)
    without_open_promise = forms.BooleanField(
        label=_("not while a promise is open"), required=False
    )


def write(*, is_refused: bool = False) -> dict[str, Any]:
    values = {"name": "Missed, day 3", "code": "missed-3", "first_day": 3, "last_day": 3}
    values |= {"every_days": 1, "send_at": "10:15", "useful_hours": 10, "buckets": ["M1"]}
    values |= {"without_flags": ["dispute", "hardship"]}
    wrong = {f"l2-{name}": value for name, value in values.items()} | {"l2-first_day": "x"}
    lines = [
        _Lines(initial=values, prefix="l1"),
        _Lines(wrong if is_refused else None, initial=values, prefix="l2"),
    ]
    problems = ["The code missed-3 stands twice."] if is_refused else []
    editor = Row(
        head=HeadForm(initial={"effective_from": _ON, "days_between": 2, "heated_days_between": 7}),
        lines=lines,
        problems=problems,
        count_of_problems=4 if is_refused else 0,
    )
    return {"portfolio": _PORTFOLIO, "base": "v3", "editor": editor, "back_href": "#"}


def difference() -> dict[str, Any]:
    return {
        "portfolio": _PORTFOLIO,
        "new": _version(4),
        "old": _version(3),
        "choices": [3, 2, 1],
        "difference": _difference(),
        "back_href": "#",
    }


def wordings() -> dict[str, Any]:
    def cover(*marks: str) -> list[dict[str, Any]]:
        words = {"done": _("approved"), "failed": _("missing"), "running": _("proposed")}
        names = ("English", "简体中文")
        return [
            {"language": name, "mark": mark, "text": words[mark]}
            for name, mark in zip(names, marks, strict=True)
        ]

    def row(name: str, code: str, packs: list[str], coverage: list[dict[str, Any]]) -> Row:
        usual = {"href": "#", "channel": _("SMS"), "purpose": _("before the due date")}
        return Row(name=name, code=code, packs=packs, coverage=coverage, **usual)

    return _TABS | {
        "rows": [
            row("到期前提醒", "due-3", ["CN"], cover("failed", "done")),
            row("Past due", "overdue", [], cover("done", "running")),
        ],
        "languages": settings.LANGUAGES,
        "new_href": "#",
    }


def _wording(number: int, body: str, lang: str, **changes: Any) -> dict[str, Any]:
    version = Row(
        pk=UUID(int=number),
        version=number,
        status="approved",
        written_by="王敏",
        approved_by="Cleo Marchetti",
        written_at=AT,
        provider_code="SMS_71390007" if lang == "zh-Hans" else "",
    )
    usual = {
        "version": version,
        "name": f"v{number}",
        "lang": lang,
        "mark": "done",
        "status": _("approved"),
        "subject": "",
        "body": body,
        "parts": parts_of(body),
        "is_registered": lang == "zh-Hans",
        "proposed_by": "王敏",
        "reason": "",
        "difference": [],
        "propose_href": "",
        "decide_href": "",
        "retire_href": "",
    }
    return usual | changes


def wording(**changes: Any) -> dict[str, Any]:
    english = [
        _wording(
            3,
            _ENGLISH,
            "en",
            mark="running",
            decide_href="#",
            difference=word_difference("Your loan is due.", "Your car loan is due soon."),
        ),
        _wording(2, _ENGLISH, "en", retire_href="#", reason="Clearer"),
    ]
    chinese = [_wording(1, _CHINESE, "zh-Hans", mark="waiting", propose_href="#")]
    template = Row(
        name="到期前提醒",
        code="due-3",
        get_purpose_display=_("before the due date"),
        get_channel_display=_("SMS"),
    )
    context = {
        "template": template,
        "languages": [
            {"name": "English", "rows": english, "write_href": "#", "must_register": True},
            {"name": "简体中文", "rows": chinese, "write_href": "#", "must_register": True},
        ],
        "registering": ["阿里云短信"],
        "mandatory": [("CN", _("the registered signature and the provider's code"))],
        "decision_form": DecisionForm(),
        "retire_form": RetireForm(),
        "back_href": "#",
    }
    return context | changes


def write_wording(*, is_refused: bool = False) -> dict[str, Any]:
    body = "{lender}: {amount} for your car loan ending {contract_tail} is due on {due_date}."
    values = {"language": "en", "body": body}
    form = WordingForm(values if is_refused else None, initial=values)
    if is_refused:
        form.add_error(None, "REGF-OPTOUT-STMT: say how to stop these messages, with {opt_out}.")
    price = {"name": "SMS", "price": Decimal("0.0079"), "currency": "USD", "cost": "0.0079 USD"}
    return {
        "template": Row(
            name="Before the due date",
            channel=MessageChannel.SMS.value,
            get_purpose_display=_("before the due date"),
            get_channel_display=_("SMS"),
        ),
        "form": form,
        "fields": list(FIELDS.items()),
        "must_register": is_refused,
        "registering": [],
        "mandatory": [("REGF-OPTOUT-STMT", _("how to stop these messages: {opt_out}"))],
        "back_href": "#",
        "said": Row(subject="", body=_ENGLISH),
        "lang": "en",
        "parts": parts_of(_ENGLISH),
        "prices": [price],
        "samples": {code: dict(sample_values(code)) for code in ("en", "zh-hans")},
    }


def new_wording() -> dict[str, Any]:
    return {"form": TemplateForm({"code": "due 3"}, packs=["CN", "US-REGF"]), "back_href": "#"}


def cancel_promise(*, is_refused: bool = False) -> dict[str, Any]:
    return {
        "case_href": "#",
        "contract_no": "AF-2025-000123",
        "borrower": {"name": "张**", "lang": "zh-Hans"},
        "promise": Row(amount=Decimal("6000.00"), due_on=_ON),
        "currency": "CNY",
        "form": CancelPromiseForm({"reason": ""} if is_refused else None),
    }


_S, _W = "collections_app/strategy/", "notifications/templates/"
REMINDER_PAGES: dict[str, tuple[str, Any]] = {
    "reminders": (f"{_S}calendar.html", calendar),
    "reminders-wave": (f"{_S}calendar.html", lambda: calendar(wave=wave())),
    "reminders-wave-held": (
        f"{_S}calendar.html",
        lambda: calendar(wave=wave(is_held=True, wordings=[], gate=None, expected=3)),
    ),
    "reminders-none": (f"{_S}calendar.html", lambda: calendar(waves=[])),
    "strategies": (f"{_S}list.html", strategies),
    "strategies-first": (f"{_S}list.html", lambda: _TABS | {"rows": []}),
    "strategy": (f"{_S}version.html", strategy),
    "strategy-draft": (f"{_S}version.html", draft),
    "strategy-proposed": (f"{_S}version.html", proposed),
    "strategy-none": (
        f"{_S}none.html",
        lambda: {"portfolio": _PORTFOLIO, "write_href": "#", "back_href": "#"},
    ),
    "strategy-write": (f"{_S}write.html", write),
    "strategy-write-refused": (f"{_S}write.html", lambda: write(is_refused=True)),
    "strategy-difference": (f"{_S}difference.html", difference),
    "promise-cancel": ("collections_app/desk/cancel_promise.html", cancel_promise),
    "promise-cancel-refused": (
        "collections_app/desk/cancel_promise.html",
        lambda: cancel_promise(is_refused=True),
    ),
    "wordings": (f"{_W}list.html", wordings),
    "wordings-first": (f"{_W}list.html", lambda: wordings() | {"rows": []}),
    "wording": (f"{_W}template.html", wording),
    "wording-refused": (
        f"{_W}template.html",
        lambda: wording(refused=RetireForm({"reason": ""})),
    ),
    "wording-write": (f"{_W}write.html", write_wording),
    "wording-write-refused": (f"{_W}write.html", lambda: write_wording(is_refused=True)),
    "wording-new": (f"{_W}new.html", new_wording),
}
