"""Reading when to call back, as agents type it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_TOMORROW = re.compile(r"(?:t|tomorrow|明天)\s*(\d{1,2})(?::(\d{2})|点)?$")


def read_when(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Returns the time on the clock of `zone` (naive) that a text names, seen from `now`.

    Raises ValidationError for a text that names none.
    """
    local = now.astimezone(zone)
    found = _TOMORROW.match(text.strip().lower())
    try:
        if found is None:
            return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        at = local + timedelta(days=1)
        return at.replace(
            hour=int(found[1]), minute=int(found[2] or 0), second=0, microsecond=0, tzinfo=None
        )
    except ValueError:
        raise ValidationError(_("Say when, e.g. t 10 or 2026-12-01 10:00.")) from None
