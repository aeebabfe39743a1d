"""The life of a callback, as a table, and the minutes around its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

#: A talk this long before the time agreed is the callback: nobody is rung twice within it.
EARLY_BY: Final = timedelta(minutes=30)
#: Past its time by this much and not tried, a callback is missed and the lead is told.
MISSED_AFTER: Final = timedelta(minutes=15)
#: A callback further away than this is a slip of the pen.
FURTHEST: Final = timedelta(days=366)


class CallbackState(models.TextChoices):
    """A missed callback is still owed; met, cancelled and ended ones are over."""

    OPEN = "open", _("agreed")
    MISSED = "missed", _("missed")
    MET = "met", _("met")
    CANCELLED = "cancelled", _("cancelled")
    ENDED = "ended", _("ended with the case")


#: What somebody still has to do.
PENDING: Final = (CallbackState.OPEN, CallbackState.MISSED)

#: (from, what happens) -> to
TRANSITIONS: Final[dict[tuple[CallbackState, str], CallbackState]] = {
    (CallbackState.OPEN, "miss"): CallbackState.MISSED,
    (CallbackState.MISSED, "reschedule"): CallbackState.OPEN,
    (CallbackState.OPEN, "reschedule"): CallbackState.OPEN,
    **{(state, "meet"): CallbackState.MET for state in PENDING},
    **{(state, "cancel"): CallbackState.CANCELLED for state in PENDING},
    **{(state, "end"): CallbackState.ENDED for state in PENDING},
    # The talk that met it was a slip, taken back within its seconds.
    (CallbackState.MET, "owe_again"): CallbackState.OPEN,
    (CallbackState.MET, "miss_again"): CallbackState.MISSED,
}


def next_state(state: str, event: str) -> CallbackState:
    """Returns the state that an event leads to. Raises ValueError where the table has none."""
    try:
        return TRANSITIONS[(CallbackState(state), event)]
    except KeyError:
        raise ValueError(f"A callback that is {state} cannot {event}.") from None
