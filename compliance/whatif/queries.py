"""What a question can be asked about: the loan, its people, their numbers, their other loans."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from loans.borrowers.models import ContactPoint
from loans.contracts.models import Loan, LoanParty
from loans.contracts.numbers import numbered, numbered_from

if TYPE_CHECKING:
    from accounts.models import User

#: So many loans are offered where several numbers begin alike.
SHOWN = 20


def loan_asked(*, user: User, pk: UUID) -> Loan:
    """Returns a loan the user may see. Raises Loan.DoesNotExist out of scope."""
    return Loan.objects.visible_to(user).select_related("portfolio").get(pk=pk)


def loans_numbered(*, user: User, text: str) -> list[Loan]:
    """Returns the loans with this contract number, else those whose number begins with it."""
    exact = numbered(user=user, text=text).select_related("portfolio")[:SHOWN]
    begun = numbered_from(user=user, text=text).select_related("portfolio")
    return list(exact) or list(begun.order_by("contract_no")[:SHOWN])


def people_of(loan: Loan, *, user: User) -> list[LoanParty]:
    """Returns who stands in which role to the loan; the borrower first."""
    rows = LoanParty.objects.visible_to(user).filter(loan=loan).select_related("party")
    return list(rows.order_by("role", "pk"))


def points_of(party_id: UUID, *, user: User) -> list[ContactPoint]:
    """Returns the numbers and addresses of a person, valid ones first."""
    rows = ContactPoint.objects.visible_to(user).filter(party_id=party_id)
    return sorted(rows, key=lambda point: (point.invalid_since is not None, point.pk))


def other_loans_of(party_id: UUID, *, loan: Loan, user: User) -> list[Loan]:
    """Returns the other loans on which the person stands and that the user may see."""
    mine = LoanParty.objects.visible_to(user).filter(party_id=party_id).exclude(loan=loan)
    return list(
        Loan.objects.visible_to(user)
        .filter(pk__in=mine.values("loan_id"))
        .order_by("contract_no")[:SHOWN]
    )
