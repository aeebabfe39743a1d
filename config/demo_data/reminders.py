"""Reminders of the demonstration: wordings, a strategy per portfolio, a folder as the provider."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from collections_app.strategy.models import LineFlag, LineTrigger
from collections_app.strategy.planning import plan_day
from collections_app.strategy.services import (
    LineDraft,
    VersionDraft,
    decide_strategy,
    propose_strategy,
    write_strategy,
)
from config.demo_data.history import Say
from config.demo_data.staff import Staff
from core import clock
from core.audit import SYSTEM
from loans.portfolios.models import Portfolio
from notifications.channels.services import create_account, set_limits
from notifications.templates.models import MessageTemplate
from notifications.templates.services import Wording, propose_version, write_version
from notifications.templates.standard import install_standard_templates

#: code, English and Chinese name, counted from, first and last day, every, purpose of the wording.
_LINES: Final = (
    (
        "promise-tomorrow",
        "Promise tomorrow",
        "明日承诺",
        "days_to_promise",
        1,
        1,
        1,
        "promise-tomorrow",
    ),
    ("promise-broken", "Broken promise", "承诺未兑现", "promise_broken", 1, 3, 2, "promise-broken"),
    (
        "plan-1",
        "Plan, the day before",
        "协议分期前一天",
        "days_to_plan",
        1,
        1,
        1,
        "plan-instalment",
    ),
    ("plan-broken", "Broken plan", "协议未履约", "plan_broken", 1, 1, 1, "plan-broken"),
    ("due-3", "Due in three days", "三天后到期", "days_to_due", 3, 3, 1, "before-due"),
    ("due-0", "Due today", "今日到期", "days_to_due", 0, 0, 1, "due-today"),
    ("missed-3", "Missed, day 3", "逾期第三天", "days_past_due", 3, 3, 1, "overdue"),
    ("late", "Late, once a week", "逾期，每周一次", "days_past_due", 8, 120, 7, "overdue"),
    ("thanks", "Thanks for a payment", "还款致谢", "payment", 0, 0, 1, "thanks"),
)
#: Who is angry is written to once a week at most.
HEATED_DAYS: Final = 7
_HOURS: Final = {
    "promise-tomorrow": dt.time(17, 30),
    "promise-broken": dt.time(11, 30),
    "plan-1": dt.time(17, 30),
    "plan-broken": dt.time(11, 30),
    "thanks": dt.time(12, 0),
}
_PRICES: Final = {"CNY": Decimal("0.0450"), "USD": Decimal("0.0079")}


def remind(*, staff: Staff, say: Say) -> None:
    """Installs the wordings and gives every portfolio a strategy, an account and today's plan."""
    install_standard_templates(by=SYSTEM)
    _propose_a_wording(staff)
    for portfolio in Portfolio.objects.filter(is_active=True).order_by("code"):
        _make_account(portfolio)
        _make_strategy(portfolio, staff)
        today = clock.local_today(portfolio.time_zone)
        planned = plan_day(portfolio=portfolio, on=today, by=SYSTEM)
        say(f"{portfolio.code}: {planned:,} reminders planned for today")


def _make_account(portfolio: Portfolio) -> None:
    is_chinese = portfolio.country == "CN"
    account = create_account(
        name=f"短信（文件夹） {portfolio.code}"
        if is_chinese
        else f"SMS to a folder, {portfolio.code}",
        channel="sms",
        adapter="files",
        settings={
            "call_back_phone": "400-800-0100" if is_chinese else "+1 212 555 0100",
            "payment_link": "pay.example.cn" if is_chinese else "pay.example.com",
        },
        portfolio=portfolio,
        by=SYSTEM,
    )
    set_limits(
        account=account,
        rate_per_second=20,
        parallel_calls=2,
        price_per_part=_PRICES.get(portfolio.currency, Decimal("0.0100")),
        price_currency=portfolio.currency,
        by=SYSTEM,
    )


def _make_strategy(portfolio: Portfolio, staff: Staff) -> None:
    """One version in force, and a draft that somebody works on."""
    manager, officer = staff.actor("maria"), staff.actor("cleo")
    began = portfolio.business_date - dt.timedelta(days=30)
    lines = _lines_for(portfolio)
    version = write_strategy(
        portfolio=portfolio, draft=VersionDraft(began, lines, 2, HEATED_DAYS), by=manager
    )
    propose_strategy(version=version, by=manager)
    decide_strategy(version=version, activate=True, reason="", by=officer)
    next_week = portfolio.business_date + dt.timedelta(days=7)
    write_strategy(
        portfolio=portfolio, draft=VersionDraft(next_week, lines[:-2], 3, HEATED_DAYS), by=manager
    )


def _lines_for(portfolio: Portfolio) -> list[LineDraft]:
    is_chinese = portfolio.country == "CN"
    templates = {row.code: row for row in MessageTemplate.objects.all()}
    return [
        LineDraft(
            code=code,
            name=chinese if is_chinese else english,
            trigger=trigger,
            first_day=first,
            last_day=last,
            every_days=every,
            # Who is angry hears of what is late from a person, not from a machine.
            without_flags=(LineFlag.HOT,) if trigger == LineTrigger.DAYS_PAST_DUE else (),
            template=templates[f"{wording}-sms"],
            send_at=_HOURS.get(code, dt.time(10, 0)),
        )
        for code, english, chinese, trigger, first, last, every, wording in _LINES
    ]


def _propose_a_wording(staff: Staff) -> None:
    """One wording waits for a second person, so that the page of approvals has something."""
    template = MessageTemplate.objects.get(code="before-due-sms")
    body = (
        "{lender}: a friendly reminder, {amount} on your contract ending {contract_tail} is due"
        " on {due_date}. {opt_out}"
    )
    manager = staff.actor("maria")
    version = write_version(template=template, wording=Wording("en", body), by=manager)
    propose_version(version=version, by=manager)
