"""Taking a promise back on the case page, and what was to be said about it with it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from collections_app.promises.models import Promise, PromiseEvent
from collections_app.promises.services import record_promise
from collections_app.strategy.planning import plan_day
from core import clock
from notifications.outbox.models import Message
from tests.collections_app.builders import build_desk
from tests.collections_app.strategies import a_line, build_strategy, message_about
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 12)


@pytest.fixture
def desk():
    with time_machine.travel("2026-05-12T13:00:00+00:00", tick=True):
        desk = build_desk()
        line = a_line(
            trigger="days_to_promise",
            first_day=1,
            last_day=1,
            template=message_about("promise_tomorrow"),
        )
        build_strategy(desk.case.portfolio, line)
        desk.promise = record_promise(
            loan=desk.case.loan,
            party=desk.case.borrower,
            amount=Decimal("80.00"),
            due_on=TODAY + timedelta(days=1),
            made_at=clock.now(),
            by=CLERK,
        )
        assert plan_day(portfolio=desk.case.portfolio, on=TODAY, by=CLERK) == 1
        desk.page = reverse("desk:cancel_promise", args=[desk.case.pk, desk.promise.pk])
        yield desk


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_an_agent_takes_a_promise_back_with_its_reminder(desk):
    mine = browser(desk.cast.ana)
    case = mine.get(reverse("desk:case", args=[desk.case.pk]))
    assert desk.page in case.content.decode()

    answer = mine.post(desk.page, {"reason": "Lost the job on Monday"})

    assert answer.url == reverse("desk:case", args=[desk.case.pk])
    assert Promise.objects.get().state == "cancelled"
    assert Message.objects.get().state == "cancelled"
    assert PromiseEvent.objects.filter(state="cancelled").count() == 1
    assert desk.page not in mine.get(reverse("desk:case", args=[desk.case.pk])).content.decode()


def test_without_a_reason_or_twice_nothing_is_taken_back(desk):
    mine = browser(desk.cast.ana)

    assert mine.post(desk.page, {"reason": " "}).status_code == 422
    assert Message.objects.get().state == "waiting"
    mine.post(desk.page, {"reason": "Lost the job"})
    assert mine.post(desk.page, {"reason": "Again"}).status_code == 422

    assert PromiseEvent.objects.filter(state="cancelled").count() == 1


def test_who_may_not_work_the_case_takes_nothing_back(desk):
    assert browser(desk.cast.auditor).post(desk.page, {"reason": "x"}).status_code == 403
    assert browser(desk.cast.cleo).post(desk.page, {"reason": "x"}).status_code == 404
    assert Promise.objects.get().state == "open"
