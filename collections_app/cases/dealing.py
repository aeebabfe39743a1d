"""Dealing new cases: the facts gathered, the decision asked, its result written."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from collections_app.cases.assignment import deal
from collections_app.cases.dealing_facts import (
    agents_for,
    facts_of,
    holders_of,
    needs_of,
    queues_of,
    read_grants,
    teams_of,
    waiting_cases,
)
from collections_app.cases.handover import Handover, hand_over, lock_dealing, note_undealt
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.portfolios.models import Portfolio


# Without a savepoint: whoever holds a transaction already undoes all of it when this fails.
@transaction.atomic(savepoint=False)
def deal_new_cases(*, portfolio: Portfolio, by: Actor) -> int:
    """Deals the portfolio's open cases that nobody holds; returns how many found an agent.

    What remains keeps the reason why nobody could be given it. Run twice it changes nothing.
    The close and every change of positions call it through `sync_cases`; a lead by "deal now".
    """
    waiting = waiting_cases().filter(portfolio=portfolio)
    if not waiting.exists():
        return 0
    lock_dealing([portfolio.pk])
    at, grants, here = clock.now(), read_grants(), [portfolio.pk]
    cases = needs_of(waiting)
    agents = facts_of(agents=agents_for(portfolios=here, grants=grants), at=at, grants=grants)
    dealt = deal(
        cases=cases,
        agents=agents,
        holders=holders_of(cases=waiting, portfolios=here, at=at, grants=grants),
        queues=queues_of(here),
    )
    teams = {agent.agent_id: agent.team_id for agent in agents}
    teams |= teams_of({given.agent_id for given in dealt.given.values()} - teams.keys())
    rows = [
        Handover(
            case_id=case_id,
            portfolio_id=portfolio.pk,
            from_id=None,
            to_id=given.agent_id,
            team_id=teams[given.agent_id],
            because=given.because,
        )
        for case_id, given in dealt.given.items()
    ]
    hand_over(rows=rows, at=at, days={portfolio.pk: portfolio.business_date}, by=by)
    note_undealt(dealt.left)
    if rows:
        record(
            action="case.assigned",
            by=by,
            object_type="loans.Portfolio",
            object_id=portfolio.pk,
            portfolio_id=portfolio.pk,
            count=len(rows),
            data={"because": dict(Counter(row.because for row in rows)), "left": len(dealt.left)},
        )
    return len(rows)
