"""Finding loans by the number of their contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from loans.contracts.models import Loan

if TYPE_CHECKING:
    from accounts.models import User


def numbered(*, user: User, text: str) -> QuerySet[Loan]:
    """Returns the loans with exactly this contract number, as typed or in capitals."""
    numbers = {text, text.upper()}
    return Loan.objects.visible_to(user).filter(contract_no__in=numbers).order_by()


def numbered_from(*, user: User, text: str) -> QuerySet[Loan]:
    """Returns the loans whose contract number goes on after this; in no order, slice it."""
    begins = Q(contract_no__startswith=text)
    if text != text.upper():
        begins |= Q(contract_no__startswith=text.upper())
    found = Loan.objects.visible_to(user).filter(begins)
    return found.exclude(contract_no__in={text, text.upper()}).order_by()
