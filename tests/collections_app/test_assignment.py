"""Dealing cases in turn: the arithmetic alone."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from collections_app.cases.assignment import Candidate, Unassigned, deal

ANA, BO, CHEN = UUID(int=1), UUID(int=2), UUID(int=3)


def _cases(*borrowers: int) -> list[Unassigned]:
    return [Unassigned(UUID(int=100 + i), UUID(int=1000 + b)) for i, b in enumerate(borrowers)]


def test_the_agent_who_waited_longest_is_first():
    agents = [
        Candidate(ANA, datetime(2026, 5, 12, tzinfo=UTC)),
        Candidate(BO, datetime(2026, 5, 10, tzinfo=UTC)),
        Candidate(CHEN, None),
    ]

    dealt = deal(cases=_cases(1, 2, 3, 4), agents=agents, holders={})

    assert list(dealt.values()) == [CHEN, BO, ANA, CHEN]


def test_one_person_stays_with_one_agent():
    agents = [Candidate(ANA, None), Candidate(BO, None)]

    dealt = deal(cases=_cases(1, 2, 1), agents=agents, holders={UUID(int=1002): ANA})

    assert list(dealt.values()) == [ANA, ANA, ANA]


def test_a_holder_who_is_away_does_not_get_the_person():
    dealt = deal(cases=_cases(1), agents=[Candidate(BO, None)], holders={UUID(int=1001): ANA})

    assert list(dealt.values()) == [BO]


def test_nobody_to_deal_to():
    assert deal(cases=_cases(1, 2), agents=[], holders={}) == {}


@given(
    borrowers=st.lists(st.integers(0, 20), max_size=60),
    agents=st.integers(1, 6),
)
def test_shares_of_people_differ_by_one_at_most(borrowers, agents):
    candidates = [Candidate(UUID(int=i + 1), None) for i in range(agents)]

    dealt = deal(cases=_cases(*borrowers), agents=candidates, holders={})

    of_person = {}
    for case in _cases(*borrowers):
        of_person.setdefault(case.borrower_id, set()).add(dealt[case.case_id])
    assert all(len(held_by) == 1 for held_by in of_person.values())
    shares = [
        sum(candidate.agent_id in held_by for held_by in of_person.values())
        for candidate in candidates
    ]
    assert max(shares) - min(shares) <= 1
