"""Reserving and settling contacts, on the database that enforces them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.models import Attempt, Incident, Settlement, Verdict
from compliance.attempts.queries import with_outcome
from compliance.attempts.services import (
    ContactRefused,
    correct_outcome,
    record_inbound,
    record_unsanctioned,
    reserve,
    settle,
)
from compliance.gate.services import decide, decide_many
from compliance.stops.services import add_stop, lift_stop
from core import clock
from tests.compliance.builders import (
    CLOSED_AT,
    OPEN_AT,
    call_request,
    reachable_loan,
    reachable_portfolio,
)
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan_and_phone():
    return reachable_loan(reachable_portfolio())


@time_machine.travel(OPEN_AT, tick=False)
def test_an_allowed_contact_is_booked_with_its_verdict(loan_and_phone):
    loan, phone = loan_and_phone

    attempt = reserve(request=call_request(loan, phone), by=CLERK)

    assert attempt.verdict.is_allowed
    assert attempt.verdict.rule_packs == ["US-REGF v3"]
    assert set(attempt.verdict.facts_seen["zones"]) >= {"America/New_York", "America/Denver"}
    assert [row.loan_id for row in attempt.about.all()] == [loan.pk]
    assert attempt.known_at == Attempt.objects.get().known_at
    assert "portfolio_id" not in attempt.verdict.facts_seen
    assert attempt.verdict.portfolio_id == attempt.portfolio_id == loan.portfolio_id


@time_machine.travel(CLOSED_AT, tick=False)
def test_a_refused_contact_books_nothing_and_keeps_its_verdict(loan_and_phone):
    loan, phone = loan_and_phone

    with pytest.raises(ContactRefused) as refusal:
        reserve(request=call_request(loan, phone), by=CLERK)

    assert [f.code for f in refusal.value.decision.denials] == ["REGF-HOURS"]
    assert not Attempt.objects.exists()
    verdict = Verdict.objects.get()
    assert not verdict.is_allowed
    assert verdict.next_allowed_at == refusal.value.decision.next_allowed_at


@time_machine.travel(OPEN_AT, tick=False)
def test_a_contact_settles_once_and_is_corrected_by_a_further_row(loan_and_phone):
    loan, phone = loan_and_phone
    attempt = reserve(request=call_request(loan, phone), by=CLERK)

    settle(attempt=attempt, outcome="no_answer", by=CLERK)
    with pytest.raises(ValidationError, match="already has an outcome"):
        settle(attempt=attempt, outcome="busy", by=CLERK)
    correct_outcome(attempt=attempt, outcome="voicemail", reason="heard the beep", by=CLERK)

    assert list(Settlement.objects.values_list("sequence", "outcome")) == [
        (1, "no_answer"),
        (2, "voicemail"),
    ]
    assert with_outcome(Attempt.objects.all()).get().outcome == "voicemail"


@time_machine.travel(OPEN_AT, tick=False)
def test_the_ledger_cannot_be_rewritten(loan_and_phone):
    loan, phone = loan_and_phone
    attempt = reserve(request=call_request(loan, phone), by=CLERK)

    for act in (
        lambda: Attempt.objects.filter(pk=attempt.pk).update(made_by="somebody else"),
        lambda: Attempt.objects.filter(pk=attempt.pk)._raw_delete("default"),
        lambda: Verdict.objects.update(is_allowed=False),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Attempt.objects.get().made_by == CLERK.label


@time_machine.travel(OPEN_AT, tick=False)
def test_an_outbound_contact_without_verdict_must_say_that_it_is_unsanctioned(loan_and_phone):
    loan, phone = loan_and_phone

    with pytest.raises(IntegrityError, match="attempt_sanctioned_or_said_so"), transaction.atomic():
        Attempt.objects.create(
            portfolio=loan.portfolio,
            party=phone.party,
            channel="call",
            direction="outbound",
            at=clock.now(),
            made_by="nobody",
        )
    assert not Attempt.objects.exists()


@time_machine.travel(CLOSED_AT, tick=False)
def test_what_happened_without_permission_is_recorded_and_opens_an_incident(loan_and_phone):
    loan, phone = loan_and_phone

    attempt = record_unsanctioned(
        request=call_request(loan, phone),
        outcome="conversation",
        reason="rang from my own phone",
        by=CLERK,
    )

    assert attempt.is_unsanctioned
    assert attempt.verdict is None
    assert Incident.objects.get().attempt == attempt


@time_machine.travel(CLOSED_AT, tick=False)
def test_a_call_from_the_person_needs_no_permission(loan_and_phone):
    loan, phone = loan_and_phone

    attempt = record_inbound(request=call_request(loan, phone), outcome="conversation", by=CLERK)

    assert attempt.direction == "inbound"
    assert not Incident.objects.exists()


@time_machine.travel(OPEN_AT, tick=False)
def test_a_contact_in_the_future_is_refused_and_nothing_is_written(loan_and_phone):
    loan, phone = loan_and_phone
    request = call_request(loan, phone)
    tomorrow = type(request)(
        party_id=request.party_id,
        loan_ids=request.loan_ids,
        channel=request.channel,
        at=request.at + timedelta(days=1),
        contact_point_id=request.contact_point_id,
    )

    with pytest.raises(ValidationError, match="future"):
        record_inbound(request=tomorrow, outcome="conversation", by=CLERK)
    assert not Attempt.objects.exists()


@time_machine.travel(OPEN_AT, tick=False)
def test_contacts_of_the_time_before_are_recorded_once(loan_and_phone):
    loan, phone = loan_and_phone
    contact = HistoricContact(
        portfolio_id=loan.portfolio_id,
        party_id=phone.party_id,
        loan_id=loan.pk,
        channel="call",
        direction="outbound",
        outcome="no_answer",
        at=clock.now() - timedelta(days=3),
    )

    assert record_history(contacts=[contact, contact], by=CLERK) == 1
    assert record_history(contacts=[contact], by=CLERK) == 0
    assert Attempt.objects.get().is_history


@time_machine.travel(OPEN_AT, tick=False)
def test_a_stop_closes_the_gate_until_it_is_lifted(loan_and_phone):
    loan, phone = loan_and_phone
    stop = add_stop(
        party=phone.party, kind="dispute", source="letter", starts_at=clock.now(), by=CLERK
    )

    assert not decide(call_request(loan, phone)).allowed
    lift_stop(stop=stop, reason="settled", by=CLERK)
    assert decide(call_request(loan, phone)).allowed


@time_machine.travel(OPEN_AT, tick=False)
def test_an_external_ledger_without_a_repayment_feed_is_not_called_about_money():
    loan, phone = reachable_loan(reachable_portfolio(ledger="external"))

    decision = decide(call_request(loan, phone))

    assert [found.reason for found in decision.denials] == ["feed_missing"]


@time_machine.travel(OPEN_AT, tick=False)
def test_one_and_many_are_previewed_in_four_queries(django_assert_num_queries):
    portfolio = reachable_portfolio()
    requests = [call_request(*reachable_loan(portfolio)) for _number in range(5)]

    # people and portfolios, the rules in force, everything on record, earlier contacts
    with django_assert_num_queries(4):
        assert decide(requests[0]).allowed
    with django_assert_num_queries(4):
        decisions = decide_many(requests)

    assert all(decision.allowed for decision in decisions)
