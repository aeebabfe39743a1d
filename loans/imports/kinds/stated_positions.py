"""Positions as the lender's ledger states them; the first one of a loan may open its books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
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
from loans.imports.kinds.kind import Context, Counts, Group, Kind, ReadRow, RowProblem, total_of
from loans.imports.problems import Problem

_PARTS = ("arrears_principal", "arrears_interest", "arrears_fee", "arrears_penalty")


def _money(name: str, label: Any, *synonyms: str, required: bool = False) -> Column:
    return Column(
        name=name,
        label=label,
        parse=cells.money,
        required=required,
        is_money=True,
        synonyms=synonyms,
    )


COLUMNS = (
    CONTRACT_NO,
    Column(
        name="value_on",
        label=_("at the end of"),
        parse=cells.day,
        required=True,
        synonyms=("as of", "as of date", "statement date", "数据日期", "统计日期", "截止日期"),
        example="2026-11-22",
    ),
    _money(
        "principal_outstanding",
        _("principal outstanding"),
        "balance",
        "principal balance",
        "剩余本金",
        "贷款余额",
        "本金余额",
        required=True,
    ),
    Column(
        name="oldest_unpaid_due_on",
        label=_("oldest unpaid due date"),
        parse=cells.day,
        synonyms=("past due since", "最早逾期日", "逾期起始日", "首次逾期日期"),
    ),
    Column(
        name="days_past_due",
        label=_("days past due"),
        parse=cells.whole_number,
        synonyms=("dpd", "逾期天数"),
    ),
    _money("arrears_principal", _("arrears, principal"), "逾期本金"),
    _money("arrears_interest", _("arrears, interest"), "逾期利息"),
    _money("arrears_fee", _("arrears, fees"), "逾期费用"),
    _money("arrears_penalty", _("arrears, late charges"), "罚息", "逾期罚息", "违约金"),
    _money("arrears_total", _("arrears"), "past due", "past due amount", "逾期金额", "逾期总额"),
    _money("payoff_amount", _("payoff"), "payoff", "结清金额", "一次性结清金额"),
    Column(
        name="next_due_on",
        label=_("next due"),
        parse=cells.day,
        synonyms=("next due date", "下期应还日", "下次还款日"),
    ),
    _money("next_due_amount", _("next amount due"), "next payment", "下期应还金额"),
    Column(
        name="is_written_off",
        label=_("written off"),
        parse=cells.flag,
        synonyms=("charged off", "是否核销", "核销"),
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    loans = loans_of_groups(context, groups)
    yield from unknown_contracts(groups, loans)
    for group in groups:
        for row in group.rows if group.key in loans else ():
            yield from _check_row(row, loans[group.key].started_on)


def _check_row(row: ReadRow, started_on: date) -> Iterator[RowProblem]:
    values = row.values
    oldest, days = values["oldest_unpaid_due_on"], values["days_past_due"]
    if values["value_on"] < started_on:
        yield RowProblem(row.number, Problem("value_on", "before_start", {"start": started_on}))
    if oldest is not None and oldest > values["value_on"]:
        yield RowProblem(row.number, Problem("oldest_unpaid_due_on", "oldest_after"))
    total, parts = values["arrears_total"], total_of(values[name] for name in _PARTS)
    if total is not None and parts and total != parts:
        params = {"sum": parts, "total": total}
        yield RowProblem(row.number, Problem("arrears_total", "arrears_sum", params))
    if (total or parts) and oldest is None and not days and not values["is_written_off"]:
        yield RowProblem(row.number, Problem("oldest_unpaid_due_on", "overdue_without_date"))
