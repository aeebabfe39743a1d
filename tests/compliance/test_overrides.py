"""A second person lets one refused contact pass, where the text leaves room, once, today."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.access.rights import Role
from accounts.models import Approval, User
from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.models import Attempt
from compliance.attempts.services import ContactRefused, reserve
from compliance.overrides.models import Override
from compliance.overrides.services import ask_override, decide_override, withdraw_override
from compliance.stops.services import add_stop
from core import clock
from core.audit import SYSTEM, Actor, AuditEntry
from tests.compliance.builders import OPEN_AT, call_request, reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK, next_number

pytestmark = pytest.mark.django_db

FACTOR = "requested_information"


@pytest.fixture(autouse=True)
def _open_hours():
    with time_machine.travel(OPEN_AT, tick=False):
        yield


def person(role):
    number = next_number()
    return User.objects.create_user(
        f"p{number}@example.com", password=None, full_name=f"Person {number}", role=role
    )


@pytest.fixture
def ana():
    return Actor.of(person(Role.AGENT))


@pytest.fixture
def officer():
    return Actor.of(person(Role.COMPLIANCE_OFFICER))


@pytest.fixture
def called():
    """Somebody called seven times this week: an eighth call is presumed to harass."""
    loan, phone = reachable_loan(reachable_portfolio())
    record_history(
        contacts=[
            HistoricContact(
                portfolio_id=loan.portfolio_id,
                party_id=phone.party_id,
                loan_id=loan.pk,
                channel="call",
                direction="outbound",
                outcome="no_answer",
                at=clock.now() - timedelta(days=1 + number % 5, minutes=number),
            )
            for number in range(7)
        ],
        by=CLERK,
    )
    return loan, phone


def refuse(called, by, **changes):
    with pytest.raises(ContactRefused) as refusal:
        reserve(request=replace(call_request(*called), **changes), by=by)
    return refusal.value.verdict


def _go_bankrupt(called):
    _loan, phone = called
    add_stop(party=phone.party, kind="bankruptcy", source="court", starts_at=clock.now(), by=CLERK)


def ask(verdict, by, **changes):
    words = {"factor": FACTOR, "reason": "She asked for the payoff letter by telephone"} | changes
    return ask_override(verdict=verdict, by=by, **words)


def test_a_granted_override_lets_one_contact_pass_and_is_used_up(called, ana, officer):
    override = ask(refuse(called, ana), ana)
    granted = decide_override(override=override, approve=True, by=officer)

    attempt = reserve(request=call_request(*called), by=ana)

    assert attempt.override == granted
    assert not attempt.verdict.is_allowed
    assert attempt.verdict.facts_seen["override"] == {
        "id": str(granted.pk),
        "codes": ["REGF-7IN7"],
        "factor": FACTOR,
    }
    assert {found["code"] for found in attempt.verdict.findings} == {"REGF-7IN7"}
    refuse(called, ana)
    assert Attempt.objects.filter(is_history=False).count() == 1
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert [action for action in actions if "overrid" in action] == [
        "override.asked",
        "override.granted",
        "contact.overridden",
    ]


def test_it_ends_with_the_day_where_the_person_is(called, ana, officer):
    granted = decide_override(override=ask(refuse(called, ana), ana), approve=True, by=officer)

    assert granted.valid_until.isoformat() == "2026-05-13T05:00:00+00:00"  # midnight in Texas
    with time_machine.travel("2026-05-13T15:00:00+00:00", tick=False):
        refuse(called, ana)


@pytest.mark.parametrize("factor", ["", "because", "a_rule_of_thumb"])
def test_a_ground_that_the_text_does_not_name_is_no_ground(called, ana, factor):
    verdict = refuse(called, ana)

    with pytest.raises(ValidationError, match="REGF-7IN7 cannot be overridden"):
        ask(verdict, ana, factor=factor)
    assert not Override.objects.exists()
    assert not Approval.objects.exists()


def test_one_rule_without_room_refuses_the_whole(called, ana):
    add_stop(
        party=called[1].party, kind="bankruptcy", source="court", starts_at=clock.now(), by=CLERK
    )
    verdict = refuse(called, ana)

    with pytest.raises(ValidationError, match="US-BK-STAY cannot be overridden"):
        ask(verdict, ana)
    assert not Override.objects.exists()


def test_a_rule_that_objects_only_afterwards_is_not_covered(called, ana, officer):
    decide_override(override=ask(refuse(called, ana), ana), approve=True, by=officer)
    add_stop(
        party=called[1].party, kind="bankruptcy", source="court", starts_at=clock.now(), by=CLERK
    )

    assert "US-BK-STAY" in [found["code"] for found in refuse(called, ana).findings]


def test_it_covers_this_contact_and_no_other(called, ana, officer):
    decide_override(override=ask(refuse(called, ana), ana), approve=True, by=officer)

    refuse(called, ana, mode="automated")
    refuse(called, ana, purpose="service")
    assert reserve(request=call_request(*called), by=ana).override is not None


def test_it_needs_a_second_person_with_the_right(called, ana, officer):
    mine = ask(refuse(called, officer), officer)

    with pytest.raises(PermissionDenied, match="You asked for this"):
        decide_override(override=mine, approve=True, by=officer)
    for by in (ana, SYSTEM):
        with pytest.raises(PermissionDenied):
            decide_override(override=mine, approve=True, by=by)
    mine.refresh_from_db()
    assert mine.valid_until is None
    refuse(called, ana)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 401])
def test_it_needs_a_reason_that_fits(called, ana, reason):
    verdict = refuse(called, ana)

    with pytest.raises(ValidationError):
        ask(verdict, ana, reason=reason)
    assert not Override.objects.exists()


def test_a_machine_does_not_ask(called):
    with pytest.raises(PermissionDenied, match="A person asks"):
        ask(refuse(called, CLERK), SYSTEM)
    assert not Override.objects.exists()


def test_it_is_asked_once_for_a_refusal_of_today(called, ana):
    verdict = refuse(called, ana)
    ask(verdict, ana)
    with pytest.raises(ValidationError, match="asked already"):
        ask(verdict, ana)

    other = refuse(called, ana)
    with (
        time_machine.travel(clock.now() + timedelta(hours=25), tick=False),
        pytest.raises(ValidationError, match="more than a day old"),
    ):
        ask(other, ana)
    assert Override.objects.count() == 1


def test_a_refusal_says_why_and_lets_nothing_pass(called, ana, officer):
    override = ask(refuse(called, ana), ana)

    with pytest.raises(ValidationError, match="why you refuse"):
        decide_override(override=override, approve=False, by=officer)
    decided = decide_override(
        override=override, approve=False, reason="The letter was posted", by=officer
    )

    assert decided.approval.status == "refused"
    refuse(called, ana)
    with pytest.raises(ValidationError, match="closed already"):
        decide_override(override=override, approve=True, by=officer)


def test_who_asked_may_take_it_back(called, ana, officer):
    override = ask(refuse(called, ana), ana)

    with pytest.raises(PermissionDenied):
        withdraw_override(override=override, by=officer)
    assert withdraw_override(override=override, by=ana).approval.status == "withdrawn"
    with pytest.raises(ValidationError, match="closed already"):
        decide_override(override=override, approve=True, by=officer)


def test_what_nobody_decides_in_a_day_lapses(called, ana, officer):
    override = ask(refuse(called, ana), ana)

    with (
        time_machine.travel(clock.now() + timedelta(hours=24), tick=False),
        pytest.raises(ValidationError, match="lapsed"),
    ):
        decide_override(override=override, approve=True, by=officer)


def test_what_was_asked_and_granted_cannot_be_rewritten(called, ana, officer):
    granted = decide_override(override=ask(refuse(called, ana), ana), approve=True, by=officer)
    row = Override.objects.filter(pk=granted.pk)

    for act in (
        lambda: row.update(factor="active_litigation"),
        lambda: row.update(valid_until=clock.now() + timedelta(days=30)),
        lambda: row._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
