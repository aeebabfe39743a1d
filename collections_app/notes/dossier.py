"""What a dossier says of notes: what colleagues wrote about the person."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from collections_app.notes.models import Note
from core.exports import Column, Said, Section
from loans.borrowers.dossier import Subject, opened


def notes(subject: Subject) -> Section:
    """Every note about the person or their cases, those withdrawn too."""
    found = list(
        Note.objects.filter(party=subject.party)
        .filter(Q(case=None) | Q(case__loan__in=subject.loans))
        .select_related("case")
        .prefetch_related("events")
        .order_by("made_at", "pk")
    )
    return Section(
        key="notes",
        heading=_("Notes"),
        columns=[
            Column(_("written")),
            Column(_("written by")),
            Column(_("contract"), kind="id"),
            Column(_("text")),
            Column(_("withdrawn")),
            Column(_("withdrawn by")),
            Column(_("why withdrawn")),
        ],
        rows=[
            (
                row.made_at,
                row.made_by,
                subject.loans[row.case.loan_id] if row.case else "",
                Said(opened(subject.party, row, "text")),
                row.withdrawn_at,
                row.withdrawn_by,
                Said(row.withdrawn_reason),
            )
            for row in found
        ],
        records={
            "collections_app.Note": [row.pk for row in found],
            "collections_app.NoteEvent": [event.pk for row in found for event in row.events.all()],
        },
    )
