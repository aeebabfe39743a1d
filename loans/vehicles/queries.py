"""Finding loans by their car. Like `loans.borrowers.queries`, in nobody's scope by themselves."""

from __future__ import annotations

import re
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Right

from loans.vehicles.models import Vehicle

CANDIDATES: Final = 2_000
#: Plates and VINs are searched by their beginning from so many characters on.
SHORTEST_PLATE: Final = 3
SHORTEST_VIN: Final = 5
WHOLE_VIN: Final = 17
VIN_END: Final = 6


def plain(text: str) -> str:
    """Returns a plate or VIN as it is stored: capitals, without spaces, dots and hyphens."""
    return re.sub(r"[\s·•.-]", "", text).upper()


def with_plate(*, text: str) -> QuerySet[Vehicle, Any]:
    """Returns the loans of cars with exactly this plate, in any spelling."""
    return _loans(Q(plate=plain(text)))


def with_plate_start(*, text: str) -> QuerySet[Vehicle, Any]:
    """Returns the loans of cars whose plate goes on after this."""
    start = plain(text)
    return _loans(Q(plate__startswith=start) & ~Q(plate=start))


def with_vin(*, text: str) -> QuerySet[Vehicle, Any]:
    """Returns the loans of the car with this vehicle identification number."""
    return _loans(Q(vin=plain(text)))


def with_vin_start(*, text: str) -> QuerySet[Vehicle, Any]:
    """Returns the loans of cars whose VIN begins so."""
    return _loans(Q(vin__startswith=plain(text)))


def with_vin_end(*, text: str) -> QuerySet[Vehicle, Any]:
    """Returns the loans of cars whose VIN ends in these six."""
    cars = Vehicle.objects.annotate(vin_end=Right("vin", VIN_END)).exclude(vin="")
    return cars.filter(vin_end=plain(text)).order_by().values("loan_id")[:CANDIDATES]


def _loans(condition: Q) -> QuerySet[Vehicle, Any]:
    return Vehicle.objects.filter(condition).order_by().values("loan_id")[:CANDIDATES]
