"""Numbers and addresses that a provider says can never be reached."""

from __future__ import annotations

from core import clock
from core.audit.actors import SYSTEM
from loans.borrowers.services import mark_invalid
from notifications.outbox.models import Message


def mark_address_bad(message: Message) -> None:
    """Marks the message's number or e-mail address invalid from today; once is enough."""
    point = message.contact_point
    if point is not None and point.invalid_since is None:
        mark_invalid(
            contact_point=point,
            on=clock.local_today(message.portfolio.time_zone),
            reason="refused by the provider",
            by=SYSTEM,
        )
