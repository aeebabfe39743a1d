"""Where a recording is listened to: at its telephone system, which says who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from collections_app.dialling.models import PhoneCall

_PLACE: Final = "{reference}"


def recording_href(call: PhoneCall) -> str:
    """Returns the address of a call's recording; empty where the account states none."""
    address = str(call.account.settings.get("recordings_url", ""))
    if not address or not call.recording:
        return ""
    return address.replace(_PLACE, quote(call.recording, safe=""))


def recordings_problems(settings: Mapping[str, Any]) -> list[str]:
    """Returns what is wrong with the address of recordings that an account states."""
    address = str(settings.get("recordings_url", ""))
    if not address or (urlsplit(address).scheme in ("https", "http") and _PLACE in address):
        return []
    return [_("recordings_url: an address that starts with https:// and has {reference} in it.")]
