"""Rules that judge stops: while one is in force, with an end, for whom, and what is excepted."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import (
    LOAN,
    OTHER_LOAN,
    OTHER_PARTY,
    answer,
    facts,
    is_judged,
    standard,
    stop,
)

NOON = "2026-05-12T12:00:00-04:00"

#: code -> kind of stop, the event that lifts it, a contact that it denies.
RULES = {
    "REGF-ATTORNEY": ("attorney", "attorney_released", {}),
    "REGF-CEASE": ("cease", "cease_withdrawn", {}),
    "REGF-DISPUTE": ("dispute", "debt_verified", {}),
    "REGF-3P-REFUSED": ("third_party_refused", "stop_lifted", {"role": "reference"}),
    "REGF-DECEASED": ("deceased", "estate_known", {}),
    "REGF-TIMEBARRED": ("time_barred", "threat_removed", {"content": ["threat_of_suit"]}),
    "US-BK-STAY": ("bankruptcy", "stay_ended", {}),
    "US-SCRA": ("military", "court_order", {"channel": "repossession"}),
    "CN-3P-REFUSED": ("third_party_refused", "stop_lifted", {"role": "reference"}),
    "CN-COMPLAINT": ("complaint", "complaint_closed", {}),
    "CN-TIMEBARRED": ("time_barred", "threat_removed", {"content": ["threat_of_suit"]}),
    "UK-VULN": ("vulnerable", "stop_lifted", {}),
    "UK-FORBEAR": ("hardship", "hardship_decided", {}),
    "UK-BREATHING": ("breathing_space", "moratorium_ended", {}),
}


@pytest.fixture(params=RULES)
def judged(request):
    return request.param, *RULES[request.param]


def test_it_denies_from_the_second_the_stop_begins(judged):
    code, kind, event, contact = judged
    details = {"type": "mental_health"}

    now = facts(NOON, stops=(stop(kind, NOON, details=details),), **contact)
    later = facts(
        NOON, stops=(stop(kind, "2026-05-12T12:00:01-04:00", details=details),), **contact
    )

    assert answer(now, standard(code)) == event
    assert answer(later, standard(code)) == ""


def test_it_opens_in_the_second_the_stop_ends(judged):
    code, kind, _event, contact = judged

    before = stop(kind, ends_at="2026-05-12T12:00:01-04:00")
    ended = stop(kind, ends_at=NOON)

    assert answer(facts(NOON, stops=(before,), **contact), standard(code)) == "2026-05-12 12:00:01"
    assert answer(facts(NOON, stops=(ended,), **contact), standard(code)) == ""


def test_two_stops_open_when_both_have_ended(judged):
    code, kind, _event, contact = judged
    stops = (
        stop(kind, ends_at="2026-05-12T13:00:00-04:00"),
        stop(kind, "2026-05-12T13:00:00-04:00", ends_at="2026-05-12T14:00:00-04:00"),
    )

    assert answer(facts(NOON, stops=stops, **contact), standard(code)) == "2026-05-12 14:00:00"


def test_it_holds_for_its_loan_and_channel_only(judged):
    code, kind, event, contact = judged
    channel = contact.get("channel", "call")
    details = {"type": "mental_health"}

    def asked(**changes):
        return facts(NOON, stops=(stop(kind, details=details, **changes),), **contact)

    assert answer(asked(loan_id=LOAN), standard(code)) == event
    assert answer(asked(loan_id=OTHER_LOAN), standard(code)) == ""
    assert answer(asked(channel=channel), standard(code)) == event
    assert answer(asked(channel="letter"), standard(code)) == ""


def test_another_kind_of_stop_is_not_its_own(judged):
    code, _kind, _event, contact = judged

    assert answer(facts(NOON, stops=(stop("hold"),), **contact), standard(code)) == ""


@pytest.mark.parametrize(
    ("code", "denies"),
    [
        # What rests is the debt, whoever disputed or complained.
        ("REGF-DISPUTE", True),
        ("CN-COMPLAINT", True),
        # A car is taken from everybody.
        ("US-SCRA", True),
        ("REGF-ATTORNEY", False),
        ("REGF-CEASE", False),
        ("REGF-DECEASED", False),
        ("REGF-3P-REFUSED", False),
        ("US-BK-STAY", False),
        ("UK-VULN", False),
        ("UK-FORBEAR", False),
        ("UK-BREATHING", False),
    ],
)
def test_whose_stop_counts(code, denies):
    kind, _event, contact = RULES[code]
    details = {"type": "mental_health"}
    theirs = stop(kind, party_id=OTHER_PARTY, loan_id=LOAN, details=details)

    assert bool(answer(facts(NOON, stops=(theirs,), **contact), standard(code))) is denies


@pytest.mark.parametrize(
    ("code", "contact"),
    [
        ("REGF-CEASE", {"channel": "letter", "content": ["ends_collection"]}),
        ("REGF-CEASE", {"channel": "letter", "content": ["may_invoke_remedy"]}),
        ("REGF-CEASE", {"channel": "letter", "content": ["intends_to_invoke_remedy"]}),
        ("REGF-CEASE", {"channel": "repossession"}),
        ("REGF-ATTORNEY", {"recipient": "consumer_attorney"}),
        ("REGF-ATTORNEY", {"channel": "repossession"}),
        ("REGF-DISPUTE", {"channel": "letter", "content": ["verification"]}),
        ("REGF-DECEASED", {"recipient": "executor"}),
        ("US-BK-STAY", {"recipient": "consumer_attorney"}),
        ("CN-COMPLAINT", {"content": ["complaint_reply"]}),
        ("CN-COMPLAINT", {"purpose": "notice_required"}),
        ("CN-COMPLAINT", {"purpose": "service"}),
        ("UK-VULN", {"purpose": "service"}),
        ("UK-FORBEAR", {"purpose": "service"}),
        ("UK-BREATHING", {"purpose": "notice_required"}),
    ],
)
def test_what_the_text_permits_all_the_same(code, contact):
    assert not is_judged(facts(NOON, **contact), standard(code))


@pytest.mark.parametrize(
    ("code", "contact"),
    [
        ("REGF-CEASE", {"channel": "letter", "content": ["ends_collection", "payment_request"]}),
        ("REGF-CEASE", {"channel": "letter"}),
        ("REGF-CEASE", {"purpose": "notice_required"}),
        ("REGF-DISPUTE", {"content": ["verification", "payment_request"]}),
        ("REGF-DISPUTE", {"channel": "repossession", "content": ["verification"]}),
        ("CN-COMPLAINT", {"channel": "repossession", "purpose": "service"}),
        ("UK-BREATHING", {"purpose": "service"}),
        ("UK-BREATHING", {"channel": "repossession", "purpose": "notice_required"}),
        ("UK-VULN", {"channel": "repossession", "purpose": "service"}),
    ],
)
def test_and_nothing_beyond_it(code, contact):
    assert is_judged(facts(NOON, **contact), standard(code))
