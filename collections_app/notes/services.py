"""Writing, pinning and withdrawing notes. Nothing is ever edited or deleted."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_app.cases.models import Case
from collections_app.notes.models import Note, NoteEvent, NoteEventKind
from collections_app.notes.queries import MOST_PINNED
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from core.facts.announcements import announce
from loans.borrowers.models import Party

#: The longest note: a paragraph, not a file.
LONGEST = 2000


@transaction.atomic
def write_note(
    *, case: Case, text: str, pinned: bool, by: Actor, is_about_person: bool = False
) -> Note:
    """Keeps a note about a case, or about its borrower, whose every case then shows it.

    Raises ValidationError for a note without words, one that is too long or holds a card number,
    and for a pin too many; nothing is written then.
    """
    said = text.strip()
    if not said:
        raise ValidationError({"text": _("A note needs words.")})
    if len(said) > LONGEST:
        raise ValidationError(
            {"text": _("A note has at most %(most)s letters.") % {"most": LONGEST}}
        )
    try:
        refuse_card_numbers(said)
    except ValidationError as refusal:
        raise ValidationError({"text": refusal.messages}) from refusal
    party = Party.objects.select_related("data_key").get(pk=case.borrower_id)
    note = Note(
        party=party,
        case=None if is_about_person else case,
        is_pinned=pinned,
        made_by=by.label,
        made_by_id=by.id,
        made_at=clock.now(),
    )
    if pinned:
        _check_room(case)
    note.text = seal(
        key=party.data_key,
        plaintext=said,
        table=Note._meta.db_table,
        column="text",
        row_id=note.pk,
    )
    note.save(force_insert=True)
    _tell(note, NoteEventKind.WRITTEN, case, by)
    return note


@transaction.atomic
def pin(*, note: Note, case: Case, by: Actor) -> Note:
    """Puts a note on top, seen on a case of its person; pinned already, nothing happens.

    Raises ValidationError for one that was withdrawn, and for a pin too many.
    """
    locked = _lock(note)
    if not locked.is_pinned:
        _check_room(case)
        _set_pinned(locked, True, NoteEventKind.PINNED, case, by)
    return locked


@transaction.atomic
def unpin(*, note: Note, case: Case, by: Actor) -> Note:
    """Takes a note off the top. Raises ValidationError for one that was withdrawn."""
    locked = _lock(note)
    if locked.is_pinned:
        _set_pinned(locked, False, NoteEventKind.UNPINNED, case, by)
    return locked


@transaction.atomic
def withdraw_note(*, note: Note, case: Case, reason: str, by: Actor) -> Note:
    """Says that a note no longer holds, and why; it stays readable in the timeline, struck out.

    Raises ValidationError without a reason, or when it was withdrawn before.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the note is withdrawn.")})
    refuse_card_numbers(reason)
    locked = _lock(note)
    locked.is_pinned = False
    locked.withdrawn_at = clock.now()
    locked.withdrawn_by = by.label
    locked.withdrawn_reason = reason.strip()
    locked.save(update_fields=["is_pinned", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _tell(locked, NoteEventKind.WITHDRAWN, case, by, reason.strip())
    return locked


def _lock(note: Note) -> Note:
    locked = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if locked.withdrawn_at is not None:
        raise ValidationError(_("This note was withdrawn; write another."))
    return locked


def _check_room(case: Case) -> None:
    # Two who pin at once wait for each other here.
    Party.objects.select_for_update(of=("self",)).get(pk=case.borrower_id)
    if Note.objects.on(case).filter(is_pinned=True).count() >= MOST_PINNED:
        raise ValidationError(
            {
                "pinned": ngettext(
                    "%(most)d note is pinned here. Take it off the top first.",
                    "%(most)d notes are pinned here. Take one off the top first.",
                    MOST_PINNED,
                )
                % {"most": MOST_PINNED}
            }
        )


def _set_pinned(note: Note, value: bool, kind: NoteEventKind, case: Case, by: Actor) -> None:
    note.is_pinned = value
    note.save(update_fields=["is_pinned"])
    _tell(note, kind, case, by)


def _tell(note: Note, kind: NoteEventKind, case: Case, by: Actor, reason: str = "") -> None:
    NoteEvent.objects.create(note=note, kind=kind, by=by.label)
    announce(NoteEvent.TOPIC)
    record(
        action=f"note.{kind.value}",
        by=by,
        object_type="collections_app.Case",
        object_id=case.pk,
        portfolio_id=case.portfolio_id,
        reason=reason,
        data={"note": str(note.pk), "about": "case" if note.case_id else "person"},
    )
