"""Asset-level filings (SEC form ABS-EE): one file gives loans, cars, positions and payments.

A row is one loan in one month. The first month of a loan opens its books with the position stated
at that month's end; every later month brings what was paid in it and what the servicer then states.
The filing names nobody, so the borrower of each loan is an anonymous party in a known state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from loans.contracts.feasibility import require_possible
from loans.contracts.terms import ImpossibleTerms
from loans.imports.kinds import abs_ee_rules as rules
from loans.imports.kinds.abs_ee_columns import COLUMNS
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
from loans.imports.kinds.loans import product_code
from loans.imports.problems import Problem
from loans.imports.queries import known_loans

#: What must not change from month to month: what was signed.
_SIGNED = ("originated_in", "original_amount", "annual_rate", "first_payment_in")


def _due_day(text: str) -> int:
    day = int(text)
    if not 1 <= day <= 28:
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
        default=15,
        help=_("Day of the month on which instalments fall due, 1 to 28; filings do not say."),
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
        key = (values["asset_number"], values["period_end"])
        memory[key] = memory.get(key, 0) + 1
        if memory[key] > 1:
            values["asset_number"] = f"{values['asset_number']}#{memory[key]}"
    if rules.periods_of(values) < 1:
        yield Problem("matures_in", "maturity_before_first")


def _by_asset(values: Values) -> str:
    key: str = values["asset_number"]
    return key


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    known = known_loans(portfolio=context.portfolio, contract_nos=[group.key for group in groups])
    for group in groups:
        first = earliest(group)
        if not product_code(context, {"product": None}):
            code = context.options["product"] or "-"
            yield RowProblem(first.number, Problem("", "unknown_product", {"code": code}))
        yield from _check_terms(first, context.options["due_day"])
        loan = known.get(group.key)
        if loan is not None and loan.principal_amount != first.values["original_amount"]:
            params = {"field": "original_amount", "known": loan.principal_amount}
            yield RowProblem(first.number, Problem("original_amount", "contract_differs", params))
        for row in group.rows:
            if row.values["end_balance"] is None:
                yield RowProblem(row.number, Problem("end_balance", "missing"))
            for name in _SIGNED:
                if row.values[name] != first.values[name]:
                    params = {"field": name, "known": first.values[name]}
                    yield RowProblem(row.number, Problem(name, "contract_differs", params))


def _check_terms(row: ReadRow, due_day: int) -> Iterator[RowProblem]:
    try:
        require_possible(rules.terms_of(row.values, due_day=due_day))
    except ImpossibleTerms as error:
        yield RowProblem(row.number, Problem("matures_in", "terms_impossible", {"why": str(error)}))


def earliest(group: Group) -> ReadRow:
    """Returns the first month of a loan in the file."""
    return min(group.rows, key=lambda row: row.values["period_end"])
