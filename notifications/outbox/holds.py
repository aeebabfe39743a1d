"""Which hold keeps a message back."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from notifications.outbox.models import Message, MessageHold


def hold_of(message: Message, *, at: datetime) -> MessageHold | None:
    """Returns the hold in force that keeps the message, the longest first; None for none."""
    about = Q(party=None, loan=None, step="")
    # A hold names a line by its code; its messages add the day: late, late@3.
    about |= Q(step__in=(message.step, message.step.partition("@")[0])) & ~Q(step="")
    about |= Q(party=message.party_id)
    about |= Q(loan__in=message.about.values("loan"))
    held = MessageHold.objects.in_force(at).filter(about, portfolio=message.portfolio_id)
    return max(held, key=_length, default=None)


def _length(held: MessageHold) -> tuple[bool, datetime]:
    return (held.ends_at is None, held.ends_at or held.starts_at)
