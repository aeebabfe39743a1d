"""What a dossier says of visits: who went when and how it ended, and what was found at the door."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from collections_app.visits.findings import CashReceipt, VehicleSighting, VisitPhoto
from collections_app.visits.models import Visit, VisitEvent
from collections_app.visits.presentation import result_name
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, opened, yes_no


def visits(subject: Subject) -> Section:
    """Every visit about the person's loans or to the person, those never made too."""
    events = Prefetch("events", VisitEvent.objects.order_by("at", "pk"))
    found = list(
        _visits_of(subject)
        .select_related(
            "case",
            "party__data_key",
            "purpose",
            "agent",
            "second_visitor",
            "check_in",
            "contact__result",
        )
        .prefetch_related(events)
        .order_by("requested_at", "pk")
    )
    return Section(
        key="visits",
        heading=_("Visits"),
        columns=[
            Column(_("asked for")),
            Column(_("to whom")),
            Column(_("contract"), kind="id"),
            Column(_("what for")),
            Column(_("not before")),
            Column(_("not after")),
            Column(_("field agent")),
            Column(_("second visitor")),
            Column(_("recorded throughout")),
            Column(_("checked in")),
            Column(_("from the address, metres")),
            Column(_("accuracy, metres")),
            Column(_("checked out")),
            Column(_("result")),
            Column(_("state")),
            Column(_("note")),
            Column(_("what happened")),
            Column(_("visit"), kind="id"),
        ],
        rows=[_row(subject, visit) for visit in found],
        records={
            "collections_app.Visit": [visit.pk for visit in found],
            "collections_app.VisitEvent": [row.pk for visit in found for row in visit.events.all()],
            "collections_app.CheckIn": [
                visit.check_in.pk for visit in found if hasattr(visit, "check_in")
            ],
        },
    )


def found_at_visits(subject: Subject) -> Section:
    """Photos with their hashes, the car that was looked for, cash and whether it was handed in."""
    told = _visits_of(subject).values("pk")
    photos = list(VisitPhoto.objects.filter(visit__in=told).select_related("visit__case", "by"))
    cars = list(
        VehicleSighting.objects.filter(visit__in=told).select_related(
            "visit__case", "visit__party__data_key", "vehicle", "by"
        )
    )
    cash = list(
        CashReceipt.objects.filter(visit__in=told).select_related(
            "visit__case__portfolio", "by", "hand_in__received_by"
        )
    )
    rows = [
        *((row.taken_at, _photo(subject, row)) for row in photos),
        *((row.at, _car(subject, row)) for row in cars),
        *((row.at, _cash(subject, row)) for row in cash),
    ]
    return Section(
        key="found_at_visits",
        heading=_("Found and taken at visits"),
        columns=[
            Column(_("at")),
            Column(_("what")),
            Column(_("contract"), kind="id"),
            Column(_("amount"), kind="money"),
            Column(_("details")),
            Column(_("by whom")),
            Column(_("visit"), kind="id"),
        ],
        rows=[row for _at, row in sorted(rows, key=lambda pair: (pair[0], str(pair[1][-1])))],
        records={
            "collections_app.VisitPhoto": [row.pk for row in photos],
            "collections_app.VehicleSighting": [row.pk for row in cars],
            "collections_app.CashReceipt": [row.pk for row in cash],
            "collections_app.CashHandIn": [row.hand_in.pk for row in cash if _is_counted(row)],
        },
    )


def _visits_of(subject: Subject) -> QuerySet[Visit]:
    return Visit.objects.filter(
        Q(case__loan__in=subject.own_loans) | Q(party=subject.party, case__loan__in=subject.loans)
    )


def _row(subject: Subject, visit: Visit) -> Row:
    check_in = getattr(visit, "check_in", None)
    return (
        visit.requested_at,
        subject.who(visit.party_id),
        subject.loans[visit.case.loan_id],
        visit.purpose.code,
        visit.opens_at,
        visit.closes_at,
        str(visit.agent or ""),
        str(visit.second_visitor or ""),
        yes_no(check_in.is_recording if check_in is not None else None),
        visit.arrived_at,
        check_in.distance if check_in is not None else None,
        check_in.accuracy if check_in is not None else None,
        visit.left_at,
        result_name(visit),
        str(visit.get_state_display()),
        Said(opened(visit.party, visit, "note")),
        "; ".join(
            f"{event.at:%Y-%m-%d %H:%M} UTC {event.get_kind_display()} ({event.by})"
            for event in visit.events.all()
        ),
        str(visit.pk),
    )


def _photo(subject: Subject, row: VisitPhoto) -> Row:
    what = _("photo: %(shows)s") % {"shows": row.get_shows_display()}
    return _found(subject, row, row.taken_at, what, None, f"SHA-256 {row.sha256}")


def _car(subject: Subject, row: VehicleSighting) -> Row:
    what = _("vehicle seen") if row.is_seen else _("vehicle not there")
    parts = [str(row.vehicle), str(row.get_condition_display()) if row.condition else ""]
    place = opened(row.visit.party, row, "place")
    return _found(subject, row, row.at, what, None, "; ".join(filter(None, [*parts, place])))


def _cash(subject: Subject, row: CashReceipt) -> Row:
    what = _("receipt %(number)s") % {"number": row.number}
    if not _is_counted(row):
        return _found(subject, row, row.at, what, row.amount, _("not handed in yet"))
    handed = row.hand_in
    counted = _("%(amount)s counted by %(who)s, %(when)s UTC") % {
        "amount": f"{handed.amount} {row.visit.case.portfolio.currency}",
        "who": handed.received_by,
        "when": f"{handed.at:%Y-%m-%d %H:%M}",
    }
    return _found(subject, row, row.at, what, row.amount, counted)


def _is_counted(row: CashReceipt) -> bool:
    return hasattr(row, "hand_in")


def _found(subject: Subject, row: Any, at: Any, what: str, amount: Any, details: str) -> Row:
    return (
        at,
        what,
        subject.loans[row.visit.case.loan_id],
        amount,
        Said(details),
        str(row.by),
        str(row.visit_id),
    )
