"""Asset-level filings (SEC form ABS-EE): one file gives loans, cars, positions and payments.

A row is one loan in one month. The first month of a loan opens its books with the position stated
at that month's end; every later month brings what was paid in it and what the servicer then states.
The filing names nobody, so the borrower of each loan is an anonymous party in a known state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from loans.borrowers.services import register_parties
from loans.contracts.fact_writing import refresh_in_chunks
from loans.contracts.feasibility import require_possible
from loans.contracts.services import open_loans
from loans.contracts.terms import ImpossibleTerms
from loans.delinquency.models import StatedPosition
from loans.delinquency.services import state_positions
from loans.imports.kinds import abs_ee_rules as rules
from loans.imports.kinds.abs_ee_columns import COLUMNS
from loans.imports.kinds.abs_ee_events import record_events
from loans.imports.kinds.abs_ee_rows import (
    REFERENCE,
    loan_row,
    party_row,
    position_row,
    repayment_row,
)
from loans.imports.kinds.kind import (
    Context,
    Counts,
    Group,
    Kind,
    Option,
    ReadRow,
    RowProblem,
    Values,
)
from loans.imports.kinds.loans import product_code, products_for
from loans.imports.problems import Problem
from loans.imports.queries import known_loans, known_statements, opening_days
from loans.portfolios.models import Ledger
from loans.repayments.recording import record_repayments

#: What must not change from month to month: what was signed.
_SIGNED = ("originated_in", "original_amount", "annual_rate", "first_payment_in")


def _due_day(text: str) -> int | str:
    if text == rules.FROM_PAYMENTS:
        return text
    day = int(text)
    if not 1 <= day <= rules.LAST_DUE_DAY:
        raise ValueError(text)
    return day


def _yes_or_no(text: str) -> bool:
    if text.casefold() not in {"yes", "true", "no", "false"}:
        raise ValueError(text)
    return text.casefold() in {"yes", "true"}


OPTIONS = (
    Option(
        name="due_day",
        parse=_due_day,
        default=rules.DEFAULT_DUE_DAY,
        help=_(
            "Day of the month on which instalments fall due, 1 to 28; filings do not say. Or "
            "payments: the day on which each loan was most often paid."
        ),
    ),
    Option(
        name="product",
        parse=str,
        default="",
        help=_("Code of the product of every loan; not needed where the portfolio has one."),
    ),
    Option(
        name="number_repeats",
        parse=_yes_or_no,
        default=False,
        help=_(
            "Yes where a spreadsheet has cut the asset numbers so that many loans share one: the "
            "second loan of a number gets #2 behind it, by its order in the file."
        ),
    ),
)


def _number_repeats(
    values: Values, options: Mapping[str, Any], memory: dict[str, Any]
) -> Iterable[Problem]:
    if options["number_repeats"]:
        counted: dict[tuple[str, date], int] = memory.setdefault("assets", {})
        key = (values["asset_number"], values["period_end"])
        counted[key] = counted.get(key, 0) + 1
        if counted[key] > 1:
            values["asset_number"] = f"{values['asset_number']}#{counted[key]}"
    if rules.periods_of(values) < 1:
        yield Problem("matures_in", "maturity_before_first")


def _by_asset(values: Values) -> str:
    key: str = values["asset_number"]
    return key


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    contract_nos = [group.key for group in groups]
    known = known_loans(portfolio=context.portfolio, contract_nos=contract_nos)
    stated = known_statements(
        portfolio=context.portfolio,
        contract_nos=list(known),
        days={row.values["period_end"] for group in groups for row in group.rows},
    )
    for group in groups:
        first = earliest(group)
        if not product_code(context, {"product": None}):
            code = context.options["product"] or "-"
            yield RowProblem(first.number, Problem("", "unknown_product", {"code": code}))
        yield from _check_terms(first, _due_day_of(context, group))
        yield from _check_statements(context, group, stated)
        loan = known.get(group.key)
        if loan is not None and loan.principal_amount != first.values["original_amount"]:
            yield RowProblem(
                first.number,
                Problem(
                    "original_amount",
                    "contract_differs",
                    {"field": "original_amount", "known": loan.principal_amount},
                ),
            )
        for row in group.rows:
            if row.values["end_balance"] is None:
                yield RowProblem(row.number, Problem("end_balance", "missing"))
            for name in _SIGNED:
                if row.values[name] != first.values[name]:
                    yield RowProblem(
                        row.number,
                        Problem(
                            name, "contract_differs", {"field": name, "known": first.values[name]}
                        ),
                    )


def _check_statements(
    context: Context, group: Group, stated: Mapping[tuple[str, date, str], StatedPosition]
) -> Iterator[RowProblem]:
    for row in group.rows:
        values = row.values
        if values["period_end"] > context.latest_value_on:
            yield RowProblem(
                row.number, Problem("period_end", "in_future", {"latest": context.latest_value_on})
            )
        before = stated.get((group.key, values["period_end"], REFERENCE))
        if before is not None and before.principal_outstanding != values["end_balance"]:
            yield RowProblem(
                row.number,
                Problem(
                    "end_balance",
                    "statement_differs",
                    {"field": "end_balance", "known": before.principal_outstanding},
                ),
            )


def _check_terms(row: ReadRow, due_day: int) -> Iterator[RowProblem]:
    try:
        require_possible(rules.terms_of(row.values, due_day=due_day))
    except ImpossibleTerms as error:
        yield RowProblem(row.number, Problem("matures_in", "terms_impossible", {"why": str(error)}))


def _due_day_of(context: Context, group: Group) -> int:
    months = (row.values for row in group.rows)
    return rules.due_day_of(months, option=context.options["due_day"])


def earliest(group: Group) -> ReadRow:
    """Returns the first month of a loan in the file."""
    return min(group.rows, key=lambda row: row.values["period_end"])


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    """Opens the loans that are new, records every month, and replays each loan once at the end.

    What was paid in the first month of a loan is in its opening balance already.
    """
    ids = _open(context, groups)
    opened_on = opening_days(ids.values())
    opened: dict[str, date] = {
        group.key: opened_on.get(ids[group.key]) or earliest(group).values["period_end"]
        for group in groups
    }
    rows = [(group.key, row) for group in groups for row in group.rows]
    is_kept_here = context.portfolio.ledger == Ledger.MAKEGOOD
    due_days = {
        group.key: _due_day_of(context, group) if is_kept_here else None for group in groups
    }
    stated = state_positions(
        rows=[position_row(row, opened_on=opened[key], due_day=due_days[key]) for key, row in rows],
        portfolio=context.portfolio,
        by=context.by,
        batch=context.batch,
        refresh=False,
    )
    later = [row for key, row in rows if row.values["period_end"] > opened[key]]
    amounts = [
        (row, rules.paid_into_instalments(row.values, is_kept_here=is_kept_here)) for row in later
    ]
    record_repayments(
        rows=[repayment_row(row, amount=amount) for row, amount in amounts if amount],
        portfolio=context.portfolio,
        by=context.by,
        batch=context.batch,
        refresh=False,
    )
    record_events(context, later, ids)
    refresh_in_chunks(loan_ids=ids.values(), cause="import")
    return Counts(created=stated.recorded, unchanged=stated.already_known)


def _open(context: Context, groups: Sequence[Group]) -> dict[str, UUID]:
    """Opens the loans that are not here yet; returns the ids of all by contract number."""
    known = known_loans(portfolio=context.portfolio, contract_nos=[group.key for group in groups])
    due_days = {group.key: _due_day_of(context, group) for group in groups}
    fresh = [earliest(group) for group in groups if group.key not in known]
    parties = register_parties(
        portfolio=context.portfolio,
        rows=[party_row(row) for row in fresh],
        by=context.by,
        batch=context.batch,
    )
    product = products_for(context)[product_code(context, {"product": None})]
    opened = open_loans(
        portfolio=context.portfolio,
        rows=[
            loan_row(
                row,
                product=product,
                borrower=parties[row.values["asset_number"]],
                due_day=due_days[row.values["asset_number"]],
            )
            for row in fresh
        ],
        by=context.by,
        batch=context.batch,
        refresh=False,
    )
    return opened | {contract_no: loan.id for contract_no, loan in known.items()}


KIND = Kind(
    code="abs_ee",
    label=_("Asset-level filing (ABS-EE)"),
    columns=COLUMNS,
    group_of=_by_asset,
    unique=("period_end",),
    is_whole=True,
    prepare=_number_repeats,
    check=_check,
    load=_load,
    order=90,
    feeds=("abs_ee", "repayments", "stated_positions"),
    through_column="period_end",
    options=OPTIONS,
    group_label=_("Asset %(key)s"),
    max_rows_of_group=600,
)
