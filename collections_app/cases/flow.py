"""The life of a case, as a table. Services are the only writers; the database checks them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    OPEN = "open", _("open")
    CURED = "cured", _("cured")
    CLOSED = "closed", _("closed")


class CloseReason(models.TextChoices):
    """Why a case is over."""

    CURED = "cured", _("arrears paid")
    PAID_OFF = "paid_off", _("loan paid off")
    VOID = "void", _("opened by an import that was undone")


#: (from, what happens) -> to. A cured or closed case never opens again: the next time the loan
#: falls behind is a new episode with a case of its own.
TRANSITIONS: dict[tuple[CaseState, str], CaseState] = {
    (CaseState.OPEN, "cure"): CaseState.CURED,
    (CaseState.OPEN, "close"): CaseState.CLOSED,
}


def next_state(state: str, event: str) -> CaseState:
    """Returns the state that an event leads to. Raises ValueError where the table has none."""
    try:
        return TRANSITIONS[(CaseState(state), event)]
    except KeyError:
        raise ValueError(f"A case that is {state} cannot {event}.") from None
