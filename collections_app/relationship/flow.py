"""How it stands between us and a person: from what happened within a window to a state. Pure.

Every sign has a weight. In the order of time heating signs add theirs and cooling signs take theirs
off, never below nothing: calm talks of last month are no credit for a complaint of today. The sum
is the heat, and the heat gives the state. What is older than the window no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

#: So long a sign counts.
WINDOW: Final = timedelta(days=90)


class Temperature(models.TextChoices):
    """The state of a relationship, from good to bad."""

    STEADY = "steady", _("steady")
    STRAINED = "strained", _("strained")
    HOT = "hot", _("hot")


class Sign(models.TextChoices):
    """What heats or cools a relationship. Each is something that happened, never an opinion."""

    COMPLAINT = "complaint", _("complained")
    STOP_ASKED = "stop_asked", _("asked us to stop")
    ABUSE = "abuse", _("hostile words")
    PLAN_BROKEN = "plan_broken", _("a plan was broken")
    HANG_UP = "hang_up", _("hung up")
    PROMISE_BROKEN = "promise_broken", _("a promise was broken")
    REFUSED_WAY = "refused_way", _("refused a way of contact")
    CALM_TALK = "calm_talk", _("calm talk")
    PROMISE_KEPT = "promise_kept", _("a promise was kept")
    PLAN_KEPT = "plan_kept", _("a plan was kept")


#: What a sign adds to the heat, or takes off it.
WEIGHTS: Final[dict[Sign, int]] = {
    Sign.COMPLAINT: 4,
    Sign.STOP_ASKED: 4,
    Sign.ABUSE: 4,
    Sign.PLAN_BROKEN: 3,
    Sign.HANG_UP: 2,
    Sign.PROMISE_BROKEN: 2,
    Sign.REFUSED_WAY: 1,
    Sign.CALM_TALK: -1,
    Sign.PROMISE_KEPT: -3,
    Sign.PLAN_KEPT: -3,
}

#: From so much heat on: strained, hot.
STRAINED_FROM: Final = 3
HOT_FROM: Final = 6
_ORDER: Final = tuple(Temperature)


@dataclass(frozen=True, slots=True, order=True)
class Happened:
    """One sign at its moment; `ref` says which record it was, so that the same counts once."""

    at: datetime
    sign: str
    ref: str

    @property
    def weight(self) -> int:
        return WEIGHTS[Sign(self.sign)]

    def as_data(self) -> dict[str, Any]:
        """Returns what is stored of it."""
        return {"at": self.at.isoformat(), "sign": str(self.sign), "ref": self.ref}


@dataclass(frozen=True, slots=True)
class Relationship:
    """The state at a moment with the signs it rests on, the latest first.

    `cause` is the latest heating sign, which a rise is laid to; `cools_at` when the oldest sign
    leaves the window and the state is to be worked out anew, None where nothing counts.
    """

    state: Temperature
    heat: int
    signs: tuple[Happened, ...]
    cause: Happened | None
    cools_at: datetime | None


def relationship_at(happened: Iterable[Happened], at: datetime) -> Relationship:
    """Returns how it stands at a moment, by what happened in the 90 days before.

    Heat = the sum of weights in the order of time, never below 0. Strained from 3, hot from 6.
    """
    counted = sorted({one for one in happened if at - WINDOW < one.at <= at})
    heat = 0
    for one in counted:
        heat = max(0, heat + one.weight)
    heating = [one for one in counted if one.weight > 0]
    return Relationship(
        state=state_of(heat),
        heat=heat,
        signs=tuple(reversed(counted)),
        cause=heating[-1] if heating else None,
        cools_at=counted[0].at + WINDOW if counted else None,
    )


def state_of(heat: int) -> Temperature:
    """Returns the state that an amount of heat means."""
    if heat >= HOT_FROM:
        return Temperature.HOT
    return Temperature.STRAINED if heat >= STRAINED_FROM else Temperature.STEADY


def is_worse(before: str, after: str) -> bool:
    """Tells whether the second state is the worse one."""
    return _ORDER.index(Temperature(after)) > _ORDER.index(Temperature(before))
