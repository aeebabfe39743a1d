"""What a dialler is: something that places a call on our word and tells what became of it.

A dialler is named in `settings.DIALLERS` and chosen for everybody by `settings.DIALLER`, or for a
team by a row of `TeamDialler`. It never decides whether somebody may be called: it is given a
contact that the gate reserved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallEventKind(models.TextChoices):
    """What a dialler says about a call."""

    RINGING = "ringing", _("ringing")
    ANSWERED = "answered", _("answered")
    ENDED = "ended", _("ended")
    RECORDED = "recorded", _("recording kept")
    FAILED = "failed", _("not placed")


@dataclass(frozen=True, slots=True)
class CallOrder:
    """One call to place: the reserved contact, the number in clear, and whose telephone rings."""

    attempt_id: UUID
    number: str
    agent_email: str


@dataclass(frozen=True, slots=True)
class CallNews:
    """One event as a dialler told it.

    `event_id` is the dialler's own and makes a repeat harmless; `reference` names the call;
    `duration_seconds` is the talk's length, of a call that ended; `recording` is the dialler's
    reference of a recording, never the sound itself.
    """

    event_id: str
    reference: str
    kind: CallEventKind
    at: datetime
    duration_seconds: int | None = None
    recording: str = ""


class DiallerFailed(Exception):
    """The call was not placed, for sure; the agent dials by hand."""


class Dialler(Protocol):
    """Places calls. One instance serves everybody; it keeps no state between calls."""

    #: Whether the agent dials by hand, and so sees the number.
    reveals_number: bool

    def call(self, order: CallOrder) -> str:
        """Rings the agent, then the number; returns the dialler's reference of the call.

        Raises DiallerFailed when no call was placed.
        """

    def hang_up(self, reference: str) -> None:
        """Ends a call that it placed; one that is over already stays so. Raises DiallerFailed."""

    def read_events(self, body: bytes) -> Sequence[CallNews]:
        """Reads the body of a signed call of the dialler. Raises ValueError for another shape."""
