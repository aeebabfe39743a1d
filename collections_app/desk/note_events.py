"""Notes as lines of the timeline; one that was withdrawn stays, struck out, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from collections_app.desk.people import lang_of
from collections_app.desk.timeline_events import NOTE_RANK, TimelineEvent, moment_text
from collections_app.notes.models import Note
from collections_app.notes.queries import note_text


def note_events(notes: Iterable[Note], zone: ZoneInfo) -> Iterator[TimelineEvent]:
    """One line for each note, at the moment it was written."""
    for note in notes:
        text = note_text(note)
        yield TimelineEvent(
            at=note.made_at,
            rank=NOTE_RANK,
            ref=str(note.pk),
            shown_at=moment_text(note.made_at, zone),
            icon="pencil",
            kind="note",
            summary=_summary(note),
            detail=_detail(note),
            quote=text,
            lang=lang_of(text),
            is_corrected=note.withdrawn_at is not None,
        )


def _summary(note: Note) -> str:
    if note.withdrawn_at is not None:
        return _("Note, withdrawn")
    return _("Note about the person") if note.case_id is None else _("Note")


def _detail(note: Note) -> str:
    if note.withdrawn_at is None:
        return note.made_by
    return _("%(author)s · withdrawn by %(who)s: %(reason)s") % {
        "author": note.made_by,
        "who": note.withdrawn_by,
        "reason": note.withdrawn_reason,
    }
