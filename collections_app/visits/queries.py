"""Reads of visits: those whose hour has come, a day's route, and whom to tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import JSONObject

from accounts.access.rights import Role, roles_with
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.visits.findings import CashReceipt
from collections_app.visits.flow import VisitState
from collections_app.visits.measures import is_missed
from collections_app.visits.models import Visit, VisitPurpose, VisitQuerySet
from core import clock
from core.encryption.sealing import KeyDestroyed, unseal
from loans.borrowers.models import Address, AddressKind
from loans.contracts.models import LIABLE_ROLES, LoanParty
from loans.portfolios.models import Portfolio
from loans.portfolios.queries import granted_any_of, granted_to

#: Visits looked through for days that were missed.
MOST_MISSED: Final = 50


def purposes() -> QuerySet[VisitPurpose]:
    """Returns the purposes a visit can have now, in their order."""
    return VisitPurpose.objects.filter(is_active=True)


def visitors(portfolio: Portfolio) -> QuerySet[User, Any]:
    """Returns who may be sent on a visit in a portfolio."""
    return _granted(portfolio, roles_with("visit.record"))


def companions(portfolio: Portfolio) -> QuerySet[User, Any]:
    """Returns who may go along: whoever makes visits there, or works cases."""
    return _granted(portfolio, roles_with("visit.record") | roles_with("worklist.claim"))


def visitors_around(user: User) -> QuerySet[User, Any]:
    """Returns who may be sent on visits in any of the portfolios that are open to somebody."""
    return _granted_any(user, roles_with("visit.record"))


def companions_around(user: User) -> QuerySet[User, Any]:
    """Returns who may go along in any of the portfolios that are open to somebody."""
    return _granted_any(user, roles_with("visit.record") | roles_with("worklist.claim"))


def _granted(portfolio: Portfolio, roles: frozenset[Role]) -> QuerySet[User, Any]:
    people: QuerySet[User, Any] = User.objects.filter(
        granted_to(portfolio),
        is_active=True,
        role__in=roles,
    )
    return people


def _granted_any(user: User, roles: frozenset[Role]) -> QuerySet[User, Any]:
    open_to = Portfolio.objects.visible_to(user)
    people: QuerySet[User, Any] = User.objects.filter(
        granted_any_of(open_to), is_active=True, role__in=roles
    )
    return people.order_by("full_name", "pk")


def addresses_among(addresses: Iterable[Address]) -> QuerySet[Address]:
    """Returns the addresses that somebody has been shown already, for a form to choose from."""
    return Address.objects.filter(pk__in=[row.pk for row in addresses]).select_related(
        "party__data_key"
    )


def addresses_to_visit(case: Case) -> list[Address]:
    """The current addresses of everybody who owes the loan of a case, the borrower's home first."""
    owing = LoanParty.objects.filter(loan=case.loan_id, role__in=LIABLE_ROLES)
    rows = Address.objects.filter(party__in=owing.values("party"), is_current=True)
    return sorted(
        rows.select_related("party__data_key"),
        key=lambda row: (row.party_id != case.borrower_id, row.kind != AddressKind.HOME, row.pk),
    )


def visits_of_outer_case() -> QuerySet[Visit, Any]:
    """What a case page shows of the visits still to be made, as JSON values; the next first."""
    return (
        Visit.objects.pending()
        .filter(case=OuterRef("pk"))
        .order_by("opens_at")
        .values(
            facts=JSONObject(
                pk="pk",
                state="state",
                opens_at="opens_at",
                closes_at="closes_at",
                zone="time_zone",
                address="address__masked",
                name="purpose__name",
                name_zh="purpose__name_zh",
                agent="agent__full_name",
                refused_at="refused_at",
            )
        )
    )


def to_book(at: datetime) -> VisitQuerySet:
    """Planned visits whose window is open and that the gate has not refused for good."""
    return Visit.objects.filter(
        state=VisitState.PLANNED, opens_at__lte=at, closes_at__gt=at, refused_at__isnull=True
    ).order_by("opens_at", "pk")


def without_word(at: datetime) -> VisitQuerySet:
    """Visits of which word should have come: minutes after the check-in, or after the window.

    The minutes are those of the purpose. A network that was lost looks the same from here, and is
    no reason not to look for somebody.
    """
    stay = ExpressionWrapper(
        F("purpose__minutes") * Value(timedelta(minutes=1)), output_field=DurationField()
    )
    waiting = Visit.objects.filter(alarmed_at__isnull=True).annotate(may_stay=stay)
    return waiting.filter(
        Q(state=VisitState.ARRIVED, arrived_at__lte=at - F("may_stay"))
        | Q(state=VisitState.BOOKED, closes_at__lte=at - F("may_stay"))
    ).order_by("opens_at", "pk")


def route_of(user: User, on: date) -> VisitQuerySet:
    """Somebody's visits of a day in their order, as first or second visitor, with what is shown."""
    return (
        Visit.objects.visible_to(user)
        .made_by(user)
        .filter(visit_on=on)
        .exclude(state=VisitState.CANCELLED)
        .select_related(
            "case__loan__position",
            "case__portfolio",
            "party__data_key",
            "address",
            "purpose",
            "agent",
            "second_visitor",
            "attempt",
            "contact__result",
            "check_in",
        )
        .order_by("place_in_day", "opens_at", "pk")
    )


def cash_held_by(user: User) -> list[tuple[str, Decimal, int]]:
    """Returns currency, sum and number of receipts of the cash that somebody took and still has."""
    rows = (
        CashReceipt.objects.filter(by=user, hand_in__isnull=True)
        .values_list("visit__case__portfolio__currency")
        .annotate(total=Sum("amount"), count=Count("pk"))
        .order_by("visit__case__portfolio__currency")
    )
    return list(rows)


def days_missed_by(user: User, before: date) -> list[date]:
    """Returns earlier days with visits of somebody's that were not made, the last first."""
    missed = Visit.objects.visible_to(user).made_by(user).filter(is_missed(clock.now()))
    earlier = missed.filter(visit_on__lt=before).order_by("-visit_on")
    days = earlier.values_list("visit_on", flat=True)[:MOST_MISSED]
    return list(dict.fromkeys(day for day in days if day is not None))


def leads_of(visit: Visit) -> list[User]:
    """Who is told when something is wrong: the lead of the field agent's team, and the case's."""
    teams = [visit.agent.team if visit.agent else None, visit.case.team]
    leads = {team.lead for team in teams if team is not None and team.lead is not None}
    return [lead for lead in leads if lead.is_active]


def note_text(visit: Visit) -> str:
    """Returns the note in clear; nothing when there is none or the person's key was destroyed."""
    if visit.note is None:
        return ""
    try:
        return unseal(
            key=visit.party.data_key,
            sealed=visit.note,
            table=Visit._meta.db_table,
            column="note",
            row_id=visit.pk,
        )
    except KeyDestroyed:
        return ""
