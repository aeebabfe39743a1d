"""Lines of the timeline for messages: planned, out, stopped with the reason, and replies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from collections_app.desk.case_history import MESSAGE, HistoryLine
from collections_app.desk.people import lang_of
from collections_app.desk.timeline_events import (
    ATTEMPT_RANK,
    HISTORY_RANK,
    TimelineEvent,
    moment_text,
)
from notifications.channels.flow import MessageChannel
from notifications.inbound.models import InboundMessage
from notifications.inbound.reading import words_of
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message
from notifications.outbox.reasons import sentence
from notifications.templates.models import MessagePurpose

_ICONS: Final = {
    MessageChannel.SMS: "message",
    MessageChannel.EMAIL: "mail",
    MessageChannel.LETTER: "letter",
}
#: state -> the mark of the timeline; what rightly did not go out is only said.
_MARKS: Final = {
    MessageState.WAITING: "waiting",
    MessageState.SENDING: "running",
    MessageState.UNCERTAIN: "uncertain",
    MessageState.ACCEPTED: "done",
    MessageState.DELIVERED: "done",
    MessageState.UNDELIVERED: "failed",
    MessageState.FAILED: "failed",
    MessageState.EXPIRED: "failed",
}


def message_of(attempt: Any) -> Message | None:
    """The message that a contact was booked for; none for calls and what others sent."""
    return getattr(attempt, "message", None)


def reply_of(attempt: Any) -> InboundMessage | None:
    """What the person wrote, where the contact was a reply; read with the contact."""
    reply: InboundMessage | None = getattr(attempt, "inbound_message", None)
    if reply is not None:
        reply.party = attempt.party  # read with its key; not once more
    return reply


def sent_event(attempt: Any, message: Message, zone: ZoneInfo) -> TimelineEvent:
    """A message that a provider has or may have."""
    state = MessageState(message.state)
    to = attempt.contact_point.masked if attempt.contact_point else ""
    why = sentence(message.reason, message.reason_values)
    return TimelineEvent(
        at=attempt.at,
        rank=ATTEMPT_RANK,
        ref=str(attempt.pk),
        shown_at=moment_text(attempt.at, zone),
        icon=_ICONS[MessageChannel(message.channel)],
        kind=_kind(message.channel),
        summary=_summary(message.channel, message.purpose),
        detail=" · ".join(part for part in (to, why, message.planned_by) if part),
        state=_MARKS.get(state, ""),
        state_name=str(state.label) if state in _MARKS else "",
    )


def reply_event(attempt: Any, reply: InboundMessage, zone: ZoneInfo) -> TimelineEvent:
    """What the person wrote back, and whether somebody has dealt with it."""
    words = words_of(reply)
    who = attempt.contact_point.masked if attempt.contact_point else ""
    by = _("dealt with by %(name)s") % {"name": reply.handled_by} if reply.handled_at else ""
    return TimelineEvent(
        at=attempt.at,
        rank=ATTEMPT_RANK,
        ref=str(attempt.pk),
        shown_at=moment_text(attempt.at, zone),
        icon=_ICONS[MessageChannel(reply.channel)],
        kind="message",
        summary=_("Reply by %(channel)s: %(wants)s")
        % {"channel": reply.get_channel_display(), "wants": reply.get_intent_display()},
        detail=" · ".join(part for part in (who, by) if part),
        quote=words,
        lang=lang_of(words),
        state="" if reply.handled_at else "waiting",
        state_name="" if reply.handled_at else _("to deal with"),
    )


def unsent_events(lines: Iterable[HistoryLine], zone: ZoneInfo) -> Iterator[TimelineEvent]:
    """Messages that no contact was booked for: still to come, or stopped and why."""
    for line in lines:
        if line.kind == MESSAGE:
            yield _unsent(line, line.at, zone)


def _unsent(line: HistoryLine, at: datetime, zone: ZoneInfo) -> TimelineEvent:
    facts = json.loads(line.reason)
    state = MessageState(line.after)
    return TimelineEvent(
        at=at,
        rank=HISTORY_RANK,
        ref=f"{line.kind}.{line.ref}",
        shown_at=moment_text(at, zone),
        icon=_ICONS[MessageChannel(facts["channel"])],
        kind=_kind(facts["channel"]),
        summary=_summary(facts["channel"], line.before),
        detail=" · ".join(
            part
            for part in (
                "" if state in _MARKS else str(state.label),
                sentence(facts["word"], facts["values"]),
                line.by,
            )
            if part
        ),
        state=_MARKS.get(state, ""),
        state_name=str(state.label) if state in _MARKS else "",
    )


def _kind(channel: str) -> str:
    """The filter a message stands under: letters have their own."""
    return "letter" if channel == MessageChannel.LETTER else "message"


def _summary(channel: str, purpose: str) -> str:
    way = str(MessageChannel(channel).label)
    words = {"channel": way[:1].upper() + way[1:], "what": MessagePurpose(purpose).label}
    return _("%(channel)s: %(what)s") % words
