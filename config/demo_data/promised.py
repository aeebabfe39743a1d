"""Calls that were promised, and what colleagues noted about people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from collections_app.callbacks.hours import zone_of_case
from collections_app.callbacks.services import CallbackRefused, schedule_callback
from collections_app.cases.models import Case
from collections_app.notes.services import withdraw_note, write_note
from config.demo_data import talk
from core.audit import Actor
from loans.borrowers.models import ContactPoint

if TYPE_CHECKING:
    from config.demo_data.floor import Floor

#: From now on: the first ones fall due while somebody looks.
_AHEAD = (
    dt.timedelta(minutes=4),
    dt.timedelta(minutes=25),
    dt.timedelta(hours=2),
    dt.timedelta(hours=5),
    dt.timedelta(days=1),
    dt.timedelta(days=2, hours=3),
    dt.timedelta(days=5),
)


def promise_calls(floor: Floor) -> int:
    """Agrees on calls for the next minutes, hours and days; every fifth is the team's."""
    made = 0
    for case in floor.some(9, offset=5):
        at = floor.now + floor.rng.choice(_AHEAD)
        made += promise_call(floor, case, None, at, to_team=made % 5 == 4)
    return made


def promise_call(
    floor: Floor, case: Case, point: ContactPoint | None, at: dt.datetime, *, to_team: bool = False
) -> int:
    """Agrees on one call, at the next time the person may be called where that is later."""
    agent = floor.agent_of(case)
    zone = ZoneInfo(zone_of_case(case))
    agreed: dict[str, Any] = {
        "case": case,
        "contact_point": point,
        "agent": None if to_team else agent,
        "note": floor.note("CB"),
        "is_wish": True,
        "by": Actor.of(agent),
    }
    wall_time = at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
    try:
        schedule_callback(wall_time=wall_time, **agreed)
    except CallbackRefused as refusal:
        if refusal.nearest is None:
            return 0
        schedule_callback(wall_time=refusal.nearest.replace(tzinfo=None), **agreed)
    return 1


def write_notes(floor: Floor) -> int:
    """Notes on every sixth case: about the person or the case, some pinned, one withdrawn."""
    written = 0
    for case in floor.some(6, offset=1):
        chinese, english = floor.rng.choice(talk.ABOUT_PEOPLE)
        by = Actor.of(floor.agent_of(case))
        note = write_note(
            case=case,
            text=chinese if floor.is_chinese else english,
            pinned=floor.rng.random() < 0.4,
            is_about_person=floor.rng.random() < 0.6,
            by=by,
        )
        if written == 0:
            reason = "记错了人" if floor.is_chinese else "Meant somebody else"
            withdraw_note(note=note, case=case, reason=reason, by=by)
        written += 1
    return written
