"""Callbacks in words: when, on whose clock, whose, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.callbacks.flow import MISSED_AFTER, CallbackState
from collections_app.callbacks.models import Callback
from collections_app.callbacks.queries import note_text
from core import clock
from loans.borrowers.presentation import lang_of, shown_name

#: state -> the shape of its mark
_MARKS = {
    CallbackState.OPEN: "waiting",
    CallbackState.MISSED: "failed",
    CallbackState.MET: "done",
    CallbackState.CANCELLED: "uncertain",
    CallbackState.ENDED: "uncertain",
}


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """One callback as a list or a case shows it. Times are the person's, `here` the reader's."""

    pk: UUID
    case_href: str
    contract_no: str
    borrower: str
    lang: str
    when: str
    offset: str
    here: str
    masked: str
    owner: str
    owner_lang: str
    is_team: bool
    note: str
    note_lang: str
    mark: str
    state_name: str
    detail: str
    is_late: bool
    reschedule_href: str
    cancel_href: str
    take_href: str


def callback_row(callback: Any, user: User, now: datetime) -> CallbackRow:
    """Puts one callback into words; the case page and the list show the same ones."""
    note = note_text(callback)
    owner = callback.owner.get_full_name() if callback.owner else ""
    may = has_right(user, "callback.manage") and callback.is_pending
    mark, word = _standing(callback, now)
    return CallbackRow(
        pk=callback.pk,
        case_href=reverse("desk:case", args=[callback.case_id]),
        contract_no=callback.case.loan.contract_no,
        borrower=shown_name(callback.party),
        lang=lang_of(callback.party.full_name),
        when=moment_text(callback.local_time, now.astimezone(callback.local_time.tzinfo)),
        offset=offset_text(callback.local_time),
        here=_here(callback, user, now),
        masked=callback.contact_point.masked if callback.contact_point else "",
        owner=owner or str(_("the team")),
        owner_lang=lang_of(owner),
        is_team=callback.owner_id is None,
        note=note,
        note_lang=lang_of(note),
        mark=mark,
        state_name=word,
        detail=_detail(callback, user),
        is_late=callback.is_pending and callback.due_at <= now,
        reschedule_href=_href("desk:move_callback", callback) if may else "",
        cancel_href=_href("desk:cancel_callback", callback) if may else "",
        take_href=_href("callbacks:take", callback) if may and callback.owner_id is None else "",
    )


def _href(name: str, callback: Callback) -> str:
    return reverse(name, args=[callback.pk])


def _standing(callback: Callback, now: datetime) -> tuple[str, str]:
    """The mark and its word; one past its time says so before anybody has noted it missed."""
    if callback.state == CallbackState.OPEN and callback.tried_at is not None:
        return "running", _("tried, not reached")
    if callback.state == CallbackState.OPEN and callback.due_at <= now:
        return ("failed" if now - callback.due_at > MISSED_AFTER else "running"), _("due now")
    return _MARKS[CallbackState(callback.state)], callback.get_state_display()


def _detail(callback: Any, user: User) -> str:
    """What became of it and why, of one that is over; else who agreed it."""
    if callback.over_at is None:
        return str(_("agreed by %(who)s") % {"who": callback.made_by})
    local = callback.over_at.astimezone(clock.zone_of(user.time_zone))
    parts = [date_format(local, _("j M H:i")), getattr(callback, "last_reason", "") or ""]
    return " · ".join(part for part in parts if part)


def _here(callback: Callback, user: User, now: datetime) -> str:
    """The reader's own time, where it is another one."""
    zone = clock.zone_of(user.time_zone)
    local = callback.due_at.astimezone(zone)
    if local.utcoffset() == callback.local_time.utcoffset():
        return ""
    return _("%(time)s here") % {"time": moment_text(local, now.astimezone(zone))}


def moment_text(at: datetime, seen_from: datetime) -> str:
    """Today the time alone, within a week with the weekday, else with the day."""
    days = (at.date() - seen_from.date()).days
    if days == 0:
        return f"{at:%H:%M}"
    if days == 1:
        return _("tomorrow %(time)s") % {"time": f"{at:%H:%M}"}
    if 1 < days < 7:
        return f"{date_format(at, 'D')} {at:%H:%M}"
    return date_format(at, _("j M H:i"))


def offset_text(at: datetime) -> str:
    """The distance of a clock from UTC, e.g. UTC-5 or UTC+5:30."""
    offset = at.strftime("%z")
    minutes = offset[3:5]
    return f"UTC{int(offset[:3]):+d}" + (f":{minutes}" if minutes != "00" else "")


def zone_label(zone: tzinfo | str, at: datetime) -> str:
    """A zone as a form names it: its distance from UTC now."""
    return offset_text(at.astimezone(clock.zone_of(zone)))
