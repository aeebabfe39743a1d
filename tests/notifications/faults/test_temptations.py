"""Messages that wait while it becomes wrong to send them: paid, out of hours, past the limit.

Real workers send all the while. The long form tempts them at least a thousand times each.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from compliance.rulepacks.services import install_pack
from notifications.channels.models import ChannelAccount
from notifications.outbox.models import Message
from notifications.outbox.running import run_account
from tests.loans.builders import CLERK
from tests.notifications.builders import pay_everything
from tests.notifications.faults.crowd import loans_of, noon_zone
from tests.notifications.faults.harness import Run, a_run, report
from tests.notifications.faults.workers import Beat, wait_for
from tests.notifications.faulty_provider import taken

pytestmark = pytest.mark.django_db(transaction=True)
TEMPTATIONS = int(os.environ.get("FAULTS_TEMPTATIONS", "1000"))
#: A number by the law of Massachusetts: two messages about a debt in seven days.
LIMIT = 2


def sent_to(run: Run) -> Counter[str]:
    return Counter(line["to"] for line in taken(run.folder / "provider.log"))


def work_off(run: Run, *, workers: int, seconds: float = 900) -> None:
    """Sends what is due: with real workers, or for a short run by one turn in this process."""
    if not workers:
        run_account(ChannelAccount.objects.select_related("data_key").get(), seconds=60)
        return
    with Beat():
        for _ in range(workers):
            run.start()
        due = "SELECT count(*) FROM notifications_message WHERE state = 'sending' OR"
        due += " (state = 'waiting' AND send_at <= now())"
        assert wait_for(lambda: not _count(due), seconds=seconds, every=1)


def test_nothing_leaves_after_a_payment(tmp_path):
    paid_then_sent(tmp_path, people=16, workers=0)


@pytest.mark.chaos
def test_nothing_leaves_after_one_of_a_thousand_payments(tmp_path):
    paid_then_sent(tmp_path, people=2 * TEMPTATIONS, workers=1)


def paid_then_sent(folder, *, people: int, workers: int) -> None:
    """Every second person pays while the workers come nearer from the other end."""
    with a_run(folder, seed="paid", people=people, rate=15 if workers else 1_000) as run, Beat():
        for _ in range(workers):
            run.start()
        paid_at = {}
        payers = run.people[: people // 2] if workers else run.people[::2]
        for one, loan in zip(payers, loans_of(payers), strict=True):
            pay_everything(loan)
            paid_at[one["party"]] = datetime.now(UTC)
        work_off(run, workers=0 if not workers else 1)
        out = dict(Message.objects.exclude(calling_at=None).values_list("party_id", "calling_at"))
        after = [party for party, at in paid_at.items() if party in out and out[party] > at]
        tempted = sum(1 for party in paid_at if party not in out)
        stopped = Message.objects.filter(state="suppressed", reason="paid").count()
        figures = {"payments": len(paid_at), "tempted": tempted, "sent_after": len(after)}
        report(f"paid-{people}", figures | {"stopped": stopped, "sent": run.sent_count()})

    assert after == []
    assert stopped == tempted > 0
    assert run.sent_count() == people - tempted


def test_nothing_leaves_past_the_limit(tmp_path):
    past_the_limit(tmp_path, people=4, workers=0)


@pytest.mark.chaos
def test_nothing_leaves_past_the_limit_a_thousand_times(tmp_path):
    past_the_limit(tmp_path, people=TEMPTATIONS // 2, workers=2)


def past_the_limit(folder, *, people: int, workers: int) -> None:
    """Four messages to each person where two are allowed; whoever is first, takes them."""
    steps = ("a", "b", "c", "d")
    packs = ("US-REGF", "US-MA")
    with a_run(folder, seed="limit", people=people, packs=packs, steps=steps) as run:
        work_off(run, workers=workers)
        sent = sent_to(run)
        refused = Message.objects.filter(reason__in=("gate", "gate_waits"))
        codes = Counter(row["codes"] for row in refused.values_list("reason_values", flat=True))
        past = [number for number, count in sent.items() if count > LIMIT]
        figures = {"tempted": refused.count(), "past": len(past), "sent": sum(sent.values())}
        report(f"limit-{people}", figures | {"codes": codes})

    assert past == []
    assert sum(sent.values()) == people * LIMIT
    assert codes == {"MA-2IN7": people * (len(steps) - LIMIT)}


@pytest.mark.chaos
def test_nothing_leaves_after_the_hours_end_while_a_thousand_wait(tmp_path):
    """The hours end in the middle of the sending, by the real clock."""
    # At this pace no more than half a thousand leave before the minute is over.
    with a_run(
        tmp_path, seed="hours", people=TEMPTATIONS * 8 // 5, packs=("US-REGF", "X-HOURS"), rate=5
    ) as run:
        closes = hours_end_in(seconds=45)
        work_off(run, workers=2)
        late = [
            line
            for line in taken(run.folder / "provider.log")
            if datetime.fromisoformat(line["at"]) >= closes
        ]
        kept = Message.objects.exclude(state__in=("accepted", "delivered"))
        why = Counter(f"{row.state}, {row.reason}" for row in kept)
        report(
            f"hours-{TEMPTATIONS}",
            {"kept": why, "sent_after": len(late), "sent": run.sent_count()},
        )

    assert late == []
    assert run.sent_count() > 0
    tempted = why["waiting, gate_waits"] + why["suppressed, gate"]
    # Whom a busy provider put off is asked about again when it is their turn.
    assert why.total() == tempted + why["waiting, try_again"]
    assert tempted >= TEMPTATIONS
    assert run.sent_count() + why.total() == len(run.people)


def hours_end_in(*, seconds: float) -> datetime:
    """Publishes a pack whose hours end with a minute that is at least so far away."""
    end = datetime.now(UTC) + timedelta(seconds=seconds + 60)
    end = end.replace(second=0, microsecond=0)
    local = end.astimezone(ZoneInfo(noon_zone()))
    install_pack(
        document={
            "code": "X-HOURS",
            "name": "Hours that end soon",
            "version": 1,
            "effective_from": "2026-01-01",
            "rules": [
                {
                    "rule": "window",
                    "code": "X-HOURS",
                    "values": {"opens": "00:00", "closes": f"{local:%H:%M}", "channels": ["sms"]},
                    "citation": "A drill",
                    "binding": "policy",
                }
            ],
        },
        by=CLERK,
    )
    return end


def _count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
