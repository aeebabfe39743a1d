"""The columns that say whom a row is about, and the check that the party is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from loans.borrowers.rows import AddressRow, ContactRow, PartyRow
from loans.borrowers.services import register_parties
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds.kind import Context, Counts, Group, RowProblem, Values
from loans.imports.problems import Problem
from loans.imports.queries import names_of_parties

CUSTOMER_NO = Column(
    name="customer_no",
    label=_("customer number"),
    parse=cells.identifier,
    required=True,
    limit=60,
    synonyms=(
        "customer",
        "customer id",
        "client no",
        "borrower id",
        "客户号",
        "客户编号",
        "客户id",
    ),
    example="C-004711",
)


def by_customer(values: Values) -> str:
    """Groups rows by the customer they are about."""
    key: str = values["customer_no"]
    return key


def register(context: Context, rows: Sequence[PartyRow]) -> None:
    """Registers what a file says of people; it was brought into its one form when it was read."""
    register_parties(
        portfolio=context.portfolio,
        rows=rows,
        by=context.by,
        batch=context.batch,
        are_normalised=True,
        are_parted=context.are_customers_parted,
    )


def register_with(
    context: Context,
    groups: Sequence[Group],
    *,
    contact_points: Callable[[Group], tuple[ContactRow, ...]] = lambda group: (),
    addresses: Callable[[Group], tuple[AddressRow, ...]] = lambda group: (),
) -> Counts:
    """Adds contact points or addresses to parties that are here; the rest of them stays."""
    names = names_of_parties(
        portfolio=context.portfolio, customer_nos=[group.key for group in groups]
    )
    rows = [
        PartyRow(
            customer_no=group.key,
            full_name=names[group.key][0],
            kind=names[group.key][1],
            contact_points=contact_points(group),
            addresses=addresses(group),
        )
        for group in groups
    ]
    register(context, rows)
    return Counts(updated=sum(len(group.rows) for group in groups))


def unknown_customers(groups: Sequence[Group], known: Collection[str]) -> Iterator[RowProblem]:
    """Yields a problem for every row of a group whose party is not here."""
    for group in groups:
        if group.key not in known:
            for row in group.rows:
                yield RowProblem(row.number, Problem("customer_no", "unknown_customer"))
