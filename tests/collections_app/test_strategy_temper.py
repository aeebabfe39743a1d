"""A heated relationship in the strategy: another line, a longer rest, or none, with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collections_app.relationship.models import RelationshipState
from collections_app.strategy.calendar_page import wave_state
from collections_app.strategy.calendar_queries import week_of
from collections_app.strategy.planning import expect_day, plan_day
from core import clock
from notifications.outbox.models import Message, MessageEvent
from notifications.outbox.owed import recheck
from notifications.outbox.reasons import sentence
from tests.collections_app.strategies import TODAY, a_line, build_strategy, message_about
from tests.collections_app.test_strategy_planning import late, portfolio
from tests.loans.builders import CLERK

__all__ = ["late", "portfolio"]

pytestmark = pytest.mark.django_db


def stands(loan, state: str) -> None:
    RelationshipState.objects.update_or_create(
        party=loan.phone.party,
        portfolio=loan.portfolio,
        defaults={"state": state, "heat": 6, "refreshed_at": clock.now()},
    )


def plan(portfolio, days: int = 0) -> int:
    return plan_day(portfolio=portfolio, on=TODAY + timedelta(days=days), by=CLERK)


def said() -> list[tuple[str, str, str]]:
    rows = Message.objects.order_by("planned_at", "pk")
    return [(row.step.partition("@")[0], row.state, row.reason) for row in rows]


def test_whom_a_line_leaves_out_for_heat_has_a_message_that_is_not_sent_and_says_so(
    portfolio, late
):
    build_strategy(portfolio, a_line(without_flags=("hot",)))
    stands(late, "strained")
    (ahead,) = expect_day(portfolio=portfolio, on=TODAY)
    assert (ahead.count, ahead.left_out) == (1, 0)
    stands(late, "hot")
    (ahead,) = expect_day(portfolio=portfolio, on=TODAY)
    assert (ahead.count, ahead.left_out) == (0, 1)

    assert [plan(portfolio), plan(portfolio)] == [0, 0]

    assert said() == [("late", "suppressed", "relationship")]
    assert MessageEvent.objects.get().word == "relationship"
    assert "heated" in sentence("relationship", {})
    assert expect_day(portfolio=portfolio, on=TODAY) == []
    waves = [wave for wave in week_of([portfolio], TODAY) if wave.day == TODAY]
    assert [wave_state(wave)[1] for wave in waves] == ["1 left out, relationship heated"]


def test_another_line_speaks_to_who_is_strained_and_nobody_is_told_twice(portfolio, late):
    build_strategy(
        portfolio,
        a_line(without_flags=("strained",)),
        a_line(code="gentle", with_flags=("strained",), template=message_about("payment_details")),
    )
    stands(late, "hot")

    assert plan(portfolio) == 1

    assert said() == [("gentle", "waiting", "")]


def test_a_heated_relationship_rests_longer_between_messages(portfolio, late):
    build_strategy(portfolio, a_line(), heated=7)
    assert plan(portfolio) == 1
    stands(late, "strained")

    assert [plan(portfolio, days) for days in (1, 6, 7)] == [0, 0, 1]

    assert said() == [
        ("late", "waiting", ""),
        ("late", "suppressed", "relationship_rest"),
        ("late", "suppressed", "relationship_rest"),
        ("late", "waiting", ""),
    ]
    # Cooled, the usual days count again.
    stands(late, "steady")
    assert plan(portfolio, 8) == 1


def test_what_was_planned_before_it_fell_is_not_wanted_at_the_second_of_sending(portfolio, late):
    build_strategy(portfolio, a_line(without_flags=("hot",)), a_line(code="never", first_day=1999))
    plan(portfolio)
    message = Message.objects.get()
    stands(late, "strained")
    assert recheck(message).is_still_so

    stands(late, "hot")

    still = recheck(message)
    assert (still.is_still_so, still.reason) == (False, "relationship")
