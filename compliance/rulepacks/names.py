"""What the packs that come with the product are called, in the reader's language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

#: As their documents and the database keep them.
NAMES: Final = frozenset(
    {
        _("China: GB/T 45251-2025 and the banking association's guide of 2026"),
        _("India: RBI on recovery agents"),
        _("United Kingdom: FCA CONC 7, Consumer Credit Act 1974, breathing space"),
        _("Massachusetts: 940 CMR 7.00, 209 CMR 18.00"),
        _("New York City: 6 RCNY 5-77"),
        _("United States: Regulation F"),
        _("United States: automated calls and texts (TCPA)"),
        _("Washington: collection agencies (RCW 19.16)"),
    }
)


def pack_name(name: str) -> str:
    """Returns the name of a pack as a page shows it; what a lender calls its own stays so."""
    return gettext(name) if name in NAMES else name
