"""Dozens of agents press Next at once: nobody is claimed twice, nobody is left out.

The race is shown without the lock first; then the real statement runs in threads of their own, each
on its connection.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction

from collections_app.cases.models import Case
from collections_app.cases.services import set_next_step
from collections_app.worklist import ranking
from collections_app.worklist.flow import EndedBy
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.leases import Claim, Held, Nothing, claim_next, release, take_up
from collections_app.worklist.models import WorkItem
from collections_app.worklist.points import STANDARD
from collections_app.worklist.points_services import install_standard_points
from collections_app.worklist.services import make_work_items, refresh_workable
from core import clock
from core.audit.actors import Actor
from tests.collections_app.builders import Desk, build_desk
from tests.collections_app.crowd import leads, multiply
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60


@pytest.fixture
def desk() -> Iterator[Desk]:
    with time_machine.travel(OPEN_AT, tick=False):
        found = build_desk()
        make_work_items()
        refresh_workable(people=[found.case.borrower_id])
        install_standard_points(by=CLERK)
        yield found


def _at_once(runs: list[Callable[[], Any]]) -> list[Any]:
    """Runs each in a thread with a connection of its own; results in order, errors raised."""
    meet = threading.Barrier(len(runs), timeout=PATIENCE)

    def alone(run: Callable[[], Any]) -> Any:
        try:
            meet.wait()
            return run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(runs)) as pool:
        return [found.result() for found in [pool.submit(alone, run) for run in runs]]


def _first(agent) -> Any:
    found = ranking.next_candidate(agent=agent, at=clock.now(), bands=STANDARD)
    return found.party_id if found else None


# --- the race, without the lock and with it ---------------------------------------------------
def _two_look_at_once(agents) -> list[Any]:
    """Both look before either has written; returns whom each would claim."""
    looked = threading.Barrier(2, timeout=PATIENCE)

    def look(agent) -> Any:
        with transaction.atomic():
            found = _first(agent)
            looked.wait()
            return found

    return _at_once([lambda agent=agent: look(agent) for agent in agents])


def test_without_the_lock_two_agents_get_the_same_person(desk, monkeypatch):
    multiply(desk, 3)
    lock = "FOR NO KEY UPDATE OF item {locking}"
    assert lock in ranking._NEXT
    monkeypatch.setattr(ranking, "_NEXT", ranking._NEXT.replace(lock, ""))

    one, other = _two_look_at_once(leads(desk, 2))

    assert one is not None
    assert one == other


def test_with_the_lock_the_second_passes_on_to_somebody_else(desk):
    multiply(desk, 3)

    one, other = _two_look_at_once(leads(desk, 2))

    assert None not in (one, other)
    assert one != other


def test_who_waited_for_the_lock_sees_what_the_first_wrote(desk):
    """The statement of the second began before the first had written anything."""
    multiply(desk, 1)
    one, other = leads(desk, 2)
    has_locked = threading.Event()

    def first() -> Any:
        with transaction.atomic():
            found = ranking.next_candidate(agent=one, at=clock.now(), bands=STANDARD)
            has_locked.set()
            _wait_until_somebody_waits()
            until = clock.now() + timedelta(minutes=5)
            WorkItem.objects.filter(pk=found.item_id).update(claimed_until=until)
            return found.party_id

    def second() -> Any:
        assert has_locked.wait(PATIENCE)
        with transaction.atomic():
            return ranking.next_candidate(agent=other, at=clock.now(), bands=STANDARD, wait=True)

    claimed, nobody = _at_once([first, second])

    assert claimed is not None
    assert nobody is None


def _wait_until_somebody_waits() -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    for _turn in range(PATIENCE * 20):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting + " AND datname = current_database()")
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.05)
    raise AssertionError("Nobody came to wait for the lock.")


def test_who_was_had_and_planned_while_the_ranking_ran_is_not_brought(desk, monkeypatch):
    """The second looked before the first claimed; by the time it has the lock all is over."""
    multiply(desk, 1)
    one, other = leads(desk, 2)
    look = ranking._row

    def slow(statement, agent, at, bands, **how):
        found = look(statement, agent, at, bands, **how)
        if agent == other and "only" not in how and found is not None:
            # As if the row lock had been got only now: what was read is from before.
            raise Looked(found)
        return found

    class Looked(Exception):
        pass

    monkeypatch.setattr(ranking, "_row", slow)
    with pytest.raises(Looked) as before, transaction.atomic():
        _first(other)
    monkeypatch.setattr(ranking, "_row", look)
    _work_until_nobody_is_left(one)

    stale = [before.value.args[0]]
    monkeypatch.setattr(
        ranking,
        "_row",
        lambda *args, **how: stale.pop() if stale and "only" not in how else look(*args, **how),
    )
    with transaction.atomic():
        assert _first(other) is None
    assert not stale


def test_rows_that_are_being_refreshed_are_waited_for_before_nobody_is_said(desk):
    multiply(desk, 1)
    [agent] = leads(desk, 1)
    holds, may_go = threading.Event(), threading.Event()

    def refresher() -> None:
        with transaction.atomic():
            list(WorkItem.objects.select_for_update(no_key=True).order_by("pk"))
            holds.set()
            _wait_until_somebody_waits()
            may_go.set()

    def claimer() -> Claim | Nothing:
        assert holds.wait(PATIENCE)
        return claim_next(agent=agent)

    _none, found = _at_once([refresher, claimer])

    assert may_go.is_set()
    assert isinstance(found, Claim)


def test_of_many_who_take_the_same_person_up_one_has_them_and_the_others_hear_who(desk):
    [case] = multiply(desk, 1)
    agents = leads(desk, 6)

    def take(agent) -> Lease | Held:
        try:
            return take_up(agent=agent, case=case)
        except Held as held:
            return held

    found = _at_once([lambda agent=agent: take(agent) for agent in agents])

    [lease] = [one for one in found if isinstance(one, Lease)]
    assert {one.by for one in found if isinstance(one, Held)} == {lease.agent}
    assert Lease.objects.count() == 1


def test_one_agent_with_many_tabs_gets_one_person(desk):
    multiply(desk, 6)
    [agent] = leads(desk, 1)

    found = _at_once([lambda: claim_next(agent=agent)] * 5)

    assert len({one.lease.pk for one in found}) == 1
    assert Lease.objects.count() == 1


# --- everybody at once ---------------------------------------------------------------------------
def _work_until_nobody_is_left(agent) -> list[Any]:
    """Claims, says the next step, saves, and again; returns whom it had."""
    had = []
    while True:
        found = claim_next(agent=agent)
        if isinstance(found, Nothing):
            return had
        had.append(found.case.borrower_id)
        later = clock.now() + timedelta(hours=4)
        set_next_step(case=found.case, step="call", at=later, by=Actor.of(agent))
        release(lease_token=found.lease.token, agent=agent, why=EndedBy.SAVED)


def _everybody_at_once(desk: Desk, *, agents: int, people: int) -> None:
    cases = multiply(desk, people)

    had = _at_once(
        [lambda agent=agent: _work_until_nobody_is_left(agent) for agent in leads(desk, agents)]
    )

    times = Counter(party for whom in had for party in whom)
    assert set(times) == {case.borrower_id for case in cases}, "somebody was left out"
    assert set(times.values()) == {1}, "somebody was claimed twice"
    assert Lease.objects.filter(taken_by="next").count() == people
    assert not Lease.objects.filter(ended_at=None).exists()
    due = Case.objects.filter(assignee=None, next_step_at__lte=clock.now())
    assert not due.exists()


def test_eight_agents_on_a_hundred_people(desk):
    _everybody_at_once(desk, agents=8, people=100)


@pytest.mark.chaos
def test_thirty_two_agents_on_five_thousand_people(desk):
    _everybody_at_once(desk, agents=32, people=5_000)
