"""Two events of one call at the same moment: neither is lost, and of two alike one is kept.

The loss is shown without the lock first; then the real service runs in threads of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections

from collections_app.contacts.services import start_call
from collections_app.dialling import services
from collections_app.dialling.flow import EventKind, Told
from collections_app.dialling.models import CallEvent, PhoneCall
from collections_app.dialling.reading import CallNews
from collections_app.dialling.services import save_account, take_events
from compliance.attempts.models import Direction
from core import clock
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60


@pytest.fixture
def call() -> Iterator[PhoneCall]:
    with time_machine.travel(OPEN_AT, tick=False):
        desk = build_desk()
        account = save_account(
            account=None,
            name="Exchange",
            adapter="loopback",
            portfolio=None,
            settings={"url": "http://here"},
            is_on=True,
            secret="signs the events",
            by=CLERK,
        )
        agent = desk.cast.ana
        attempt = start_call(case=desk.case, contact_point=desk.phone, agent=agent)
        yield PhoneCall.objects.create(
            account=account,
            direction=Direction.OUTBOUND,
            attempt=attempt,
            agent=agent,
            started_at=clock.now(),
        )


def _news(call: PhoneCall, kind: EventKind, after: int) -> CallNews:
    at = clock.now() + timedelta(seconds=after)
    ending = "talked" if kind == EventKind.ENDED else ""
    return CallNews(Told(f"e-{kind}", kind, at, ending), call.pk.hex)


def _at_once(runs: list[Callable[[], Any]]) -> list[Any]:
    meet = threading.Barrier(len(runs), timeout=PATIENCE)

    def alone(run: Callable[[], Any]) -> Any:
        try:
            meet.wait()
            return run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(runs)) as pool:
        return [found.result() for found in [pool.submit(alone, run) for run in runs]]


def _tell(call: PhoneCall, *kinds: EventKind) -> None:
    news = [_news(call, kind, after) for after, kind in enumerate(kinds)]
    _at_once([lambda one=one: take_events(account=call.account, news=[one]) for one in news])
    call.refresh_from_db()


def test_without_the_lock_one_of_two_events_is_lost(call, monkeypatch):
    read = threading.Barrier(2, timeout=PATIENCE)
    real = services.course_of

    def unlocked(account: Any, news: CallNews) -> PhoneCall:
        return PhoneCall.objects.get(account=account, pk=news.call)

    def both_have_read(told: Any, **how: Any) -> Any:
        read.wait()
        return real(told, **how)

    monkeypatch.setattr(services, "_call_of", unlocked)
    monkeypatch.setattr(services, "course_of", both_have_read)

    _tell(call, EventKind.ANSWERED, EventKind.ENDED)

    assert CallEvent.objects.count() == 2
    assert (call.answered_at is None) != (call.ended_at is None)


def test_of_two_events_at_once_neither_is_lost(call):
    _tell(call, EventKind.RINGING, EventKind.ANSWERED, EventKind.ENDED)

    assert None not in (call.ringing_at, call.answered_at, call.ended_at)
    assert (call.state, call.talk_seconds) == ("ended", 1)


def test_the_same_event_twice_at_once_is_kept_once(call):
    _tell(call, *[EventKind.ENDED] * 4)

    assert CallEvent.objects.count() == 1
    assert call.state == "ended"
