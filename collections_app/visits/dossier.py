"""What a dossier says of visits: planned, let pass, made, and what was found at the door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.visits.models import Visit, VisitPurpose
from core.audit.told import told_reason
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, opened, yes_no


def visits(subject: Subject) -> Section:
    """Every visit about the person's own loans, or to the person, also those never made."""
    found = list(
        Visit.objects.filter(
            Q(case__loan__in=subject.own_loans)
            | Q(party=subject.party, case__loan__in=subject.loans)
        )
        .select_related(
            *("case__portfolio", "party__data_key", "address", "purpose", "requested_by"),
            *("agent", "second_visitor", "contact__result", "check_in", "notice"),
        )
        .prefetch_related("events", "photos__file", "sightings__vehicle", "receipts__hand_in")
        .order_by("requested_at", "pk")
    )
    return Section(
        key="visits",
        heading=_("Visits"),
        columns=[
            Column(_("asked for")),
            Column(_("contract"), kind="id"),
            Column(_("to or from")),
            Column(_("address")),
            Column(_("purpose")),
            Column(_("note")),
            Column(_("day")),
            Column(_("visitors")),
            Column(_("recorded throughout")),
            Column(_("announced")),
            Column(_("state")),
            Column(_("outcome")),
            Column(_("checked in")),
            Column(_("from the address, metres")),
            Column(_("accuracy, metres")),
            Column(_("checked out")),
            Column(_("photos")),
            Column(_("vehicle")),
            Column(_("cash")),
            Column(_("what became of it")),
            Column(_("attempt"), kind="id"),
        ],
        rows=[_row(subject, visit) for visit in found],
        records=_records(found),
    )


def _row(subject: Subject, visit: Visit) -> Row:
    is_own = visit.party_id == subject.party.pk
    check_in = getattr(visit, "check_in", None)
    others = [str(person) for person in (visit.agent, visit.second_visitor) if person]
    return (
        visit.requested_at,
        subject.loans[visit.case.loan_id],
        subject.who(visit.party_id),
        opened(visit.party, visit.address, "text")
        if is_own
        else str(visit.address.get_kind_display()),
        _purpose(visit.purpose),
        Said(opened(visit.party, visit, "note")),
        visit.visit_on,
        ", ".join(others),
        yes_no(visit.is_recorded),
        visit.notice.served_on if visit.notice else None,
        str(visit.get_state_display()),
        _outcome(visit),
        check_in.at if check_in else None,
        check_in.distance if check_in else None,
        check_in.accuracy if check_in else None,
        visit.left_at,
        "; ".join(_photos(visit)),
        Said("; ".join(_sightings(visit))),
        "; ".join(_cash(visit)),
        Said("; ".join(_events(visit))),
        str(visit.attempt_id or ""),
    )


def _purpose(purpose: VisitPurpose) -> str:
    return purpose.name_zh if (get_language() or "").startswith("zh") else purpose.name


def _outcome(visit: Visit) -> str:
    if visit.contact is None:
        return ""
    result = visit.contact.result
    is_chinese = (get_language() or "").startswith("zh")
    return f"{result.code} {result.name_zh if is_chinese else result.name}"


def _photos(visit: Visit) -> Iterator[str]:
    """The pictures stay sealed here; a copy shows its hash."""
    for photo in sorted(visit.photos.all(), key=lambda row: (row.taken_at, row.pk)):
        yield (
            f"{photo.taken_at:%Y-%m-%d %H:%M} UTC {photo.get_shows_display()},"
            f" SHA-256 {photo.sha256}"
        )


def _sightings(visit: Visit) -> Iterator[str]:
    for row in sorted(visit.sightings.all(), key=lambda row: (row.at, row.pk)):
        words = [_("seen") if row.is_seen else _("not seen")]
        if row.condition:
            words.append(str(row.get_condition_display()))
        if row.place is not None:
            words.append(opened(visit.party, row, "place"))
        yield f"{row.vehicle}: {', '.join(words)}"


def _cash(visit: Visit) -> Iterator[str]:
    for row in sorted(visit.receipts.all(), key=lambda row: (row.at, row.pk)):
        counted = getattr(row, "hand_in", None)
        handed = _("counted in: %(amount)s") % {"amount": counted.amount} if counted else ""
        yield ", ".join(filter(None, [f"{row.number} {row.amount}", handed]))


def _events(visit: Visit) -> Iterator[str]:
    for event in sorted(visit.events.all(), key=lambda row: (row.at, row.pk)):
        told = f"{event.at:%Y-%m-%d %H:%M} UTC {event.get_kind_display()}, {event.by}"
        why = told_reason(event.reason, event.by)
        yield f"{told}: {why}" if why else told


def _records(found: list[Visit]) -> dict[str, list[Any]]:
    receipts = [row for visit in found for row in visit.receipts.all()]
    return {
        "collections_app.Visit": [visit.pk for visit in found],
        "collections_app.VisitEvent": [e.pk for visit in found for e in visit.events.all()],
        "collections_app.CheckIn": [v.check_in.pk for v in found if hasattr(v, "check_in")],
        "collections_app.VisitPhoto": [row.pk for visit in found for row in visit.photos.all()],
        "collections_app.VehicleSighting": [
            row.pk for visit in found for row in visit.sightings.all()
        ],
        "collections_app.CashReceipt": [row.pk for row in receipts],
        "collections_app.CashHandIn": [r.hand_in.pk for r in receipts if hasattr(r, "hand_in")],
    }
