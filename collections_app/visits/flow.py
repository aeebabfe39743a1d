"""The life of a field visit, as a table, and how far apart two positions are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

#: A check-in this near the address's position counts as made at the address, its own error added.
NEAR_METRES: Final = 150
#: A visit is planned at most this far ahead.
FURTHEST: Final = timedelta(days=90)
#: Mean radius of the earth (IUGG), metres.
_EARTH_METRES: Final = 6_371_009


class VisitState(models.TextChoices):
    """A booked visit is one that the gate has let pass at its hour."""

    REQUESTED = "requested", _("asked for")
    PLANNED = "planned", _("planned")
    BOOKED = "booked", _("let pass by the gate")
    ARRIVED = "arrived", _("at the door")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


#: What somebody still has to do.
PENDING: Final = (
    VisitState.REQUESTED,
    VisitState.PLANNED,
    VisitState.BOOKED,
    VisitState.ARRIVED,
)
#: What stands in somebody's day and is still to be made.
ON_A_ROUTE: Final = (VisitState.PLANNED, VisitState.BOOKED)

#: (from, what happens) -> to
TRANSITIONS: Final[dict[tuple[VisitState, str], VisitState]] = {
    (VisitState.REQUESTED, "plan"): VisitState.PLANNED,
    (VisitState.PLANNED, "book"): VisitState.BOOKED,
    # Without the gate's yes the door may have been knocked at all the same: it is recorded.
    **{(state, "plan"): VisitState.PLANNED for state in ON_A_ROUTE},
    **{(state, "take_off"): VisitState.REQUESTED for state in ON_A_ROUTE},
    **{(state, "arrive"): VisitState.ARRIVED for state in ON_A_ROUTE},
    **{(state, "end"): VisitState.DONE for state in (*ON_A_ROUTE, VisitState.ARRIVED)},
    **{(state, "cancel"): VisitState.CANCELLED for state in (VisitState.REQUESTED, *ON_A_ROUTE)},
}


def next_state(state: str, event: str) -> VisitState:
    """Returns the state that an event leads to. Raises ValueError where the table has none."""
    try:
        return TRANSITIONS[(VisitState(state), event)]
    except KeyError:
        raise ValueError(f"A visit that is {state} cannot {event}.") from None


@dataclass(frozen=True, slots=True)
class Position:
    """A place in WGS-84 degrees, as a phone's receiver says it; accuracy in metres, if known."""

    latitude: Decimal
    longitude: Decimal
    accuracy: int | None = None

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError("Latitude lies within 90 degrees, longitude within 180.")

    @property
    def text(self) -> str:
        """Latitude and longitude to the metre, as they are sealed."""
        return f"{self.latitude:.5f},{self.longitude:.5f}"

    @classmethod
    def read(cls, text: str, accuracy: int | None = None) -> Position:
        """Reads "22.5401, 113.9502". Raises ValueError for anything else."""
        latitude, longitude = text.replace("，", ",").split(",")
        try:
            return cls(Decimal(latitude.strip()), Decimal(longitude.strip()), accuracy)
        except ArithmeticError:
            raise ValueError(f"{text!r} is no position.") from None


def metres_between(one: Position, other: Position) -> int:
    """Returns the distance along the great circle (haversine formula), in metres."""
    lat1, lat2 = radians(one.latitude), radians(other.latitude)
    half_lat = (lat2 - lat1) / 2
    half_lon = (radians(other.longitude) - radians(one.longitude)) / 2
    chord = sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2
    return round(2 * _EARTH_METRES * asin(min(1.0, sqrt(chord))))


def is_near(distance: int | None, accuracy: int | None) -> bool:
    """Says whether a check-in counts as at the address: within NEAR_METRES plus its own error."""
    return distance is not None and distance <= NEAR_METRES + (accuracy or 0)
