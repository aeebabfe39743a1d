"""Contexts of the pages about promises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.desk.promise_decisions import DecidePromiseForm
from collections_app.desk.promise_list import LISTS, PromiseFilterForm
from collections_app.promises.models import PromiseMethod
from tests.ui.samples.claiming import lease_mine
from tests.ui.samples.marks import AT

_BORROWER = {"name": "张**", "lang": "zh-Hans"}


class _TakeForm(forms.Form):
    """As the page's own form, without a database: two rows of a promise in parts."""

    token = forms.CharField(widget=forms.HiddenInput, initial="0190")
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)
    who = forms.ChoiceField(label=_("Who promises"), choices=[("1", "张**"), ("2", "李*")])
    ask = forms.BooleanField(label=_("Ask the team lead"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="promise")
        for number in range(4):
            self.fields[f"amount_{number}"] = forms.DecimalField(
                label=_("Amount"), required=number == 0, initial="3280.00"
            )
            self.fields[f"due_on_{number}"] = forms.DateField(
                label=_("By"),
                required=number == 0,
                initial=date(2026, 11, 27),
                widget=forms.DateInput(attrs={"type": "date"}),
            )
            self.fields[f"method_{number}"] = forms.ChoiceField(
                label=_("How"),
                required=False,
                choices=[("", _("not said")), *PromiseMethod.choices],
            )

    @property
    def rows(self) -> list[Row]:
        names = ("amount", "due_on", "method")
        return [
            Row(number=n + 1, **{name: self[f"{name}_{n}"] for name in names}) for n in range(4)
        ]

    @property
    def has_more_parts(self) -> bool:
        return self.is_bound


def take_promise(*, is_refused: bool = False, waits: bool = False) -> dict[str, Any]:
    form = _TakeForm({"promise-token": "0190", "promise-who": "1"} if is_refused else None)
    outlook = Row(
        text="¥3,280.00 by Fri 27 Nov leaves ¥3,280.00 past due (14 days).",
        is_current=False,
        problem="",
        beyond=("A promise beyond 14 days needs approval.",) if is_refused else (),
        shorten_to=date(2026, 12, 7) if is_refused else None,
    )
    return {
        **lease_mine(),
        "case_href": "#",
        "contract_no": "AF-2025-000123",
        "borrower": _BORROWER,
        "form": form,
        "promise_form": form,
        "promise_outlook": outlook,
        "promise_outlook_href": "#",
        "promise_currency": "CNY",
        "replaced": [Row(amount=Decimal("3280.00"), due_on=date(2026, 11, 25))],
        "waiting_href": "#" if waits else "",
    }


def _rows() -> list[Row]:
    shown = {
        "case_href": "#",
        "contract_no": "AF-2025-000123",
        "borrower": "张**",
        "borrower_lang": "zh-Hans",
        "amount": Decimal("3280.00"),
        "currency": "CNY",
        "due_on": date(2026, 11, 27),
        "deadline_on": date(2026, 11, 30),
        "received_amount": Decimal("0.00"),
        "pending_amount": Decimal("0.00"),
        "method": "",
        "mark": "waiting",
        "state_name": _("open"),
        "taken_by": "李娜",
        "taken_by_lang": "zh-Hans",
    }
    awaiting = {"pending_amount": Decimal("3280.00"), "mark": "uncertain", "case_href": ""}
    return [
        Row(**shown),
        Row(
            **shown
            | awaiting
            | {"state_name": _("awaiting settlement"), "method": PromiseMethod.TRANSFER.label}
        ),
        Row(
            **shown
            | {
                "mark": "failed",
                "state_name": _("broken"),
                "deadline_on": None,
                "taken_by": "Ana Silva",
                "taken_by_lang": "",
            }
        ),
    ]


def promises(**changes: Any) -> dict[str, Any]:
    lists = [
        Row(label=one.label, href="#", is_current=name == "due", count=count)
        for (name, one), count in zip(LISTS.items(), (3, 1, 1, 12, 30, 2), strict=True)
    ]
    record = {
        "taker": "李娜",
        "taker_lang": "zh-Hans",
        "kept": 12,
        "judged": 15,
        "kept_rate": "80.0%",
        "promised_amount": Decimal("49200.00"),
        "kept_amount": Decimal("41000.00"),
        "kept_money_rate": "83.3%",
        "currency": "CNY",
    }
    return {
        "lists": lists,
        "asked_count": 2,
        "asked_href": "#",
        "form": PromiseFilterForm(
            {}, portfolios=[("1", "银行甲车贷")], takers=[("1", "李娜"), ("2", "Ana Silva")]
        ),
        "show": "due",
        "rows": _rows(),
        "records": [record, record | {"taker": "Ana Silva", "taker_lang": "", "currency": "USD"}],
        "empty": LISTS["due"].empty,
        "is_filtered": False,
        "list_href": "#",
        "shown": "3 promises on this page",
        "first_href": "#",
        "next_href": "#",
        **changes,
    }


def _line() -> dict[str, Any]:
    return {
        "href": "#",
        "contract_no": "AF-2025-000123",
        "borrower": "张**",
        "borrower_lang": "zh-Hans",
        "amount": Decimal("6560.00"),
        "currency": "CNY",
        "last_on": date(2026, 12, 20),
        "parts": 2,
        "beyond": _("too far ahead"),
        "asker": {"text": "李娜", "lang": "zh-Hans"},
        "asked_at": AT,
        "lapses_at": AT,
    }


def asked_promises(**changes: Any) -> dict[str, Any]:
    return {"rows": [Row(**_line())], "may_decide": True, "back_href": "#", **changes}


def asked_promise(**changes: Any) -> dict[str, Any]:
    return {
        **_line(),
        "case_href": "#",
        "list_href": "#",
        "who": _BORROWER,
        "past_due": Decimal("6560.00"),
        "rows": [
            {"amount": Decimal("3280.00"), "due_on": date(2026, 12, 5), "method": "银行代扣"},
            {"amount": Decimal("3280.00"), "due_on": date(2026, 12, 20), "method": ""},
        ],
        "status_name": _("Waiting for a second person"),
        "is_pending": True,
        "decider": {"text": "", "lang": ""},
        "decided_at": None,
        "reason": {"text": "", "lang": ""},
        "form": DecidePromiseForm(),
        "decide_href": "#",
        "withdraw_href": "",
        **changes,
    }


def _decided() -> dict[str, Any]:
    return asked_promise(
        form=None,
        status_name=_("Refused"),
        decider={"text": "王强", "lang": "zh-Hans"},
        decided_at=AT,
        reason={"text": "月底前可付一半", "lang": "zh-Hans"},
    )


_D = "collections_app/desk/"
PROMISE_PAGES: dict[str, tuple[str, Any]] = {
    "promise-take": (f"{_D}take_promise.html", take_promise),
    "promise-take-refused": (f"{_D}take_promise.html", lambda: take_promise(is_refused=True)),
    "promise-take-waits": (f"{_D}take_promise.html", lambda: take_promise(waits=True)),
    "promises": (f"{_D}promises.html", promises),
    "promises-none": (
        f"{_D}promises.html",
        lambda: promises(rows=[], records=[], is_filtered=True, asked_count=0),
    ),
    "promises-asked": (f"{_D}asked_promises.html", asked_promises),
    "promises-asked-none": (f"{_D}asked_promises.html", lambda: asked_promises(rows=[])),
    "promise-asked": (f"{_D}asked_promise.html", asked_promise),
    "promise-asked-refused": (
        f"{_D}asked_promise.html",
        lambda: asked_promise(form=DecidePromiseForm({"decision": ""})),
    ),
    "promise-asked-own": (
        f"{_D}asked_promise.html",
        lambda: asked_promise(form=None, withdraw_href="#"),
    ),
    "promise-asked-decided": (f"{_D}asked_promise.html", _decided),
}
