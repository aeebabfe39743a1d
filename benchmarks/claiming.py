"""Claiming the next person: agents who all press Next, each in a process of its own.

Twice: each agent with a list of their own, as dealt, and all on one list that nobody holds, where
every claim ranks everybody and all want the same first person.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Final
from unittest.mock import patch
from uuid import UUID

from django.db import connection

from accounts.access.rights import Role
from accounts.models import User
from benchmarks.claiming_floor import claim_again, copy_table
from benchmarks.dataset.office import AGENT, CLOSED_THROUGH, MAIN
from benchmarks.figures import Figure
from benchmarks.hinting import EVERYBODY_IS_LATE
from benchmarks.reserving import AT
from benchmarks.stage import Stage
from collections_app.cases.models import Case
from collections_app.promises.models import Promise
from collections_app.worklist.flow import EndedBy
from collections_app.worklist.leases import Nothing, claim_next, release
from collections_app.worklist.models import WorkItem, workable_at
from collections_app.worklist.services import make_work_items, refresh_workable
from core import clock
from core.jobs.processes import share_among
from loans.contracts.models import LoanParty
from loans.portfolios.models import Portfolio, PortfolioGrant

AGENTS = 32
#: People on all lists together, and on the one for all; each is claimed once.
PEOPLE, SHARED_PEOPLE = 5_000, 1_000
_LATER: Final = AT + timedelta(hours=4)


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields the 95th percentile of a claim in milliseconds beside that of the bare statement."""
    for is_shared in (False, True):
        with stage.book(stage.largest), closing(stage.connect()) as plain:
            agents = _hire(Role.TEAM_LEAD if is_shared else Role.AGENT)
            people = _lay_out(agents, is_shared=is_shared)
            stage.say(f"{AGENTS} agents, {people:,} people, {_name(is_shared)}")
            copy_table(plain)
            begun = time.monotonic()
            taken = share_among(AGENTS, partial(_work, agents))
            seconds = time.monotonic() - begun
            floor, floor_seconds = claim_again(stage, AGENTS)
            yield _figure(
                name=_name(is_shared),
                people=people,
                taken=sorted(one for some in taken for one in some),
                seconds=seconds,
                floor=floor,
                floor_seconds=floor_seconds,
            )


def _name(is_shared: bool) -> str:
    return "one list for all" if is_shared else "a list each"


def _hire(role: Role) -> list[UUID]:
    team = PortfolioGrant.objects.filter(portfolio__code=MAIN, team__isnull=False)[0].team
    made = [
        User(email=f"claim.{n}@bench.example", full_name=f"Claim {n}", role=role, team=team)
        for n in range(AGENTS)
    ]
    return [user.pk for user in User.objects.bulk_create(made)]


def _lay_out(agents: Sequence[UUID], *, is_shared: bool) -> int:
    """Opens a case for everybody and deals the first people who may be called."""
    portfolio = Portfolio.objects.get(code=MAIN)
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY_IS_LATE, [CLOSED_THROUGH, MAIN])
    make_work_items()
    late = Case.objects.open().filter(portfolio=portfolio)
    refresh_workable(people=set(late.values_list("borrower", flat=True)), at=AT)
    Case.objects.update(next_step_at=_LATER, assignee=None)
    # Each once: nobody whose day has not come, and nobody with a promise. A broken one is owed
    # whatever the plan says, so whoever has it would come again and again: somebody else has them.
    workable = WorkItem.objects.filter(workable_at(AT)).values("party")
    promised = LoanParty.objects.filter(loan__in=Promise.objects.values("loan")).values("party")
    late.filter(borrower__in=promised).update(assignee=User.objects.get(email=AGENT))
    claimable = late.filter(borrower__in=workable, assignee=None)
    people = list(
        claimable.order_by("borrower", "pk").distinct("borrower").values_list("pk", flat=True)
    )[: SHARED_PEOPLE if is_shared else PEOPLE]
    for number, agent in enumerate(agents):
        mine = Case.objects.filter(pk__in=people[number::AGENTS])
        mine.update(next_step_at=AT, assignee=None if is_shared else agent)
    with connection.cursor() as cursor:
        for table in ("collections_app_case", "collections_app_workitem", "collections_app_lease"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("CHECKPOINT")
    return len(people)


def _work(agents: Sequence[UUID], share: int, _of: int) -> list[float]:
    """Claims until nobody is left, plans each person for later; returns the seconds of each.

    Raises RuntimeError when somebody comes a second time.
    """
    agent = User.objects.get(pk=agents[share])
    taken: list[float] = []
    met: set[UUID] = set()
    # A claim asks the gate: the clock stands where the hours of the book's people are open.
    with patch.object(clock, "now", return_value=AT):
        while True:
            begun = time.perf_counter()
            found = claim_next(agent=agent)
            if isinstance(found, Nothing):
                return taken
            taken.append(time.perf_counter() - begun)
            if found.case.borrower_id in met:
                raise RuntimeError(f"Claimed twice for {found.lease.obligation or 'no obligation'}")
            met.add(found.case.borrower_id)
            Case.objects.filter(pk=found.case.pk).update(next_step_at=_LATER)
            release(lease_token=found.lease.token, agent=agent, why=EndedBy.SAVED)


def _figure(
    *,
    name: str,
    people: int,
    taken: Sequence[float],
    seconds: float,
    floor: Sequence[float],
    floor_seconds: float,
) -> Figure:
    a_second, floor_a_second = len(taken) / seconds, len(floor) / floor_seconds
    return Figure(
        name=f"person claimed, {AGENTS} agents, {name}, 95th percentile",
        measured=1000 * percentile(taken, 95),
        floor=1000 * percentile(floor, 95),
        unit="ms",
        limited_by=f"{a_second:,.0f} a second; the bare statement {floor_a_second:,.0f}",
        details={
            "people": people,
            "claimed": len(taken),
            "a_second": round(a_second, 1),
            "median_ms": round(1000 * percentile(taken, 50), 2),
            "floor_a_second": round(floor_a_second, 1),
            "floor_median_ms": round(1000 * percentile(floor, 50), 2),
        },
    )


def percentile(times: Sequence[float], share: int) -> float:
    """Returns the value that so many in a hundred of the sorted times do not exceed."""
    return times[max(0, -(-len(times) * share // 100) - 1)] if times else 0.0
