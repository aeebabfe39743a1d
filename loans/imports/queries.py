"""Looking up what the rows of a file refer to, many at a time; and imports for their pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from loans.borrowers.models import Party
from loans.contracts.models import Loan, LoanParty, PartyRole
from loans.imports.models import ImportBatch, ImportMapping, RowError
from loans.portfolios.models import Portfolio
from loans.repayments.models import Repayment


@dataclass(frozen=True, slots=True)
class KnownLoan:
    """What a check of a row needs to know about the loan it names."""

    id: UUID
    contract_no: str
    product_id: UUID
    started_on: date
    principal_amount: Decimal


def known_loans(*, portfolio: Portfolio, contract_nos: Collection[str]) -> dict[str, KnownLoan]:
    """Returns the loans of a portfolio by contract number, those there are; one query."""
    rows = Loan.objects.filter(portfolio=portfolio, contract_no__in=contract_nos).values_list(
        "id", "contract_no", "product_id", "started_on", "principal_amount"
    )
    return {row[1]: KnownLoan(*row) for row in rows.iterator()}


def known_customers(*, portfolio: Portfolio, customer_nos: Collection[str]) -> dict[str, UUID]:
    """Returns the ids of parties by customer number, in the portfolio's number space; one query."""
    rows = Party.objects.filter(
        namespace=portfolio.customer_namespace, customer_no__in=customer_nos
    ).values_list("customer_no", "id")
    return dict(rows)


def borrowers_of(*, portfolio: Portfolio, contract_nos: Collection[str]) -> dict[str, str]:
    """Returns the customer number of the borrower of each loan that has one; one query."""
    rows = LoanParty.objects.filter(
        loan__portfolio=portfolio, loan__contract_no__in=contract_nos, role=PartyRole.BORROWER
    ).values_list("loan__contract_no", "party__customer_no")
    return dict(rows)


def known_repayments(
    *, portfolio: Portfolio, contract_nos: Collection[str]
) -> dict[tuple[str, str], tuple[Decimal, date]]:
    """Returns amount and day of the repayments of some loans, by contract and reference."""
    rows = (
        Repayment.objects.filter(loan__portfolio=portfolio, loan__contract_no__in=contract_nos)
        .exclude(external_ref="")
        .values_list("loan__contract_no", "external_ref", "amount", "value_on")
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows.iterator()}


def products_of(portfolio: Portfolio) -> Mapping[str, UUID]:
    """Returns the ids of a portfolio's products by code; one query."""
    return dict(portfolio.products.values_list("code", "id"))


def imports_for(
    user: User, *, portfolio: str = "", kind: str = "", state: str = ""
) -> QuerySet[ImportBatch]:
    """Returns the imports a person may see, newest first, narrowed where a value is given."""
    found = ImportBatch.objects.visible_to(user).select_related("portfolio")
    chosen: dict[str, Any] = {"portfolio__code": portfolio, "kind": kind, "state": state}
    return found.filter(**{name: value for name, value in chosen.items() if value})


def errors_of(batch: ImportBatch) -> QuerySet[RowError]:
    """Returns what is wrong with the rows of an import, in the order of the file."""
    return batch.errors.order_by("row_no", "id")


def mappings_for(user: User) -> QuerySet[ImportMapping]:
    """Returns the mappings of the portfolios a person may see."""
    return ImportMapping.objects.filter(
        portfolio__in=Portfolio.objects.visible_to(user)
    ).select_related("portfolio")
