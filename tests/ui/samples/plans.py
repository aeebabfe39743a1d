"""Contexts of the pages about hardship and plans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collections_app.contacts.asks import WhyLate
from collections_app.hardship.forms import FIGURES
from collections_app.plans.flow import PlanKind
from collections_app.plans.forms import CancelPlanForm, DecidePlanForm, PlanForm
from collections_app.plans.list_page import LISTS, PlanFilterForm
from collections_app.plans.outlook import Outlook
from collections_app.plans.outlook import Row as OutlookRow
from collections_app.plans.presentation import InstalmentRow
from tests.ui.samples.claiming import lease_mine
from tests.ui.samples.marks import AT

D = Decimal
_BORROWER = {"name": "张**", "lang": "zh-Hans"}
_PEOPLE = [("1", "张**"), ("2", "李*")]


def case_plan() -> dict[str, Any]:
    """What a case shows of its plan."""
    return {
        "plan": {
            "href": "#",
            "kind": capfirst(PlanKind.ARRANGEMENT.label),
            "summary": "¥6,560.00",
            "mark": "waiting",
            "state_name": _("waits for a decision"),
            "next_on": date(2026, 12, 5),
            "next_amount": D("2000.00"),
            "answer_href": "#",
        },
        "propose_plan_href": "#",
        "hardship_href": "#",
    }


class _TalkForm(forms.Form):
    """As the page's own form, without a database."""

    token = forms.CharField(widget=forms.HiddenInput, initial="0190")
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)
    who = forms.ChoiceField(label=_("Who was asked"), choices=_PEOPLE)
    reason = forms.ChoiceField(label=_("Why it is late"), choices=[("", "–"), *WhyLate.choices])
    review_on = forms.DateField(label=_("Look at it again on"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)
    is_looked_at = forms.BooleanField(
        label=_("Hardship is being looked at: put the stop on"), required=False, initial=True
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name, label in FIGURES.items():
            self.fields[name] = forms.DecimalField(
                label=label, required=name == "net_income", initial="3280.00"
            )

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[name] for name in FIGURES]


def talk(*, is_refused: bool = False) -> dict[str, Any]:
    return {
        "case_href": "#",
        "contract_no": "AF-2025-000123",
        "borrower": _BORROWER,
        "form": _TalkForm({"token": "0190"} if is_refused else None),
        "affordable_href": "#",
        "currency": "CNY",
        "affordable": None
        if is_refused
        else {
            "income": D("9800.00"),
            "expenses": D("7200.00"),
            "left_over": D("2600.00"),
            "reserve": D("260.00"),
            "amount": D("2340.00"),
        },
        "last": None
        if is_refused
        else {
            "said_at": AT,
            "reason": WhyLate.INCOME.label,
            "amount": D("2000.00"),
            "made_by": "李娜",
            "made_by_lang": "zh-Hans",
        },
        "said": None if is_refused else {"text": "厂里停工，下月才发工资", "lang": "zh-Hans"},
        "may_go_on": True,
        **lease_mine(),
    }


class _PlanForm(forms.Form):
    """The fields of a kind as the page's own form has them, without a database."""

    kind = forms.CharField(widget=forms.HiddenInput, initial="arrangement")
    token = forms.CharField(widget=forms.HiddenInput, initial="0190")
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)
    who = forms.ChoiceField(label=_("Who agrees"), choices=_PEOPLE)

    def __init__(self, data: Any = None, *, names: tuple[str, ...]) -> None:
        super().__init__(data)
        for name in (*names, "ask"):
            self.fields[name] = PlanForm.base_fields[name]


_PAYMENTS = ("pay_now", "count", "amount", "first_on", "rhythm")


def _outlook(**changes: Any) -> Outlook:
    rows = tuple(OutlookRow(n, date(2026, 11 + n, 5), D("2186.66")) for n in (0, 1))
    shown: dict[str, Any] = {
        "rows": rows,
        "total": D("6560.00"),
        "sentences": (
            "¥6,560.00 by Tue 5 Jan brings the loan to 0 days past due.",
            "¥2,186.66 a month; ¥2,340.00 is affordable.",
        ),
        "beyond": ("More than 3 months needs approval.",),
    }
    return Outlook(**{**shown, **changes})


