"""The kind of file that brings the last contacts along at go-live, so that limits count them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.models import AttemptChannel, Direction, Outcome
from loans.contracts.models import LoanParty
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds import Context, Counts, Group, Kind, Option, ReadRow, RowProblem
from loans.imports.kinds.contract_column import CONTRACT_NO, by_contract
from loans.imports.kinds.customer_columns import CUSTOMER_NO
from loans.imports.problems import Problem
from loans.portfolios.services import know_contacts_from

COLUMNS = (
    CONTRACT_NO,
    CUSTOMER_NO,
    Column(
        name="on",
        label=_("date"),
        parse=cells.day,
        required=True,
        synonyms=("contact date", "date", "联系日期", "日期"),
        example="2026-11-02",
    ),
    Column(
        name="at",
        label=_("time"),
        parse=cells.time_of_day,
        required=True,
        synonyms=("contact time", "time", "联系时间", "时间"),
        example="14:30",
    ),
    Column(
        name="channel",
        label=_("channel"),
        parse=cells.choice,
        required=True,
        choices={value: value for value in AttemptChannel.values}
        | {"phone": "call", "电话": "call", "短信": "sms", "外访": "visit", "信函": "letter"},
        synonyms=("channel", "渠道", "联系方式"),
        example="call",
    ),
    Column(
        name="direction",
        label=_("direction"),
        parse=cells.choice,
        choices={value: value for value in Direction.values}
        | {"out": "outbound", "in": "inbound", "呼出": "outbound", "呼入": "inbound"},
        synonyms=("direction", "方向"),
        help=_("Empty: to the person."),
    ),
    Column(
        name="outcome",
        label=_("outcome"),
        parse=cells.choice,
        required=True,
        choices={value: value for value in Outcome.values},
        synonyms=("result", "结果", "联系结果"),
        example="no_answer",
    ),
    Column(
        name="made_by",
        label=_("made by"),
        parse=cells.text,
        limit=120,
        synonyms=("agent", "催收员", "联系人员"),
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    people = _people(context, groups)
    for group in groups:
        for row in group.rows:
            if (group.key, row.values["customer_no"]) not in people:
                yield RowProblem(row.number, Problem("customer_no", "not_a_party"))


def _people(context: Context, groups: Sequence[Group]) -> dict[tuple[str, str], LoanParty]:
    """Parties of the named contracts, by contract and customer number. One query."""
    rows = LoanParty.objects.filter(
        loan__portfolio=context.portfolio, loan__contract_no__in=[group.key for group in groups]
    ).select_related("loan", "party")
    return {(row.loan.contract_no, row.party.customer_no): row for row in rows}


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    people = _people(context, groups)
    zone = ZoneInfo(context.portfolio.time_zone)
    contacts = [
        _contact(context, people[group.key, row.values["customer_no"]], row, zone)
        for group in groups
        for row in group.rows
    ]
    created = record_history(contacts=contacts, by=context.by)
    if context.options["known_from"] is not None:
        know_contacts_from(
            portfolio=context.portfolio, on=context.options["known_from"], by=context.by
        )
    return Counts(created=created, unchanged=len(contacts) - created)


def _contact(context: Context, person: LoanParty, row: ReadRow, zone: ZoneInfo) -> HistoricContact:
    values = row.values
    at = datetime.combine(values["on"], time.fromisoformat(values["at"]), tzinfo=zone)
    return HistoricContact(
        portfolio_id=context.portfolio.pk,
        party_id=person.party_id,
        loan_id=person.loan_id,
        channel=values["channel"],
        direction=values["direction"] or Direction.OUTBOUND,
        outcome=values["outcome"],
        at=at,
        made_by=values["made_by"] or "",
    )


KIND = Kind(
    code="contacts",
    label=_("last contacts"),
    columns=COLUMNS,
    group_of=by_contract,
    check=_check,
    load=_load,
    order=70,
    options=(
        Option(
            name="known_from",
            parse=date.fromisoformat,
            default=None,
            help=_("The file has every contact from this day on, written 2026-11-01."),
        ),
    ),
)
