"""Dealing people to agents: the decision alone, without a database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.cases.assignment import (
    LOCAL_AHEAD,
    AgentFacts,
    CaseNeed,
    DealtBecause,
    Holder,
    Left,
    Undealt,
    deal,
)

ANA, BO, CHEN = UUID(int=1), UUID(int=2), UUID(int=3)
SOUTH, NORTH = UUID(int=11), UUID(int=12)
HERE, THERE = UUID(int=21), UUID(int=22)


def _agent(agent_id: UUID, **facts: Any) -> AgentFacts:
    return AgentFacts(
        **{"agent_id": agent_id, "team_id": SOUTH, "portfolios": frozenset({HERE}), **facts}
    )


def _case(number: int, borrower: int | None = None, **needs: Any) -> CaseNeed:
    return CaseNeed(
        **{
            "case_id": UUID(int=100 + number),
            "borrower_id": UUID(int=1000 + (number if borrower is None else borrower)),
            "portfolio_id": HERE,
            **needs,
        }
    )


def _who(dealt) -> list[UUID]:
    return [given.agent_id for given in dealt.given.values()]


def test_of_equals_the_one_who_waited_longest_is_first():
    agents = [
        _agent(ANA, last_assigned_at=datetime(2026, 5, 12, tzinfo=UTC)),
        _agent(BO, last_assigned_at=datetime(2026, 5, 10, tzinfo=UTC)),
        _agent(CHEN),
    ]

    dealt = deal(cases=[_case(n) for n in range(4)], agents=agents, holders={})

    assert _who(dealt) == [CHEN, BO, ANA, CHEN]


def test_one_person_goes_to_one_agent_and_stays_there():
    cases = [_case(1, 1), _case(2, 2), _case(3, 1)]
    holders = {UUID(int=1002): Holder(ANA, can_take=True)}

    dealt = deal(cases=cases, agents=[_agent(ANA), _agent(BO, lately=0)], holders=holders)

    assert dealt.given[cases[0].case_id] == dealt.given[cases[2].case_id]
    assert dealt.given[cases[1].case_id].agent_id == ANA
    assert dealt.given[cases[1].case_id].because == DealtBecause.HOLDER


def test_a_new_case_waits_while_whoever_works_the_person_is_away():
    holders = {UUID(int=1001): Holder(ANA, can_take=False)}

    dealt = deal(cases=[_case(1)], agents=[_agent(BO)], holders=holders)

    assert dealt.given == {}
    assert list(dealt.left.values()) == [Left(Undealt.HOLDER_AWAY, str(ANA))]


def test_another_case_of_a_person_held_needs_no_room():
    holders = {UUID(int=1001): Holder(ANA, can_take=True)}

    dealt = deal(cases=[_case(1)], agents=[_agent(ANA, capacity=1, held=1)], holders=holders)

    assert _who(dealt) == [ANA]


@pytest.mark.parametrize(
    ("need", "facts", "left"),
    [
        ({"portfolio_id": THERE}, {}, Left(Undealt.NO_TEAM)),
        ({"language": "yue"}, {"languages": frozenset({"en"})}, Left(Undealt.LANGUAGE, "yue")),
        ({"skills": frozenset({"legal"})}, {}, Left(Undealt.SKILL, "legal")),
        ({}, {"is_away": True}, Left(Undealt.AWAY)),
        ({}, {"share": 0}, Left(Undealt.NO_SHARE)),
        ({}, {"capacity": 3, "held": 3}, Left(Undealt.FULL)),
    ],
)
def test_what_nobody_can_take_is_left_with_its_reason(need, facts, left):
    dealt = deal(cases=[_case(1, **need)], agents=[_agent(ANA, **facts)], holders={})

    assert dealt.given == {}
    assert list(dealt.left.values()) == [left]


def test_nobody_at_all_is_no_team():
    dealt = deal(cases=[_case(1)], agents=[], holders={})

    assert list(dealt.left.values()) == [Left(Undealt.NO_TEAM)]


def test_who_states_no_languages_takes_every_language():
    dealt = deal(cases=[_case(1, language="yue")], agents=[_agent(ANA)], holders={})

    assert _who(dealt) == [ANA]


def test_a_region_is_preferred_and_not_required():
    agents = [_agent(ANA, lately=2, regions=frozenset({"texas"})), _agent(BO)]
    cases = [_case(1, region="Texas"), _case(2, region="Ohio")]

    dealt = deal(cases=cases, agents=agents, holders={})

    assert _who(dealt) == [ANA, BO]
    assert [g.because for g in dealt.given.values()] == [DealtBecause.REGION, DealtBecause.TURN]


def test_a_region_runs_nobody_far_ahead_of_their_share():
    agents = [_agent(ANA, regions=frozenset({"texas"})), _agent(BO), _agent(CHEN)]

    dealt = deal(cases=[_case(n, region="Texas") for n in range(30)], agents=agents, holders={})

    got = Counter(_who(dealt))
    assert got[ANA] == 10 + LOCAL_AHEAD
    assert abs(got[BO] - got[CHEN]) <= 1


def test_teams_work_their_part_of_the_buckets():
    agents = [_agent(ANA), _agent(BO, team_id=NORTH)]
    queues = {(HERE, SOUTH): [(0, 1)], (HERE, NORTH): [(2, 5)]}
    cases = [_case(1, severity=1), _case(2, severity=2), _case(3, 9), _case(4, 9, severity=4)]

    dealt = deal(cases=cases, agents=agents, holders={}, queues=queues)

    assert _who(dealt) == [ANA, BO, BO, BO]  # the last person has a late case, so both are North's


def test_who_comes_back_starts_level_instead_of_catching_up():
    agents = [_agent(ANA, lately=30), _agent(BO, lately=32), _agent(CHEN, joined=True)]

    dealt = deal(cases=[_case(n) for n in range(6)], agents=agents, holders={})

    assert Counter(_who(dealt)) == {ANA: 3, CHEN: 2, BO: 1}


languages = st.sampled_from(["", "en", "zh", "yue"])
agents_strategy = st.lists(
    st.builds(
        lambda number, **facts: _agent(UUID(int=number), **facts),
        number=st.integers(1, 50),
        capacity=st.none() | st.integers(1, 8),
        held=st.integers(0, 8),
        share=st.sampled_from([0, 25, 50, 80, 100]),
        lately=st.integers(0, 20),
        joined=st.booleans(),
        is_away=st.booleans(),
        languages=st.frozensets(st.sampled_from(["en", "zh", "yue"])),
        regions=st.frozensets(st.sampled_from(["texas", "ohio"])),
    ),
    max_size=6,
    unique_by=lambda agent: agent.agent_id,
)
cases_strategy = st.lists(
    st.tuples(st.integers(0, 25), languages, st.sampled_from(["", "Texas"])), max_size=60
).map(
    lambda rows: [
        _case(number, borrower, language=language, region=region)
        for number, (borrower, language, region) in enumerate(rows)
    ]
)


@given(cases=cases_strategy, agents=agents_strategy)
def test_whatever_comes_the_conditions_hold(cases, agents):
    dealt = deal(cases=cases, agents=agents, holders={})

    by_id = {agent.agent_id: agent for agent in agents}
    people: dict[UUID, set[UUID]] = {}
    for case in cases:
        assert (case.case_id in dealt.given) != (case.case_id in dealt.left)
        if case.case_id in dealt.given:
            people.setdefault(case.borrower_id, set()).add(dealt.given[case.case_id].agent_id)
        else:
            assert dealt.left[case.case_id].reason in Undealt
    assert all(len(held_by) == 1 for held_by in people.values()), "a person was split"
    got = Counter(next(iter(held_by)) for held_by in people.values())
    for agent_id, number in got.items():
        agent = by_id[agent_id]
        assert not agent.is_away
        assert agent.share > 0
        assert agent.capacity is None or agent.held + number <= agent.capacity


@given(cases=cases_strategy, agents=agents_strategy)
def test_the_order_of_the_agents_changes_nothing(cases, agents):
    assert deal(cases=cases, agents=agents, holders={}) == deal(
        cases=cases, agents=list(reversed(agents)), holders={}
    )


@given(
    shares=st.lists(st.sampled_from([10, 25, 33, 50, 80, 100]), min_size=1, max_size=7),
    people=st.integers(0, 80),
)
def test_everyone_gets_their_share_to_within_one_person(shares, people):
    agents = [_agent(UUID(int=n + 1), share=share) for n, share in enumerate(shares)]

    dealt = deal(cases=[_case(n) for n in range(people)], agents=agents, holders={})

    got = Counter(_who(dealt))
    for agent in agents:
        ideal = Fraction(people * agent.share, sum(shares))
        assert abs(got[agent.agent_id] - ideal) < 1


@given(
    shares=st.lists(st.sampled_from([25, 50, 100]), min_size=2, max_size=4),
    days=st.lists(st.integers(0, 3), max_size=30),
)
def test_small_deals_day_by_day_come_to_the_same_shares(shares, days):
    got: Counter[UUID] = Counter()
    number = 0
    for today in days:
        agents = [
            _agent(UUID(int=n + 1), share=share, lately=got[UUID(int=n + 1)])
            for n, share in enumerate(shares)
        ]
        dealt = deal(cases=[_case(number + n) for n in range(today)], agents=agents, holders={})
        got.update(_who(dealt))
        number += today

    for n, share in enumerate(shares):
        assert abs(got[UUID(int=n + 1)] - Fraction(number * share, sum(shares))) < 1
