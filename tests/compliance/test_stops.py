"""Stops: of whom, with what, never edited; the gate closes with them and opens after them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from compliance.gate.services import decide
from compliance.stops.details import DETAILS
from compliance.stops.models import Stop, StopKind
from compliance.stops.rights import right_to_lift, right_to_set
from compliance.stops.services import add_stop, hold, lift_stop
from core import clock
from core.audit.models import AuditEntry
from core.encryption.words import words_in
from tests.compliance.builders import (
    OPEN_AT,
    call_request,
    reachable_loan,
    reachable_portfolio,
)
from tests.loans.builders import CLERK, build_party

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan_and_phone():
    with time_machine.travel(OPEN_AT, tick=False):
        yield reachable_loan(reachable_portfolio())


def _stop(party, **changes):
    values = {"kind": "cease", "source": "letter of 11 May", "starts_at": clock.now(), "by": CLERK}
    return add_stop(party=party, **{**values, **changes})


def _allowed(loan, phone) -> bool:
    return decide(call_request(loan, phone)).allowed


def test_a_stop_keeps_what_its_kind_asks_for_and_what_was_said(loan_and_phone):
    _loan, phone = loan_and_phone

    stop = _stop(
        phone.party,
        kind="attorney",
        details={"name": "A. Lawyer", "firm": ""},
        note="Lawyer's office: 12 Main Street",
    )

    stop.refresh_from_db()
    assert stop.details == {"name": "A. Lawyer"}
    assert b"Main Street" not in stop.note
    assert words_in(stop, "note", key=phone.party.data_key) == "Lawyer's office: 12 Main Street"
    assert stop.set_by == CLERK.label


def test_days_among_the_details_are_stored_as_days(loan_and_phone):
    party = loan_and_phone[1].party

    stop = _stop(party, kind="military", details={"service_from": "2026-01-05"})
    with pytest.raises(ValidationError, match="such as 2026-11-23"):
        _stop(party, kind="military", source="x", details={"service_from": "last winter"})

    assert stop.details == {"service_from": "2026-01-05"}
    assert Stop.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "mood"}, "is not a stop"),
        ({"channel": "pigeon"}, "is not a channel"),
        ({"source": "  "}, "Say where the stop comes from"),
        ({"source": "x" * 121}, "at most 120 characters"),
        ({"details": {"colour": "red"}}, "has no colour"),
        ({"details": {"received_by": "pigeon"}}, "is one of: letter, email"),
        ({"kind": "breathing_space", "details": {"type": "long"}}, "standard, mental_health"),
        ({"note": "my card is 4111 1111 1111 1111"}, "card"),
        ({"party": None}, "whom, which loan or which portfolio"),
    ],
)
def test_a_refused_stop_leaves_nothing_behind(loan_and_phone, changes, sentence):
    entries = AuditEntry.objects.count()

    with pytest.raises(ValidationError, match=sentence):
        _stop(changes.pop("party", loan_and_phone[1].party), **changes)

    assert not Stop.objects.exists()
    assert AuditEntry.objects.count() == entries


def test_a_stop_must_end_after_it_starts(loan_and_phone):
    with pytest.raises(ValidationError, match="end after it starts"):
        _stop(loan_and_phone[1].party, ends_at=clock.now())


def test_a_stop_about_a_loan_is_of_somebody_on_it(loan_and_phone):
    loan, _phone = loan_and_phone
    stranger = build_party(loan.portfolio, customer_no="C-9", full_name="Nobody Here")

    with pytest.raises(ValidationError, match="no role to the loan"):
        _stop(stranger, loan=loan)


def test_a_portfolio_is_held_and_nothing_else(loan_and_phone):
    loan, _phone = loan_and_phone

    with pytest.raises(ValidationError, match="put on hold"):
        _stop(None, portfolio=loan.portfolio, kind="dispute")
    with pytest.raises(ValidationError, match="not of both"):
        _stop(None, portfolio=loan.portfolio, loan=loan, kind="hold")

    assert not Stop.objects.exists()


def test_the_same_stop_again_is_the_same_stop(loan_and_phone):
    party = loan_and_phone[1].party

    first, again = _stop(party), _stop(party)

    assert first.pk == again.pk
    assert AuditEntry.objects.filter(action="stop.added").count() == 1


def test_what_was_said_cannot_be_edited_or_deleted(loan_and_phone):
    stop = _stop(loan_and_phone[1].party)

    with pytest.raises(DatabaseError), transaction.atomic():
        Stop.objects.filter(pk=stop.pk).update(source="something else")
    with pytest.raises(DatabaseError), transaction.atomic():
        Stop.objects.filter(pk=stop.pk).delete()


def test_lifting_needs_a_reason_and_happens_once(loan_and_phone):
    stop = _stop(loan_and_phone[1].party)

    with pytest.raises(ValidationError, match="Say why"):
        lift_stop(stop=stop, reason=" ", by=CLERK)
    lift_stop(stop=stop, reason="called back and agreed", by=CLERK)
    with pytest.raises(ValidationError, match="was lifted by Clerk"):
        lift_stop(stop=stop, reason="again", by=CLERK)

    stop.refresh_from_db()
    assert stop.lifted_reason == "called back and agreed"
    assert AuditEntry.objects.filter(action="stop.lifted").count() == 1


def test_the_gate_is_closed_from_the_stop_until_it_is_lifted(loan_and_phone):
    loan, phone = loan_and_phone
    assert _allowed(loan, phone)

    stop = _stop(phone.party)
    assert not _allowed(loan, phone)

    lift_stop(stop=stop, reason="verification sent on 12 May", by=CLERK)
    assert _allowed(loan, phone)


@pytest.mark.parametrize("about", ["party", "loan", "portfolio"])
def test_a_hold_of_a_person_a_loan_or_a_portfolio_closes_the_gate_until_its_day(
    loan_and_phone, about
):
    loan, phone = loan_and_phone
    held = {"party": phone.party, "loan": loan, "portfolio": loan.portfolio}[about]
    until = datetime.fromisoformat("2026-05-14T00:00:00-04:00")

    hold(until=until, reason="flood", by=CLERK, **{about: held})

    decision = decide(call_request(loan, phone))
    assert [found.reason for found in decision.denials] == ["stop_hold"]
    # Number in New York, home in El Paso: both must have reached eight in the morning.
    assert decision.next_allowed_at == datetime.fromisoformat("2026-05-14T10:00:00-04:00")
    with time_machine.travel(decision.next_allowed_at, tick=False):
        assert _allowed(loan, phone)


def test_a_hold_ends_ahead_and_within_a_year(loan_and_phone):
    portfolio = loan_and_phone[0].portfolio

    with pytest.raises(ValidationError, match="ends in the future"):
        hold(until=clock.now(), reason="flood", by=CLERK, portfolio=portfolio)
    with pytest.raises(ValidationError, match="at most a year"):
        hold(until=clock.now() + timedelta(days=400), reason="flood", by=CLERK, portfolio=portfolio)

    assert not Stop.objects.exists()


def test_the_same_hold_again_is_the_same_hold(loan_and_phone):
    portfolio, until = loan_and_phone[0].portfolio, clock.now() + timedelta(days=3)
    first = hold(until=until, reason="flood", by=CLERK, portfolio=portfolio)

    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        again = hold(until=until, reason="flood", by=CLERK, portfolio=portfolio)

    assert first.pk == again.pk
    assert Stop.objects.count() == 1


def test_what_the_law_attaches_is_lifted_by_compliance_alone():
    of_compliance = {kind for kind in StopKind if right_to_lift(kind) == "stop.lift_any"}

    assert {"bankruptcy", "deceased", "attorney", "cease", "military"} <= of_compliance
    assert right_to_lift("hardship") == "stop.lift"
    assert right_to_lift("hold") == right_to_set("hold") == "hold.manage"


def test_every_detail_belongs_to_a_kind_and_says_nothing_twice():
    assert set(DETAILS) <= set(StopKind)
    for details in DETAILS.values():
        names = [detail.name for detail in details]
        assert len(names) == len(set(names))
