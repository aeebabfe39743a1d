"""A dialler that rings nobody: for tests and the demonstration. Events are those of any other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collections_app.contacts.diallers.protocol import CallEventKind, CallNews, CallOrder


class LoopbackDialler:
    """Takes every order; its reference is the contact's own id, so that a test knows it."""

    reveals_number = False

    def call(self, order: CallOrder) -> str:
        return f"loopback-{order.attempt_id}"

    def hang_up(self, reference: str) -> None:
        return None

    def read_events(self, body: bytes) -> Sequence[CallNews]:
        told = json.loads(body)
        events = told["events"] if isinstance(told, dict) else None
        if not isinstance(events, list) or not events:
            raise ValueError("A call of the dialler is an object with a list of events.")
        return [_news(event) for event in events]


def _news(event: Any) -> CallNews:
    """One event of the list. Raises ValueError for what is missing or of another kind."""
    try:
        at = datetime.fromisoformat(event["at"])
        duration = event.get("duration_seconds")
        news = CallNews(
            event_id=str(event["id"])[:120],
            reference=str(event["call"])[:120],
            kind=CallEventKind(event["kind"]),
            at=at,
            duration_seconds=None if duration is None else int(duration),
            recording=str(event.get("recording", ""))[:200],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"An event lacks {error}.") from error
    if at.tzinfo is None:
        raise ValueError("The time of an event says its zone.")
    if news.duration_seconds is not None and not 0 <= news.duration_seconds <= 86_400:
        raise ValueError("A call lasts less than a day.")
    return news
