"""Reads of legal matters for their pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import (
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast

from accounts.access.rights import roles_with
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case, NextStep
from collections_app.legal.file_models import LegalCost, LegalDocument
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.models import LegalDeadline, Proceeding
from core import clock
from loans.borrowers.models import Address
from loans.contracts.models import LIABLE_ROLES, LoanParty
from loans.portfolios.models import Portfolio
from loans.portfolios.queries import granted_to


def case_with_file(user: User) -> Any:
    """Returns the cases one may see, with what a page of a legal matter needs of each."""
    return Case.objects.visible_to(user).select_related(
        "loan", "portfolio", "borrower__data_key", "assignee"
    )


def proceedings_seen(user: User) -> Any:
    """Returns the proceedings one may see, with what their page needs."""
    return Proceeding.objects.visible_to(user).select_related(
        "case__loan",
        "case__portfolio",
        "case__borrower__data_key",
        "owner",
        "based_on",
        "approval__requested_by",
        "approval__decided_by",
    )


def letters_seen(user: User) -> Any:
    """Returns the demand letters one may see, with what their page needs."""
    return DemandLetter.objects.visible_to(user).select_related(
        "case__loan",
        "case__portfolio",
        "case__borrower__data_key",
        "party__data_key",
        "address",
        "wording__template",
        "file__data_key",
        "approval__requested_by",
        "approval__decided_by",
        "notice",
    )


def documents_of(proceeding: Proceeding) -> QuerySet[LegalDocument]:
    """Returns the papers of proceedings by kind, the newest version first."""
    return proceeding.documents.select_related("file__data_key").order_by("kind", "-version")


def costs_of(proceeding: Proceeding) -> QuerySet[LegalCost]:
    """Returns what proceedings cost, the oldest first."""
    return proceeding.costs.select_related("charge").order_by("incurred_on", "pk")


def cost_totals(proceedings: Iterable[Proceeding]) -> dict[Any, Any]:
    """Returns what each of some proceedings cost, without what was taken back. One query."""
    rows = LegalCost.objects.filter(
        proceeding__in=list(proceedings), reversed_at__isnull=True
    ).order_by()
    return dict(rows.values_list("proceeding").annotate(total=Sum("amount")))


def liable_people(case: Case) -> list[LoanParty]:
    """Returns who owes the loan of a case, by role."""
    people = LoanParty.objects.filter(loan=case.loan_id, role__in=LIABLE_ROLES)
    return list(people.select_related("party__data_key").order_by("role", "pk"))


def addresses_of_people(people: Iterable[LoanParty]) -> list[Address]:
    """Returns the current addresses of people. One query."""
    parties = [row.party_id for row in people]
    return list(Address.objects.filter(party__in=parties, is_current=True).order_by("kind", "pk"))


def officers_of(portfolio: Portfolio) -> QuerySet[User]:
    """Returns who may work legal matters of a portfolio."""
    people: QuerySet[User] = User.objects.filter(
        granted_to(portfolio), role__in=roles_with("legal.work"), is_active=True
    )
    return people.order_by("full_name")


def handed_over(user: User) -> Any:
    """Returns open cases handed to legal that have no proceedings yet, the oldest first."""
    waiting = case_with_file(user).filter(
        state=CaseState.OPEN, next_step=NextStep.LEGAL, proceedings__isnull=True
    )
    return waiting.order_by("next_step_at", "pk")


def deadlines_seen(user: User) -> Any:
    """Returns the open deadlines one may see, with what a line of the docket needs."""
    return (
        LegalDeadline.objects.visible_to(user)
        .open()
        .select_related(
            "case__loan", "case__portfolio", "case__borrower", "case__assignee", "proceeding__owner"
        )
    )


def due_within(days: int) -> Q:
    """The condition that a deadline falls at most so many days from today; -1: it is over.

    Today is the day where the case is, not where its reader is: elsewhere a last day may be over
    already, or have hours left.
    """
    now = Value(clock.now(), DateTimeField())
    there = Func(F("case__portfolio__time_zone"), now, function="timezone")
    last = Cast(there, DateField()) + Value(days)
    return Q(due_on__lte=ExpressionWrapper(last, output_field=DateField()))
