"""Who may set and lift which stop: the right that each kind asks for."""

from __future__ import annotations

from typing import Final

from compliance.stops.models import StopKind

#: Kinds that are not heard on the telephone but decided, or made by a register of its own.
_SET_BY: Final[dict[str, str]] = {
    StopKind.HOLD: "hold.manage",
    StopKind.TIME_BARRED: "notice.record",
    StopKind.COMPLAINT: "complaint.record",
    StopKind.PROCEEDINGS: "legal.work",
}

#: Kinds that the person ends by a word, and that whoever leads the work may take back. The others
#: come from the law, a court or a third person: the compliance officer alone lifts them.
_LIFTED_BY: Final[dict[str, str]] = {
    StopKind.DISPUTE: "stop.lift",
    StopKind.EMPLOYER_PROHIBITS: "stop.lift",
    StopKind.HARDSHIP: "stop.lift",
    StopKind.VULNERABLE: "stop.lift",
    StopKind.HOLD: "hold.manage",
}


#: Kinds that come with a record of their own and are set with it, never by hand.
MADE_ELSEWHERE: Final = frozenset({StopKind.COMPLAINT, StopKind.PROCEEDINGS})


def right_to_set(kind: str) -> str:
    """Returns the right that setting a stop of this kind takes."""
    return _SET_BY.get(kind, "stop.add")


def right_to_lift(kind: str) -> str:
    """Returns the right that lifting a stop of this kind takes."""
    return _LIFTED_BY.get(kind, "stop.lift_any")
