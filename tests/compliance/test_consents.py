"""Consents of every kind: said, taken back, refused when they make no sense."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from compliance.consents.models import Consent, ConsentKind
from compliance.consents.services import record_consent
from compliance.gate.services import decide
from core import clock
from core.audit.models import AuditEntry
from loans.borrowers.rows import ContactRow
from loans.borrowers.services import add_contact_point
from tests.compliance.builders import (
    OPEN_AT,
    call_request,
    reachable_loan,
    reachable_portfolio,
)
from tests.loans.builders import CLERK, build_party, us_party_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan_and_phone():
    with time_machine.travel(OPEN_AT, tick=False):
        yield reachable_loan(reachable_portfolio())


def _consent(party, **changes):
    values = {
        "answer": "no",
        "channel": "call",
        "given_at": clock.now(),
        "source": "call of 12 May",
        "by": CLERK,
    }
    return record_consent(party=party, **{**values, **changes})


def test_a_refusal_closes_the_channel_and_a_later_yes_opens_it(loan_and_phone):
    loan, phone = loan_and_phone
    _consent(phone.party, given_at=clock.now() - timedelta(hours=1))
    assert not decide(call_request(loan, phone)).allowed

    _consent(phone.party, answer="yes")

    assert decide(call_request(loan, phone)).allowed


def test_a_refusal_of_one_number_leaves_the_others(loan_and_phone):
    loan, phone = loan_and_phone
    row = ContactRow(kind="phone", value="(915) 555-0143", place="home")
    other = add_contact_point(party=phone.party, row=row, country="US", by=CLERK)

    _consent(phone.party, contact_point=other)

    assert decide(call_request(loan, phone)).allowed


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("automated_calls", {}),
        ("call_back", {"only_on": date(2026, 5, 14)}),
        ("hours", {"opens": time(21), "closes": time(22)}),
        ("third_party", {}),
        ("work_email", {}),
        ("work_calls", {}),
        ("visit", {}),
    ],
)
def test_every_kind_is_recorded_once_with_its_parts(loan_and_phone, kind, parts):
    party = loan_and_phone[1].party

    for _twice in range(2):
        _consent(party, kind=kind, channel="", answer="yes", **parts)

    row = Consent.objects.get()
    assert (row.kind, row.answer, row.recorded_by) == (kind, "yes", CLERK.label)
    assert {name: getattr(row, name) for name in parts} == parts
    assert AuditEntry.objects.filter(action="consent.recorded").count() == 1


def test_there_is_no_kind_that_cannot_be_recorded():
    tried = {"channel", "automated_calls", "call_back", "hours", "third_party", "work_email"}

    assert set(ConsentKind.values) == tried | {"work_calls", "visit"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "mood"}, "is not a consent"),
        ({"channel": ""}, "is not a channel"),
        ({"channel": "pigeon"}, "is not a channel"),
        ({"answer": "maybe"}, "yes or no"),
        ({"source": " "}, "Say where the consent comes from"),
        ({"source": "x" * 121}, "at most 120 characters"),
        ({"until": OPEN_AT}, "end after it was given"),
        ({"only_on": date(2026, 5, 14)}, "with a further call only"),
        ({"opens": time(21), "closes": time(22)}, "Hours go with"),
        ({"channel": "repossession"}, "is not a channel"),
        ({"kind": "hours", "channel": "", "opens": time(21)}, "Give both hours"),
        ({"kind": "hours", "channel": ""}, "Hours go with"),
    ],
)
def test_a_refused_consent_leaves_nothing_behind(loan_and_phone, changes, sentence):
    if "until" in changes:
        changes = {"until": clock.now()}

    with pytest.raises(ValidationError, match=sentence):
        _consent(loan_and_phone[1].party, **changes)

    assert not Consent.objects.exists()


def test_numbers_and_loans_of_others_are_refused(loan_and_phone):
    loan, phone = loan_and_phone
    row = us_party_row(customer_no="C-77")
    stranger = build_party(
        loan.portfolio,
        customer_no="C-77",
        full_name="Somebody Else",
        contact_points=row.contact_points,
    )

    with pytest.raises(ValidationError, match="belongs to somebody else"):
        _consent(stranger, contact_point=phone)
    mail = stranger.contact_points.get(kind="email")
    with pytest.raises(ValidationError, match="reached this way"):
        _consent(stranger, contact_point=mail, channel="call")
    with pytest.raises(ValidationError, match="no role to the loan"):
        _consent(stranger, loan=loan)

    assert not Consent.objects.exists()


def test_the_opposite_of_the_same_moment_is_refused(loan_and_phone):
    party = loan_and_phone[1].party
    _consent(party)

    with pytest.raises(ValidationError, match="opposite is on record"):
        _consent(party, answer="yes")

    assert Consent.objects.get().answer == "no"
