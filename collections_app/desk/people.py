"""How people, places and cars are shown on the desk: masked, with the language of each run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from core.encryption.masks import mask_name, mask_plate, mask_vin
from loans.borrowers.models import ContactKind, ContactPlace, ContactPoint, Party
from loans.vehicles.models import Vehicle

#: Blocks of Han characters; a run with one of them is marked as Chinese for fonts and readers.
_HAN = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


def lang_of(text: str) -> str:
    """Returns "zh-Hans" for text with Chinese characters, nothing for other text."""
    is_han = any(low <= ord(char) <= high for char in text for low, high in _HAN)
    return "zh-Hans" if is_han else ""


def shown_name(party: Party) -> str:
    return mask_name(party.full_name)


def vehicle_description(vehicle: Vehicle | None) -> str:
    return str(vehicle) if vehicle else ""


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


def ranked_phones(points: Iterable[ContactPoint]) -> list[ContactPoint]:
    """Phones in the order to try: valid before invalid, verified first, mobile before others."""
    phones = [point for point in points if point.kind == ContactKind.PHONE]
    return sorted(
        phones,
        key=lambda p: (
            p.invalid_since is not None,
            p.verified_on is None,
            p.place != ContactPlace.MOBILE,
            p.created_at,
        ),
    )


def local_clock(zones: Iterable[str], at: datetime) -> tuple[str, str]:
    """Returns the time and UTC offset where the person is; nothing when places disagree."""
    clocks = {at.astimezone(ZoneInfo(zone)).strftime("%H:%M|%z") for zone in zones}
    if len(clocks) != 1:
        return "", ""
    time, offset = clocks.pop().split("|")
    hours, minutes = int(offset[:3]), offset[3:]
    return time, f"UTC{hours:+d}" + (f":{minutes}" if minutes != "00" else "")
