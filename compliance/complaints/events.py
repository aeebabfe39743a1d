"""The steps of a complaint as rows, with what was said, sealed."""

from __future__ import annotations

from django.db.models import Model

from compliance.complaints.models import Complaint, ComplaintEvent
from core import clock
from core.audit.actors import Actor
from core.encryption.sealing import seal


def add_event(
    complaint: Complaint, step: str, by: Actor, *, word: str = "", text: str = ""
) -> ComplaintEvent:
    """Writes one step of a complaint, in the transaction that took it."""
    event = ComplaintEvent(
        complaint=complaint,
        step=step,
        at=clock.now(),
        by=by.label,
        word=word,
        due_on=complaint.due_on,
    )
    if text.strip():
        event.text = sealed(complaint, text, event, "text")
    event.save(force_insert=True)
    return event


def sealed(complaint: Complaint, text: str, row: Model, column: str) -> bytes:
    """Seals words about a complaint under the key of the person who complained."""
    return seal(
        key=complaint.party.data_key,
        plaintext=text.strip(),
        table=row._meta.db_table,
        column=column,
        row_id=row.pk,
    )
