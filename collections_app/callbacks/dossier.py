"""What a dossier says of callbacks: calls that were promised, and whether they were made."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from collections_app.callbacks.models import Callback, CallbackEvent
from collections_app.callbacks.queries import note_text
from core.audit.told import told_reason
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, yes_no


def callbacks(subject: Subject) -> Section:
    """Every callback agreed with the person or about their loans."""
    found = list(
        Callback.objects.filter(
            Q(case__loan__in=subject.own_loans)
            | Q(party=subject.party, case__loan__in=subject.loans)
        )
        .select_related("case", "party__data_key", "contact_point__party__data_key", "owner")
        .prefetch_related("events")
        .order_by("made_at", "pk")
    )
    return Section(
        key="callbacks",
        heading=_("Callbacks"),
        columns=[
            Column(_("agreed")),
            Column(_("with")),
            Column(_("contract"), kind="id"),
            Column(_("number"), kind="id"),
            Column(_("due")),
            Column(_("on the person's clock")),
            Column(_("asked for by the person")),
            Column(_("whose")),
            Column(_("note")),
            Column(_("state")),
            Column(_("what happened")),
        ],
        rows=[_row(subject, row) for row in found],
        records={
            "collections_app.Callback": [row.pk for row in found],
            "collections_app.CallbackEvent": [row.pk for one in found for row in one.events.all()],
        },
    )


def _row(subject: Subject, callback: Callback) -> Row:
    events = sorted(callback.events.all(), key=lambda event: (event.known_at, event.pk))
    return (
        callback.made_at,
        subject.who(callback.party_id),
        subject.loans[callback.case.loan_id],
        subject.number(callback.contact_point),
        callback.due_at,
        str(callback),
        yes_no(callback.is_wish),
        str(callback.owner or _("the team's")),
        Said(note_text(callback)),
        str(callback.get_state_display()),
        "; ".join(map(_event, events)),
    )


def _event(event: CallbackEvent) -> str:
    told = f"{event.known_at:%Y-%m-%d %H:%M} UTC {event.get_kind_display()} ({event.by})"
    why = told_reason(event.reason, event.by)
    return f"{told}: {why}" if why else told
