"""Reading contracts: what stands and how to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject

from loans.contracts.models import Loan, PaymentInstruction, Schedule
from loans.contracts.terms import ScheduledInstalment, Terms
from loans.portfolios.models import Portfolio
from loans.portfolios.stored_settings import read_settings

if TYPE_CHECKING:
    from accounts.models import User


def loans_for(user: User) -> QuerySet[Loan]:
    """Returns the loans a user may see with what a list shows; no query per row."""
    return Loan.objects.visible_to(user).select_related("portfolio", "product", "position")


def loans_to_page(*, user: User) -> QuerySet[Loan]:
    """Returns the loans a user may see, for lists that are paged by key; one query is asked.

    The few portfolios are read first: the planner knows how many loans their keys have. It guesses
    low for a subquery, and then sorts the whole table for the later pages.
    """
    portfolios = Portfolio.objects.visible_to(user).values_list("pk", flat=True)
    return Loan.objects.standing().filter(portfolio__in=list(portfolios))


def terms_of(loan: Loan) -> Terms | None:
    """Returns the terms as signed, or None where only a schedule is known."""
    return read_settings(Terms, loan.terms, where="terms") if loan.terms else None


def instalments_in_force(loan: Loan) -> list[ScheduledInstalment]:
    """Returns the instalments as contracted, after every version so far; one query.

    A later version replaces those from its first number on.
    """
    standing: list[ScheduledInstalment] = []
    for schedule in Schedule.objects.filter(loan=loan).order_by("version"):
        standing = [row for row in standing if row.number < schedule.numbers[0]]
        standing.extend(instalments_of_schedule(schedule))
    return standing


def instalments_of_schedule(schedule: Schedule) -> list[ScheduledInstalment]:
    """Returns the rows that one stored version says."""
    columns = zip(
        schedule.numbers,
        schedule.from_dates,
        schedule.due_dates,
        schedule.principals,
        schedule.interests,
        schedule.fees,
        strict=True,
    )
    return [
        ScheduledInstalment(
            number,
            from_on,
            due_on,
            principal,
            interest,
            fee,
            is_down_payment=schedule.starts_with_down_payment and at == 0,
        )
        for at, (number, from_on, due_on, principal, interest, fee) in enumerate(columns)
    ]


#: What `instructions.ways_to_pay` asks of each instruction.
_WAY_FACTS: Final = ("kind", "label", "label_zh", "text", "text_zh", "loan")


def instruction_facts(*, portfolio: Any, loan: Any) -> QuerySet[Any, Any]:
    """Returns the instructions in use of a portfolio and a loan, as facts of `ways_to_pay`.

    Arguments: keys, or references to an outer row's.
    """
    rows = PaymentInstruction.objects.filter(
        Q(loan=loan) | Q(loan__isnull=True), portfolio=portfolio, is_active=True
    ).order_by("kind", "label", "pk")
    return rows.values(facts=JSONObject(**{name: name for name in _WAY_FACTS}))


def instructions_for(loan: Loan) -> list[PaymentInstruction]:
    """Returns how to pay this loan: its own ways where it has some, else the portfolio's."""
    rows = list(
        PaymentInstruction.objects.filter(
            Q(loan=loan) | Q(loan__isnull=True), portfolio=loan.portfolio_id, is_active=True
        ).order_by("kind", "label")
    )
    own = [row for row in rows if row.loan_id is not None]
    return own or rows
