"""Limits on how often: which days, which unit, which outcomes."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.attempts.models import Outcome
from compliance.rules.caps import count
from tests.compliance.gate_facts import (
    LOAN,
    OTHER_LOAN,
    OTHER_PARTY,
    OTHER_PHONE,
    PARTY,
    answer,
    facts,
    is_judged,
    past,
    permits,
    rule,
    said,
    standard,
    wish,
)

SHANGHAI = "Asia/Shanghai"


def calls(*days: int, outcome: str = "no_answer", **changes):
    return tuple(past(f"2026-04-{day:02}T10:00:00-04:00", outcome, **changes) for day in days)


@pytest.mark.parametrize(
    ("history", "at", "opens"),
    [
        (calls(1, 2, 3, 4, 5, 6), "2026-04-07T15:00:00-04:00", ""),
        (calls(1, 2, 3, 4, 5, 6, 7), "2026-04-07T15:00:00-04:00", "2026-04-08 00:00:00"),
        (calls(1, 2, 3, 4, 5, 6, 7), "2026-04-07T23:59:59-04:00", "2026-04-08 00:00:00"),
        (calls(1, 2, 3, 4, 5, 6, 7), "2026-04-08T00:00:00-04:00", ""),
        # Eight at once: two have to drop out.
        (calls(1, 2, 2, 3, 4, 5, 6, 7), "2026-04-07T15:00:00-04:00", "2026-04-09 00:00:00"),
        # Days, not hours: seven late on the first day are gone in the first minute of the eighth.
        (
            tuple(past("2026-04-01T20:59:00-04:00") for _n in range(7)),
            "2026-04-07T08:00:00-04:00",
            "2026-04-08 00:00:00",
        ),
    ],
)
def test_seven_in_seven_days(history, at, opens):
    assert answer(facts(at, history=history), standard("REGF-7IN7")) == opens


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        ({}, True),
        ({"party_id": OTHER_PARTY}, False),
        ({"loan_ids": (OTHER_LOAN,)}, False),
        ({"loan_ids": (LOAN, OTHER_LOAN)}, True),
        ({"contact_point_id": OTHER_PHONE}, True),
        ({"organisation": "agency-1"}, True),
        ({"direction": "inbound"}, False),
        ({"channel": "sms", "outcome": "sent"}, False),
        ({"channel": "email", "outcome": "sent"}, False),
        ({"recipient": "consumer_attorney"}, False),
        ({"is_misdirected": True}, False),
    ],
)
def test_seven_in_seven_counts_a_person_and_a_debt(other, counts):
    seventh = past(**{"at": "2026-04-07T10:00:00-04:00", "outcome": "no_answer", **other})
    asked = facts("2026-04-07T15:00:00-04:00", history=(*calls(1, 2, 3, 4, 5, 6), seventh))

    assert permits(asked, standard("REGF-7IN7")) is not counts


#: Which outcomes use up which limit; the ledger's words, and nothing for a contact not yet ended.
COUNTED = {
    "REGF-7IN7": {
        *("", "no_answer", "no_voicemail", "voicemail", "voicemail_no_message"),
        *("limited_message", "dropped", "third_party", "conversation", "connected"),
    },
    "MA-2IN7": {
        *("", "no_answer", "voicemail", "voicemail_no_message", "limited_message"),
        *("dropped", "third_party", "conversation", "connected", "sent"),
    },
    "NYC-3IN7": {
        *("", "no_answer", "no_voicemail", "busy", "not_in_service", "voicemail"),
        *("voicemail_no_message", "limited_message", "dropped", "wrong_number"),
        *("third_party", "conversation", "connected", "sent", "failed", "met", "not_met"),
    },
    "WA-3WEEK": {
        *("", "no_answer", "no_voicemail", "voicemail", "voicemail_no_message"),
        *("limited_message", "dropped", "third_party", "conversation", "connected"),
        *("sent", "met", "not_met"),
    },
    "CN-TALK-3D": {"", "dropped", "conversation"},
    "CN-DIAL-6D": {"", "no_answer", "no_voicemail", "busy", "not_in_service", "failed"},
}


@pytest.mark.parametrize("code", COUNTED)
@pytest.mark.parametrize("outcome", ["", *Outcome.values])
def test_which_outcomes_use_up_a_limit(code, outcome):
    limit = standard(code)
    history = tuple(
        past("2026-09-12T10:00:00-04:00", outcome) for _n in range(limit.values["limit"])
    )
    asked = facts("2026-09-12T12:00:00-04:00", history=history)

    assert permits(asked, limit) is (outcome not in COUNTED[code])


@pytest.mark.parametrize(
    ("outcome", "mode", "counts"),
    [
        ("connected", "notice", True),
        ("conversation", "notice", True),
        ("dropped", "notice", True),
        ("", "notice", True),
        ("no_answer", "notice", False),
        ("conversation", "live", False),
        ("conversation", "automated", False),
    ],
)
def test_notices_that_connect_have_their_own_three_a_day(outcome, mode, counts):
    history = tuple(past("2026-05-12T10:00:00+08:00", outcome, mode=mode) for _n in range(3))
    asked = facts("2026-05-12T20:00:00+08:00", zones=(SHANGHAI,), mode="notice", history=history)

    assert permits(asked, standard("CN-NOTICE-3D")) is not counts
    assert not is_judged(facts("2026-05-12T20:00:00+08:00"), standard("CN-NOTICE-3D"))


@pytest.mark.parametrize(
    ("third", "counts"),
    [
        ({}, True),
        ({"loan_ids": (OTHER_LOAN,)}, True),
        ({"organisation": "agency-2"}, True),
        ({"contact_point_id": OTHER_PHONE}, True),
        ({"mode": "automated"}, True),
        ({"party_id": OTHER_PARTY}, False),
        ({"direction": "inbound"}, False),
        ({"at": "2026-05-11T23:59:59+08:00"}, False),
    ],
)
def test_three_talks_a_day_with_a_debtor_whoever_talks_about_whatever(third, counts):
    history = (
        past("2026-05-12T09:00:00+08:00", "conversation", organisation="agency-1"),
        past("2026-05-12T13:00:00+08:00", "conversation"),
        past(**{"at": "2026-05-12T18:00:00+08:00", "outcome": "conversation", **third}),
    )
    asked = facts("2026-05-12T20:00:00+08:00", zones=(SHANGHAI,), history=history)

    assert answer(asked, standard("CN-TALK-3D")) == ("2026-05-13 00:00:00" if counts else "")


def test_six_dials_a_day_count_for_the_number_dialled():
    history = tuple(past(f"2026-05-12T{hour:02}:00:00+08:00") for hour in range(8, 14))
    asked = {"zones": (SHANGHAI,), "history": history}
    at = "2026-05-12T20:00:00+08:00"

    assert answer(facts(at, **asked), standard("CN-DIAL-6D")) == "2026-05-13 00:00:00"
    assert permits(facts(at, contact_point_id=OTHER_PHONE, **asked), standard("CN-DIAL-6D"))
    assert permits(facts(at, zones=(SHANGHAI,), history=history[1:]), standard("CN-DIAL-6D"))


@pytest.mark.parametrize(
    ("agreed", "at", "permitted"),
    [
        ({"count": 4}, "2026-05-12T20:00:00+08:00", True),
        ({"count": 2}, "2026-05-12T20:00:00+08:00", False),
        ({"count": 4, "rule": "CN-DIAL-6D"}, "2026-05-12T20:00:00+08:00", False),
        ({"count": 4, "until": date(2026, 5, 12)}, "2026-05-12T20:00:00+08:00", True),
        ({"count": 4, "until": date(2026, 5, 11)}, "2026-05-12T20:00:00+08:00", False),
        (
            {"count": 4, "starts_at": "2026-05-12T20:00:01+08:00"},
            "2026-05-12T20:00:00+08:00",
            False,
        ),
    ],
)
def test_another_number_may_be_agreed(agreed, at, permitted):
    history = tuple(past("2026-05-12T09:00:00+08:00", "conversation") for _n in range(3))
    wanted = wish("agreed_cap", **{"rule": "CN-TALK-3D", **agreed})
    asked = facts(at, zones=(SHANGHAI,), history=history, preferences=(wanted,))

    assert permits(asked, standard("CN-TALK-3D")) is permitted


def test_a_number_agreed_from_later_on_opens_then():
    history = tuple(past("2026-05-12T09:00:00+08:00", "conversation") for _n in range(3))
    wanted = wish("agreed_cap", "2026-05-12T20:00:01+08:00", rule="CN-TALK-3D", count=9)
    asked = facts(
        "2026-05-12T20:00:00+08:00", zones=(SHANGHAI,), history=history, preferences=(wanted,)
    )

    assert answer(asked, standard("CN-TALK-3D")) == "2026-05-12 20:00:01"


@pytest.mark.parametrize(
    ("history", "channel", "opens"),
    [
        ((past("2026-05-04T10:00:00-04:00", "conversation"),), "sms", ""),
        (
            (
                past("2026-05-04T10:00:00-04:00", "conversation"),
                past("2026-05-06T10:00:00-04:00", "sent", channel="sms"),
            ),
            "sms",
            "2026-05-11 00:00:00",
        ),
        # Whoever on the loan was reached, the debt is one.
        (
            (
                past("2026-05-04T10:00:00-04:00", "conversation", party_id=OTHER_PARTY),
                past("2026-05-06T10:00:00-04:00", "sent", channel="sms"),
            ),
            "call",
            "2026-05-11 00:00:00",
        ),
        # E-mail does not count, nor does what went to the place of work.
        (
            (
                past("2026-05-04T10:00:00-04:00", "sent", channel="email"),
                past("2026-05-05T10:00:00-04:00", "voicemail", place="work"),
                past("2026-05-06T10:00:00-04:00", "sent", channel="sms"),
            ),
            "call",
            "",
        ),
    ],
)
def test_massachusetts_counts_calls_and_texts_about_a_debt(history, channel, opens):
    asked = facts("2026-05-08T10:00:00-04:00", channel=channel, history=history)

    assert answer(asked, standard("MA-2IN7")) == opens


def test_massachusetts_counts_work_apart_over_thirty_days():
    work, anywhere = standard("MA-2IN30-WORK"), standard("MA-2IN7")
    history = tuple(
        past(at, "voicemail", place="work")
        for at in ("2026-05-01T10:00:00-04:00", "2026-05-02T10:00:00-04:00")
    )
    asked = facts("2026-05-30T23:59:59-04:00", place="work", history=history)

    assert answer(asked, work) == "2026-05-31 00:00:00"
    assert not is_judged(asked, anywhere)
    assert permits(facts("2026-05-08T10:00:00-04:00", history=history), anywhere)
    assert not is_judged(facts("2026-05-08T10:00:00-04:00", place="home"), work)


def test_new_york_counts_every_channel_of_an_account():
    history = (
        past("2026-09-07T10:00:00-04:00", "busy"),
        past("2026-09-08T10:00:00-04:00", "sent", channel="letter"),
        past("2026-09-09T10:00:00-04:00", "sent", channel="email", party_id=OTHER_PARTY),
    )
    asked = facts("2026-09-12T10:00:00-04:00", channel="sms", history=history)

    assert answer(asked, standard("NYC-3IN7")) == "2026-09-14 00:00:00"
    assert permits(facts("2026-09-12T10:00:00-04:00", history=history[1:]), standard("NYC-3IN7"))
    required = facts("2026-09-12T10:00:00-04:00", purpose="notice_required", history=history)
    assert permits(required, standard("NYC-3IN7"))


def test_washington_counts_a_week_of_everything_and_one_at_work():
    at = "2026-05-15T10:00:00-07:00"
    zones = ("America/Los_Angeles",)
    at_work = (past("2026-05-11T10:00:00-07:00", "voicemail", place="work"),)
    asked = facts(at, zones=zones, place="work", history=at_work)

    assert answer(asked, standard("WA-WORK-1WEEK")) == "2026-05-18 00:00:00"
    assert permits(facts(at, zones=zones, history=at_work), standard("WA-WORK-1WEEK"))
    assert permits(facts(at, zones=zones, history=at_work), standard("WA-3WEEK"))


def test_a_call_that_the_person_asked_for_neither_counts_nor_waits():
    history = (*calls(1, 2, 3, 4, 5), *calls(6, 6, 6, 6))
    wanted = said("yes", "call_back", "2026-04-05T12:00:00-04:00")
    within = facts("2026-04-07T15:00:00-04:00", history=history, permissions=(wanted,))
    # On its eighth day the wish is over: five and none of the four asked for are left.
    after = facts("2026-04-12T00:00:00-04:00", history=history, permissions=(wanted,))

    assert permits(within, standard("REGF-7IN7"))
    assert count(within, standard("REGF-7IN7")).used == 5
    assert permits(after, standard("REGF-7IN7"))
    unasked = facts("2026-04-07T15:00:00-04:00", history=history)
    assert answer(unasked, standard("REGF-7IN7")) == "2026-04-10 00:00:00"


@pytest.mark.parametrize(
    "over",
    [
        {"wanted": {"loan_id": OTHER_LOAN}},
        {"wanted": {"only_on": date(2026, 4, 6)}},
        {"wanted": {"until": "2026-04-07T15:00:00-04:00"}},
        {"wanted": {"given_at": "2026-04-07T15:00:01-04:00"}},
        {"history": calls(6, outcome="conversation")},
        {"permissions": (said("no", "call_back", "2026-04-06T12:00:00-04:00"),)},
    ],
)
def test_a_wish_for_a_call_ends_with_its_day_a_talk_or_a_no(over):
    wanted = {"given_at": "2026-04-05T12:00:00-04:00", **over.get("wanted", {})}
    asked = facts(
        "2026-04-07T15:00:00-04:00",
        history=(*calls(1, 1, 1, 1, 1, 1, 1), *over.get("history", ())),
        permissions=(said("yes", "call_back", **wanted), *over.get("permissions", ())),
    )

    assert not permits(asked, standard("REGF-7IN7"))


def test_how_much_is_used_of_the_loan_that_has_most():
    limit = standard("REGF-7IN7")
    history = (*calls(1, 2, 3), *calls(2, 3, loan_ids=(OTHER_LOAN,)))
    asked = facts("2026-04-03T12:00:00-04:00", loan_ids=(OTHER_LOAN, LOAN), history=history)

    counter = count(asked, limit)

    assert (counter.used, counter.limit, counter.days, counter.unit) == (3, 7, 7, "person_debt")
    assert counter.resets_at.isoformat() == "2026-04-08T04:00:00+00:00"
    assert count(facts("2026-04-03T12:00:00-04:00"), limit).resets_at is None


def test_days_are_those_of_the_canonical_zone():
    """Late on 1 April in Los Angeles is 2 April in New York, and the day of New York counts."""
    history = tuple(past("2026-04-01T21:30:00-07:00") for _n in range(7))
    zones = ("America/Los_Angeles", "America/New_York")
    at = "2026-04-08T12:00:00-07:00"

    assert permits(facts(at, zones=zones, history=history), standard("REGF-7IN7"))
    eastern = facts(at, zones=zones, day_zone="America/New_York", history=history)
    assert answer(eastern, standard("REGF-7IN7")) == "2026-04-08 21:00:00"


def test_three_a_day_to_one_person_about_all_their_debts_is_policy():
    history = (
        past("2026-04-01T08:00:00-04:00"),
        past("2026-04-01T11:00:00-04:00", loan_ids=(OTHER_LOAN,)),
        past("2026-04-01T14:00:00-04:00", contact_point_id=OTHER_PHONE),
    )
    asked = facts("2026-04-01T17:00:00-04:00", history=history)

    assert answer(asked, standard("REGF-CONSUMER-3D")) == "2026-04-02 00:00:00"
    assert permits(facts("2026-04-01T17:00:00-04:00", history=history[1:]),
                   standard("REGF-CONSUMER-3D"))  # fmt: skip


def test_only_the_two_presumptions_can_be_rebutted():
    from tests.compliance.gate_facts import standard_rules

    rebuttable = {code for code, rule in standard_rules("US-REGF").items() if rule.override}

    assert rebuttable == {"REGF-7IN7", "REGF-7AFTER"}
    for pack in ("CN", "US-TCPA", "US-MA", "US-NYC", "US-WA", "UK", "IN"):
        assert not any(rule.override for rule in standard_rules(pack).values())


@pytest.mark.parametrize("unit", ["person", "debtor"])
def test_a_person_and_a_debtor_are_the_same_count(unit):
    limit = rule("caps", limit=1, days=1, unit=unit, outcomes=["sent"], channels=["sms"])
    history = (past("2026-04-01T08:00:00-04:00", "sent", channel="sms", party_id=PARTY),)

    assert not permits(facts("2026-04-01T17:00:00-04:00", channel="sms", history=history), limit)
