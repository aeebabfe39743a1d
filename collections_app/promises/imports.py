"""The kind of file that brings open promises to pay along at go-live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from collections_app.promises.judging import judge_loans
from collections_app.promises.models import Promise
from collections_app.promises.services import record_promise
from loans.contracts.models import LIABLE_ROLES, LoanParty
from loans.delinquency.refresh import lock_loans
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds import Context, Counts, Group, Kind, RowProblem
from loans.imports.kinds.contract_column import CONTRACT_NO, by_contract
from loans.imports.kinds.customer_columns import CUSTOMER_NO
from loans.imports.problems import Problem

COLUMNS = (
    CONTRACT_NO,
    CUSTOMER_NO,
    Column(
        name="amount",
        label=_("amount"),
        parse=cells.positive_money,
        required=True,
        is_money=True,
        synonyms=("promised amount", "承诺金额"),
        example="3280.00",
    ),
    Column(
        name="due_on",
        label=_("by"),
        parse=cells.day,
        required=True,
        synonyms=("promise date", "承诺日期", "承诺还款日"),
        example="2026-11-27",
    ),
    Column(
        name="made_on",
        label=_("made"),
        parse=cells.day,
        required=True,
        synonyms=("made on", "taken on", "登记日期"),
        example="2026-11-20",
    ),
    Column(
        name="method",
        label=_("method"),
        parse=cells.text,
        limit=40,
        synonyms=("还款方式",),
    ),
    Column(
        name="taken_by",
        label=_("taken by"),
        parse=cells.text,
        limit=120,
        synonyms=("agent", "催收员"),
    ),
)


def _people(context: Context, groups: Sequence[Group]) -> dict[tuple[str, str], LoanParty]:
    """Who owes the named contracts, by contract and customer number. One query."""
    rows = LoanParty.objects.filter(
        loan__portfolio=context.portfolio,
        loan__contract_no__in=[group.key for group in groups],
        role__in=LIABLE_ROLES,
    ).select_related("loan", "party")
    return {(row.loan.contract_no, row.party.customer_no): row for row in rows}


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    people = _people(context, groups)
    for group in groups:
        for row in group.rows:
            if (group.key, row.values["customer_no"]) not in people:
                yield RowProblem(row.number, Problem("customer_no", "not_a_party"))
            elif row.values["due_on"] < row.values["made_on"]:
                yield RowProblem(row.number, Problem("due_on", "ends_before_start"))


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    people = _people(context, groups)
    zone = ZoneInfo(context.portfolio.time_zone)
    loans = {person.loan_id for person in people.values()}
    lock_loans(loans)
    before = Promise.objects.filter(loan__in=loans).count()
    rows = [(group.key, row.values) for group in groups for row in group.rows]
    for contract_no, values in rows:
        person = people[contract_no, values["customer_no"]]
        record_promise(
            loan=person.loan,
            party=person.party,
            amount=values["amount"],
            due_on=values["due_on"],
            made_at=datetime.combine(values["made_on"], time(12), tzinfo=zone),
            method=values["method"] or "",
            taken_by=values["taken_by"] or "",
            source="import",
            by=context.by,
            judge_now=False,
        )
    # The money may have come before the promises did.
    judge_loans(loan_ids=loans, by=context.by)
    created = Promise.objects.filter(loan__in=loans).count() - before
    return Counts(created=created, unchanged=len(rows) - created)


KIND = Kind(
    code="promises",
    label=_("open promises to pay"),
    columns=COLUMNS,
    group_of=by_contract,
    check=_check,
    load=_load,
    order=73,
)
