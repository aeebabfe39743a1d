"""Repayments: money received, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds.contract_column import (
    CONTRACT_NO,
    by_contract,
    loans_of_groups,
    unknown_contracts,
)
from loans.imports.kinds.kind import Context, Counts, Group, Kind, RowProblem, Values
from loans.imports.problems import Problem
from loans.imports.queries import known_repayments
from loans.repayments.models import RepaymentKind

_KINDS = {kind.value: kind.value for kind in RepaymentKind} | {
    "还款": RepaymentKind.REGULAR.value,
    "正常还款": RepaymentKind.REGULAR.value,
    "首付": RepaymentKind.DOWN_PAYMENT.value,
    "结清": RepaymentKind.SETTLEMENT.value,
    "回收": RepaymentKind.RECOVERY.value,
}
_STATES = {
    "pending": "pending",
    "settled": "settled",
    "cleared": "settled",
    "posted": "settled",
    "处理中": "pending",
    "成功": "settled",
    "已到账": "settled",
}

COLUMNS = (
    CONTRACT_NO,
    Column(
        name="value_on",
        label=_("counts from"),
        parse=cells.day,
        required=True,
        synonyms=("payment date", "paid on", "value date", "date", "还款日期", "入账日期", "到账日期", "交易日期"),
        example="2026-11-20",
    ),
    Column(
        name="amount",
        label=_("amount"),
        parse=cells.positive_money,
        required=True,
        is_money=True,
        synonyms=("payment amount", "amount paid", "paid", "还款金额", "入账金额", "实还金额", "金额"),
        example="3280.00",
    ),
    Column(
        name="reference",
        label=_("reference"),
        parse=cells.identifier,
        limit=80,
        synonyms=("external ref", "transaction id", "payment id", "流水号", "交易流水号", "还款流水号"),
        help=_(
            "The lender's own number of the payment. Without it, equal payments of one day are "
            "told apart by their order."
        ),
        example="TX-88120",
    ),
    Column(
        name="kind",
        label=_("kind"),
        parse=cells.choice,
        choices=_KINDS,
        synonyms=("payment type", "还款类型", "交易类型"),
    ),
    Column(
        name="state",
        label=_("state"),
        parse=cells.choice,
        choices=_STATES,
        synonyms=("status", "状态", "入账状态"),
        help=_("Settled unless it says pending."),
    ),
    Column(
        name="method",
        label=_("method"),
        parse=cells.text,
        limit=40,
        synonyms=("channel", "payment method", "还款方式", "还款渠道"),
    ),
)


def _number_unnamed(
    values: Values, options: Mapping[str, Any], memory: dict[str, Any]
) -> Iterable[Problem]:
    """Gives a payment without a reference one that says day, amount and how many equal ones came.

    The same payment in a later, overlapping file gets the same reference and is known again.
    """
    if values["reference"] is not None:
        return ()
    base = f"{values['value_on']:%Y%m%d}-{values['amount']}"
    counted = memory.setdefault("unnamed", {})
    key = (values["contract_no"], base)
    counted[key] = counted.get(key, 0) + 1
    values["reference"] = f"auto-{base}-{counted[key]}"
    return ()


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    loans = loans_of_groups(context, groups)
    yield from unknown_contracts(groups, loans)
    known = known_repayments(portfolio=context.portfolio, contract_nos=list(loans))
    for group in groups:
        if group.key not in loans:
            continue
        start = loans[group.key].started_on
        for row in group.rows:
            values = row.values
            if values["value_on"] < start:
                yield RowProblem(row.number, Problem("value_on", "before_start", {"start": start}))
            if context.through_on is not None and values["value_on"] > context.through_on:
                params = {"through": context.through_on}
                yield RowProblem(row.number, Problem("value_on", "in_future", params))
            stored = known.get((group.key, values["reference"]))
            if stored is not None and stored != (values["amount"], values["value_on"]):
                params = {"reference": values["reference"], "known": f"{stored[0]}, {stored[1]}"}
                yield RowProblem(row.number, Problem("reference", "reference_differs", params))
