"""How people, places and cars are shown on the desk: masked, with the language of each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.contacts.calling_order import in_calling_order
from core.encryption.masks import mask_plate, mask_vin
from loans.borrowers.presentation import lang_of, shown_name
from loans.vehicles.models import Vehicle

__all__ = [
    "in_calling_order",
    "in_reading_language",
    "lang_of",
    "local_clock",
    "shown_name",
    "vehicle_view",
]


def vehicle_view(vehicle: Vehicle | None) -> dict[str, object]:
    """What the vehicle panel shows; identifiers masked."""
    if vehicle is None:
        return {}
    return {
        "description": str(vehicle),
        "lang": lang_of(f"{vehicle} {vehicle.plate}"),
        "plate": mask_plate(vehicle.plate) if vehicle.plate else "",
        "vin": mask_vin(vehicle.vin) if vehicle.vin else "",
        "value_amount": vehicle.value_amount,
        "valued_on": vehicle.valued_on,
        "insured_until": vehicle.insured_until,
        "has_tracker": bool(vehicle.gps_device),
    }


def local_clock(zones: Iterable[str], at: datetime) -> tuple[str, str]:
    """Returns the time and UTC offset where the person is, nothing where no zone is known.

    Where two times are possible both are returned; of more, the earliest and the latest.
    """
    clocks = {at.astimezone(ZoneInfo(zone)).strftime("%H:%M|%z") for zone in zones}
    parts = [clock.split("|") for clock in clocks]
    parts.sort(key=lambda part: int(part[1]))
    return (
        _either([time for time, _offset in parts]),
        _either([_utc_offset(offset) for _time, offset in parts]),
    )


def _utc_offset(offset: str) -> str:
    hours, minutes = int(offset[:3]), offset[3:]
    return f"UTC{hours:+d}" + (f":{minutes}" if minutes != "00" else "")


def _either(texts: list[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    if len(texts) == 2:
        return _("%(first)s or %(second)s") % {"first": texts[0], "second": texts[1]}
    return _("%(first)s to %(last)s") % {"first": texts[0], "last": texts[-1]}


def in_reading_language(names: Mapping[str, str] | None) -> str:
    """Returns the name of a thing that is kept in English and Chinese, in the reader's language."""
    if not names:
        return ""
    return names["zh"] if (get_language() or "").startswith("zh") else names["en"]
