"""The notes of a case, for its page: pinned first, the latest, and the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.notes.forms import NoteForm
from collections_app.notes.models import Note
from collections_app.notes.queries import may_withdraw, note_text, notes_on
from core import clock
from core.ids import uuid7
from loans.borrowers.presentation import lang_of

#: Unpinned notes shown on the case; the older ones stand in the timeline.
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class NoteRow:
    pk: UUID
    text: str
    lang: str
    by: str
    at: str
    is_pinned: bool
    is_about_person: bool
    pin_href: str
    unpin_href: str
    withdraw_href: str


def notes_context(case: Case, user: User, notes: Sequence[Note] | None = None) -> dict[str, Any]:
    """Returns what `notes/panel.html` shows; one query, none with `notes` read before."""
    standing = [
        note for note in (notes_on(case) if notes is None else notes) if note.withdrawn_at is None
    ]
    pinned = [note for note in standing if note.is_pinned]
    others = [note for note in standing if not note.is_pinned]
    shown = [*pinned, *others[:SHOWN]]
    may_write = has_right(user, "note.add")
    return {
        "notes": [note_row(note, case, user) for note in shown],
        "older_notes": len(others) - len(others[:SHOWN]),
        "note_form": NoteForm(auto_id="note_%s", initial={"token": str(uuid7())})
        if may_write
        else None,
        "note_href": reverse("desk:write_note", args=[case.pk]),
    }


def note_row(note: Note, case: Case, user: User) -> NoteRow:
    """Puts one note into words, with what the user may do with it."""
    text = note_text(note)
    local = note.made_at.astimezone(clock.zone_of(case.portfolio.time_zone))
    may_pin = has_right(user, "note.add")
    return NoteRow(
        pk=note.pk,
        text=text,
        lang=lang_of(text),
        by=note.made_by,
        at=date_format(local, _("j M Y H:i")),
        is_pinned=note.is_pinned,
        is_about_person=note.case_id is None,
        pin_href=_href("pin", note, case) if may_pin and not note.is_pinned else "",
        unpin_href=_href("unpin", note, case) if may_pin and note.is_pinned else "",
        withdraw_href=_href("withdraw", note, case) if may_withdraw(note, user) else "",
    )


def _href(name: str, note: Note, case: Case) -> str:
    return reverse(f"notes:{name}", args=[case.pk, note.pk])
