"""The life of a message, as a table. The services and the database trigger both read it."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MessageState(models.TextChoices):
    """Where an obligation stands.

    `uncertain` is an honest state: a provider was called and nobody can tell whether it took the
    message. It is asked, or a person settles it; it is never sent again blindly.
    """

    WAITING = "waiting", pgettext_lazy("a message", "waiting")
    SENDING = "sending", _("being sent")
    UNCERTAIN = "uncertain", _("uncertain")
    ACCEPTED = "accepted", _("accepted by the provider")
    DELIVERED = "delivered", _("delivered")
    UNDELIVERED = "undelivered", _("not delivered")
    FAILED = "failed", _("failed")
    SUPPRESSED = "suppressed", _("not sent, with a reason")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


_W, _S, _U = MessageState.WAITING, MessageState.SENDING, MessageState.UNCERTAIN
_A, _D, _N = MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.UNDELIVERED

TRANSITIONS: Final[tuple[tuple[MessageState, MessageState], ...]] = (
    (_W, _S),
    (_W, MessageState.SUPPRESSED),
    (_W, MessageState.CANCELLED),
    (_W, MessageState.EXPIRED),
    (_S, _W),  # a refusal that passes, or a worker that died before it called
    (_S, _U),
    (_S, _A),
    (_S, MessageState.FAILED),
    (_S, MessageState.SUPPRESSED),
    (_S, MessageState.EXPIRED),
    (_U, _A),  # asked: the provider has it
    (_U, _W),  # asked: it certainly never came
    (_U, _D),  # its receipt came before our question was answered
    (_U, _N),
    (_U, MessageState.FAILED),  # a person settled it
    (_A, _D),
    (_A, _N),
    (_N, _D),  # a late receipt may still say it arrived
)

#: Nothing more will be done about these, except that a receipt may come in.
ENDED: Final = frozenset(
    {
        *(_A, _D, _N),
        MessageState.FAILED,
        MessageState.SUPPRESSED,
        MessageState.CANCELLED,
        MessageState.EXPIRED,
    }
)

#: The provider has or may have the message.
OUT: Final = frozenset({_U, _A, _D, _N})
