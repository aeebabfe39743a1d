"""Two people at the same plan at once: shown to go wrong without the locks, and right with them."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.approvals.models import Approval
from collections_app.plans import services
from collections_app.plans.models import Plan, PlanEvent
from collections_app.plans.services import decide_plan
from collections_app.promises.models import Promise
from core.audit import AuditEntry
from loans.contracts.models import Schedule
from tests.collections_app.builders import Desk, build_desk
from tests.collections_app.plans import USUAL, arrangement, fresh, manager, propose
from tests.collections_app.test_modifications import EXTENSION
from tests.compliance.builders import OPEN_AT
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SHORTER = arrangement(("660.00", 5), ("660.00", 14))


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk()


def two_proposals(desk: Desk) -> list[Any]:
    return at_once(
        [
            lambda: propose(desk, USUAL, by=desk.cast.ana),
            lambda: propose(desk, SHORTER, by=desk.cast.ben),
        ]
    )


def two_yeses(desk: Desk, plan: Plan) -> list[Any]:
    second = manager(desk)
    return at_once(
        [
            lambda: decide_plan(plan=plan, approve=True, by=desk.cast.ben),
            lambda: decide_plan(plan=plan, approve=True, by=second),
        ]
    )


def test_without_the_lock_the_second_proposal_breaks_in_the_database(desk, monkeypatch):
    """Both have seen that the loan has no plan before either is written."""
    both_have_read = threading.Barrier(2, timeout=20)
    write = services._write

    def after_both_have_read(*values: Any) -> Plan:
        both_have_read.wait()
        return write(*values)

    monkeypatch.setattr(services, "lock_loan", lambda loan: loan)
    monkeypatch.setattr(services, "_write", after_both_have_read)
    _ = desk.case.loan.portfolio

    results = two_proposals(desk)

    assert sorted(type(one).__name__ for one in results) == [IntegrityError.__name__, "Plan"]


def test_of_two_proposals_at_once_one_stands_and_the_other_is_told_why(desk):
    results = two_proposals(desk)

    [refusal] = [one for one in results if not isinstance(one, Plan)]
    assert isinstance(refusal, ValidationError)
    assert refusal.code == "plan_exists"
    plan = Plan.objects.get()
    assert plan.state == "active"
    assert Promise.objects.count() == plan.instalments.count()
    assert list(PlanEvent.objects.order_by("id").values_list("state", flat=True)) == [
        "proposed",
        "active",
    ]


def test_without_the_locks_two_yeses_extend_the_loan_twice(desk, monkeypatch):
    """Both have seen that the plan waits before either binds it."""
    plan = propose(desk, EXTENSION)
    both_have_read = threading.Barrier(2, timeout=20)

    def read(asked: Plan) -> Plan:
        found = fresh(asked)
        both_have_read.wait()
        return found

    def decide_by_what_was_read(*, approval: Approval, **_values: Any) -> None:
        assert approval.is_pending

    monkeypatch.setattr(services, "lock_loan", lambda loan: loan)
    monkeypatch.setattr(services, "lock_plan", read)
    monkeypatch.setattr(services, "decide", decide_by_what_was_read)

    results = two_yeses(desk, plan)

    assert [type(one).__name__ for one in results] == ["Plan", "Plan"]
    assert Schedule.objects.filter(origin="extension").count() == 2


def test_of_two_yeses_at_once_one_counts(desk):
    plan = propose(desk, EXTENSION)

    results = two_yeses(desk, plan)

    [refusal] = [one for one in results if not isinstance(one, Plan)]
    assert isinstance(refusal, ValidationError)
    assert fresh(plan).state == "applied"
    assert Schedule.objects.filter(origin="extension").count() == 1
    assert AuditEntry.objects.filter(action="plan.applied").count() == 1
