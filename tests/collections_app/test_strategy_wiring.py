"""When days are planned: by the close, or without it where it is late; each task safe to repeat."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection

from collections_app.close.services import catch_up
from collections_app.strategy.late_books import plan_late_books
from config.celery import app
from core.jobs.models import JobRun
from notifications.channels.models import ChannelAccount
from notifications.outbox.models import Message
from tests.collections_app.strategies import build_strategy
from tests.compliance.builders import reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK
from tests.notifications.builders import build_account

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = date(2026, 5, 11)
#: 04:00 in New York: the close was due at one.
NIGHT = "2026-05-12T08:00:00+00:00"
#: The afternoon of the same day.
DAY = "2026-05-12T18:00:00+00:00"


@pytest.fixture
def portfolio():
    with time_machine.travel(NIGHT, tick=True):
        portfolio = reachable_portfolio()
        portfolio.__class__.objects.filter(pk=portfolio.pk).update(business_date=YESTERDAY)
        portfolio.refresh_from_db()
        reachable_loan(portfolio)
        yield portfolio


def counts(portfolio, step="close.plan_messages"):
    runs = JobRun.objects.filter(name=step, scope=portfolio.code).order_by("business_date")
    return [run.counts for run in runs]


def test_the_close_plans_the_day_it_opens(portfolio):
    build_strategy(portfolio)

    catch_up(portfolio=portfolio, through=YESTERDAY, by=CLERK)

    message = Message.objects.get()
    assert message.batch.planned_for == date(2026, 5, 12)
    assert counts(portfolio) == [{"messages": 1}]


def test_days_that_are_over_are_counted_and_not_sent(portfolio):
    before = YESTERDAY - timedelta(days=2)
    portfolio.__class__.objects.filter(pk=portfolio.pk).update(business_date=before)
    build_strategy(portfolio)

    catch_up(portfolio=portfolio, through=YESTERDAY, by=CLERK)

    assert counts(portfolio) == [{"not_sent": 1}, {"not_sent": 1}, {"messages": 1}]
    assert Message.objects.count() == 1


def test_where_the_close_is_late_today_is_planned_once_and_the_close_adds_nobody_twice(portfolio):
    catch_up(portfolio=portfolio, through=YESTERDAY - timedelta(days=1), by=CLERK)
    portfolio.__class__.objects.filter(pk=portfolio.pk).update(
        business_date=YESTERDAY - timedelta(days=1)
    )
    catch_up(portfolio=portfolio, through=YESTERDAY - timedelta(days=1), by=CLERK)
    build_strategy(portfolio)

    assert [plan_late_books(by=CLERK) for _ in range(2)] == [1, 0]
    catch_up(portfolio=portfolio, through=YESTERDAY, by=CLERK)

    assert Message.objects.count() == 1


def test_books_that_are_on_today_or_whose_hour_has_not_come_wait_for_the_close(portfolio):
    build_strategy(portfolio)
    with time_machine.travel("2026-05-12T05:10:00+00:00", tick=True):
        assert plan_late_books(by=CLERK) == 0
    catch_up(portfolio=portfolio, through=YESTERDAY, by=CLERK)

    assert plan_late_books(by=CLERK) == 0
    assert not counts(portfolio, "strategy.plan_late_books")


def tasks():
    app.loader.import_default_modules()
    return sorted(
        name
        for name in app.tasks
        if name.startswith(("notifications.", "collections_app.strategy."))
    )


def arguments_of(name):
    """What each task is called with; a task that takes arguments must be listed here."""
    channel = ("sms",)
    account = (str(ChannelAccount.objects.get().pk),)
    return {
        "notifications.outbox.tasks.send_due": channel,
        "notifications.outbox.tasks.send_through": account,
    }.get(name, ())


def everything():
    """Every row of every table but the watch over workers, whose business is the moment."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in {"core_heartbeat", "core_lastrun", "notifications_channelslot"}:
                continue
            if table == "notifications_channelpace":
                continue
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


@pytest.mark.parametrize("name", tasks())
def test_a_task_run_twice_leaves_what_it_left_once(portfolio, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    build_strategy(portfolio)
    catch_up(portfolio=portfolio, through=YESTERDAY - timedelta(days=1), by=CLERK)
    catch_up(portfolio=portfolio, through=YESTERDAY, by=CLERK)
    build_account(adapter="files")
    with time_machine.travel(DAY, tick=True):
        task = app.tasks[name]

        task.apply(arguments_of(name), throw=True)
        after_one = everything()
        task.apply(arguments_of(name), throw=True)

        assert everything() == after_one
        sent = list(Path(tmp_path).rglob("*.json"))
        assert len(sent) <= 1
        assert (Message.objects.get().state == "accepted") == bool(sent)
