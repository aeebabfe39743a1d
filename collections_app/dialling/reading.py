"""What a telephone system posts, read strictly: what is not understood is said, not guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime

from collections_app.dialling.flow import CallEnding, EventKind, Told

#: A telephone system tells of a few calls at a time.
MOST_EVENTS: Final = 100
_LONGEST_ID: Final = 120
_LONGEST_RECORDING: Final = 200
#: A day: longer is a mistake of somebody's clock.
_MOST_SECONDS: Final = 86_400


class Unreadable(ValueError):
    """The body is not what the description asks for; the sentence says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class CallNews:
    """One event, the call it names, and for one that comes in who calls and whom."""

    told: Told
    call: str
    number: str = ""
    agent: str = ""


def read_events(body: bytes) -> list[CallNews]:
    """Returns the events of one body, `{"events": [...]}`. Raises Unreadable with the reason."""
    try:
        told = json.loads(body)
    except ValueError:
        raise Unreadable("The body is no JSON.") from None
    events = told.get("events") if isinstance(told, dict) else None
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise Unreadable(f'Send {{"events": [...]}} with 1 to {MOST_EVENTS} events.')
    return [_news(event, place) for place, event in enumerate(events)]


def _news(event: Any, place: int) -> CallNews:
    if not isinstance(event, dict):
        raise Unreadable(f"events[{place}] is no object.")
    kind = _one_of(event, "kind", EventKind.values, place)
    ending = ""
    if kind == EventKind.ENDED:
        ending = _one_of(event, "ending", CallEnding.values, place)
    recording = _text(event, "recording", _LONGEST_RECORDING, place, kind == EventKind.RECORDING)
    is_incoming = kind == EventKind.INCOMING
    return CallNews(
        told=Told(
            event_id=_text(event, "id", _LONGEST_ID, place),
            kind=EventKind(kind),
            at=_at(event, place),
            ending=ending,
            seconds=_seconds(event, place),
            recording=recording,
        ),
        call=_text(event, "call", _LONGEST_ID, place),
        number=_text(event, "from", 40, place, False) if is_incoming else "",
        agent=_text(event, "agent", 254, place, False) if is_incoming else "",
    )


def _text(
    event: Mapping[str, Any], name: str, longest: int, place: int, is_required: bool = True
) -> str:
    value = event.get(name, "")
    if value is None:
        value = ""
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise Unreadable(f"events[{place}].{name}: a text of at most {longest} characters.")
    if is_required and not value.strip():
        raise Unreadable(f"events[{place}].{name} is missing.")
    return value.strip()


def _one_of(event: Mapping[str, Any], name: str, known: list[str], place: int) -> str:
    value = event.get(name)
    if value not in known:
        raise Unreadable(f"events[{place}].{name}: one of {', '.join(known)}.")
    return str(value)


def _at(event: Mapping[str, Any], place: int) -> datetime:
    try:
        at = parse_datetime(str(event.get("at", "")))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Unreadable(f"events[{place}].at: an instant with its zone, as in ISO 8601.")
    return at


def _seconds(event: Mapping[str, Any], place: int) -> int | None:
    value = event.get("seconds")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_SECONDS:
        raise Unreadable(f"events[{place}].seconds: whole seconds, at most {_MOST_SECONDS}.")
    return value
