"""The kind of file that brings the stops in force along at go-live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from compliance.attempts.models import AttemptChannel
from compliance.stops.details import Detail, details_of
from compliance.stops.models import Stop, StopKind
from compliance.stops.services import add_stop
from core.encryption.masks import mask_name
from loans.contracts.models import LoanParty
from loans.imports import cells
from loans.imports.columns import Column
from loans.imports.kinds import Context, Counts, Group, Kind, RowProblem
from loans.imports.kinds.customer_columns import CUSTOMER_NO, by_customer, unknown_customers
from loans.imports.problems import Problem, add_sentences
from loans.imports.queries import known_customers, known_parties

add_sentences(
    {
        "not_of_this_stop": _("A stop of this kind has no such fact. Leave the cell empty."),
    }
)

#: Details that name somebody; the others are words of the trade.
_NAMES = frozenset({"name", "represented_by"})


def hidden(text: str) -> str:
    """Masks free text about a person: nothing of it is shown while it waits."""
    return "***" if text else ""


def _column(detail: Detail) -> Column:
    """The column of one detail, the same for every kind of stop that has it."""
    parse = {"day": cells.day}.get(detail.shape, cells.choice if detail.words else cells.text)
    return Column(
        name=detail.name,
        label=detail.label,
        parse=parse,
        choices={word: word for word in detail.words},
        limit=120,
        mask=mask_name if detail.name in _NAMES else None,
    )


#: What a file can bring: the stop of proceedings is set by their stage alone.
_KINDS = tuple(kind for kind in StopKind.values if kind != StopKind.PROCEEDINGS)
#: Every detail once, by name; that of a complaint comes with the complaint.
DETAIL_COLUMNS = tuple(
    _column(detail)
    for detail in {d.name: d for kind in _KINDS for d in details_of(kind)}.values()
    if detail.name != "complaint"
)

COLUMNS = (
    CUSTOMER_NO,
    Column(
        name="kind",
        label=_("kind of stop"),
        parse=cells.choice,
        required=True,
        choices={kind: kind for kind in _KINDS}
        | {"投诉": "complaint", "异议": "dispute", "律师": "attorney", "停催": "hold"}
        | {"破产": "bankruptcy", "死亡": "deceased", "困难": "hardship", "现役": "military"},
        synonyms=("stop", "reason", "停催原因"),
        example="dispute",
    ),
    Column(
        name="contract_no",
        label=_("contract number"),
        parse=cells.identifier,
        limit=60,
        synonyms=("contract", "合同号"),
        help=_("Empty: all loans of the customer."),
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
    *DETAIL_COLUMNS,
    Column(
        name="note",
        label=_("note"),
        parse=cells.text,
        limit=2000,
        synonyms=("备注",),
        mask=hidden,
    ),
)


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    known = known_customers(
        portfolio=context.portfolio, customer_nos=[group.key for group in groups]
    )
    yield from unknown_customers(groups, known)
    signatures = signatures_of(context, groups)
    for group in groups:
        for row in group.rows:
            values = row.values
            if values["ends_on"] is not None and values["ends_on"] <= values["starts_on"]:
                yield RowProblem(row.number, Problem("ends_on", "ends_before_start"))
            if values["contract_no"] and (group.key, values["contract_no"]) not in signatures:
                yield RowProblem(row.number, Problem("contract_no", "not_a_party"))
            for name in sorted(_strange(values)):
                yield RowProblem(row.number, Problem(name, "not_of_this_stop"))


def _strange(values: dict[str, Any]) -> set[str]:
    """The details that a row gives although its kind has none such."""
    given = {column.name for column in DETAIL_COLUMNS if values[column.name]}
    return given - {detail.name for detail in details_of(values["kind"] or "")}


def signatures_of(context: Context, groups: Sequence[Group]) -> dict[tuple[str, str], LoanParty]:
    """Who stands on which contract, by customer and contract number. One query."""
    rows = LoanParty.objects.filter(
        loan__portfolio=context.portfolio,
        loan__withdrawn_at__isnull=True,
        party__customer_no__in=[group.key for group in groups],
        party__namespace=context.portfolio.customer_namespace,
    ).select_related("loan", "party")
    return {(row.party.customer_no, row.loan.contract_no): row for row in rows}


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    zone = ZoneInfo(context.portfolio.time_zone)
    keys = [group.key for group in groups]
    parties = known_parties(portfolio=context.portfolio, customer_nos=keys)
    signatures = signatures_of(context, groups)
    before = Stop.objects.filter(party__in=parties.values()).count()
    rows = [(parties[group.key], row.values) for group in groups for row in group.rows]
    for party, values in rows:
        signature = signatures.get((party.customer_no, values["contract_no"] or ""))
        add_stop(
            party=party,
            loan=signature.loan if signature else None,
            kind=values["kind"],
            channel=values["channel"] or "",
            source=values["source"],
            starts_at=datetime.combine(values["starts_on"], time(), tzinfo=zone),
            ends_at=datetime.combine(values["ends_on"], time(), tzinfo=zone)
            if values["ends_on"]
            else None,
            details={c.name: values[c.name] for c in DETAIL_COLUMNS if values[c.name]},
            note=values["note"] or "",
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
