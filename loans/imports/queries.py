"""Looking up what the rows of a file refer to, many at a time; and imports for their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from accounts.models import User
from core.facts.among import among
from loans.borrowers.models import Party
from loans.contracts.models import Loan, LoanParty, PartyRole, Schedule
from loans.delinquency.models import StatedPosition, StatementKind
from loans.imports.models import ImportBatch, ImportState, RowError, StagedRow
from loans.portfolios.models import Portfolio, Product
from loans.repayments.models import Repayment, RepaymentStateChange, WriteOff


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
    found = Loan.objects.standing().filter(among("contract_no", contract_nos), portfolio=portfolio)
    rows = found.values_list("id", "contract_no", "product_id", "started_on", "principal_amount")
    return {row[1]: KnownLoan(*row) for row in rows.iterator()}


def known_parties(*, portfolio: Portfolio, customer_nos: Collection[str]) -> dict[str, Party]:
    """Returns parties by customer number, in the portfolio's number space; one query."""
    found = Party.objects.filter(
        among("customer_no", customer_nos), namespace=portfolio.customer_namespace
    )
    return {party.customer_no: party for party in found}


def names_of_parties(
    *, portfolio: Portfolio, customer_nos: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Returns name and kind of parties by customer number; one query."""
    rows = Party.objects.filter(
        among("customer_no", customer_nos), namespace=portfolio.customer_namespace
    ).values_list("customer_no", "full_name", "kind")
    return {customer_no: (name, kind) for customer_no, name, kind in rows}


def known_customers(*, portfolio: Portfolio, customer_nos: Collection[str]) -> dict[str, UUID]:
    """Returns the ids of parties by customer number, in the portfolio's number space; one query."""
    rows = Party.objects.filter(
        among("customer_no", customer_nos), namespace=portfolio.customer_namespace
    ).values_list("customer_no", "id")
    return dict(rows)


def borrowers_of(*, portfolio: Portfolio, contract_nos: Collection[str]) -> dict[str, str]:
    """Returns the customer number of the borrower of each loan that has one; one query."""
    rows = LoanParty.objects.filter(
        among("loan__contract_no", contract_nos),
        loan__portfolio=portfolio,
        loan__withdrawn_at__isnull=True,
        role=PartyRole.BORROWER,
    ).values_list("loan__contract_no", "party__customer_no")
    return dict(rows)


def known_signatories(
    *, portfolio: Portfolio, contract_nos: Collection[str]
) -> set[tuple[str, str, str]]:
    """Returns who stands in which role: (contract number, customer number, role); one query."""
    return set(
        LoanParty.objects.filter(
            loan__portfolio=portfolio,
            loan__contract_no__in=contract_nos,
            loan__withdrawn_at__isnull=True,
        ).values_list("loan__contract_no", "party__customer_no", "role")
    )


def loans_and_parties(
    *, portfolio: Portfolio, contract_nos: Collection[str], customer_nos: Collection[str]
) -> tuple[dict[str, Loan], dict[str, Party]]:
    """Returns loans by contract number and parties by customer number; two queries."""
    loans = Loan.objects.standing().filter(among("contract_no", contract_nos), portfolio=portfolio)
    return (
        {loan.contract_no: loan for loan in loans.select_related("portfolio")},
        known_parties(portfolio=portfolio, customer_nos=customer_nos),
    )


@dataclass(frozen=True, slots=True)
class KnownRepayment:
    """A repayment that is here already, in the state it has now."""

    id: int
    amount: Decimal
    value_on: date
    kind: str
    state: str


def known_repayments(
    *, portfolio: Portfolio, contract_nos: Collection[str], references: Collection[str]
) -> dict[tuple[str, str], KnownRepayment]:
    """Returns the repayments of some loans by contract number and reference; two queries."""
    found = Repayment.objects.filter(
        among("loan__contract_no", contract_nos),
        among("external_ref", references),
        loan__portfolio=portfolio,
        loan__withdrawn_at__isnull=True,
    ).exclude(batch__state=ImportState.UNDONE)
    changed = dict(
        RepaymentStateChange.objects.filter(repayment__in=found)
        .order_by("id")
        .values_list("repayment_id", "state")
    )
    columns = ("loan__contract_no", "external_ref", "id", "amount", "value_on", "kind", "state")
    return {
        (contract_no, reference): KnownRepayment(pk, amount, on, kind, changed.get(pk, state))
        for contract_no, reference, pk, amount, on, kind, state in found.values_list(*columns)
    }


def repayments_by_id(ids: Collection[int]) -> dict[int, Repayment]:
    """Returns repayments with their loans and portfolios by id; one query."""
    return Repayment.objects.select_related("loan__portfolio").in_bulk(list(ids))


def known_statements(
    *, portfolio: Portfolio, contract_nos: Collection[str], days: Collection[date]
) -> dict[tuple[str, date, str], StatedPosition]:
    """Returns stated positions by contract number, day and reference; one query."""
    found = StatedPosition.objects.filter(
        loan__portfolio=portfolio,
        loan__contract_no__in=contract_nos,
        loan__withdrawn_at__isnull=True,
        value_on__in=days,
    )
    found = found.exclude(batch__state=ImportState.UNDONE).select_related("loan")
    return {(row.loan.contract_no, row.value_on, row.external_ref): row for row in found}


def opening_days(loan_ids: Iterable[UUID]) -> dict[UUID, date]:
    """Returns the day of the opening position of each loan that has one; one query."""
    found = StatedPosition.objects.filter(
        loan__in=list(loan_ids), kind=StatementKind.OPENING
    ).exclude(batch__state=ImportState.UNDONE)
    return dict(found.values_list("loan_id").annotate(Min("value_on")))


def products_of(portfolio: Portfolio) -> dict[str, Product]:
    """Returns the products of a portfolio by code; one query."""
    return {product.code: product for product in portfolio.products.all()}


def loans_with_schedule(loan_ids: Collection[UUID]) -> set[UUID]:
    """Returns those of the loans that have a schedule; one query."""
    standing = Schedule.objects.exclude(batch__state=ImportState.UNDONE)
    return set(standing.filter(loan__in=loan_ids).values_list("loan_id", flat=True))


def loans_with_losses(loan_ids: Collection[UUID]) -> set[UUID]:
    """Returns those loans whose loss is booked; a filing books none twice."""
    return set(WriteOff.objects.filter(loan__in=loan_ids).values_list("loan_id", flat=True))


def imports_for(
    user: User, *, state: str = "", before: UUID | None = None
) -> QuerySet[ImportBatch]:
    """Returns the imports a person may see, newest first; in one state, older than `before`."""
    found = ImportBatch.objects.visible_to(user).select_related("portfolio").order_by("-id")
    if state:
        found = found.filter(state=state)
    return found if before is None else found.filter(pk__lt=before)


def state_counts(user: User) -> dict[str, int]:
    """Returns how many imports a person may see in each state; one query."""
    found = ImportBatch.objects.visible_to(user).order_by()
    return dict(found.values_list("state").annotate(Count("pk")))


def errors_of(batch: ImportBatch) -> QuerySet[RowError]:
    """Returns what is wrong with the rows of an import, in the order of the file."""
    return batch.errors.order_by("row_no", "id")


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Some errors, and behind which the next ones stand; None at the end."""

    errors: list[RowError]
    next_after: tuple[int, int] | None


def error_page(
    batch: ImportBatch, *, after: tuple[int, int] | None, limit: int, reason: str = ""
) -> ErrorPage:
    """Returns the errors behind a place (row, id), `limit` of them, of one code; one query."""
    found = errors_of(batch)
    if reason:
        found = found.filter(code=reason)
    if after is not None:
        row, pk = after
        found = found.filter(Q(row_no__gt=row) | Q(row_no=row, pk__gt=pk))
    errors = list(found[: limit + 1])
    has_more = len(errors) > limit
    last = errors[limit - 1] if has_more else None
    return ErrorPage(errors[:limit], (last.row_no, last.pk) if last else None)


def reason_counts(batch: ImportBatch) -> list[tuple[str, int]]:
    """Returns how often each code stands among the errors of an import, the commonest first."""
    found = batch.errors.order_by().values_list("code").annotate(n=Count("pk"))
    return sorted(found, key=lambda row: (-row[1], row[0]))


def bad_row_numbers(batch: ImportBatch) -> set[int]:
    """Returns the numbers of the rows with errors, as the file counts them; one query."""
    return set(batch.errors.order_by().values_list("row_no", flat=True).distinct())


def staged_count(batch: ImportBatch) -> int:
    """Returns how many rows are read so far."""
    return StagedRow.objects.filter(batch=batch).count()


def expected_new(batch: ImportBatch) -> int | None:
    """Returns how many of the good staged rows are new here; None where the kind cannot say.

    One query. What is not new is updated or already known; which of the two, loading tells.
    """
    portfolio = batch.portfolio
    contracts = Loan.objects.standing().filter(portfolio=portfolio)
    known: dict[str, QuerySet[Any]] = {
        "loans": contracts.filter(contract_no=OuterRef("group_key")),
        "parties": Party.objects.filter(
            namespace=portfolio.customer_namespace, customer_no=OuterRef("group_key")
        ),
        "repayments": Repayment.objects.filter(
            loan__portfolio=portfolio,
            loan__withdrawn_at__isnull=True,
            loan__contract_no=OuterRef("group_key"),
            external_ref=OuterRef("reference"),
        ).exclude(batch__state=ImportState.UNDONE),
    }
    if batch.kind not in known:
        return None
    good = StagedRow.objects.filter(batch=batch, has_error=False)
    if batch.kind == "repayments":
        good = good.annotate(reference=KT("payload__reference"))
    return good.filter(~Exists(known[batch.kind])).count()


def imports_at_work(user: User) -> QuerySet[ImportBatch]:
    """Returns the imports a worker is at or should be, of the portfolios a person may see."""
    busy = Q(state__in=[ImportState.STAGED, ImportState.LOADING]) | ~Q(errand="")
    found = ImportBatch.objects.visible_to(user).filter(busy).select_related("portfolio")
    return found.order_by("asked_at", "pk")[:20]
