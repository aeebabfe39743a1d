"""The short form of the fault runs: few messages, the same processes, the same truth."""

from __future__ import annotations

import os
import signal
import time

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections

from core.jobs import failpoints
from notifications.channels.models import ChannelAccount, ChannelSlot
from notifications.outbox.asking import ask_due
from notifications.outbox.claiming import give_back_lost
from notifications.outbox.models import Message
from notifications.outbox.running import run_account
from tests.notifications.faults.harness import FAULTS, Run, a_run, figures_of, report
from tests.notifications.faults.workers import Beat, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

#: Where a sender can die, in the order of its work; the last one is the asker's.
PLACES = (
    "outbox.after_claim",
    "outbox.before_booking",
    "outbox.after_booking",
    "outbox.before_call",
    "outbox.after_call",
    "outbox.after_record",
    "outbox.after_asking",
)


def test_killed_workers_lose_and_double_nothing(tmp_path):
    begun = time.monotonic()
    with a_run(tmp_path, seed="short", people=60, faults=FAULTS) as run, Beat(times=2):
        for _ in range(2):
            run.start()
        for least in (12, 24):
            reached = wait_for(lambda least=least: run.sent_count() >= least, seconds=60)
            assert reached, "no worker sends"
            run.kill_one_and_replace()
        assert run.settle(seconds=60), run.finding().figures()
        found = run.finding()
        report("short", figures_of(run, found, begun))

    assert found.is_clean, found
    assert found.states == {"accepted": 60}


_LONG = [pytest.param(name, marks=pytest.mark.chaos) for name in ("reference", "none_dedupes")]


@pytest.mark.parametrize("profile", ["none", *_LONG])
def test_dead_at_each_step_once(tmp_path, profile):
    begun = time.monotonic()
    with a_run(tmp_path, seed="steps", people=len(PLACES) * 4, profile=profile) as run:
        for place in PLACES:
            run.cuts += die_at(place, run)
        while Message.objects.due(_now()).exists():
            run_account(_account(), seconds=20)
        ask_everything()
        run_account(_account(), seconds=20)
        found = run.finding()
        report(f"short-steps-{profile}", figures_of(run, found, begun))

    assert found.is_clean, found
    assert found.uncertain <= (run.cuts if profile == "none" else 0)
    assert found.states["accepted"] == found.owed - found.uncertain


def die_at(place: str, run: Run) -> int:
    """A process of its own sends or asks until it kills itself; its lease is over at once."""
    connections.close_all()
    pid = os.fork()
    if not pid:
        try:
            django_settings.FAIL_AT = f"{place}:2"
            failpoints._passed.clear()
            run_account(_account(), seconds=20)
            Message.objects.uncertain().update(ask_at=_now())
            ask_due()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    _end_what_it_left_open()
    ChannelSlot.objects.update(lease_until=None, token=None)
    Message.objects.filter(state="sending").update(lease_until="2000-01-01T00:00:00Z")
    give_back_lost()
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert died or place == "outbox.after_asking", place
    return int(died)


def _end_what_it_left_open() -> None:
    """Its transaction, where something of this process still holds the line it was on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state LIKE 'idle in transaction%'"
        )


def ask_everything() -> None:
    for _ in range(3):
        Message.objects.uncertain().exclude(ask_at=None).update(ask_at=_now())
        ask_due()


def _account() -> ChannelAccount:
    return ChannelAccount.objects.select_related("data_key").get()


def _now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]
