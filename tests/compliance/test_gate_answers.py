"""When the gate opens and closes by the clock alone, against asking it instant by instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from compliance.gate.facts import Channel, Effect, PermissionFact, PreferenceFact, StopFact
from compliance.gate.services import judge
from compliance.rules.findings import at_instant
from compliance.rules.registry import findings
from tests.compliance.gate_facts import (
    LOAN,
    OTHER_LOAN,
    OTHER_PARTY,
    PARTY,
    PHONE,
    facts,
    past,
    rule,
    standard_rules,
    window_rule,
)

_STEP = timedelta(minutes=10)
_SECOND = timedelta(seconds=1)
#: How far the gate is asked step by step; further on its word is tried at its edges only.
_WALKED = timedelta(days=3)
_BOOKS = ("US-REGF", "US-MA", "CN", "UK")
_ZONES = ("America/New_York", "America/Los_Angeles", "Asia/Shanghai", "Europe/London")


def is_open(asked, at):
    return not any(found.effect is Effect.DENY for found in findings(at_instant(asked, at)))


def story(number):
    """Facts of somebody with a past, wishes and stops, drawn by a number."""
    rng = Random(number)
    now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(60 * 24 * 280))

    def ago(days):
        return now - timedelta(minutes=rng.randrange(60 * 24 * days))

    def ahead(days):
        return now + timedelta(minutes=1 + rng.randrange(60 * 24 * days))

    return facts(
        now.isoformat(),
        channel=rng.choice((Channel.CALL, Channel.CALL, Channel.SMS, Channel.LETTER)),
        content=("opt_out_statement",),
        rules=tuple(standard_rules(rng.choice(_BOOKS)).values()),
        zones=tuple(rng.sample(_ZONES[:2] if rng.random() < 0.7 else _ZONES, rng.randrange(1, 3))),
        history=tuple(
            sorted(
                (
                    past(
                        ago(20).isoformat(),
                        rng.choice(("no_answer", "voicemail", "busy", "conversation", "")),
                        direction=rng.choice(("outbound", "outbound", "inbound")),
                        party_id=rng.choice((PARTY, PARTY, OTHER_PARTY)),
                        loan_ids=(rng.choice((LOAN, LOAN, OTHER_LOAN)),),
                    )
                    for _contact in range(rng.randrange(12))
                ),
                key=lambda contact: contact.at,
            )
        ),
        stops=tuple(
            StopFact(
                "hold", "1", rng.choice(("", "call")), rng.choice((ago(5), ahead(5))), ahead(9)
            )
            for _hold in range(rng.randrange(2))
        ),
        permissions=tuple(
            PermissionFact(
                kind=rng.choice(("call_back", "channel")),
                answer="yes",
                given_at=ago(40),
                reference="1",
                channel="sms",
                until=rng.choice((None, ahead(5))),
            )
            for _answer in range(rng.randrange(3))
        ),
        preferences=tuple(
            PreferenceFact(
                kind="inconvenient_time",
                reference="1",
                starts_at=ago(30),
                until=rng.choice((None, ahead(6).date())),
                days=frozenset(rng.sample(range(7), 2)),
            )
            for _wish in range(rng.randrange(2))
        ),
        place="mobile",
        day_zone=rng.choice(("", "America/Chicago")),
    )


@pytest.mark.parametrize("number", range(120))
def test_the_gate_keeps_its_word_about_when_it_opens_and_closes(number):
    asked = story(number)
    now = asked.request.at
    decision = judge(asked)
    assert decision.allowed == is_open(asked, now)
    turns = decision.closes_at if decision.allowed else decision.next_allowed_at

    if turns is not None:
        assert now < turns
        assert is_open(asked, turns) is not decision.allowed
        assert is_open(asked, turns - _SECOND) is decision.allowed
    at = now + _STEP
    while at < min(turns or now + _WALKED, now + _WALKED):
        assert is_open(asked, at) is decision.allowed, at
        at += _STEP


def test_stories_of_every_kind_are_told():
    told = [judge(story(number)) for number in range(120)]

    assert sum(decision.allowed for decision in told) > 20
    assert sum(decision.closes_at is not None for decision in told) > 15
    assert sum(decision.next_allowed_at is not None for decision in told) > 40
    assert sum(bool(decision.release_events) for decision in told) > 5


def test_what_an_event_has_to_lift_opens_at_no_instant():
    decision = judge(facts("2026-05-12T23:00:00-04:00", history_known=False))

    assert not decision.allowed
    assert decision.next_allowed_at is None
    assert decision.release_events == ("history_imported",)


def test_nothing_further_than_four_hundred_days_away_is_named():
    closed = StopFact(
        "hold", "1", "", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 6, 30, tzinfo=UTC)
    )
    near, far = "2026-06-01T12:00:00-04:00", "2026-05-01T12:00:00-04:00"

    assert judge(facts(near, stops=(closed,))).next_allowed_at is not None
    assert judge(facts(far, stops=(closed,))).next_allowed_at is None


def test_a_verdict_counts_every_limit_on_the_contact_and_no_other():
    limit = rule(
        "caps",
        limit=3,
        days=1,
        unit="number",
        outcomes=["no_answer", "reserved"],
        channels=["call"],
    )
    texts = rule("caps", limit=1, days=1, unit="person", outcomes=["sent"], channels=["sms"])
    asked = facts(
        "2026-05-12T15:00:00-04:00",
        rules=(window_rule(), limit, texts),
        history=(
            past("2026-05-12T09:00:00-04:00"),
            past("2026-05-12T10:00:00-04:00", ""),
            past("2026-05-12T11:00:00-04:00", contact_point_id=None),
            past("2026-05-12T12:00:00-04:00", "sent", channel="sms", contact_point_id=PHONE),
        ),
    )

    (counter,) = judge(asked).used

    assert (counter.used, counter.limit, counter.unit) == (2, 3, "number")
    assert counter.resets_at == datetime.fromisoformat("2026-05-13T00:00:00-04:00")
