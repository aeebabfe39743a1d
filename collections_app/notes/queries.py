"""Reads of notes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.notes.models import Note, NoteQuerySet
from core.encryption.words import words_in
from core.statements.kept import KeptStatement

#: How many pinned notes a case may have: more than fit on top are none.
MOST_PINNED = 5


def notes_on(case: Case) -> list[Note]:
    """Returns the notes shown on a case, withdrawn ones too, pinned first, newest first.

    One query.
    """
    return _NOTES.rows(case=case.pk, borrower=case.borrower_id)


def notes_of_case(case: Case) -> NoteQuerySet:
    """Returns the notes of a case, and of its borrower, that its readers may see."""
    return _notes(case.pk, case.borrower_id)


def _notes(case: UUID, borrower: UUID) -> NoteQuerySet:
    return Note.objects.of(case, borrower).select_related("party__data_key")


_NOTES: Final = KeptStatement(_notes)


def note_text(note: Note) -> str:
    """Returns the words in clear; nothing when the person's key was destroyed."""
    return words_in(note, "text", key=note.party.data_key)


def may_withdraw(note: Note, user: User) -> bool:
    """Whoever wrote a note withdraws it, and whoever leads those who work the case."""
    if note.withdrawn_at is not None or not has_right(user, "note.add"):
        return False
    return note.made_by_id == str(user.pk) or has_right(user, "case.assign")
