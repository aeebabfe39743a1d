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
    is_too_far_ahead,
    loans_of_groups,
    unknown_contracts,
)
from loans.imports.kinds.kind import Context, Counts, Group, Kind, RowProblem, Values
from loans.imports.parts import Part
from loans.imports.problems import Problem
from loans.imports.queries import KnownRepayment, known_repayments, repayments_by_id
from loans.repayments.models import Repayment, RepaymentKind
from loans.repayments.recording import record_repayments
from loans.repayments.rows import RepaymentRow
from loans.repayments.services import return_repayment, settle_repayment
from loans.repayments.staged import doubtful_contracts, record_staged

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
    "returned": "returned",
    "bounced": "returned",
    "退票": "returned",
    "失败": "returned",
}

COLUMNS = (
    CONTRACT_NO,
    Column(
        name="value_on",
        label=_("counts from"),
        parse=cells.day,
        required=True,
        synonyms=(
            "payment date",
            "paid on",
            "value date",
            "date",
            "还款日期",
            "入账日期",
            "到账日期",
            "交易日期",
        ),
        example="2026-11-20",
    ),
    Column(
        name="amount",
        label=_("amount"),
        parse=cells.positive_money,
        required=True,
        is_money=True,
        synonyms=(
            "payment amount",
            "amount paid",
            "paid",
            "还款金额",
            "入账金额",
            "实还金额",
            "金额",
        ),
        example="3280.00",
    ),
    Column(
        name="reference",
        label=_("reference"),
        parse=cells.identifier,
        limit=80,
        synonyms=(
            "ref",
            "external ref",
            "transaction id",
            "payment id",
            "流水号",
            "交易流水号",
            "还款流水号",
        ),
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
        help=_("Settled unless it says pending or returned."),
    ),
    Column(
        name="state_on",
        label=_("in this state since"),
        parse=cells.day,
        synonyms=("settled on", "returned on", "settlement date", "结算日期", "退票日期"),
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
    known = _known(context, groups)
    for group in groups:
        if group.key not in loans:
            continue
        start = loans[group.key].started_on
        for row in group.rows:
            values = row.values
            if values["value_on"] < start:
                yield RowProblem(row.number, Problem("value_on", "before_start", {"start": start}))
            if is_too_far_ahead(context, values["value_on"]):
                yield RowProblem(
                    row.number,
                    Problem("value_on", "in_future", {"latest": context.latest_value_on}),
                )
            stored = known.get((group.key, values["reference"]))
            if stored is not None and not _is_same_money(stored, values):
                shown = f"{stored.amount}, {stored.value_on}, {stored.kind}"
                yield RowProblem(
                    row.number,
                    Problem(
                        "reference",
                        "reference_differs",
                        {"reference": values["reference"], "known": shown},
                    ),
                )


def _known(context: Context, groups: Sequence[Group]) -> dict[tuple[str, str], KnownRepayment]:
    return known_repayments(
        portfolio=context.portfolio,
        contract_nos=[group.key for group in groups],
        references={row.values["reference"] for group in groups for row in group.rows},
    )


def _is_same_money(stored: KnownRepayment, values: Values) -> bool:
    kind = values["kind"] or RepaymentKind.REGULAR.value
    came = (values["amount"], values["value_on"], kind)
    return came == (stored.amount, stored.value_on, stored.kind)


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    """Records the payments that are new, then moves on those that settled or came back."""
    known = _known(context, groups)
    rows = [row.values for group in groups for row in group.rows]
    fresh = [values for values in rows if _key(values) not in known]
    counts = record_repayments(
        portfolio=context.portfolio,
        rows=[_repayment_row(values) for values in fresh],
        by=context.by,
        batch=context.batch,
        new_loans_wait=context.new_loans_wait,
    )
    returned = [values for values in fresh if values["state"] == "returned"]
    if returned:
        known |= _known(context, groups)
    moved = [values for values in rows if _moves_on(known.get(_key(values)), values)]
    repayments = repayments_by_id([known[_key(values)].id for values in moved])
    for values in moved:
        _move_on(context, repayments[known[_key(values)].id], values)
    updated = len(moved) - len(returned)
    return Counts(
        created=counts.recorded, updated=updated, unchanged=len(rows) - counts.recorded - updated
    )


def _doubtful(context: Context, part: Part) -> Sequence[tuple[str, int]]:
    return doubtful_contracts(
        portfolio=context.portfolio,
        batch=context.batch,
        part=part,
        latest_on=context.latest_value_on,
    )


def _load_part(context: Context, part: Part) -> Counts:
    """The first payments of loans that are replayed behind the last file."""
    if not context.new_loans_wait:
        return Counts()
    recorded = record_staged(
        portfolio=context.portfolio,
        batch=context.batch,
        part=part,
        latest_on=context.latest_value_on,
        by=context.by,
    )
    return Counts(created=recorded)


def _key(values: Values) -> tuple[str, str]:
    return (values["contract_no"], values["reference"])


def _repayment_row(values: Values) -> RepaymentRow:
    # Money that came back had arrived before: it is recorded as settled, then as returned.
    is_pending = values["state"] == "pending"
    return RepaymentRow(
        contract_no=values["contract_no"],
        amount=values["amount"],
        value_on=values["value_on"],
        external_ref=values["reference"],
        kind=values["kind"] or RepaymentKind.REGULAR.value,
        state="pending" if is_pending else "settled",
        method=values["method"] or "",
    )


def _moves_on(stored: KnownRepayment | None, values: Values) -> bool:
    """Whether a row says more than is known; an older file's "pending" says less."""
    if stored is None or stored.state == "returned":
        return False
    state = values["state"] or "settled"
    return state == "returned" or (state == "settled" and stored.state == "pending")


def _move_on(context: Context, repayment: Repayment, values: Values) -> None:
    through_on = context.through_on or context.portfolio.business_date
    on = values["state_on"] or max(values["value_on"], min(through_on, context.latest_value_on))
    if values["state"] == "returned":
        return_repayment(repayment=repayment, value_on=on, by=context.by)
    else:
        settle_repayment(repayment=repayment, value_on=on, by=context.by)


KIND = Kind(
    code="repayments",
    label=_("Repayments"),
    columns=COLUMNS,
    group_of=by_contract,
    unique=("reference",),
    prepare=_number_unnamed,
    check=_check,
    load=_load,
    doubtful=_doubtful,
    load_part=_load_part,
    order=70,
    through_column="value_on",
    max_rows_of_group=5_000,
)
