"""The rows behind a number, as cells for a page or a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.exports import Column, Row
from reporting.dashboards.measures import Measure, Table
from reporting.dashboards.report_filter import ReportFilter
from reporting.rollups.models import PAID_OFF, WRITTEN_OFF, EventKind


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of the page."""

    contract_no: str
    href: str
    portfolio: str
    product: str
    place: str
    severity: int | None
    to_place: str
    to_severity: int | None
    on: dt.date | None
    mark: str
    amount: Decimal | None
    overdue: Decimal | None
    principal: Decimal | None
    agent: str
    agent_lang: str


def place_name(place: str) -> str:
    """Returns a place in words: a bucket's code, paid off, or written off."""
    return {PAID_OFF: _("Paid off"), WRITTEN_OFF: _("Written off")}.get(place, place)


def mark_name(kind: str, mark: str) -> str:
    """Returns what became of an event, in words."""
    names = {
        "settled": _("settled"),
        "pending": _("pending"),
        "returned": _("returned"),
        "open": _("open"),
        "met": _("paid in time"),
        "late": _("became late"),
        "behind": _("was late before"),
        "entry": _("newly past due"),
        "cure": _("cured"),
        "forward": _("rolled forward"),
        "back": _("rolled back"),
        "paid_off": _("paid off"),
        "written_off": _("written off"),
        "missing": _("outcome missing"),
        "none": _("nobody reached"),
        "connect": _("somebody answered"),
        "rpc": _("right party"),
        "kept": _("kept"),
        "partial": _("partly kept"),
        "taken_back": _("taken back near its day"),
        "broken": _("broken"),
        "cancelled": _("cancelled"),
    }
    return names.get(mark, str(EventKind(kind).label))


def page_rows(
    *, lines: Iterable[Any], measure: Measure, severities: dict[str, int], cases: dict[Any, Any]
) -> list[ReportRow]:
    """Returns the rows of a page. `cases`: loan id to the case that its contract leads to."""
    return [_page_row(line, measure, severities, cases) for line in lines]


def _page_row(
    line: Any, measure: Measure, severities: dict[str, int], cases: dict[Any, Any]
) -> ReportRow:
    is_event = measure.table == Table.EVENT
    place = line.place_then if measure.table == Table.ROLL else line.place
    to_place = line.place if measure.table == Table.ROLL else line.to_place if is_event else ""
    case = cases.get(line.loan_id)
    agent = line.agent.get_full_name() if line.agent else ""
    return ReportRow(
        contract_no=line.loan.contract_no,
        href=reverse("desk:case", args=[case]) if case else "",
        portfolio=line.portfolio.name,
        product=line.product.name,
        place=place_name(place),
        severity=severities.get(place),
        to_place=place_name(to_place),
        to_severity=severities.get(to_place),
        on=line.on if is_event else None,
        mark=mark_name(line.kind, line.mark) if is_event else "",
        amount=line.amount if is_event and line.amount else None,
        overdue=None if is_event else line.overdue_amount,
        principal=None if is_event else _principal(line, measure),
        agent=agent,
        agent_lang="zh-Hans" if any(ord(sign) > 0x2E80 for sign in agent) else "",
    )


def _principal(line: Any, measure: Measure) -> Decimal:
    name = "principal_then" if measure.table == Table.ROLL else "principal_amount"
    principal: Decimal = getattr(line, name)
    return principal


def export_columns(measure: Measure) -> list[Column]:
    """Returns the headings of a file, in the reader's language."""
    first = [
        Column(_("Portfolio")),
        Column(_("Contract"), "id"),
        Column(_("Product")),
        Column(_("Currency")),
    ]
    last = [Column(_("Agent"))]
    if measure.table == Table.EVENT:
        return [
            *first,
            Column(_("Date")),
            Column(_("What")),
            Column(_("Bucket the evening before")),
            Column(_("To")),
            Column(_("Amount"), "money"),
            *last,
        ]
    bucket = [Column(_("Bucket"))]
    if measure.table == Table.ROLL:
        bucket = [Column(_("Bucket before")), Column(_("Bucket"))]
    return [
        *first,
        *bucket,
        Column(_("Past due"), "money"),
        Column(_("Outstanding principal"), "money"),
        *last,
    ]


def export_rows(*, lines: Iterable[Any], measure: Measure, chosen: ReportFilter) -> Iterator[Row]:
    """Yields the rows of a file, in the order of `export_columns`."""
    for line in lines:
        first = (line.portfolio.code, line.loan.contract_no, line.product.name, chosen.currency)
        agent = line.agent.get_full_name() if line.agent else ""
        if measure.table == Table.EVENT:
            yield (
                *first,
                line.on,
                mark_name(line.kind, line.mark),
                line.place,
                place_name(line.to_place),
                line.amount,
                agent,
            )
        else:
            places = (line.place_then, line.place) if measure.table == Table.ROLL else (line.place,)
            yield (
                *first,
                *(place_name(place) for place in places),
                line.overdue_amount,
                _principal(line, measure),
                agent,
            )
