"""The columns that say whom a row is about, and the check that the party is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds.kind import Group, RowProblem, Values
from loans.imports.problems import Problem

CUSTOMER_NO = Column(
    name="customer_no",
    label=_("customer number"),
    parse=cells.identifier,
    required=True,
    limit=60,
    synonyms=("customer", "customer id", "client no", "borrower id", "客户号", "客户编号", "客户id"),
    example="C-004711",
)


def by_customer(values: Values) -> str:
    """Groups rows by the customer they are about."""
    key: str = values["customer_no"]
    return key


def unknown_customers(groups: Sequence[Group], known: Collection[str]) -> Iterator[RowProblem]:
    """Yields a problem for every row of a group whose party is not here."""
    for group in groups:
        if group.key not in known:
            for row in group.rows:
                yield RowProblem(row.number, Problem("customer_no", "unknown_customer"))
