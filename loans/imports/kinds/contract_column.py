"""The column that says which loan a row is about, and the check that the loan is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds.kind import Context, Group, RowProblem, Values
from loans.imports.problems import Problem
from loans.imports.queries import KnownLoan, known_loans

CONTRACT_NO = Column(
    name="contract_no",
    label=_("contract number"),
    parse=cells.identifier,
    required=True,
    limit=60,
    synonyms=(
        "contract",
        "contract number",
        "loan number",
        "loan id",
        "account number",
        "agreement no",
        "合同号",
        "合同编号",
        "贷款合同号",
        "借款合同号",
        "借据号",
        "贷款编号",
    ),
    example="AF-2025-000123",
)


def by_contract(values: Values) -> str:
    """Groups rows by the contract they are about."""
    key: str = values["contract_no"]
    return key


def is_too_far_ahead(context: Context, value_on: date) -> bool:
    """Whether a day lies further ahead of the books than a fact may."""
    return value_on > context.latest_value_on


def loans_of_groups(context: Context, groups: Sequence[Group]) -> dict[str, KnownLoan]:
    """Returns the loans that the groups name, by contract number; one query."""
    return known_loans(portfolio=context.portfolio, contract_nos=[group.key for group in groups])


def unknown_contracts(
    groups: Sequence[Group], loans: Mapping[str, KnownLoan]
) -> Iterator[RowProblem]:
    """Yields a problem for every row of a group whose loan is not here."""
    for group in groups:
        if group.key not in loans:
            for row in group.rows:
                yield RowProblem(row.number, Problem("contract_no", "unknown_contract"))
