"""Contexts of a case."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tests.ui.samples.callbacks import panel as callbacks_panel
from tests.ui.samples.claiming import lease_mine
from tests.ui.samples.desk_forms import LogForm, RevealForm, UnstartedLogForm
from tests.ui.samples.legal import panel as legal_panel
from tests.ui.samples.marks import AT, tabs, verdict
from tests.ui.samples.notes import panel as notes_panel
from tests.ui.samples.plans import case_plan
from tests.ui.samples.promises import take_promise
from tests.ui.samples.relationship import relationship


def _instalments() -> list[Row]:
    due = [date(2026, month, 10) for month in range(7, 13)]
    late = {date(2026, 10, 10): 44, date(2026, 11, 10): 13}
    return [
        Row(
            number=index + 19,
            due_on=day,
            scheduled_amount=Decimal("3280.00"),
            paid_amount=Decimal("3280.00") if day < date(2026, 10, 1) else Decimal("0.00"),
            open_amount=Decimal(0) if day < date(2026, 10, 1) else Decimal("3280.00"),
            satisfied_on=day + timedelta(days=1) if day < date(2026, 10, 1) else None,
            is_due=day < AT.date(),
            days_late=late.get(day, 0),
        )
        for index, day in enumerate(due)
    ]


def _timeline() -> list[Row]:
    def event(icon: str, summary: str, **more: Any) -> Row:
        blank = {
            "amount": None,
            "quote": "",
            "lang": "",
            "state": "",
            "state_name": "",
            "detail": "",
            "is_corrected": False,
            "link_text": "",
            "link_href": "",
        }
        return Row(at=AT, icon=icon, summary=summary, **(blank | {"shown_at": "22 Nov"} | more))

    return [
        event("phone", "No answer", shown_at="10:21", detail="138****5678 · you"),
        event(
            "payment",
            "Payment",
            amount=Decimal("3280.00"),
            state="uncertain",
            state_name=_("pending"),
            detail="WeChat Pay",
            shown_at="08:00",
        ),
        event(
            "phone",
            "Will pay",
            quote="月底先还一半",
            lang="zh-Hans",
            shown_at="9 Nov",
            link_text=_("recording %(reference)s") % {"reference": "rec-7731"},
            link_href="https://pbx.example/rec-7731",
        ),
        event(
            "pencil",
            "Wrong person",
            is_corrected=True,
            detail="corrected by Chen Wei",
            shown_at="6 Nov",
        ),
        event("case", "Case opened", detail="B1, assigned to Li Na", shown_at="14 Oct"),
    ]


def _filters() -> dict[str, Any]:
    names = ("All", "Contact", "Messages", "Letters", "Money", "Promises", "Notes", "Legal")
    return {
        "timeline_filter": _("All"),
        "timeline_filters": tabs(*((_(name), None) for name in (*names, "System"))),
    }


class _MessageForm(forms.Form):
    wording = forms.ChoiceField(
        label=_("Wording"),
        choices=[("1", "SMS · past due · Overdue, first reminder"), ("2", "SMS · how to pay")],
    )
    place = forms.ChoiceField(label=_("Send to"), choices=[("1", "138****5678")])
    token = forms.CharField(widget=forms.HiddenInput)


def message() -> dict[str, Any]:
    """A text chosen and read before it is sent."""
    body = (
        "【万事达汽车金融】张*先生，您尾号0391的合同已逾期，应还¥6,560.00。"
        "请于今日还款，或致电 400-820-0000 与我们商量。回复“退订”不再接收。"
    )
    return {
        "case": Row(contract_no="AF-20391"),
        "case_href": "/cases/0199/",
        "borrower": Row(name="张*", lang="zh-Hans"),
        "message_href": "/cases/0199/messages/",
        "message_form": _MessageForm(initial={"wording": "1", "place": "1", "token": "t"}),
        "message_wordings": True,
        "message_verdict": verdict(
            "allowed",
            "to 22:00",
            answer="You may send an SMS",
            until="until 22:00",
            why="0 of 1 used today",
            citation="CN-bank-2026",
        ),
        "message_shown": Row(
            subject="", body=body, lang="zh-Hans", size="2 parts, UCS-2", to="138****5678"
        ),
        "message_may_send": True,
    }


def timeline() -> dict[str, Any]:
    """The view to print: the same lines on a page of their own."""
    return {
        "case": Row(contract_no="AF-20391"),
        "borrower": Row(name="张*", lang="zh-Hans"),
        "back_href": "/cases/0199/",
        "printed_by": "Li Na",
        "printed_at": AT,
        **_filters(),
        "timeline": _timeline() * 4,
        "timeline_currency": "CNY",
        "timeline_more_href": "#",
        "timeline_first_href": "#",
        "zone_name": "Asia/Shanghai",
    }


def _loans() -> list[Row]:
    """The loan at hand, one that may not be called about now, and one that nobody collects on."""

    def loan(contract_no: str, **more: Any) -> Row:
        usual = {
            "is_current": False,
            "role_name": "",
            "href": "/cases/0198/",
            "has_case": True,
            "held_by": "",
            "car": "比亚迪 宋PLUS 2023",
            "plate": "粤B·F***45",
            "car_lang": "zh-Hans",
            "past_due_amount": Decimal("0.00"),
            "outstanding_amount": Decimal("40320.00"),
            "currency": "CNY",
            "days": 0,
            "bucket": Row(severity=0, code="B0"),
            "status_name": _("active"),
            "verdict": None,
        }
        return Row(**(usual | {"contract_no": contract_no} | more))

    return [
        loan(
            "AF-20391",
            is_current=True,
            href="",
            past_due_amount=Decimal("6560.00"),
            outstanding_amount=Decimal("81204.77"),
            days=44,
            bucket=Row(severity=2, code="B2"),
        ),
        loan(
            "AF-11207",
            role_name=_("guarantor"),
            held_by="Maximiliane Featherstonehaugh-Cholmondeley",
            car="Mercedes-Benz Sprinter 319 CDI Kastenwagen 2021",
            car_lang="",
            past_due_amount=Decimal("1120.00"),
            days=12,
            bucket=Row(severity=1, code="B1"),
            verdict=verdict("later", "opens 08:00", why="22-8"),
        ),
        loan("AF-30118", href="/loans/1/", has_case=False, outstanding_amount=Decimal("88000.00")),
    ]


def case(*, form: forms.Form | None = None) -> dict[str, Any]:
    codes = [
        ("no_answer", "No answer", ""),
        ("voicemail", "Voicemail", "message"),
        ("wrong_party", "Wrong person", ""),
        ("callback", "Call back", "callback"),
        ("promise", "Promises to pay", "promise"),
        ("hardship", "Cannot pay", "reason note"),
        ("refuses", "Refuses", "reason"),
        ("disputes", "Disputes", "dispute note"),
        ("says_paid", "Says paid", "paid"),
    ]
    return {
        **callbacks_panel(),
        **notes_panel(),
        "legal": legal_panel(),
        "pause": {"contract_no": "AF-20391", "until": "", "answer_href": "/", "end_href": "/"},
        **lease_mine(),
        "back_href": "/cases/",
        "case": Row(
            pk="0199",
            contract_no="AF-20391",
            product=_("New car"),
            instalment_number=23,
            instalments_total=48,
            is_closed=False,
            worked_by="",
        ),
        "borrower": Row(
            name="张*",
            lang="zh-Hans",
            salutation="Mr",
            language_name="Mandarin",
            local_time="18:27",
            utc_offset="UTC+8",
        ),
        "flags": [
            Row(tone="care", text="Hardship since 9 Nov", href="/people/1/"),
            Row(tone="stop", text="Complaint C-1182 open since 19 Nov", href="/people/1/"),
        ],
        "record_href": "/people/1/?back=/cases/1/",
        "dossier_href": "/cases/1/dossier/",
        "relationship": relationship(),
        "replies": [
            Row(
                at=AT,
                channel="SMS",
                wants=_("says it is paid"),
                words="昨天已经还款了，请核实",
                lang="zh-Hans",
                token="t",
                handle_href="#",
            )
        ],
        "money": Row(
            currency="CNY",
            past_due_amount=Decimal("6560.00"),
            oldest_due_on=date(2026, 10, 10),
            next_due_on=date(2026, 12, 10),
            next_due_amount=Decimal("3280.00"),
            payoff_amount=Decimal("81204.77"),
            payoff_label=_("Payoff today"),
            last_repayment_on=date(2026, 9, 11),
            last_repayment_amount=Decimal("3280.00"),
            last_repayment_method="WeChat Pay",
            last_repayment_state="done",
            last_repayment_state_name=_("settled"),
        ),
        "bucket": Row(
            severity=2,
            code="B2",
            days=44,
            next_code="B3",
            days_to_next=17,
            next_on=date(2026, 12, 10),
        ),
        "vehicle": Row(
            description="比亚迪 宋PLUS 2023",
            lang="zh-Hans",
            plate="粤B·F***45",
            vin="LC0C****471",
            value_amount=Decimal("92000.00"),
            valued_on=date(2026, 10, 1),
            insured_until=date(2027, 3, 1),
            has_tracker=True,
            loan_to_value=88,
            is_uninsured=False,
        ),
        "call_verdict": verdict(
            "allowed",
            "to 22:00",
            answer="You may call",
            until="until 22:00",
            why="2 of 6 dials today · last talk 9 Nov",
            citation="CN-bank-2026",
            citation_href="#",
            flips_at=AT + timedelta(days=3650),
            refresh_href="/cases/AF-20391/verdict/",
            allows_contact=True,
        ),
        "channels": [
            Row(
                icon="message",
                name=_("SMS"),
                href="/cases/0199/messages/?channel=sms",
                key="S",
                verdict=verdict("allowed", "to 22:00", why="CN-HOURS"),
            ),
            Row(icon="mail", name=_("E-mail"), verdict=verdict("none", _("no address"), why="")),
            Row(icon="place", name=_("Visit"), verdict=verdict("later", "opens 08:00", why="22-8")),
            Row(
                icon="letter",
                name=_("Letter"),
                verdict=verdict("caution", _("no rule on file"), why=_("no rule on file")),
            ),
        ],
        "promises": Row(
            kept=3,
            judged=5,
            last=[Row(mark=mark, state_name=mark) for mark in ("done", "done", "failed", "done")],
            open=Row(
                amount=Decimal("3280.00"),
                due_on=date(2026, 11, 27),
                state_name=_("open"),
                is_awaiting=False,
                received_amount=Decimal("1000.00"),
            ),
        ),
        "promise_taker": {"name": "陈伟", "lang": "zh-Hans", "kept": 12, "judged": 18},
        "cancel_promise_href": "#",
        "take_promise_href": "#",
        **case_plan(),
        "loans": _loans(),
        "loan_totals": [
            Row(
                currency="CNY",
                count=3,
                past_due_amount=Decimal("7680.00"),
                outstanding_amount=Decimal("209524.77"),
            )
        ],
        "guide": Row(
            is_on=True,
            required=[
                Row(
                    text="“I am … of …. This call is recorded.”",
                    citation="GB/T 45251-2025; 个人信息保护法 17",
                    lang="zh-Hans",
                )
            ],
            now=Row(
                name="You have talked before",
                lines=[
                    "Check who it is. Begin with what was said last time.",
                    "Ask what has changed since, and what can be paid by when.",
                ],
            ),
            others=[
                Row(
                    name="They are angry",
                    lines=["Stay calm and slow, do not answer in kind. Offer another time once."],
                )
            ],
        ),
        "reveal_form": RevealForm(),
        "reveal_href": "/cases/AF-20391/reveal/",
        "revealed_seconds": 60,
        "case_href": "/cases/0199/",
        "offer": Row(text="at least ¥3,280.00 by 7 Dec, in up to 3 parts", beyond=True),
        "why_late": [
            Row(text=_("Hardship"), when="9 Nov 2026", by="Li Na", by_lang=""),
            Row(
                text=_("forgot, or overlooked it"), when="2 Sep 2026", by="陈伟", by_lang="zh-Hans"
            ),
        ],
        "why_now": Row(text="Rolls to B3 in 17 days.", icon="rising", tone=""),
        "next_step": "Call, offer a two-part plan",
        "last_said": Row(
            text="22 号先还一半，剩下的发了工资再还。", lang="zh-Hans", when="9 Nov, Chen Wei"
        ),
        "contacts": [
            Row(
                icon="phone",
                masked="138****5678",
                kind_name=_("phone"),
                note="mobile · talked 9 Nov · best 10 to 11",
                start_href="/cases/AF-20391/calls/start/1/",
                verdict=verdict("allowed", "to 22:00"),
                results=Row(
                    bars=[
                        Row(x=0, y=12, height=4, reached=False),
                        Row(x=6, y=0, height=16, reached=True),
                        Row(x=12, y=8, height=8, reached=False),
                    ],
                    width=18,
                    text="No answer, Will pay, Voicemail",
                    last="Voicemail",
                ),
            ),
            Row(
                icon="phone",
                masked="0755-****8810",
                kind_name=_("phone"),
                note="work",
                verdict=verdict("later", "opens 09:00"),
            ),
            Row(
                icon="mail",
                masked="li***@qq.com",
                kind_name=_("e-mail"),
                note="never opened",
                verdict=None,
            ),
            Row(
                icon="place",
                masked="深圳市南山区****",
                kind_name=_("address"),
                note="home",
                verdict=None,
            ),
        ],
        "parties": [
            Row(
                name="李*",
                lang="zh-Hans",
                role_name=_("co-borrower"),
                may_discuss=True,
                may_hear=_("owes it too: the loan may be discussed"),
                citation="",
                masked="139****0226",
                start_href="/cases/AF-20391/calls/start/3/",
                verdict=verdict("allowed", "to 22:00"),
                record_href="/people/2/?back=/cases/1/",
            ),
            Row(
                name="张*",
                lang="zh-Hans",
                role_name=_("reference"),
                may_discuss=False,
                may_hear=_("may be told nothing: never discuss the loan"),
                citation="GB/T 45251-2025: 不应透露逾期欠款金额、时间等债务信息",
                citation_lang="zh-Hans",
                masked="136****7719",
                start_href="",
                verdict=verdict("stopped", _("stopped")),
                record_href="",
            ),
        ],
        "log_form": form if form is not None else LogForm(),
        "log_href": "/cases/AF-20391/calls/",
        **{key: value for key, value in take_promise().items() if key.startswith("promise_")},
        "draft_href": "/cases/AF-20391/draft/",
        "draft_kept_at": AT,
        "drop_draft_href": "/cases/AF-20391/draft/drop/",
        "open_call": _open_call() if form is None else None,
        "paying": _paying(),
        "call_start": Row(
            href="/cases/AF-20391/calls/start/1/", masked="138****5678", by_hand=True
        ),
        "result_codes": [
            Row(value=value, label=label, digit=index + 1, asks=asks, is_chosen=asks == "promise")
            for index, (value, label, asks) in enumerate(codes)
        ],
        "instalments": _instalments(),
        "instalments_note": "as of 2026-11-23",
        "instalments_href": "#",
        "instalments_link": "All 48",
        "repayments": [
            Row(
                value_on=date(2026, 11, 23),
                amount=Decimal("3280.00"),
                channel="WeChat Pay",
                state="uncertain",
                state_name=_("pending"),
                known_at=AT,
            ),
            Row(
                value_on=date(2026, 9, 11),
                amount=Decimal("3280.00"),
                channel="Bank",
                state="done",
                state_name=_("settled"),
                known_at=AT,
            ),
        ],
        **_filters(),
        "timeline_print_href": "/cases/0199/timeline/",
        "timeline": _timeline(),
        "timeline_more_href": "#",
        "timeline_currency": "CNY",
        "zone_name": "Asia/Shanghai",
    }


def case_next() -> dict[str, Any]:
    """The next person, with what was saved about the last one and can still be taken back."""
    saved = Row(
        name="王*",
        lang="zh-Hans",
        result=_("No answer"),
        is_next=True,
        undo_href="/contacts/0199/undo/",
        seconds_left=10,
    )
    return case() | {"saved": saved}


def _paying() -> dict[str, Any]:
    """A bank in the person's language and the reader's, and a link."""
    bank = Row(
        icon="books",
        label="对公账户",
        text="示范银行深圳分行\n账号 9901 0000 1234 567\n附言 AF-20391",
        lang="zh-Hans",
        read_label=_("bank transfer"),
        read_text="Example Bank, Shenzhen branch\nAccount 9901 0000 1234 567",
        read_lang="",
    )
    link = Row(
        icon="payment",
        label="微信支付",
        text="https://pay.example.cn/AF-20391",
        lang="zh-Hans",
        read_label="",
        read_text="",
        read_lang="",
    )
    return {"ways": [bank, link], "reference": "AF-20391", "send_href": "#send", "set_href": ""}


def _open_call(**told: Any) -> Row:
    """A call dialled by hand, or one that a telephone system tells of."""
    number = "138****5678" if told else "138 0013 5678"
    return Row(
        number=number,
        tel="" if told else number,
        started_at="11:42:07",
        is_inbound=False,
        not_them_href="",
        clock=Row(seconds=48, wrapup_seconds=None, target=60),
        told=Row(**({"is_unclear": False, "href": ""} | told)) if told else None,
    )


def case_dialled() -> dict[str, Any]:
    """A telephone system dialled and nobody answered: the result stands chosen."""
    told = {"state": "ended", "text": _("ended: %(how)s") % {"how": _("no answer")}}
    return case() | {"open_call": _open_call(**told), "suggested_name": "No answer"}


def case_revealed() -> dict[str, Any]:
    """A number in clear, for a minute."""
    return case() | {"revealed": "+86 138 0013 5678", "open_call": None}


def case_not_now() -> dict[str, Any]:
    """Nobody may be called; what did happen is logged all the same."""
    return case(form=UnstartedLogForm()) | {
        "call_start": None,
        "call_verdict": verdict(
            "later",
            "opens 08:00",
            answer="Do not call",
            until="opens 08:00 there",
            why="Outside calling hours, 08:00 to 22:00 where the person is",
            citation="CN-bank-2026",
            citation_href="",
            flips_at=None,
            refresh_href="",
            allows_contact=False,
        ),
    }
