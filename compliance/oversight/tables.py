"""The columns of every list of the compliance pages, the same on the page and in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from compliance.attempts.models import Attempt, Outcome, Verdict
from compliance.attempts.queries import with_outcome
from compliance.consents.models import Consent
from compliance.oversight.cells import (
    Cell,
    Column,
    Line,
    contracts,
    name,
    person,
    verdict_href,
)
from compliance.oversight.incident_table import incident_columns
from compliance.oversight.measures import Kind
from compliance.oversight.override_table import override_columns
from compliance.oversight.reasons import denials_of
from compliance.oversight.stop_table import stop_columns
from loans.contracts.models import Loan

_AT_ONCE: Final = 500


def columns_of(kind: Kind) -> list[Column]:
    """Returns the columns of one kind of rows, with headings in the reader's language."""
    return _COLUMNS[kind]()


def with_shown(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Reads with the rows what their columns show: a fixed number of queries."""
    match kind:
        case Kind.VERDICT:
            return rows.select_related("party", "portfolio")
        case Kind.ATTEMPT:
            return (
                with_outcome(rows)
                .select_related("party", "portfolio", "override", "incident")
                .prefetch_related("about__loan")
            )
        case Kind.INCIDENT:
            return rows.select_related(
                "attempt__party", "attempt__portfolio", "owner"
            ).prefetch_related("attempt__about__loan")
        case Kind.COMPLAINT:
            return rows.select_related("party", "portfolio", "loan", "owner")
        case Kind.CONSENT:
            return rows.select_related("party", "contact_point")
        case Kind.STOP:
            return rows.select_related("party", "loan", "portfolio", "complaint").prefetch_related(
                "party__loans__loan"
            )
        case Kind.OVERRIDE:
            return rows.select_related(
                "party", "portfolio", "approval__requested_by", "attempt"
            ).prefetch_related("loans")


def with_contracts(kind: Kind, rows: list[Any]) -> list[Any]:
    """Notes on each verdict the loans it was asked about; other rows know theirs. One query."""
    if kind != Kind.VERDICT:
        return rows
    wanted = {UUID(key) for row in rows for key in _loan_ids(row)}
    loans = Loan.objects.in_bulk(wanted) if wanted else {}
    for row in rows:
        row.shown_loans = [loans[UUID(key)] for key in _loan_ids(row) if UUID(key) in loans]
    return rows


def for_a_file(kind: Kind, rows: QuerySet[Any]) -> Iterator[Any]:
    """Yields all rows with what their columns show, some hundreds read at a time."""
    found = with_shown(kind, rows).iterator(chunk_size=_AT_ONCE)
    while some := list(islice(found, _AT_ONCE)):
        yield from with_contracts(kind, some)


def _loan_ids(verdict: Verdict) -> list[str]:
    return list(verdict.facts_seen.get("request", {}).get("loan_ids", ()))


def _verdict_columns() -> list[Column]:
    return [
        Column(_("Asked"), lambda row: Cell(at=row.at, href=verdict_href(row.pk))),
        Column(_("Person"), lambda row: person(row.party)),
        Column(_("Contract"), lambda row: contracts(row.shown_loans), "id"),
        Column(_("Channel"), lambda row: Cell(row.get_channel_display())),
        Column(_("Portfolio"), lambda row: name(row.portfolio.name)),
        Column(_("Asked by"), lambda row: name(row.asked_by)),
        Column(_("Why it was refused"), _why),
        Column(_("Next allowed"), lambda row: Cell(at=row.next_allowed_at)),
    ]


def _why(verdict: Verdict) -> Cell:
    return Cell(
        lines=tuple(
            Line(
                reason.sentence,
                " · ".join(filter(None, (reason.code, reason.citation, reason.pack))),
            )
            for reason in denials_of(verdict)
        )
    )


def _attempt_columns() -> list[Column]:
    return [
        Column(_("When"), lambda row: Cell(at=row.at, href=_attempt_href(row))),
        Column(_("Person"), lambda row: person(row.party)),
        Column(_("Contract"), lambda row: contracts(one.loan for one in row.about.all()), "id"),
        Column(_("Channel"), lambda row: Cell(row.get_channel_display())),
        Column(_("Portfolio"), lambda row: name(row.portfolio.name)),
        Column(_("Made by"), lambda row: name(row.made_by)),
        Column(_("Outcome"), _outcome),
        Column(_("On what ground"), _ground),
    ]


def _outcome(attempt: Any) -> Cell:
    if not attempt.outcome:
        return Cell(_("missing"), mark="uncertain")
    return Cell(str(Outcome(attempt.outcome).label))


def _ground(attempt: Attempt) -> Cell:
    if attempt.override is not None:
        return Cell(
            lines=(Line(attempt.override.reason, ", ".join(attempt.override.codes)),),
            href=reverse("oversight:override", args=[attempt.override.pk]),
        )
    if attempt.is_unsanctioned:
        incident = getattr(attempt, "incident", None)
        return name(incident.reason) if incident else Cell(_("unsanctioned"), mark="failed")
    return Cell(_("the gate's yes"), mark="done")


def _attempt_href(attempt: Attempt) -> str:
    if attempt.verdict_id is not None:
        return verdict_href(attempt.verdict_id)
    incident = getattr(attempt, "incident", None)
    return reverse("oversight:incident", args=[incident.pk]) if incident else ""


def _complaint_columns() -> list[Column]:
    return [
        Column(_("Received"), lambda row: Cell(at=row.received_at)),
        Column(_("Number"), lambda row: Cell(row.label, href=_complaint_href(row)), "id"),
        Column(_("Person"), lambda row: person(row.party)),
        Column(_("Contract"), lambda row: contracts([row.loan] if row.loan else []), "id"),
        Column(_("Portfolio"), lambda row: name(row.portfolio.name)),
        Column(_("About"), lambda row: Cell(row.get_category_display())),
        Column(_("Owner"), lambda row: name(row.owner.get_full_name() if row.owner else "")),
        Column(_("Answer due"), lambda row: Cell(on=row.due_on)),
        Column(_("State"), lambda row: Cell(row.get_status_display())),
    ]


def _complaint_href(complaint: Any) -> str:
    try:
        return reverse("complaints:complaint", args=[complaint.pk])
    except NoReverseMatch:
        return ""


def _consent_columns() -> list[Column]:
    return [
        Column(_("Said"), lambda row: Cell(at=row.given_at)),
        Column(_("Person"), lambda row: person(row.party)),
        Column(_("Refused"), _refused_what),
        Column(_("Number or address"), _contact_point),
        Column(_("Source"), lambda row: name(row.source)),
        Column(_("Recorded by"), lambda row: name(row.recorded_by)),
    ]


def _refused_what(consent: Consent) -> Cell:
    return Cell(str(consent.get_kind_display()), note=consent.channel)


def _contact_point(consent: Consent) -> Cell:
    point = consent.contact_point
    return Cell(point.masked, is_masked=True) if point else Cell(_("all of them"))


_COLUMNS: Final[dict[Kind, Callable[[], list[Column]]]] = {
    Kind.VERDICT: _verdict_columns,
    Kind.ATTEMPT: _attempt_columns,
    Kind.INCIDENT: incident_columns,
    Kind.COMPLAINT: _complaint_columns,
    Kind.CONSENT: _consent_columns,
    Kind.STOP: stop_columns,
    Kind.OVERRIDE: override_columns,
}
