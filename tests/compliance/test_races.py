"""Many at once want the last contact that is permitted: one gets it, and nobody waits for ever."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from dataclasses import replace
from random import Random, SystemRandom

import pytest
import time_machine
from django.db import OperationalError

from compliance.attempts import services
from compliance.attempts.models import Attempt, Verdict
from compliance.gate.services import decide
from core.locks import Lock, advisory_lock
from loans.contracts.models import LoanParty
from tests.compliance.builders import OPEN_AT, reachable_portfolio
from tests.compliance.racing import crowd_of, one_call_left, one_call_left_to_two
from tests.loans.builders import build_loan

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 32
#: Which texts leave one call, and to whom: a person about a debt, or whoever owes it.
LAST_CALLS = {"US-REGF": one_call_left, "US-MA": one_call_left_to_two}


@pytest.fixture(params=LAST_CALLS)
def last_call(request):
    """Builds, round by round, somebody to whom one more call is permitted."""
    portfolio = reachable_portfolio(rule_packs=(request.param,))
    return lambda rng: LAST_CALLS[request.param](portfolio, rng)


@pytest.fixture
def seed():
    number = int(os.environ.get("MAKEGOOD_SEED", SystemRandom().randrange(2**32)))
    sys.stdout.write(f"MAKEGOOD_SEED={number}\n")
    return number


@pytest.fixture
def decided_together(monkeypatch):
    """Lets two callers both have the gate's answer before either writes."""
    both = threading.Barrier(2)

    def decide_then_wait(request):
        decision = decide(request)
        both.wait(10)
        return decision

    monkeypatch.setattr(services, "decide", decide_then_wait)


def race(crowd, last, rng):
    answers = crowd.ask(last.requests(crowd.size), rng)
    booked = Attempt.objects.filter(about__loan=last.loan, is_history=False).count()
    return Counter(map(str, answers)), booked


@time_machine.travel(OPEN_AT, tick=False)
def test_without_the_locks_two_take_the_last_call(last_call, monkeypatch, decided_together):
    monkeypatch.setattr(services, "lock_slots", lambda **_slots: None)

    with crowd_of(2) as crowd:
        answers, booked = race(crowd, last_call(Random(1)), Random(1))

    assert (answers, booked) == (Counter(yes=2), 2)


@time_machine.travel(OPEN_AT, tick=False)
def test_with_the_persons_lock_alone_two_people_of_a_loan_take_its_last_call(
    monkeypatch, decided_together
):
    portfolio = reachable_portfolio(rule_packs=("US-MA",))
    monkeypatch.setattr(
        services,
        "lock_slots",
        lambda *, party_id, loan_ids=(): advisory_lock(Lock.CONTACT_SLOT, party_id),
    )

    with crowd_of(2) as crowd:
        answers, booked = race(crowd, one_call_left_to_two(portfolio, Random(1)), Random(1))

    assert (answers, booked) == (Counter(yes=2), 2)


@time_machine.travel(OPEN_AT, tick=False)
def test_one_of_many_takes_the_last_call(last_call, seed):
    rng = Random(seed)
    with crowd_of(CROWD) as crowd:
        for _round in range(10):
            last = last_call(rng)
            answers, booked = race(crowd, last, rng)
            assert (answers, booked) == (Counter(yes=1, no=CROWD - 1), 1)
            refusals = Verdict.objects.filter(party__loans__loan=last.loan, is_allowed=False)
            assert refusals.count() == CROWD - 1


@pytest.mark.chaos
@time_machine.travel(OPEN_AT, tick=False)
def test_one_of_many_takes_the_last_call_in_a_thousand_rounds(last_call, seed):
    rounds, rng, found = 500, Random(seed), Counter()
    with crowd_of(CROWD) as crowd:
        for _round in range(rounds):
            answers, booked = race(crowd, last_call(rng), rng)
            found[answers["yes"], answers["no"], booked] += 1
    sys.stdout.write(f"{rounds} rounds of {CROWD}: (yes, no, booked) {dict(found)}\n")
    assert found == Counter({(1, CROWD - 1, 1): rounds})


@pytest.mark.chaos
@time_machine.travel(OPEN_AT, tick=False)
def test_without_the_locks_the_same_crowd_breaks_the_limit(last_call, seed, monkeypatch):
    monkeypatch.setattr(services, "lock_slots", lambda **_slots: None)
    rounds, rng, broken = 20, Random(seed), 0
    with crowd_of(CROWD) as crowd:
        for _round in range(rounds):
            answers, _booked = race(crowd, last_call(rng), rng)
            broken += answers["yes"] > 1
    sys.stdout.write(f"{broken} of {rounds} rounds of {CROWD} without the locks were broken\n")
    assert broken


def two_loans_of_two(rng):
    """Two people who both stand on two loans, and a contact with each about both."""
    portfolio = reachable_portfolio(rule_packs=("US-MA",))
    first = one_call_left_to_two(portfolio, rng)
    second = build_loan(portfolio, party=first.phones[0].party)
    LoanParty.objects.create(loan=second, party=first.phones[1].party, role="co_borrower")
    return [replace(asked, loan_ids=(first.loan.pk, second.pk)) for asked in first.requests(2)]


def backwards(request):
    return replace(request, loan_ids=request.loan_ids[::-1])


@time_machine.travel(OPEN_AT, tick=False)
def test_locks_taken_in_the_order_of_naming_deadlock(monkeypatch):
    both = threading.Barrier(2)

    def one_after_the_other(*, party_id, loan_ids=()):
        advisory_lock(Lock.DEBT_SLOT, loan_ids[0])
        both.wait(10)
        advisory_lock(Lock.DEBT_SLOT, loan_ids[1])

    monkeypatch.setattr(services, "lock_slots", one_after_the_other)
    to_one, to_other = two_loans_of_two(Random(1))

    with crowd_of(2) as crowd:
        answers = crowd.ask([to_one, backwards(to_other)], Random(1))

    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [
        OperationalError
    ]


@time_machine.travel(OPEN_AT, tick=False)
def test_contacts_about_loans_named_in_opposite_orders_wait_and_do_not_deadlock(seed):
    rng = Random(seed)
    to_one, to_other = two_loans_of_two(rng)
    asked = [to_one, backwards(to_other), backwards(to_one), to_other] * (CROWD // 4)

    with crowd_of(CROWD) as crowd:
        answers = Counter(map(str, crowd.ask(asked, rng)))

    assert answers == Counter(yes=1, no=CROWD - 1)
