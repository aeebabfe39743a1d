"""How a telephone call goes, told in pieces that come late, twice or in any order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EventKind(TextChoices):
    """What a telephone system tells of a call."""

    INCOMING = "incoming", _("somebody calls in")
    RINGING = "ringing", _("rings")
    ANSWERED = "answered", _("answered")
    ENDED = "ended", _("ended")
    RECORDING = "recording", _("recording available")


class CallState(TextChoices):
    """How far a call has come."""

    ASKED = "asked", _("asked for")
    NOT_PLACED = "not_placed", _("not placed")
    RINGING = "ringing", _("ringing")
    ANSWERED = "answered", _("on the line")
    ENDED = "ended", _("ended")


class CallEnding(TextChoices):
    """How a call ended, as far as a telephone system can tell; what came of it people say."""

    TALKED = "talked", _("answered")
    NO_ANSWER = "no_answer", _("no answer")
    BUSY = "busy", _("busy")
    REJECTED = "rejected", _("rejected")
    NOT_IN_SERVICE = "not_in_service", _("not in service")
    FAILED = "failed", _("the call failed")


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a call. `seconds` talked, `ending` and `recording` where it says so."""

    event_id: str
    kind: EventKind
    at: datetime
    ending: str = ""
    seconds: int | None = None
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A call as all its events together tell it."""

    state: CallState
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    ending: str
    talk_seconds: int | None
    recording: str


def course_of(events: Iterable[Told], *, state: CallState = CallState.ASKED) -> Course:
    """Returns what the events of one call say together, whatever order they came in.

    Of two events of a kind the earlier one by the telephone system's own clock counts, and of a
    recording the later one: a call that was handed on is recorded to its end. `state` is how it
    stands before any event.
    """
    told = sorted(events, key=lambda event: (event.at, event.event_id))
    ringing, answered, ended = (
        next((event for event in told if event.kind == kind), None)
        for kind in (EventKind.RINGING, EventKind.ANSWERED, EventKind.ENDED)
    )
    was_answered = answered is not None or (ended is not None and ended.ending == CallEnding.TALKED)
    if ended is not None:
        state = CallState.ENDED
    elif answered is not None:
        state = CallState.ANSWERED
    elif ringing is not None or any(event.kind == EventKind.INCOMING for event in told):
        state = CallState.RINGING
    recordings = [event.recording for event in told if event.recording]
    return Course(
        state=state,
        ringing_at=ringing.at if ringing else None,
        answered_at=answered.at if answered else None,
        ended_at=ended.at if ended else None,
        # What was answered was no call without an answer, whatever its end is named.
        ending=_ending(ended, was_answered=was_answered),
        talk_seconds=_seconds(answered, ended) if was_answered else None,
        recording=recordings[-1] if recordings else "",
    )


def _ending(ended: Told | None, *, was_answered: bool) -> str:
    if ended is None:
        return ""
    return CallEnding.TALKED if was_answered else ended.ending or CallEnding.FAILED


def _seconds(answered: Told | None, ended: Told | None) -> int | None:
    """The seconds stated, else those between the two events; None while the talk goes on."""
    if ended is None:
        return None
    if ended.seconds is not None:
        return ended.seconds
    return max(0, round((ended.at - answered.at).total_seconds())) if answered else None
