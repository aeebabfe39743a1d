"""A portfolio whose gate can be open: packs installed, history known, a phone with a known zone."""

from __future__ import annotations

from datetime import date
from typing import Any

from compliance.gate.facts import Channel, ContactRequest
from compliance.rulepacks.services import install_pack, install_standard_packs
from compliance.rulepacks.standard import standard_documents
from core import clock
from loans.borrowers.models import ContactPoint
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from tests.loans.builders import CLERK, build_loan, build_party, build_portfolio, us_party_row

#: A Tuesday in the middle of the afternoon in New York and El Paso.
OPEN_AT = "2026-05-12T18:00:00+00:00"
#: The same night.
CLOSED_AT = "2026-05-13T04:00:00+00:00"


def reachable_portfolio(*, has_local_packs: bool = True, **settings: Any) -> Portfolio:
    """Its packs and, unless they play no part, those that join by where somebody lives."""
    settings = {
        "rule_packs": ("US-REGF",),
        "contacts_known_from": date(2026, 1, 1),
        **settings,
    }
    if has_local_packs:
        install_standard_packs(by=CLERK)
    else:
        for code in settings["rule_packs"]:
            install_pack(document=standard_documents()[code], by=CLERK)
    return build_portfolio(business_date=date(2026, 5, 12), **settings)


def reachable_loan(portfolio: Portfolio) -> tuple[Loan, ContactPoint]:
    row = us_party_row()
    party = build_party(
        portfolio,
        customer_no=row.customer_no,
        full_name=row.full_name,
        contact_points=row.contact_points,
        addresses=row.addresses,
    )
    loan = build_loan(portfolio, party=party)
    return loan, party.contact_points.get(kind="phone")


def call_request(loan: Loan, phone: ContactPoint) -> ContactRequest:
    return ContactRequest(
        party_id=phone.party_id,
        loan_ids=(loan.pk,),
        channel=Channel.CALL,
        at=clock.now(),
        contact_point_id=phone.pk,
    )