def propose(**changes: Any) -> dict[str, Any]:
    return {
        "case_href": "#",
        "contract_no": "AF-2025-000123",
        "borrower": _BORROWER,
        "kinds": [
            Row(label=capfirst(kind.label), href="#", is_current=kind == "arrangement", count=None)
            for kind in PlanKind
        ],
        "kind_name": capfirst(PlanKind.ARRANGEMENT.label),
        "form": _PlanForm(names=_PAYMENTS),
        "outlook": _outlook(),
        "outlook_href": "#",
        "currency": "CNY",
        "past_due": D("6560.00"),
        "outstanding": D("81204.77"),
        "late_charges": D("120.00"),
        "limit": _("You may propose it; a second person decides."),
        "too_often": "",
        "live_href": "",
        "talk": {"said_at": AT, "reason": WhyLate.INCOME.label, "affordable": D("2340.00")},
        "talk_href": "#",
        "replaced": [Row(amount=D("3280.00"), due_on=date(2026, 11, 25))],
        **lease_mine(),
        **changes,
    }


def _moved() -> dict[str, Any]:
    rows = (OutlookRow(9, date(2027, 1, 5), D("3280.00"), was_on=date(2026, 11, 5)),)
    return propose(
        kind_name=capfirst(PlanKind.EXTENSION.label),
        form=_PlanForm(names=("months",)),
        outlook=_outlook(rows=rows, total=None),
        talk=None,
        replaced=[],
    )


def _rows() -> list[InstalmentRow]:
    marks = (("done", _("kept")), ("uncertain", _("awaiting settlement")), ("waiting", _("open")))
    return [
        InstalmentRow(
            number=number,
            due_on=date(2026, 11, 4 + number),
            amount=D("2186.66"),
            received_amount=D("2186.66") if number == 1 else D("0.00"),
            pending_amount=D("2186.66") if number == 2 else D("0.00"),
            deadline_on=date(2026, 11, 6 + number),
            mark=mark,
            state_name=name,
        )
        for number, (mark, name) in enumerate(marks, 1)
    ]


def _answer(**changes: Any) -> dict[str, Any]:
    return {
        "plan_state": _("in force"),
        "plan_mark": "running",
        "plan_is_waiting": False,
        "plan_answer_href": "",
        "plan_href": "",
        "plan_again_href": "",
        "plan_reason": {"text": "", "lang": ""},
        "plan_decider": {"text": "王强", "lang": "zh-Hans"},
        **changes,
    }


def plan(**changes: Any) -> dict[str, Any]:
    return {
        **_answer(),
        "case_href": "#",
        "list_href": "#",
        "contract_no": "AF-2025-000123",
        "who": _BORROWER,
        "kind_name": capfirst(PlanKind.ARRANGEMENT.label),
        "summary": "¥6,560.00",
        "currency": "CNY",
        "total": D("6560.00"),
        "given_up": None,
        "past_due": D("6560.00"),
        "outstanding": D("81204.77"),
        "beyond": _("runs too long"),
        "proposer": {"text": "李娜", "lang": "zh-Hans"},
        "proposed_at": AT,
        "agreed_by": {"text": "王强", "lang": "zh-Hans"},
        "agreed_at": AT,
        "ended_on": None,
        "end_reason": {"text": "", "lang": ""},
        "lapses_at": AT,
        "rows": _rows(),
        "sentences": [],
        "affordable": D("2340.00"),
        "confirmations": [{"at": AT, "channel": _("e-mail"), "state": _("waiting")}],
        "is_agreed": True,
        "books_note": _(
            "It changes how we collect, not the contract: days past due are counted on."
        ),
        "form": None,
        "decide_href": "#",
        "withdraw_href": "",
        "cancel_form": CancelPlanForm(auto_id="cancel_%s"),
        "cancel_href": "#",
        "next_href": "",
        **changes,
    }


