"""Talks about hardship: the formula, what is kept sealed, the stop, and who may ask."""

from __future__ import annotations

from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from collections_app.hardship.flow import Budget, affordable
from collections_app.hardship.models import HardshipTalk
from collections_app.hardship.queries import budget_of, note_of
from collections_app.hardship.services import record_talk
from collections_app.plans.services import decide_plan
from compliance.stops.models import Stop
from core.audit import Actor, AuditEntry
from tests.collections_app.builders import build_desk
from tests.collections_app.plans import USUAL, arrangement, propose
from tests.collections_app.test_taking_promises import browser
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import build_party

D = Decimal
BUDGET = Budget(
    net_income=D("3000.00"),
    other_income=D("200.00"),
    housing=D("1200.00"),
    living=D("900.00"),
    car=D("300.00"),
    other_debts=D("350.00"),
)


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk()


def record(desk, budget=BUDGET, **more):
    values = {"reason": "income", "by": Actor.of(desk.cast.ana), "party": desk.case.borrower}
    return record_talk(case=desk.case, budget=budget, **{**values, **more})


def test_the_worked_example():
    # 3,200.00 income less 2,750.00 expenses leaves 450.00; a tenth of it stays: 405.00.
    assert (BUDGET.left_over, BUDGET.reserve, affordable(BUDGET)) == (
        D("450.00"),
        D("45.0000"),
        D("405.00"),
    )
    assert affordable(Budget(net_income=D("100.00"), housing=D("100.01"))) == 0


_money = st.decimals(min_value=0, max_value=99999, places=2)


@given(_money, _money, _money)
def test_never_below_zero_nor_more_than_is_left_over(income, housing, debts):
    budget = Budget(net_income=income, housing=housing, other_debts=debts)

    found = affordable(budget)

    assert 0 <= found <= max(budget.left_over, Decimal(0))
    assert Budget.read(budget.stored()) == budget


def test_a_talk_is_kept_sealed_and_puts_the_stop_on(desk):
    talk = record(desk, note="Lost the job in April")

    assert budget_of(talk) == BUDGET
    assert note_of(talk) == "Lost the job in April"
    with connection.cursor() as cursor:
        cursor.execute("SELECT budget, note FROM collections_app_hardshiptalk")
        stored = b"".join(bytes(column) for column in cursor.fetchone())
    assert b"3000.00" not in stored
    assert b"April" not in stored
    [stop] = Stop.objects.all()
    assert (stop.kind, stop.party_id) == ("hardship", desk.case.borrower_id)
    [entry] = AuditEntry.objects.filter(action="hardship.recorded")
    assert "3000.00" not in str(entry.data)


def test_a_second_talk_adds_no_second_stop_and_one_may_ask_without(desk):
    record(desk)
    record(desk)
    assert Stop.objects.count() == 1

    Stop.objects.update(lifted_at="2026-05-12T18:00:00Z", lifted_by="Ben", lifted_reason="Over")
    record(desk, is_looked_at=False)
    assert Stop.objects.count() == 1
    assert HardshipTalk.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "whatever"}, "why it is late"),
        ({"budget": Budget(net_income=D("-1.00"))}, "zero or more"),
        ({"budget": Budget(net_income=D("1.005"))}, "two decimals"),
        ({"note": "4111 1111 1111 1111"}, "card"),
        ({"note": "x" * 1001}, "at most"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(desk, changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        record(desk, **changes)

    assert not HardshipTalk.objects.exists()
    assert not Stop.objects.exists()


def test_who_does_not_owe_is_not_asked(desk):
    with pytest.raises(ValidationError, match="owes the loan"):
        record(desk, party=build_party(desk.cast.portfolio))
    assert not HardshipTalk.objects.exists()


def test_more_than_is_affordable_asks_a_second_person_and_a_plan_lifts_the_stop(desk):
    talk = record(desk)

    asked = propose(desk, USUAL)
    assert (asked.state, asked.beyond, asked.talk) == ("proposed", ["affordable"], talk)
    assert Stop.objects.get().lifted_at is None

    decide_plan(plan=asked, approve=True, by=desk.cast.ben)

    assert Stop.objects.get().lifted_reason == "a plan was agreed"


def test_what_is_affordable_binds_at_once(desk):
    record(desk)

    plan = propose(desk, arrangement(("400.00", 5), ("400.00", 33), ("400.00", 61), ("120.00", 89)))

    assert (plan.state, plan.beyond) == ("active", [])


def test_the_page_asks_says_what_is_affordable_and_leads_on(desk):
    ana = browser(desk.cast.ana)
    href = reverse("desk:hardship_talk", args=[desk.case.pk])
    page = ana.get(href)
    assert page.status_code == 200
    entry = {
        "token": page.context["form"].initial["token"],
        "who": str(desk.case.borrower_id),
        "reason": "income",
        "net_income": "3000.00",
        "housing": "1200",
        "is_looked_at": "on",
    }

    told = ana.post(reverse("hardship:affordable", args=[desk.case.pk]), entry)
    assert "1,620.00" in told.content.decode()
    assert not HardshipTalk.objects.exists()

    refused = ana.post(href, {**entry, "reason": ""})
    assert refused.status_code == 422
    assert not HardshipTalk.objects.exists()

    for _twice in range(2):
        saved = ana.post(href, entry)
        assert saved.status_code == 302
        assert saved["Location"] == reverse("desk:propose_plan", args=[desk.case.pk])
    assert HardshipTalk.objects.count() == 1


def test_who_may_not_propose_does_not_ask_and_out_of_scope_there_is_no_case(desk):
    href = reverse("desk:hardship_talk", args=[desk.case.pk])

    assert browser(desk.cast.auditor).get(href).status_code == 403
    assert browser(desk.cast.cleo).get(href).status_code == 404
