"""A reservation takes a slot of the limit, and how the contact ends says whether it keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from compliance.attempts.models import Attempt, Outcome, Verdict
from compliance.attempts.queries import OUTCOME_EXPECTED_WITHIN, outcomes_overdue
from compliance.attempts.services import (
    ContactRefused,
    correct_outcome,
    record_inbound,
    record_unsanctioned,
    reserve,
    settle,
)
from compliance.gate.services import decide
from core import clock
from tests.compliance.builders import OPEN_AT, call_request, reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

#: Endings after which Massachusetts counts no call: nobody could have been told anything.
GIVEN_BACK = {
    "busy",
    "not_in_service",
    "no_voicemail",
    "wrong_number",
    "failed",
    "not_made",
    "received",
    "met",
    "not_met",
}


@pytest.fixture
def open_hours():
    with time_machine.travel(OPEN_AT, tick=False):
        yield


@pytest.fixture
def called(open_hours):
    """Somebody in a place where two calls a week about a debt are permitted."""
    return reachable_loan(reachable_portfolio(rule_packs=("US-MA",)))


def used(loan, phone):
    """How much of the limit of Massachusetts is used."""
    counters = decide(call_request(loan, phone)).used
    return next(counter.used for counter in counters if counter.code == "MA-2IN7")


@pytest.mark.parametrize("outcome", Outcome.values)
def test_an_outcome_keeps_the_slot_or_gives_it_back_as_the_rule_says(called, outcome):
    attempt = reserve(request=call_request(*called), by=CLERK)
    assert used(*called) == 1

    settle(attempt=attempt, outcome=outcome, by=CLERK)

    assert used(*called) == (0 if outcome in GIVEN_BACK else 1)


def test_a_correction_counts_from_then_on(called):
    attempt = reserve(request=call_request(*called), by=CLERK)
    settle(attempt=attempt, outcome="conversation", by=CLERK)

    correct_outcome(attempt=attempt, outcome="wrong_number", reason="it was her brother", by=CLERK)
    assert used(*called) == 0
    correct_outcome(attempt=attempt, outcome="voicemail", reason="it was not", by=CLERK)
    assert used(*called) == 1


def test_the_last_slot_is_refused_until_one_is_given_back(called):
    reserve(request=call_request(*called), by=CLERK)
    second = reserve(request=call_request(*called), by=CLERK)

    with pytest.raises(ContactRefused) as refusal:
        reserve(request=call_request(*called), by=CLERK)
    settle(attempt=second, outcome="busy", by=CLERK)

    assert refusal.value.verdict.used[0]["used"] == 2
    assert refusal.value.verdict.used[0]["limit"] == 2
    assert reserve(request=call_request(*called), by=CLERK).verdict.is_allowed


def test_what_happened_without_permission_counts_too(called):
    request = call_request(*called)

    record_unsanctioned(request=request, outcome="voicemail", reason="own mobile", by=CLERK)
    record_inbound(request=request, outcome="conversation", by=CLERK)

    assert used(*called) == 1  # theirs was the other one


def test_a_contact_nobody_settled_goes_on_counting_and_is_listed_as_overdue(called):
    attempt = reserve(request=call_request(*called), by=CLERK)
    assert not outcomes_overdue(at=clock.now()).exists()

    later = clock.now() + OUTCOME_EXPECTED_WITHIN + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        assert list(outcomes_overdue(at=clock.now())) == [attempt]
        assert used(*called) == 1
        settle(attempt=attempt, outcome="not_made", by=CLERK)
        assert not outcomes_overdue(at=clock.now()).exists()
        assert used(*called) == 0


@pytest.mark.parametrize("away", [timedelta(minutes=-3), timedelta(minutes=3)])
def test_permission_is_for_now_and_for_no_other_moment(called, away):
    request = replace(call_request(*called), at=clock.now() + away)

    with pytest.raises(ValidationError, match="begins now"):
        reserve(request=request, by=CLERK)

    assert not Verdict.objects.exists()
    assert not Attempt.objects.exists()


def test_a_verdict_says_where_the_first_free_slot_is(called):
    for _call in range(2):
        reserve(request=call_request(*called), by=CLERK)

    with pytest.raises(ContactRefused) as refusal:
        reserve(request=call_request(*called), by=CLERK)

    # Seven days by the calendar of their place in Texas, and eight in the morning in El Paso too.
    opens = datetime.fromisoformat("2026-05-19T08:00:00-06:00")
    assert refusal.value.decision.next_allowed_at == opens
    with time_machine.travel(opens, tick=False):
        assert decide(call_request(*called)).allowed
    with time_machine.travel(opens - timedelta(seconds=1), tick=False):
        assert not decide(call_request(*called)).allowed
