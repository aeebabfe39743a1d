"""One filled context for every page of the frame, as docs/pages.md describes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

AT = datetime(2026, 11, 23, 10, 27, 3, tzinfo=UTC)
USER = Row(
    is_authenticated=True,
    is_active=True,
    role="agent",
    token_scopes=None,
    full_name="Li Na",
    get_role_display="Agent",
    team_id=1,
    team="South",
    theme="light",
)


class LogForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, initial="0190")
    result = forms.ChoiceField(
        label=_("Result"), choices=[("no_answer", "No answer"), ("promise", "Promise")]
    )
    next_step = forms.ChoiceField(
        label=_("Next step"),
        choices=[("call", _("Call again tomorrow")), ("none", _("Nothing planned"))],
    )
    callback_on = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    callback_at = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class UnstartedLogForm(LogForm):
    how = forms.ChoiceField(
        label=_("How did it come about?"),
        choices=[("they_called", "the person called us"), ("we_called", "I called")],
    )
    contact_point = forms.ChoiceField(
        label=_("Number"), choices=[("1", "138****5678"), ("2", "0755-****8810")]
    )
    made_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    reason = forms.CharField(label=_("Why was it not started here?"), required=False)


class FilterForm(forms.Form):
    q = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "search"}))
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("days", _("Most days past due first")), ("amount", _("Largest amount first"))],
    )


class SampleForm(forms.Form):
    amount = forms.DecimalField(label=_("Amount"), help_text=_("in yuan"))
    due = forms.DateField(label=_("By"), widget=forms.DateInput(attrs={"type": "date"}))
    channel = forms.ChoiceField(label=_("Via"), choices=[("w", "WeChat Pay"), ("b", "Bank")])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class LoadForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("What to load"),
        choices=[("good", _("Load the good rows")), ("all", _("Load nothing unless all are good"))],
    )
    total = forms.DecimalField(label=_("Type the total to confirm"))


class LoginForm(forms.Form):
    login = forms.EmailField(label=_("Work e-mail"))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)


def _verdict(state: str, chip: str, **more: Any) -> Row:
    return Row(state=state, chip=chip, **more)


def _case_rows() -> list[Row]:
    table = [
        ("张*", "zh-Hans", "AF-20391", "比亚迪 宋PLUS", 2, 44, "6560.00", "CNY", "Rolls to B3 in 17 days", "call, offer a two-part plan", "allowed", "to 22:00", "today, no answer"),
        ("王*", "zh-Hans", "AF-18822", "大众 朗逸", 1, 29, "3280.00", "CNY", "Rolls to B2 in 2 days", "call", "allowed", "5 of 6 left", "today, no answer"),
        ("李*", "zh-Hans", "AF-11820", "丰田 凯美瑞", 3, 63, "12405.00", "CNY", "No talk for 21 days", "call both numbers", "allowed", "to 22:00", "2 Nov, talk"),
        ("O’Neil, J.", "", "US-00417", "Ford Escape", 3, 77, "1204.11", "USD", "Opened again after a cure", "ask what changed", "later", "opens 21:00", "21 Nov, voicemail"),
        ("郑*", "zh-Hans", "AF-17203", "奥迪 A4L", 4, 118, "38640.00", "CNY", "More than 90 days past due", "decide with the team lead", "stopped", "complaint", "14 Nov, letter"),
        ("吴*", "zh-Hans", "AF-21466", "长安 CS75", 1, 6, "2415.00", "CNY", "First payment missed", "welcome call", "allowed", "to 22:00", ""),
        ("Ramirez, D.", "", "US-00882", "Toyota RAV4", 1, 18, "488.70", "USD", "Call agreed for 22:15", "his time 09:15 EST", "later", "opens 22:00", "18 Nov, talk"),
        ("周*", "zh-Hans", "AF-20915", "本田 CR-V", 5, 402, "97902.00", "CNY", "Written off, still owed", "second call", "none", "no number", "17 Nov, no answer"),
    ]
    return [
        Row(
            href=f"/cases/{contract}/", borrower=name, lang=lang, contract_no=contract,
            vehicle=vehicle, vehicle_lang=lang, bucket=Row(severity=level, code=f"B{level}"),
            days_past_due=days, past_due_amount=Decimal(amount), currency=currency,
            why_now=why, next_step=step, call_verdict=_verdict(state, chip), last_contact=last,
        )
        for name, lang, contract, vehicle, level, days, amount, currency, why, step, state, chip, last in table
    ]


def _tabs(*names: tuple[str, int | None], current: int = 0) -> list[Row]:
    return [
        Row(label=name, href=f"?bucket={index}", is_current=index == current, count=count)
        for index, (name, count) in enumerate(names)
    ]


def my_cases() -> dict[str, Any]:
    return {
        "summary": "38 open, 31 may be called now",
        "as_of": AT,
        "buckets": _tabs((_("All"), 38), ("B1", 14), ("B2", 12), ("B3", 7), ("B4", 4), ("B5", 1)),
        "filter_form": FilterForm(),
        "list_href": "/cases/",
        "rows": _case_rows(),
        "total": 38,
        "shown": "1–8 of 38",
        "next_href": "?after=8",
    }


def _instalments() -> list[Row]:
    due = [date(2026, month, 10) for month in range(7, 13)]
    late = {date(2026, 10, 10): 44, date(2026, 11, 10): 13}
    return [
        Row(
            number=index + 19, due_on=day, scheduled_amount=Decimal("3280.00"),
            paid_amount=Decimal("3280.00") if day < date(2026, 10, 1) else Decimal("0.00"),
            open_amount=Decimal(0) if day < date(2026, 10, 1) else Decimal("3280.00"),
            satisfied_on=day + timedelta(days=1) if day < date(2026, 10, 1) else None,
            is_due=day < AT.date(), days_late=late.get(day, 0),
        )
        for index, day in enumerate(due)
    ]


def _timeline() -> list[Row]:
    def event(icon: str, summary: str, **more: Any) -> Row:
        blank = dict(amount=None, quote="", lang="", state="", state_name="", detail="", is_corrected=False)
        return Row(at=AT, icon=icon, summary=summary, **(blank | {"shown_at": "22 Nov"} | more))

    return [
        event("phone", "No answer", shown_at="10:21", detail="138****5678 · you"),
        event("payment", "Payment", amount=Decimal("3280.00"), state="uncertain", state_name=_("pending"), detail="WeChat Pay", shown_at="08:00"),
        event("phone", "Talk, 6 minutes", quote="月底先还一半", lang="zh-Hans", shown_at="9 Nov"),
        event("pencil", "Wrong person", is_corrected=True, detail="corrected by Chen Wei", shown_at="6 Nov"),
        event("case", "Case opened", detail="B1, assigned to Li Na", shown_at="14 Oct"),
    ]


def case(*, form: forms.Form | None = None) -> dict[str, Any]:
    codes = [
        ("no_answer", "No answer"), ("voicemail", "Voicemail"), ("wrong_party", "Wrong person"),
        ("callback", "Call back"), ("promise", "Promises to pay"), ("hardship", "Cannot pay"),
        ("refuses", "Refuses"), ("disputes", "Disputes"), ("says_paid", "Says paid"),
    ]
    return {
        "back_href": "/cases/",
        "case": Row(contract_no="AF-20391", instalment_number=23, instalments_total=48, is_closed=False, worked_by=""),
        "borrower": Row(name="张*", lang="zh-Hans", salutation="Mr", language_name="Mandarin", local_time="18:27", utc_offset="UTC+8"),
        "flags": [Row(tone="care", text="Hardship since 9 Nov")],
        "money": Row(
            currency="CNY", past_due_amount=Decimal("6560.00"), next_due_on=date(2026, 12, 10),
            next_due_amount=Decimal("3280.00"), payoff_amount=Decimal("81204.77"), payoff_label=_("Payoff today"),
            last_repayment_on=date(2026, 9, 11), last_repayment_amount=Decimal("3280.00"),
            last_repayment_state="done", last_repayment_state_name=_("settled"),
        ),
        "bucket": Row(severity=2, code="B2", days=44, next_code="B3", days_to_next=17, next_on=date(2026, 12, 10)),
        "vehicle": Row(
            description="比亚迪 宋PLUS 2023", lang="zh-Hans", plate="粤B·F***45", vin="LC0C****471",
            value_amount=Decimal("92000.00"), valued_on=date(2026, 10, 1), insured_until=date(2027, 3, 1), has_tracker=True,
        ),
        "call_verdict": _verdict(
            "allowed", "to 22:00", answer="You may call", until="until 22:00", why="2 of 6 dials today · last talk 9 Nov",
            citation="CN-bank-2026", citation_href="#", flips_at=AT + timedelta(days=3650), refresh_href="/cases/AF-20391/verdict/", allows_contact=True,
        ),
        "why_now": "Rolls to B3 in 17 days.", "next_step": "Call, offer a two-part plan",
        "last_said": Row(text="22 号先还一半，剩下的发了工资再还。", lang="zh-Hans", when="9 Nov, Chen Wei"),
        "contacts": [
            Row(icon="phone", masked="138****5678", kind_name=_("phone"), note="mobile · best 10 to 11", start_href="/cases/AF-20391/calls/start/1/", verdict=_verdict("allowed", "to 22:00")),
            Row(icon="phone", masked="0755-****8810", kind_name=_("phone"), note="work", verdict=_verdict("later", "opens 09:00")),
            Row(icon="mail", masked="li***@qq.com", kind_name=_("e-mail"), note="never opened", verdict=None),
            Row(icon="place", masked="深圳市南山区****", kind_name=_("address"), note="home", verdict=None),
        ],
        "parties": [
            Row(name="李*", lang="zh-Hans", role_name=_("co-borrower"), may_discuss=True),
            Row(name="张*", lang="zh-Hans", role_name=_("reference"), may_discuss=False),
        ],
        "log_form": form if form is not None else LogForm(), "log_href": "/cases/AF-20391/calls/",
        "save_note": "", "open_call": Row(number="138 0013 5678", started_at=AT) if form is None else None,
        "call_start": Row(href="/cases/AF-20391/calls/start/1/", masked="138****5678"),
        "result_codes": [
            Row(value=value, label=label, digit=index + 1, is_chosen=False)
            for index, (value, label) in enumerate(codes)
        ],
        "instalments": _instalments(), "instalments_note": "as of 2026-11-23", "instalments_href": "#", "instalments_link": "All 48",
        "repayments": [
            Row(value_on=date(2026, 11, 23), amount=Decimal("3280.00"), channel="WeChat Pay", state="uncertain", state_name=_("pending"), known_at=AT),
            Row(value_on=date(2026, 9, 11), amount=Decimal("3280.00"), channel="Bank", state="done", state_name=_("settled"), known_at=AT),
        ],
        "timeline_filters": _tabs((_("All"), None), (_("Contact"), None), (_("Money"), None)),
        "timeline": _timeline(), "timeline_more_href": "#", "timeline_more": "41 more", "zone_name": "Asia/Shanghai",
    }


def close_list() -> dict[str, Any]:
    last = Row(state="done", state_name=_("closed"), href="/close/1/")
    return {
        "portfolios": [
            Row(name="恒通汽车金融", code="CN-HT", business_date=date(2026, 11, 23), last_close=last, behind_days=0, set_aside_count=3),
            Row(name="Prairie Auto Credit", code="US-PA", business_date=date(2026, 11, 21), last_close=last, behind_days=2, set_aside_count=0),
        ],
        "closes": [
            Row(href="/close/1/", business_date=date(2026, 11, 22 - n), portfolio="恒通汽车金融", state=state, state_name=name,
                opened_count=41 - n, cured_count=28 + n, set_aside_count=3 * (n == 0), started_at=AT, took="2 min 14 s")
            for n, (state, name) in enumerate([("done", _("closed")), ("running", _("running")), ("failed", _("stopped"))])
        ],
        "shown": "1–3 of 3",
    }


def close_run() -> dict[str, Any]:
    return {
        "list_href": "/close/",
        "run": Row(
            business_date=date(2026, 11, 22), portfolio="恒通汽车金融", state="done", state_name=_("closed"), by="by the clock, 00:30 CST",
            error="", remedy="", is_running=False, zone_name="Asia/Shanghai", started_at=AT, finished_at=AT, took="2 min 14 s", next_date=date(2026, 11, 23),
        ),
        "catch_up": ["2026-11-23", "2026-11-24"],
        "figures": [
            Row(icon="books", label=_("loans aged"), value="28,021"), Row(icon="rising", label=_("changed bucket"), value="412"),
            Row(icon="case", label=_("cases opened"), value="41"), Row(icon="check", label=_("cases cured"), value="28"),
            Row(icon="warning", label=_("set aside"), value="3"),
        ],
        "steps": [
            Row(name=_("Ageing"), state="done", state_name=_("done"), result="28,018 positions, 3 set aside", started_at=AT, took="1 min 52 s"),
            Row(name=_("Bucket history"), state="done", state_name=_("done"), result="412 moved", started_at=AT, took="4 s"),
            Row(name=_("Cases"), state="running", state_name=_("running"), result="41 opened, 28 cured", started_at=AT, took=""),
            Row(name=_("Assignment"), state="waiting", state_name=_("waiting"), result="", started_at=None, took=""),
        ],
        "set_aside": [Row(contract_no="AF-19002", href="#", step=_("Ageing"), reason="Repayment of 2026-11-20 is in USD, the loan in CNY.", remedy="Correct the file and bring it in again.")],
        "run_form_href": "/close/1/run/",
        "neighbours": [Row(href="#", business_date=date(2026, 11, 21), state="done", state_name=_("closed"))],
    }


def import_list() -> dict[str, Any]:
    def batch(name: str, state: str, word: Any, **more: Any) -> Row:
        blank = dict(row_count="48,210", new_count="47,902", updated_count="214", refused_count="94")
        return Row(href="/imports/1/", file_name=name, kind_name=_("loans"), portfolio="恒通汽车金融", state=state, state_name=word, created_at=AT, by="He Min", **(blank | more))

    return {
        "summary": "12 files this month", "new_href": "/imports/new/",
        "states": _tabs((_("All"), 12), (_("To decide"), 1), (_("Loading"), 1), (_("Loaded"), 9), (_("Refused"), 1)),
        "batches": [
            batch("ledger_2026-11.csv", "uncertain", _("to decide")),
            batch("receipts_2026-11-22.xlsx", "running", _("loading"), refused_count=0),
            batch("贷款台账十月.xlsx", "done", _("loaded"), refused_count=0),
            batch("contacts.csv", "failed", _("refused"), new_count=None, updated_count=None, refused_count=None, row_count=None),
        ],
        "shown": "1–4 of 12", "next_href": "?after=4",
    }


def import_detail() -> dict[str, Any]:
    return {
        "list_href": "/imports/",
        "batch": Row(
            file_name="ledger_2026-11.csv", kind_name=_("loans"), portfolio="恒通汽车金融", is_written=False, is_running=True, by="He Min", created_at=AT,
            error="", remedy="", progress_text="37,531 of 48,116 rows", progress_percent=78, refresh_href="/imports/1/progress/",
            sha256="9f2c4ab1d0e7733b0c1f6ae2b8d49d5c1be0a7fd6a3e3b52c5c7e6b8f1a2e41a",
        ),
        "stages": [
            Row(name=_("File"), note="48,210 rows", state="done", is_current=False), Row(name=_("Columns"), note="14 of 15 mapped", state="done", is_current=False),
            Row(name=_("Check"), note="94 rows to decide", state="running", is_current=True), Row(name=_("Load"), note="", state="waiting", is_current=False),
        ],
        "figures": [
            Row(state="allowed", tone="success", label=_("new loans"), value="47,902"), Row(state="running", tone="info", label=_("will update"), value="214"),
            Row(state="stopped", tone="danger", label=_("refused"), value="94"),
        ],
        "control_totals": [
            Row(label=_("Rows"), stated="48,210", read="48,210", agrees=True, difference=""),
            Row(label=_("Past due"), stated="¥41,203,118.22", read="¥41,199,838.22", agrees=False, difference="¥3,280.00"),
            Row(label=_("Principal"), stated=None, read="¥812,004,551.10", agrees=False, difference=""),
        ],
        "errors_href": "#", "reasons": _tabs((_("All"), 94), ("Digits lost", 41), ("Below zero", 22)),
        "errors": [
            Row(row="1,207", column="身份证", lang="zh-Hans", value="4.40301E+17", reason="Digits were lost in a spreadsheet.", remedy="Format the column as text and export again."),
            Row(row="3,355", column="past_due", lang="", value="-12.00", reason="Below zero.", remedy="A credit belongs in the receipts file."),
            Row(row="9,001", column="contract_no", lang="", value="AF-18822", reason="Appears twice, first in row 8,114.", remedy="Keep one of the two rows."),
        ],
        "shown": "1–3 of 94", "next_href": "?after=3",
        "decide_href": "/imports/1/decide/", "decide_form": LoadForm(), "load_label": "Load 48,116 rows",
        "facts": [
            Row(label=_("Rows"), value="48,210", lang=""), Row(label=_("Size"), value="11.4 MB", lang=""), Row(label=_("Encoding"), value="GB18030", lang=""),
        ],
        "columns": [Row(heading="合同号", lang="zh-Hans", field="contract_no"), Row(heading="逾期金额", lang="zh-Hans", field="past_due"), Row(heading="备注", lang="zh-Hans", field="")],
        "template_name": "Bank A v3",
    }


def components() -> dict[str, Any]:
    return {
        "amount": Decimal("6560.00"), "at": AT,
        "sample_form": SampleForm({"amount": "-1", "due": "", "channel": "w", "note": "客户说周五发工资"}),
        "tabs": _tabs((_("All"), 38), ("B1", 14), ("B2", 12)), "segments": _tabs((_("All"), None), (_("Contact"), None), (_("Money"), None)),
    }


PAGES: dict[str, tuple[str, Any]] = {
    "components": ("ui/components.html", components),
    "my-cases": ("collections_app/desk/my_cases.html", my_cases),
    "my-cases-first": ("collections_app/desk/my_cases.html", lambda: my_cases() | {"rows": []}),
    "my-cases-filtered": ("collections_app/desk/my_cases.html", lambda: my_cases() | {"rows": [], "is_filtered": True}),
    "case": ("collections_app/desk/case.html", case),
    "case-refused": ("collections_app/desk/case.html", lambda: case(form=UnstartedLogForm({"token": "1", "callback_on": "x", "how": "we_called"}))),
    "close-list": ("collections_app/close/close_list.html", close_list),
    "close-run": ("collections_app/close/close_run.html", close_run),
    "import-list": ("loans/imports/import_list.html", import_list),
    "import-detail": ("loans/imports/import_detail.html", import_detail),
    "sign-in": ("account/login.html", lambda: {"form": LoginForm()}),
    "403": ("403.html", dict), "404": ("404.html", dict), "500": ("500.html", dict),
}
