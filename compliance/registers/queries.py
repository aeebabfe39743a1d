"""What stands on record about one person, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import User
from compliance.complaints.models import Complaint
from compliance.consents.models import Consent
from compliance.notices.models import CourtOrder, ServedNotice
from compliance.preferences.models import Preference
from compliance.stops.models import Stop
from core import clock
from loans.borrowers.models import ContactPoint, Party
from loans.contracts.models import Loan, LoanParty
from loans.portfolios.models import Portfolio


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on loans, with what a record about them may name: loans, numbers, clock."""

    party: Party
    signatures: list[LoanParty]
    points: list[ContactPoint]

    @property
    def loans(self) -> list[Loan]:
        """The loans the reader may see, once each."""
        return list({row.loan_id: row.loan for row in self.signatures}.values())

    @property
    def portfolios(self) -> list[Portfolio]:
        return list({loan.portfolio_id: loan.portfolio for loan in self.loans}.values())

    @property
    def zone(self) -> ZoneInfo:
        """The clock that days and hours about the person are written on: the lender's."""
        return ZoneInfo(self.loans[0].portfolio.time_zone)

    @property
    def today(self) -> date:
        return clock.local_today(self.zone)


@dataclass(frozen=True, slots=True)
class Registers:
    """The rows of every register about one person, newest first."""

    stops: list[Stop]
    preferences: list[Preference]
    consents: list[Consent]
    complaints: list[Complaint]
    notices: list[ServedNotice]
    orders: list[CourtOrder]

    def stops_in_force(self, at: datetime) -> list[Stop]:
        """The stops that hold at an instant, or begin later."""
        return [
            stop
            for stop in self.stops
            if stop.lifted_at is None and (stop.ends_at is None or stop.ends_at > at)
        ]


def person_for(user: User, pk: UUID) -> Person:
    """Returns a person within the user's portfolios; raises Party.DoesNotExist for others."""
    party = Party.objects.visible_to(user).select_related("data_key").get(pk=pk)
    signatures = list(
        LoanParty.objects.visible_to(user)
        .filter(party=party)
        .select_related("loan__portfolio")
        .order_by("role", "loan__contract_no")
    )
    if not signatures:
        raise Party.DoesNotExist("The person stands on no loan that the user may see.")
    points = ContactPoint.objects.filter(party=party).order_by("kind", "created_at")
    return Person(party=party, signatures=signatures, points=list(points))


def registers_of(person: Person, user: User) -> Registers:
    """Reads what stands on record about a person, their loans and their loans' portfolios.

    Six queries. What is about a loan or portfolio the user may not see is left out.
    """
    party, loans = person.party, [loan.pk for loan in person.loans]
    of_ours = Q(loan=None) | Q(loan__in=loans)
    stops = Stop.objects.filter(
        (Q(party=party) & of_ours)
        | Q(party=None, loan__in=loans)
        | Q(portfolio__in=[portfolio.pk for portfolio in person.portfolios])
    )
    return Registers(
        stops=list(stops.select_related("loan", "portfolio", "complaint").order_by("-starts_at")),
        preferences=list(Preference.objects.filter(party=party).select_related("contact_point")),
        consents=list(
            Consent.objects.filter(of_ours, party=party)
            .select_related("contact_point", "loan")
            .order_by("-given_at", "-pk")
        ),
        complaints=list(
            Complaint.objects.visible_to(user)
            .filter(party=party)
            .select_related("owner", "loan")
            .order_by("-received_at")
        ),
        notices=list(
            ServedNotice.objects.filter(party=party, loan__in=loans).select_related("loan")
        ),
        orders=list(CourtOrder.objects.filter(loan__in=loans).select_related("loan")),
    )
