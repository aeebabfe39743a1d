"""Signatories: who stands in which role to a loan that is already open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from loans.contracts.services import add_party
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds.contract_column import (
    CONTRACT_NO,
    by_contract,
    loans_of_groups,
    unknown_contracts,
)
from loans.imports.kinds.customer_columns import CUSTOMER_NO
from loans.imports.kinds.kind import Context, Counts, Group, Kind, RowProblem
from loans.imports.problems import Problem
from loans.imports.queries import known_customers, known_signatories, loans_and_parties

_ROLES = {
    "borrower": "borrower",
    "primary": "borrower",
    "co_borrower": "co_borrower",
    "co-borrower": "co_borrower",
    "coborrower": "co_borrower",
    "guarantor": "guarantor",
    "reference": "reference",
    "借款人": "borrower",
    "主借款人": "borrower",
    "共同借款人": "co_borrower",
    "共借人": "co_borrower",
    "担保人": "guarantor",
    "保证人": "guarantor",
    "联系人": "reference",
    "紧急联系人": "reference",
}
COLUMNS = (
    CONTRACT_NO,
    CUSTOMER_NO,
    Column(
        name="role",
        label=_("role"),
        parse=cells.choice,
        required=True,
        choices=_ROLES,
        synonyms=("party role", "角色", "关系人类型", "客户角色"),
    ),
    Column(
        name="relationship",
        label=_("relationship"),
        parse=cells.text,
        limit=60,
        synonyms=("relation", "与借款人关系", "关系"),
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    loans = loans_of_groups(context, groups)
    yield from unknown_contracts(groups, loans)
    customers = known_customers(
        portfolio=context.portfolio,
        customer_nos={row.values["customer_no"] for group in groups for row in group.rows},
    )
    signed = known_signatories(portfolio=context.portfolio, contract_nos=list(loans))
    borrowers = {key[0]: key[1] for key in signed if key[2] == "borrower"}
    for group in groups:
        for row in group.rows:
            customer_no = row.values["customer_no"]
            if customer_no not in customers:
                yield RowProblem(row.number, Problem("customer_no", "unknown_customer"))
            borrower = borrowers.get(group.key, customer_no)
            if row.values["role"] == "borrower" and borrower != customer_no:
                yield RowProblem(
                    row.number, Problem("role", "second_borrower", {"customer": borrower})
                )


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    contract_nos = [group.key for group in groups]
    signed = known_signatories(portfolio=context.portfolio, contract_nos=contract_nos)
    fresh = [
        row.values
        for group in groups
        for row in group.rows
        if (group.key, row.values["customer_no"], row.values["role"]) not in signed
    ]
    loans, parties = loans_and_parties(
        portfolio=context.portfolio,
        contract_nos={values["contract_no"] for values in fresh},
        customer_nos={values["customer_no"] for values in fresh},
    )
    for values in fresh:
        add_party(
            loan=loans[values["contract_no"]],
            party=parties[values["customer_no"]],
            role=values["role"],
            relationship=values["relationship"] or "",
            by=context.by,
        )
    rows = sum(len(group.rows) for group in groups)
    return Counts(created=len(fresh), unchanged=rows - len(fresh))


KIND = Kind(
    code="signatories",
    label=_("Signatories"),
    columns=COLUMNS,
    group_of=by_contract,
    unique=("customer_no", "role"),
    check=_check,
    load=_load,
    order=30,
)
