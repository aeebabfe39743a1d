"""Positions as the lender's ledger states them; the first one of a loan may open its books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from loans.delinquency.models import StatedPosition
from loans.delinquency.rows import PositionRow
from loans.delinquency.services import state_positions
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds.contract_column import (
    CONTRACT_NO,
    by_contract,
    is_too_far_ahead,
    loans_of_groups,
    unknown_contracts,
)
from loans.imports.kinds.kind import Context, Counts, Group, Kind, ReadRow, RowProblem, total_of
from loans.imports.problems import Problem
from loans.imports.queries import known_statements

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
        name="reference",
        label=_("reference"),
        parse=cells.identifier,
        limit=80,
        synonyms=("external ref", "statement no", "对账单号"),
        help=_("A corrected statement of the same day needs one of its own."),
    ),
    Column(
        name="is_written_off",
        label=_("written off"),
        parse=cells.flag,
        synonyms=("charged off", "是否核销", "核销"),
    ),
)


_FIGURES = tuple(field.name for field in fields(PositionRow) if field.name != "external_ref")


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    loans = loans_of_groups(context, groups)
    yield from unknown_contracts(groups, loans)
    known = known_statements(
        portfolio=context.portfolio,
        contract_nos=list(loans),
        days={row.values["value_on"] for group in groups for row in group.rows},
    )
    for group in groups:
        for row in group.rows if group.key in loans else ():
            yield from _check_row(row, loans[group.key].started_on)
            if is_too_far_ahead(context, row.values["value_on"]):
                yield RowProblem(
                    row.number,
                    Problem("value_on", "in_future", {"latest": context.latest_value_on}),
                )
            key = (group.key, row.values["value_on"], row.values["reference"] or "")
            yield from _compare(row, known.get(key))


def _compare(row: ReadRow, stored: StatedPosition | None) -> Iterator[RowProblem]:
    """The same day must not be stated twice with different figures under one reference."""
    if stored is None:
        return
    for name in _FIGURES:
        if name in row.values and (row.values[name] or None) != (getattr(stored, name) or None):
            yield RowProblem(
                row.number,
                Problem(name, "statement_differs", {"field": name, "known": getattr(stored, name)}),
            )


def _check_row(row: ReadRow, started_on: date) -> Iterator[RowProblem]:
    values = row.values
    oldest, days = values["oldest_unpaid_due_on"], values["days_past_due"]
    if values["value_on"] < started_on:
        yield RowProblem(row.number, Problem("value_on", "before_start", {"start": started_on}))
    if oldest is not None and oldest > values["value_on"]:
        yield RowProblem(row.number, Problem("oldest_unpaid_due_on", "oldest_after"))
    total, parts = values["arrears_total"], total_of(values[name] for name in _PARTS)
    if total is not None and parts and total != parts:
        yield RowProblem(
            row.number, Problem("arrears_total", "arrears_sum", {"sum": parts, "total": total})
        )
    if (total or parts) and oldest is None and not days and not values["is_written_off"]:
        yield RowProblem(row.number, Problem("oldest_unpaid_due_on", "overdue_without_date"))


def position_row(row: ReadRow, kind: str) -> PositionRow:
    """Returns what a row states, as an opening or a later position."""
    said = {name: row.values[name] for name in _FIGURES if name in row.values}
    said["is_written_off"] = bool(said["is_written_off"])
    return PositionRow(**said, kind=kind, external_ref=row.values["reference"] or "")


def _load(kind: str, context: Context, groups: Sequence[Group]) -> Counts:
    counts = state_positions(
        portfolio=context.portfolio,
        rows=[position_row(row, kind) for group in groups for row in group.rows],
        by=context.by,
        batch=context.batch,
        new_loans_wait=context.new_loans_wait,
    )
    return Counts(created=counts.recorded, unchanged=counts.already_known)


KIND = Kind(
    code="stated_positions",
    label=_("Stated positions"),
    columns=COLUMNS,
    group_of=by_contract,
    unique=("value_on", "reference"),
    check=_check,
    load=partial(_load, "stated"),
    order=80,
    through_column="value_on",
)

OPENING_KIND = Kind(
    code="opening_positions",
    label=_("Opening positions"),
    columns=COLUMNS,
    group_of=by_contract,
    unique=("value_on", "reference"),
    check=_check,
    load=partial(_load, "opening"),
    order=60,
    through_column="value_on",
)
