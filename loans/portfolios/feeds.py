"""What a person calls a feed; a feed is named by the kind of file that brings it."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAMES: Final[dict[str, Promise]] = {
    "parties": _("Parties"),
    "loans": _("Loans"),
    "signatories": _("Signatories"),
    "contact_points": _("Contact points"),
    "addresses": _("Addresses"),
    "vehicles": _("Vehicles"),
    "schedules": _("Schedules"),
    "opening_positions": _("Opening positions"),
    "repayments": _("Repayments"),
    "stated_positions": _("Stated positions"),
    "abs_ee": _("Asset-level filing (ABS-EE)"),
}


def feed_name(feed: str) -> str:
    """Returns the feed's name in the reader's language; one that is not known keeps its code."""
    return str(_NAMES.get(feed, feed))
