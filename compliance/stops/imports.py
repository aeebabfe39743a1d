"""The kind of file that brings the stops in force along at go-live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from compliance.attempts.models import AttemptChannel
from compliance.stops.models import Stop, StopKind
from compliance.stops.services import add_stop
from loans.borrowers.models import Party
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds import Context, Counts, Group, Kind, RowProblem
from loans.imports.kinds.customer_columns import CUSTOMER_NO, by_customer, unknown_customers
from loans.imports.problems import Problem
from loans.imports.queries import known_customers

COLUMNS = (
    CUSTOMER_NO,
    Column(
        name="kind",
        label=_("kind of stop"),
        parse=cells.choice,
        required=True,
        choices={value: value for value in StopKind.values}
        | {"投诉": "complaint", "异议": "dispute", "律师": "attorney", "停催": "hold"},
        synonyms=("stop", "reason", "停催原因"),
        example="dispute",
    ),
    Column(
        name="channel",
        label=_("channel"),
        parse=cells.choice,
        choices={value: value for value in AttemptChannel.values},
        synonyms=("渠道",),
        help=_("Empty: every channel."),
    ),
    Column(
        name="starts_on",
        label=_("from"),
        parse=cells.day,
        required=True,
        synonyms=("from", "start", "开始日期"),
        example="2026-11-02",
    ),
    Column(
        name="ends_on",
        label=_("until"),
        parse=cells.day,
        synonyms=("until", "end", "结束日期"),
        help=_("The first day without the stop; empty: until it is lifted."),
    ),
    Column(
        name="source",
        label=_("source"),
        parse=cells.text,
        required=True,
        limit=120,
        synonyms=("来源",),
        example="letter of 2 Nov",
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    known = known_customers(
        portfolio=context.portfolio, customer_nos=[group.key for group in groups]
    )
    yield from unknown_customers(groups, known)
    for group in groups:
        for row in group.rows:
            ends_on = row.values["ends_on"]
            if ends_on is not None and ends_on <= row.values["starts_on"]:
                yield RowProblem(row.number, Problem("ends_on", "ends_before_start"))


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    zone = ZoneInfo(context.portfolio.time_zone)
    parties = {
        party.customer_no: party
        for party in Party.objects.filter(
            namespace=context.portfolio.customer_namespace,
            customer_no__in=[group.key for group in groups],
        )
    }
    before = Stop.objects.filter(party__in=parties.values()).count()
    rows = [(parties[group.key], row.values) for group in groups for row in group.rows]
    for party, values in rows:
        add_stop(
            party=party,
            kind=values["kind"],
            channel=values["channel"] or "",
            source=values["source"],
            starts_at=datetime.combine(values["starts_on"], time(), tzinfo=zone),
            ends_at=datetime.combine(values["ends_on"], time(), tzinfo=zone)
            if values["ends_on"]
            else None,
            by=context.by,
        )
    created = Stop.objects.filter(party__in=parties.values()).count() - before
    return Counts(created=created, unchanged=len(rows) - created)


KIND = Kind(
    code="stops",
    label=_("stops in force"),
    columns=COLUMNS,
    group_of=by_customer,
    group_label=_("Customer %(key)s"),
    check=_check,
    load=_load,
    order=71,
)
