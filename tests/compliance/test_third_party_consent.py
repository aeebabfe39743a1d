"""Whom a borrower lets us tell may be told, about that borrower's loans and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from compliance.consents.services import record_consent
from compliance.gate.services import decide
from core import clock
from loans.contracts.models import LoanParty, PartyRole
from tests.compliance.builders import (
    OPEN_AT,
    call_request,
    reachable_loan,
    reachable_portfolio,
)
from tests.loans.builders import CLERK, build_loan, build_party, us_party_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    """A call to a reference on a loan, and the loan."""
    with time_machine.travel(OPEN_AT, tick=False):
        portfolio = reachable_portfolio()
        loan, _phone = reachable_loan(portfolio)
        row = us_party_row()
        friend = build_party(
            portfolio,
            customer_no="FRIEND",
            full_name="A Friend",
            contact_points=row.contact_points,
            addresses=row.addresses,
        )
        LoanParty.objects.create(loan=loan, party=friend, role=PartyRole.REFERENCE)
        yield call_request(loan, friend.contact_points.get(kind="phone")), loan


def _let_tell(party, answer="yes", *, hours_ago=1):
    record_consent(
        party=party,
        kind="third_party",
        answer=answer,
        given_at=clock.now() - timedelta(hours=hours_ago),
        source="letter of 1 May",
        by=CLERK,
    )


def _borrower(loan):
    return loan.parties.get(role=PartyRole.BORROWER).party


def _denied(request):
    return [found.code for found in decide(request).denials]


def test_the_borrowers_yes_opens_it_and_a_no_takes_it_back(asked):
    request, loan = asked
    assert _denied(request) == ["REGF-3P-DISCLOSE"]

    _let_tell(_borrower(loan))
    assert _denied(request) == []

    _let_tell(_borrower(loan), answer="no", hours_ago=0)
    assert _denied(request) == ["REGF-3P-DISCLOSE"]


def test_a_borrowers_yes_is_about_their_own_loans(asked):
    request, loan = asked
    other = build_loan(loan.portfolio, party=build_party(loan.portfolio, customer_no="OTHER"))
    LoanParty.objects.create(loan=other, party_id=request.party_id, role=PartyRole.REFERENCE)

    _let_tell(_borrower(loan))

    assert _denied(replace(request, loan_ids=(other.pk,))) == ["REGF-3P-DISCLOSE"]
    assert _denied(replace(request, loan_ids=(loan.pk, other.pk))) == ["REGF-3P-DISCLOSE"]
    assert _denied(request) == []
