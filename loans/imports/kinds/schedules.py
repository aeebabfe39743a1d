"""Schedules as the lender states them: one row per instalment, a contract's rows together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from loans.contracts.rows import ScheduleRow
from loans.contracts.services import state_schedules
from loans.contracts.terms import ScheduledInstalment
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds.contract_column import (
    CONTRACT_NO,
    by_contract,
    loans_of_groups,
    unknown_contracts,
)
from loans.imports.kinds.kind import Context, Counts, Group, Kind, RowProblem, total_of
from loans.imports.problems import Problem
from loans.imports.queries import KnownLoan, loans_with_schedule

COLUMNS = (
    CONTRACT_NO,
    Column(
        name="number",
        label=_("instalment"),
        parse=cells.whole_number,
        required=True,
        synonyms=(
            "instalment no",
            "installment",
            "period",
            "seq",
            "期数",
            "期次",
            "期号",
            "当前期数",
        ),
        example="1",
    ),
    Column(
        name="due_on",
        label=_("due"),
        parse=cells.day,
        required=True,
        synonyms=("due date", "payment due", "应还日期", "还款日", "应还款日", "到期日"),
        example="2026-01-15",
    ),
    Column(
        name="principal",
        label=_("principal"),
        parse=cells.money,
        required=True,
        is_money=True,
        synonyms=("principal due", "应还本金", "本金"),
        example="2733.33",
    ),
    Column(
        name="interest",
        label=_("interest"),
        parse=cells.money,
        is_money=True,
        synonyms=("interest due", "应还利息", "利息"),
        example="546.67",
    ),
    Column(
        name="fee",
        label=_("fee"),
        parse=cells.money,
        is_money=True,
        synonyms=("fees", "应还费用", "手续费", "服务费"),
    ),
    Column(
        name="from_on",
        label=_("from"),
        parse=cells.day,
        synonyms=("period start", "起息日"),
        help=_("Where it is missing: the due date before, for the first the day of payout."),
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    loans = loans_of_groups(context, groups)
    yield from unknown_contracts(groups, loans)
    for group in groups:
        if group.key in loans:
            yield from _check_one(group, loans[group.key])


def _check_one(group: Group, loan: KnownLoan) -> Iterator[RowProblem]:
    rows = sorted(group.rows, key=lambda row: row.values["number"])
    for before, after in pairwise(rows):
        if after.values["due_on"] <= before.values["due_on"]:
            yield RowProblem(after.number, Problem("due_on", "schedule_order"))
    for row in rows:
        if row.values["due_on"] < loan.started_on:
            yield RowProblem(
                row.number, Problem("due_on", "before_start", {"start": loan.started_on})
            )
        if not total_of(row.values[name] for name in ("principal", "interest", "fee")):
            yield RowProblem(row.number, Problem("principal", "instalment_empty"))
    total = total_of(row.values["principal"] for row in rows)
    # A restated schedule may begin later than the loan; then its sum says nothing about it.
    if rows[0].values["number"] <= 1 and total != loan.principal_amount:
        params = {"sum": total, "principal": loan.principal_amount}
        yield RowProblem(rows[0].number, Problem("principal", "schedule_sum", params))


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    loans = loans_of_groups(context, groups)
    scheduled = loans_with_schedule([loan.id for loan in loans.values()])
    through_on = context.through_on or context.portfolio.business_date
    rows = []
    for group in groups:
        loan = loans[group.key]
        # The first schedule holds from the beginning, a later one from the day of its file.
        value_on = through_on if loan.id in scheduled else loan.started_on
        rows.append(
            ScheduleRow(
                contract_no=group.key,
                instalments=instalments_of(group, loan.started_on),
                value_on=max(value_on, loan.started_on),
            )
        )
    counts = state_schedules(
        portfolio=context.portfolio,
        rows=rows,
        by=context.by,
        batch=context.batch,
        new_loans_wait=context.new_loans_wait,
    )
    return Counts(created=counts.recorded, unchanged=counts.already_known)


def instalments_of(group: Group, started_on: date) -> tuple[ScheduledInstalment, ...]:
    """Returns the instalments of one contract in order; a period begins where the last was due."""
    before, made = started_on, []
    for row in sorted(group.rows, key=lambda row: row.values["number"]):
        values = row.values
        made.append(
            ScheduledInstalment(
                number=values["number"],
                from_on=min(values["from_on"] or before, values["due_on"]),
                due_on=values["due_on"],
                principal=values["principal"],
                interest=values["interest"] or ZERO,
                fee=values["fee"] or ZERO,
            )
        )
        before = values["due_on"]
    return tuple(made)


KIND = Kind(
    code="schedules",
    label=_("Schedules"),
    columns=COLUMNS,
    group_of=by_contract,
    unique=("number",),
    is_whole=True,
    check=_check,
    load=_load,
    order=50,
    max_rows_of_group=600,
)
