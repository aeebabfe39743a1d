"""Times the person asked us to keep free, and the one reply to a message of theirs."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.compliance.gate_facts import OTHER_PHONE, answer, facts, past, permits, standard, wish

KEPT_FREE = standard("REGF-INCONV")
EMAIL = {"channel": "email", "content": ["opt_out_statement"]}


@pytest.mark.parametrize(
    ("at", "wanted", "opens"),
    [
        # Weekdays from 15:00 to 17:00.
        ("2026-05-13T14:59:59-04:00", {}, ""),
        ("2026-05-13T15:00:00-04:00", {}, "2026-05-13 17:00:00"),
        ("2026-05-13T16:59:59-04:00", {}, "2026-05-13 17:00:00"),
        ("2026-05-13T17:00:00-04:00", {}, ""),
        ("2026-05-16T16:00:00-04:00", {}, ""),
        # Whole days, to the last one.
        ("2026-12-31T10:00:00-05:00",
         {"days": {1, 3}, "opens": None, "closes": None, "until": date(2026, 12, 31)},
         "2027-01-01 00:00:00"),
        ("2027-01-05T10:00:00-05:00",
         {"days": {1, 3}, "opens": None, "closes": None, "until": date(2026, 12, 31)}, ""),
        # Over midnight: what begins on Tuesday evening lasts into Wednesday.
        ("2026-05-13T01:00:00-04:00", {"days": {1}, "opens": time(22), "closes": time(9)},
         "2026-05-13 09:00:00"),
        ("2026-05-12T08:00:00-04:00", {"days": {1}, "opens": time(22), "closes": time(9)}, ""),
        # Not before it was said.
        ("2026-05-13T16:00:00-04:00", {"starts_at": "2026-05-13T16:00:01-04:00"}, ""),
    ],
)  # fmt: skip
def test_a_time_is_kept_free(at, wanted, opens):
    wanted = {"days": range(5), "opens": time(15), "closes": time(17), **wanted}
    wanted["days"] = frozenset(wanted["days"])

    assert answer(facts(at, preferences=(wish("inconvenient_time", **wanted),)), KEPT_FREE) == opens


def test_two_wishes_that_meet_open_when_both_are_over():
    wanted = (
        wish("inconvenient_time", opens=time(15), closes=time(17)),
        wish("inconvenient_time", opens=time(17), closes=time(19)),
    )

    asked = facts("2026-05-13T16:00:00-04:00", preferences=wanted)

    assert answer(asked, KEPT_FREE) == "2026-05-13 19:00:00"


def test_a_time_is_kept_free_in_every_place_the_person_may_be():
    wanted = (wish("inconvenient_time", opens=time(15), closes=time(17)),)
    zones = ("America/New_York", "America/Los_Angeles")

    asked = facts("2026-05-13T18:30:00-04:00", zones=zones, preferences=wanted)

    assert answer(asked, KEPT_FREE) == "2026-05-13 20:00:00"


def test_a_wish_for_every_hour_waits_for_the_person():
    asked = facts("2026-05-13T16:00:00-04:00", preferences=(wish("inconvenient_time"),))

    assert answer(asked, KEPT_FREE) == "preference_ended"


def _asked(*history, at="2026-05-13T15:50:00-04:00", **changes):
    wanted = (wish("inconvenient_time", opens=time(15), closes=time(17)),)
    return facts(at, **{**EMAIL, "preferences": wanted, "history": history, **changes})


def _message(at="2026-05-13T15:30:00-04:00", **changes):
    return past(at, "received", **{"channel": "email", "direction": "inbound", **changes})


def _reply(at="2026-05-13T15:45:00-04:00", outcome="sent", **changes):
    return past(at, outcome, **{"channel": "email", **changes})


def test_a_message_of_the_person_is_answered_once():
    assert permits(_asked(_message()), KEPT_FREE)
    assert answer(_asked(_message(), _reply()), KEPT_FREE) == "2026-05-13 17:00:00"
    # Another message, another reply.
    assert permits(_asked(_message(), _reply(), _message("2026-05-13T15:46:00-04:00")), KEPT_FREE)


@pytest.mark.parametrize("outcome", ["failed", "not_made"])
def test_a_reply_that_never_left_does_not_count(outcome):
    assert permits(_asked(_message(), _reply(outcome=outcome)), KEPT_FREE)


def test_a_reply_under_way_uses_the_message_up():
    assert not permits(_asked(_message(), _reply(outcome="")), KEPT_FREE)


@pytest.mark.parametrize(
    "changes",
    [
        {"history": (_message(channel="sms"),)},
        {"history": (_message(contact_point_id=OTHER_PHONE),)},
        {"history": (_message("2026-05-12T15:50:00-04:00"),)},
        {"channel": "call", "content": []},
    ],
)
def test_only_over_the_same_medium_to_the_same_address_within_the_hours(changes):
    history = changes.pop("history", (_message(),))

    assert not permits(_asked(*history, **changes), KEPT_FREE)
