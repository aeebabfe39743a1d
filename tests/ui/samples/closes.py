"""Contexts of the nightly close."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Row
from typing import Any

from django.utils.translation import gettext_lazy as _

from tests.ui.samples.marks import AT


def close_list() -> dict[str, Any]:
    last = Row(state="done", state_name=_("closed"), href="/close/1/")
    return {
        "portfolios": [
            Row(
                name="恒通汽车金融",
                code="CN-HT",
                business_date=date(2026, 11, 23),
                last_close=last,
                behind_days=0,
                set_aside_count=3,
            ),
            Row(
                name="Prairie Auto Credit",
                code="US-PA",
                business_date=date(2026, 11, 21),
                last_close=last,
                behind_days=2,
                set_aside_count=0,
            ),
        ],
        "closes": [
            Row(
                href="/close/1/",
                business_date=date(2026, 11, 22 - n),
                portfolio="恒通汽车金融",
                state=state,
                state_name=name,
                opened_count=41 - n,
                cured_count=28 + n,
                set_aside_count=3 * (n == 0),
                started_at=AT,
                took="2 min 14 s",
            )
            for n, (state, name) in enumerate(
                [("done", _("closed")), ("running", _("running")), ("failed", _("stopped"))]
            )
        ],
        "shown": "1–3 of 3",
    }


def close_run() -> dict[str, Any]:
    return {
        "list_href": "/close/",
        "run": Row(
            business_date=date(2026, 11, 22),
            portfolio="恒通汽车金融",
            state="done",
            state_name=_("closed"),
            by="by the clock, 00:30 CST",
            error="",
            remedy="",
            is_running=False,
            zone_name="Asia/Shanghai",
            started_at=AT,
            finished_at=AT,
            took="2 min 14 s",
            next_date=date(2026, 11, 23),
        ),
        "catch_up": ["2026-11-23", "2026-11-24"],
        "figures": [
            Row(icon="books", label=_("loans aged"), value="28,021"),
            Row(icon="rising", label=_("changed bucket"), value="412"),
            Row(icon="case", label=_("cases opened"), value="41"),
            Row(icon="check", label=_("cases cured"), value="28"),
            Row(icon="warning", label=_("set aside"), value="3"),
        ],
        "steps": [
            Row(
                name=_("Ageing"),
                state="done",
                state_name=_("done"),
                result="28,018 positions, 3 set aside",
                started_at=AT,
                took="1 min 52 s",
            ),
            Row(
                name=_("Bucket history"),
                state="done",
                state_name=_("done"),
                result="412 moved",
                started_at=AT,
                took="4 s",
            ),
            Row(
                name=_("Cases"),
                state="running",
                state_name=_("running"),
                result="41 opened, 28 cured",
                started_at=AT,
                took="",
            ),
            Row(
                name=_("Assignment"),
                state="waiting",
                state_name=_("waiting"),
                result="",
                started_at=None,
                took="",
            ),
        ],
        "set_aside": [
            Row(
                contract_no="AF-19002",
                href="#",
                step=_("Ageing"),
                reason="Repayment of 2026-11-20 is in USD, the loan in CNY.",
                remedy="Correct the file and bring it in again.",
            )
        ],
        "run_form_href": "/close/1/run/",
        "neighbours": [
            Row(href="#", business_date=date(2026, 11, 21), state="done", state_name=_("closed"))
        ],
    }
