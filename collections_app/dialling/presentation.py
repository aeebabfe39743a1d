"""What a telephone system tells of a call, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collections_app.dialling.flow import CallEnding, CallState
from collections_app.dialling.models import PhoneCall


def told_text(call: PhoneCall) -> str:
    """Returns how far a call has come, in a few words."""
    if call.state == CallState.ENDED:
        return _ended_text(call)
    if call.problem and call.state == CallState.ASKED:
        return _("the telephone system did not say whether it dials")
    return {
        CallState.ASKED: _("the telephone system dials"),
        CallState.RINGING: _("ringing"),
        CallState.ANSWERED: _("on the line"),
        CallState.NOT_PLACED: _("not placed"),
    }[CallState(call.state)]


def _ended_text(call: PhoneCall) -> str:
    if call.ending != CallEnding.TALKED:
        return _("ended: %(how)s") % {"how": call.get_ending_display()}
    if call.talk_seconds is None:
        return _("ended, answered")
    return _("ended, talked %(time)s") % {"time": minutes(call.talk_seconds)}


def minutes(seconds: int) -> str:
    """Returns a length of time as minutes and seconds, with hours where there are any."""
    whole, rest = divmod(seconds, 60)
    hours, whole = divmod(whole, 60)
    return f"{hours}:{whole:02d}:{rest:02d}" if hours else f"{whole}:{rest:02d}"


def told_parts(call: PhoneCall | None) -> list[str]:
    """Returns how long the talk was, or why there was none; empty texts where nothing is told."""
    if call is None:
        return []
    length = minutes(call.talk_seconds) if call.talk_seconds is not None else ""
    return [
        _("talked %(time)s") % {"time": length} if length else "",
        _("not placed: %(reason)s") % {"reason": call.problem} if call.problem else "",
    ]
