"""Contexts of the queue: an agent's, a lead's, and one that is done."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tests.ui.samples.callbacks import rows as callback_rows
from tests.ui.samples.desk_forms import FilterForm
from tests.ui.samples.marks import AT, tabs, verdict


def _workable() -> list[str]:
    """As `collections_app.desk.workable` says it, in the language of the page."""
    parts = (
        (ngettext("%(number)d person workable now", "%(number)d people workable now", 24), 24),
        (ngettext("%(number)d waits until %(time)s", "%(number)d wait until %(time)s", 11), 11),
        (gettext("%(number)d later"), 1),
        (
            ngettext(
                "%(number)d waits for something to happen",
                "%(number)d wait for something to happen",
                2,
            ),
            2,
        ),
    )
    return [sentence % {"number": number, "time": "08:00"} for sentence, number in parts]


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
            pk=number,
            bucket=Row(severity=level, code=f"B{level}"),
            days_past_due=days,
            past_due_amount=Decimal(amount),
            currency=currency,
            why_now=Row(text=why, icon="rising" if "Rolls" in why else "phone", tone=""),
            next_step=step,
            verdicts=[
                Row(icon="phone", name=_("Call"), verdict=verdict(state, chip)),
                Row(icon="message", name=_("SMS"), verdict=verdict(state, "")),
            ],
            last_contact=last,
            last_result="",
            worked_by="Chen Wei" if level > 3 else "",
            with_now="Chen Wei" if level > 4 else "",
            relationship={"text": "hot", "tone": "stop", "why": "complained, hung up"}
            if level == 3
            else None,
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
    selection = Row(view="", bucket="", portfolio="", q="", order="", query_string="view=all")
    return {
        "heading": _("My cases"),
        "claim_href": "/queue/next/",
        "workable": _workable(),
        "as_of": AT,
        "owed": [
            {"label": _("replies waiting"), "count": 2, "href": "?view=replies"},
            {"label": _("callbacks agreed"), "count": 4, "href": "?view=callbacks"},
        ],
        "callbacks_href": "/callbacks/",
        "my_day": Row(
            logged=41,
            talks=9,
            promises_taken=3,
            target_logged=60,
            target_talks=12,
            target_promises=None,
            broken=2,
            callbacks=callback_rows()[:3],
            money=[
                Row(
                    currency="CNY",
                    received_amount=Decimal("18420.00"),
                    paid_cases=5,
                    ended_cases=2,
                    promised_amount=Decimal("4760.00"),
                    promises=1,
                )
            ],
        ),
        "views": tabs(
            (_("All"), 38), (_("Due today"), 24), (_("Callbacks"), 4), (_("New to me"), 6)
        ),
        "buckets": [
            Row(label=f"B{level}", severity=level, count=count, href=f"?bucket=B{level}")
            for level, count in ((1, 14), (2, 12), (3, 7), (4, 4), (5, 1))
        ],
        "selection": selection,
        "chips": [],
        "filter_form": FilterForm(),
        "list_href": "/cases/",
        "clear_href": "/cases/?view=all",
        "rows": _case_rows(),
        "total": 38,
        "shown": "8 of 38",
        "next_href": "?after=8",
    }


def my_cases_of_a_lead() -> dict[str, Any]:
    """With rows to choose, whose they are, and something chosen."""
    selection = Row(view="due", bucket="B2", portfolio="", q="", order="", query_string="view=due")
    return my_cases() | {
        "heading": _("Cases"),
        "skips_href": "/queue/skips/",
        "workable": _workable(),
        "assign_href": "/assignment/moves/preview/",
        "shows_holder": True,
        "selection": selection,
        "chips": [
            {"label": _("Due today"), "href": "?bucket=B2"},
            {"label": "B2", "href": "?view=due"},
        ],
        "is_filtered": True,
    }


def my_cases_done() -> dict[str, Any]:
    """Everything due is done; the rest waits for its calling hours."""
    return my_cases() | {
        "rows": [],
        "is_filtered": True,
        "queue_clear": True,
        "callable_now": 0,
        "next_workable": "08:00",
        "next_workable_count": 37,
    }
