"""The kind of file that brings open complaints along at go-live, each with its clock running."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from compliance.complaints.models import Complaint, ComplaintCategory, ReceivedBy
from compliance.complaints.services import register_complaint
from compliance.stops.imports import hidden, signatures_of
from core import clock
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds import Context, Counts, Group, Kind, RowProblem
from loans.imports.kinds.contract_column import CONTRACT_NO
from loans.imports.kinds.customer_columns import CUSTOMER_NO, by_customer
from loans.imports.problems import Problem

COLUMNS = (
    CUSTOMER_NO,
    CONTRACT_NO,
    Column(
        name="category",
        label=_("about"),
        parse=cells.choice,
        required=True,
        choices={value: value for value in ComplaintCategory.values},
        synonyms=("about", "投诉类别"),
        example="conduct",
    ),
    Column(
        name="received_by",
        label=_("received by"),
        parse=cells.choice,
        required=True,
        choices={value: value for value in ReceivedBy.values},
        synonyms=("channel", "受理渠道"),
        example="letter",
    ),
    Column(
        name="received_on",
        label=_("received"),
        parse=cells.day,
        required=True,
        synonyms=("received", "受理日期"),
        help=_("The clock of the answer runs from this day."),
        example="2026-11-19",
    ),
    Column(
        name="text",
        label=_("text"),
        parse=cells.text,
        required=True,
        limit=8000,
        synonyms=("complaint", "投诉内容"),
        mask=hidden,
        example="He shouted at my wife",
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    signatures = signatures_of(context, groups)
    today = clock.local_today(context.portfolio.time_zone)
    for group in groups:
        for row in group.rows:
            if (group.key, row.values["contract_no"]) not in signatures:
                yield RowProblem(row.number, Problem("contract_no", "not_a_party"))
            if row.values["received_on"] > today:
                latest = {"latest": today.isoformat()}
                yield RowProblem(row.number, Problem("received_on", "in_future", latest))


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    zone = ZoneInfo(context.portfolio.time_zone)
    signatures = signatures_of(context, groups)
    parties = {row.party_id for row in signatures.values()}
    before = Complaint.objects.filter(party__in=parties).count()
    rows = [(group.key, row.values) for group in groups for row in group.rows]
    for customer_no, values in rows:
        signature = signatures[customer_no, values["contract_no"]]
        register_complaint(
            party=signature.party,
            portfolio=context.portfolio,
            loan=signature.loan,
            category=values["category"],
            channel=values["received_by"],
            text=values["text"],
            received_at=datetime.combine(values["received_on"], time(), tzinfo=zone),
            by=context.by,
        )
    created = Complaint.objects.filter(party__in=parties).count() - before
    return Counts(created=created, unchanged=len(rows) - created)


KIND = Kind(
    code="complaints",
    label=_("open complaints"),
    columns=COLUMNS,
    group_of=by_customer,
    group_label=_("Customer %(key)s"),
    check=_check,
    load=_load,
    order=75,
)
