"""What the calendar's page is given: seven days by channel, every wave with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_app.strategy.calendar_queries import DAYS, Wave
from collections_app.strategy.presentation import channel_icon
from notifications.channels.flow import MessageChannel
from notifications.outbox.flow import OUT

_SATURDAY: Final = 5
#: States of messages that will not go out any more.
_STOPPED: Final = ("suppressed", "failed", "cancelled", "expired")


def calendar_rows(
    waves: Sequence[Wave], *, first: date, today: date, selected: str, query: str
) -> dict[str, Any]:
    """Returns the head and the rows of the calendar. `query` is kept on every wave's address."""
    days = [first + timedelta(days=n) for n in range(DAYS)]
    many = len({wave.portfolio.pk for wave in waves}) > 1
    cells = [_wave(wave, selected, query, many) for wave in waves]
    rows = []
    for channel in MessageChannel:
        mine = [cell for cell in cells if cell["channel"] == channel]
        rows.append(
            {
                "name": channel.label,
                "icon": channel_icon(channel),
                "count": sum(cell["count"] for cell in mine),
                "days": [_cell(day, today, mine) for day in days],
            }
        )
    totals = [sum(c["count"] for c in cells if c["day"] == day) for day in days]
    return {
        "days": [_day(day, today) for day in days],
        "rows": rows,
        "totals": [
            {"count": total, "is_today": day == today, "is_rest": day.weekday() >= _SATURDAY}
            for day, total in zip(days, totals, strict=True)
        ],
        "most": max([*totals, 1]),
        "is_empty": not any(totals),
    }


def wave_key(wave: Wave) -> str:
    """Returns what an address names a wave by."""
    return f"{wave.portfolio.code}.{wave.day.isoformat()}.{wave.code}.{wave.channel}"


def wave_state(wave: Wave) -> tuple[str, str]:
    """Returns how a wave is drawn and what it says of itself."""
    states = wave.states
    out = sum(states[state] for state in OUT)
    stopped = sum(states[state] for state in _STOPPED) - wave.left_out_sent
    open_ = states["waiting"] + states["sending"]
    if wave.is_line_held and (open_ or wave.expected):
        return "held", _("on hold")
    if out and open_:
        return "running", _("going out, %(done)s of %(all)s") % {"done": out, "all": out + open_}
    if not open_ and not wave.expected and states:
        gone = _("gone out") if out or stopped else ""
        return "sent", _with(gone, stopped, wave)
    if open_:
        return "planned", _with(_("planned"), stopped, wave)
    return "expected", _with(_("expected"), 0, wave)


def _with(word: str, stopped: int, wave: Wave) -> str:
    parts = [word] if word else []
    held, left_out = wave.held, wave.left_out
    if held:
        parts.append(ngettext("%(n)s held", "%(n)s held", held) % {"n": held})
    if left_out:
        parts.append(
            ngettext(
                "%(n)s left out, relationship heated",
                "%(n)s left out, relationship heated",
                left_out,
            )
            % {"n": left_out}
        )
    if stopped:
        parts.append(ngettext("%(n)s not sent", "%(n)s not sent", stopped) % {"n": stopped})
    return " · ".join(parts)


def _wave(wave: Wave, selected: str, query: str, many: bool) -> dict[str, Any]:
    state, says = wave_state(wave)
    key = wave_key(wave)
    return {
        "key": key,
        "day": wave.day,
        "channel": wave.channel,
        "at": time_format(wave.at, "H:i") if wave.at else "",
        "count": wave.count,
        "name": wave.name,
        "portfolio": wave.portfolio.name if many else "",
        "state": state,
        "says": says,
        "is_selected": key == selected,
        "href": f"?{query}wave={key}#wave",
    }


def _day(day: date, today: date) -> dict[str, Any]:
    return {
        "weekday": date_format(day, "D"),
        "date": date_format(day, _("j M")),
        "is_today": day == today,
        "is_rest": day.weekday() >= _SATURDAY,
    }


def _cell(day: date, today: date, mine: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "is_today": day == today,
        "is_rest": day.weekday() >= _SATURDAY,
        "waves": [cell for cell in mine if cell["day"] == day],
    }
