"""The gate is closed when a fact is missing, and while somebody's stop is in force."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from compliance.gate.facts import Channel, StopFact
from compliance.gate.sentences import EVENTS, REASONS, event_sentence, reason_sentence
from compliance.gate.services import judge
from tests.compliance.gate_facts import facts

NOON = "2026-05-12T12:00:00-04:00"


@pytest.mark.parametrize(
    ("changes", "reason", "event"),
    [
        ({"zones": ()}, "zone_unknown", "place_known"),
        ({"history_known": False}, "history_unknown", "history_imported"),
        ({"missing_packs": ("CN",)}, "rules_unknown", "rule_pack_published"),
        ({"rules": ()}, "rules_unknown", "rule_pack_named"),
        ({"contact_point_missing": True}, "contact_point_missing", "contact_point_added"),
        ({"contact_point_invalid": True}, "contact_point_invalid", "contact_point_verified"),
        ({"feed_missing": True}, "feed_missing", "feed_received"),
        ({"stale_feeds": (("cn repayments", date(2026, 5, 1)),)}, "feed_stale", "feed_received"),
        ({"channel_refused": True}, "channel_refused", "consent_given"),
    ],
)
def test_a_missing_fact_closes_the_gate_until_something_happens(changes, reason, event):
    decision = judge(facts(NOON, **changes))

    assert not decision.allowed
    assert [(found.reason, found.event) for found in decision.denials] == [(reason, event)]
    assert decision.next_allowed_at is None
    assert reason_sentence(reason, decision.denials[0].values)
    assert event_sentence(event)


def test_with_every_fact_in_place_the_gate_is_open():
    assert judge(facts(NOON)).allowed


def test_a_letter_needs_neither_zone_nor_number():
    letter = facts(NOON, channel=Channel.LETTER, zones=(), contact_point_missing=True)

    assert judge(letter).allowed


def _stop(**changes):
    defaults = {
        "kind": "dispute",
        "reference": "1",
        "channel": "",
        "starts_at": datetime.fromisoformat("2026-05-10T00:00:00-04:00"),
        "ends_at": None,
    }
    return StopFact(**{**defaults, **changes})


def test_a_stop_without_an_end_waits_for_its_release():
    decision = judge(facts(NOON, stops=(_stop(),)))

    assert [found.reason for found in decision.denials] == ["stop_dispute"]
    assert decision.next_allowed_at is None


def test_a_stop_that_ends_at_night_opens_in_the_morning():
    ends = datetime.fromisoformat("2026-05-13T00:00:00-04:00")

    decision = judge(facts(NOON, stops=(_stop(ends_at=ends),)))

    assert decision.next_allowed_at == datetime.fromisoformat("2026-05-13T08:00:00-04:00")


def test_a_stop_of_another_channel_or_another_time_does_not_count():
    later = datetime.fromisoformat("2026-05-12T15:00:00-04:00")

    decision = judge(facts(NOON, stops=(_stop(channel="sms"), _stop(starts_at=later))))

    assert decision.allowed
    assert decision.closes_at == later


def test_every_reason_is_given_not_only_the_first():
    decision = judge(facts("2026-05-12T23:00:00-04:00", history_known=False, stops=(_stop(),)))

    assert {found.reason for found in decision.denials} == {
        "stop_dispute",
        "history_unknown",
        "window_closed",
    }


def test_every_stop_has_its_sentence():
    from compliance.stops.models import StopKind

    assert {f"stop_{kind}" for kind in StopKind.values} <= set(REASONS)
    assert all(str(text) for text in (*REASONS.values(), *EVENTS.values()))
