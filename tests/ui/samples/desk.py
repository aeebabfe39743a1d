"""Contexts of my cases and of a case."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tests.ui.samples.desk_forms import FilterForm, LogForm
from tests.ui.samples.marks import AT, tabs, verdict


def _case_rows() -> list[Row]:
    rows = [
        (
            "张*",
            "zh-Hans",
            "AF-20391",
            "比亚迪 宋PLUS",
            2,
            44,
            "6560.00",
            "CNY",
            "Rolls to B3 in 17 days",
            "call, offer a two-part plan",
            "allowed",
            "to 22:00",
            "today, no answer",
        ),
        (
            "王*",
            "zh-Hans",
            "AF-18822",
            "大众 朗逸",
            1,
            29,
            "3280.00",
            "CNY",
            "Rolls to B2 in 2 days",
            "call",
            "allowed",
            "5 of 6 left",
            "today, no answer",
        ),
        (
            "李*",
            "zh-Hans",
            "AF-11820",
            "丰田 凯美瑞",
            3,
            63,
            "12405.00",
            "CNY",
            "No talk for 21 days",
            "call both numbers",
            "allowed",
            "to 22:00",
            "2 Nov, talk",
        ),
        (
            "O’Neil, J.",
            "",
            "US-00417",
            "Ford Escape",
            3,
            77,
            "1204.11",
            "USD",
            "Opened again after a cure",
            "ask what changed",
            "later",
            "opens 21:00",
            "21 Nov, voicemail",
        ),
        (
            "郑*",
            "zh-Hans",
            "AF-17203",
            "奥迪 A4L",
            4,
            118,
            "38640.00",
            "CNY",
            "More than 90 days past due",
            "decide with the team lead",
            "stopped",
            "complaint",
            "14 Nov, letter",
        ),
        (
            "吴*",
            "zh-Hans",
            "AF-21466",
            "长安 CS75",
            1,
            6,
            "2415.00",
            "CNY",
            "First payment missed",
            "welcome call",
            "allowed",
            "to 22:00",
            "",
        ),
        (
            "Ramirez, D.",
            "",
            "US-00882",
            "Toyota RAV4",
            1,
            18,
            "488.70",
            "USD",
            "Call agreed for 22:15",
            "his time 09:15 EST",
            "later",
            "opens 22:00",
            "18 Nov, talk",
        ),
        (
            "周*",
            "zh-Hans",
            "AF-20915",
            "本田 CR-V",
            5,
            402,
            "97902.00",
            "CNY",
            "Written off, still owed",
            "second call",
            "none",
            "no number",
            "17 Nov, no answer",
        ),
    ]
    return [
        Row(
            href=f"/cases/{number}/",
            borrower=name,
            lang=lang,
            contract_no=number,
            vehicle=car,
            vehicle_lang=lang,
            bucket=Row(severity=level, code=f"B{level}"),
            days_past_due=days,
            past_due_amount=Decimal(amount),
            currency=currency,
            why_now=why,
            next_step=step,
            call_verdict=verdict(state, chip),
            last_contact=last,
        )
        for (
            name,
            lang,
            number,
            car,
            level,
            days,
            amount,
            currency,
            why,
            step,
            state,
            chip,
            last,
        ) in rows
    ]


def my_cases() -> dict[str, Any]:
    return {
        "heading": _("My cases"),
        "summary": "38 open, 31 may be called now",
        "as_of": AT,
        "buckets": tabs((_("All"), 38), ("B1", 14), ("B2", 12), ("B3", 7), ("B4", 4), ("B5", 1)),
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
        event("phone", "Talk, 6 minutes", quote="月底先还一半", lang="zh-Hans", shown_at="9 Nov"),
        event(
            "pencil",
            "Wrong person",
            is_corrected=True,
            detail="corrected by Chen Wei",
            shown_at="6 Nov",
        ),
        event("case", "Case opened", detail="B1, assigned to Li Na", shown_at="14 Oct"),
    ]


def case(*, form: forms.Form | None = None) -> dict[str, Any]:
    codes = [
        ("no_answer", "No answer"),
        ("voicemail", "Voicemail"),
        ("wrong_party", "Wrong person"),
        ("callback", "Call back"),
        ("promise", "Promises to pay"),
        ("hardship", "Cannot pay"),
        ("refuses", "Refuses"),
        ("disputes", "Disputes"),
        ("says_paid", "Says paid"),
    ]
    return {
        "back_href": "/cases/",
        "case": Row(
            contract_no="AF-20391",
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
        "flags": [Row(tone="care", text="Hardship since 9 Nov")],
        "money": Row(
            currency="CNY",
            past_due_amount=Decimal("6560.00"),
            next_due_on=date(2026, 12, 10),
            next_due_amount=Decimal("3280.00"),
            payoff_amount=Decimal("81204.77"),
            payoff_label=_("Payoff today"),
            last_repayment_on=date(2026, 9, 11),
            last_repayment_amount=Decimal("3280.00"),
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
        "why_now": "Rolls to B3 in 17 days.",
        "next_step": "Call, offer a two-part plan",
        "last_said": Row(
            text="22 号先还一半，剩下的发了工资再还。", lang="zh-Hans", when="9 Nov, Chen Wei"
        ),
        "contacts": [
            Row(
                icon="phone",
                masked="138****5678",
                kind_name=_("phone"),
                note="mobile · best 10 to 11",
                start_href="/cases/AF-20391/calls/start/1/",
                verdict=verdict("allowed", "to 22:00"),
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
            Row(name="李*", lang="zh-Hans", role_name=_("co-borrower"), may_discuss=True),
            Row(name="张*", lang="zh-Hans", role_name=_("reference"), may_discuss=False),
        ],
        "log_form": form if form is not None else LogForm(),
        "log_href": "/cases/AF-20391/calls/",
        "save_note": "",
        "open_call": Row(number="138 0013 5678", started_at=AT) if form is None else None,
        "call_start": Row(href="/cases/AF-20391/calls/start/1/", masked="138****5678"),
        "result_codes": [
            Row(value=value, label=label, digit=index + 1, is_chosen=False)
            for index, (value, label) in enumerate(codes)
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
        "timeline_filters": tabs((_("All"), None), (_("Contact"), None), (_("Money"), None)),
        "timeline": _timeline(),
        "timeline_more_href": "#",
        "timeline_more": "41 more",
        "zone_name": "Asia/Shanghai",
    }