def _waiting(**changes: Any) -> dict[str, Any]:
    nobody = {"text": "", "lang": ""}
    return plan(
        **_answer(
            plan_state=_("waits for a decision"),
            plan_mark="waiting",
            plan_is_waiting=True,
            plan_answer_href="#",
            plan_decider=nobody,
        ),
        is_agreed=False,
        cancel_form=None,
        confirmations=[],
        sentences=["¥6,560.00 by Tue 5 Jan brings the loan to 0 days past due."],
        **changes,
    )


def _paid_early() -> dict[str, Any]:
    return plan(
        **_answer(plan_state=_("paid early"), plan_mark="done"),
        ended_on=date(2026, 11, 23),
        early="24 days before the last payment was due",
        received="¥6,560.00 of ¥6,560.00",
        cancel_form=None,
        form=None,
    )


def _refused() -> dict[str, Any]:
    return plan(
        **_answer(
            plan_state=_("refused"),
            plan_mark="failed",
            plan_again_href="#",
            plan_reason={"text": "月底前可付一半", "lang": "zh-Hans"},
        ),
        is_agreed=False,
        cancel_form=None,
        rows=[],
        affordable=None,
        ended_on=date(2026, 11, 23),
        end_reason={"text": "月底前可付一半", "lang": "zh-Hans"},
    )


def plans(**changes: Any) -> dict[str, Any]:
    shown = {
        "href": "#",
        "contract_no": "AF-2025-000123",
        "borrower": "张**",
        "borrower_lang": "zh-Hans",
        "kind": capfirst(PlanKind.ARRANGEMENT.label),
        "summary": "¥6,560.00",
        "mark": "waiting",
        "state_name": _("waits for a decision"),
        "next_on": None,
        "proposer": "李娜",
        "proposer_lang": "zh-Hans",
        "proposed_at": AT,
    }
    active = {"mark": "running", "state_name": _("in force"), "next_on": date(2026, 12, 5)}
    return {
        "lists": [
            Row(label=one.label, href="#", is_current=name == "waiting", count=count)
            for (name, one), count in zip(LISTS.items(), (2, 5, 1, 31, 1, 120), strict=True)
        ],
        "form": PlanFilterForm({}, portfolios=[("1", "银行甲车贷")]),
        "show": "waiting",
        "rows": [Row(**shown), Row(**shown | active)],
        "empty": LISTS["waiting"].empty,
        "is_filtered": False,
        "list_href": "#",
        "shown": "2",
        "first_href": "",
        "next_href": "#",
        **changes,
    }


_P = "collections_app/plans/"
PLAN_PAGES: dict[str, tuple[str, Any]] = {
    "hardship-talk": ("collections_app/hardship/talk.html", talk),
    "hardship-talk-refused": (
        "collections_app/hardship/talk.html",
        lambda: talk(is_refused=True),
    ),
    "plan-propose": (f"{_P}propose.html", propose),
    "plan-propose-moved": (f"{_P}propose.html", _moved),
    "plan-propose-refused": (
        f"{_P}propose.html",
        lambda: propose(
            form=_PlanForm({"kind": "arrangement"}, names=_PAYMENTS),
            outlook=Outlook(problem="Say what is paid: an amount and a day."),
        ),
    ),
    "plan-propose-taken": (f"{_P}propose.html", lambda: propose(live_href="#")),
    "plan": (f"{_P}plan.html", lambda: plan(next_href="#")),
    "plan-waiting": (f"{_P}plan.html", lambda: _waiting(withdraw_href="#")),
    "plan-decide": (
        f"{_P}plan.html",
        lambda: _waiting(form=DecidePlanForm({"decision": ""}, auto_id="decide_%s")),
    ),
    "plan-early": (f"{_P}plan.html", _paid_early),
    "plan-refused": (f"{_P}plan.html", _refused),
    "plans": (f"{_P}list.html", plans),
    "plans-none": (f"{_P}list.html", lambda: plans(rows=[], is_filtered=True)),
}
