"""Showing the text of a message as it left: for a stated purpose, within a budget, on record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.sealing import KeyDestroyed
from loans.borrowers.disclosure import ACTION, RevealPurpose, require_budget
from notifications.outbox.content import said_in
from notifications.outbox.models import Message
from notifications.templates.rendering import Rendered


@transaction.atomic
def reveal_text(*, message: Message, purpose: str, budget: int, by: Actor) -> Rendered:
    """Returns the text that was handed over and writes who read it and why.

    It counts against the same hourly budget as every other hidden value. Raises ValidationError
    for an unknown purpose, a spent budget, or a text that never left or was erased.
    """
    if purpose not in RevealPurpose.values:
        raise ValidationError({"purpose": _("Say what you need it for.")})
    require_budget(budget=budget, by=by)
    try:
        said = said_in(message)
    except KeyDestroyed:
        said = Rendered(subject="", body="", fields={})
    if not said.body:
        raise ValidationError(_("There is no text: it never left, or it was erased."))
    record(
        action=ACTION,
        by=by,
        object_type="loans.Party",
        object_id=message.party_id,
        portfolio_id=message.portfolio_id,
        reason=purpose,
        data={"field": "message", "row": str(message.pk)},
    )
    return said
