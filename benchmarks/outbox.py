"""Planning a day's messages for everybody, and sending through a provider that does nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, timedelta
from datetime import time as wall_time
from typing import Any, Final
from unittest.mock import patch

from django.db import connection

from benchmarks.dataset.office import BUSINESS_DATE, MAIN
from benchmarks.figures import Figure
from benchmarks.outbox_floor import copy_tables, deliver_nothing, write_again
from benchmarks.reserving import AT
from benchmarks.stage import Stage
from collections_app.strategy.models import Strategy, StrategyLine, StrategyVersion
from collections_app.strategy.planning import plan_day
from core import clock
from core.audit import SYSTEM
from core.encryption.services import new_data_key
from core.jobs.processes import share_among
from loans.portfolios.models import Portfolio
from notifications.channels import registry
from notifications.channels.adapters import Absent, Accepted, LookupResult, Outgoing, SendResult
from notifications.channels.flow import Lookup
from notifications.channels.models import ChannelAccount
from notifications.channels.pace import make_slots
from notifications.outbox import running
from notifications.outbox.models import Message
from notifications.templates.models import MessageTemplate, TemplateVersion

#: Most messages that are sent in one run.
MOST_SENT = 100_000
PROCESSES: Final = 2


class Nothing:
    """Takes every message and does nothing with it: what is left is the outbox's own work."""

    code, channel, lookup = "nothing", "sms", Lookup.REFERENCE
    deduplicates, find_delay = True, 0.0

    def __init__(self, settings: Mapping[str, Any], secret: str, channel: str) -> None:
        return

    def send(self, outgoing: Outgoing) -> SendResult:
        return Accepted(outgoing.reference)

    def find(self, outgoing: Outgoing) -> LookupResult:
        return Absent()


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields, for every size, the seconds of planning and of sending beside their floors."""
    for loans in stage.sizes:
        with stage.book(loans), closing(stage.connect()) as plain, clock.held_at(AT):
            portfolio = Portfolio.objects.get(code=MAIN)
            _write_strategy(portfolio)
            copy_tables(plain)
            begun = time.monotonic()
            planned = plan_day(portfolio=portfolio, on=BUSINESS_DATE, by=SYSTEM)
            seconds = time.monotonic() - begun
            yield _planning(planned, seconds, write_again(plain))
            yield _sending(stage)


def _planning(planned: int, seconds: float, floor: float) -> Figure:
    return Figure(
        name=f"messages planned, {planned:,} people",
        measured=seconds,
        floor=floor,
        unit="s",
        limited_by="PostgreSQL: writing and indexing the rows",
        details={"planned": planned, "people_a_second": round(planned / seconds, 1)},
    )


def _sending(stage: Stage) -> Figure:
    """Sends what is planned, at most MOST_SENT, in two processes."""
    _open_account()
    extra = Message.objects.waiting().order_by("pk").values("pk")[MOST_SENT:]
    never = AT + timedelta(days=30_000)
    Message.objects.filter(pk__in=extra).update(send_at=never, expires_at=never)
    count = Message.objects.waiting().filter(send_at__lte=AT).count()
    begun = time.monotonic()
    with patch.dict(registry.ADAPTERS, {"nothing": Nothing}):
        share_among(PROCESSES, _send_all)
    seconds = time.monotonic() - begun
    sent = Message.objects.filter(state="accepted").count()
    floor = deliver_nothing(stage, count, PROCESSES)
    return Figure(
        name=f"messages sent through nothing, {count:,} in {PROCESSES} processes",
        measured=seconds,
        floor=floor,
        unit="s",
        limited_by=f"{count / seconds:,.0f} a second; Python, on {os.cpu_count()} cores",
        details={
            "messages": count,
            "sent": sent,
            "a_second": round(count / seconds, 1),
            "bare_tasks_a_second": round(count / floor, 1),
        },
    )


def _send_all(share: int, of: int) -> None:
    account = ChannelAccount.objects.select_related("data_key").get(adapter="nothing")
    # What is due is what is due by the book's clock, which the database does not know.
    while running.run_account(account):
        pass


def _open_account() -> None:
    account = ChannelAccount.objects.create(
        name="Nothing",
        channel="sms",
        adapter="nothing",
        settings={"call_back_phone": "+86 755 0000 0000"},
        data_key=new_data_key(),
        rate_per_second=30_000,
        parallel_calls=PROCESSES,
    )
    make_slots(account)


def _write_strategy(portfolio: Portfolio) -> None:
    """Everybody who has something to pay within a month, or is late, gets one message."""
    template = MessageTemplate.objects.create(
        code="bench", name="Bench", channel="sms", purpose="due_today"
    )
    for language in ("zh-hans", "en"):
        TemplateVersion.objects.create(
            template=template,
            language=language,
            version=1,
            status="approved",
            body="{lender} {amount} {contract_tail} {opt_out}",
            written_by="Ana",
            written_at=AT,
            approved_at=AT,
            approved_by="Cleo",
        )
    strategy = Strategy.objects.create(portfolio=portfolio, name="Everybody")
    version = StrategyVersion.objects.create(
        strategy=strategy,
        version=1,
        effective_from=date(2026, 1, 1),
        written_by="Ana",
        written_at=AT,
    )
    lines = (("late", "days_past_due", 1, 2000), ("soon", "days_to_due", 0, 31))
    for position, (code, trigger, first, last) in enumerate(lines, start=1):
        StrategyLine.objects.create(
            version=version,
            position=position,
            code=code,
            name=code,
            trigger=trigger,
            first_day=first,
            last_day=last,
            template=template,
            send_at=wall_time(9, 30),
        )
    for status in ("proposed", "active"):
        version.status = status
        version.activated_at = AT if status == "active" else None
        version.save()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
