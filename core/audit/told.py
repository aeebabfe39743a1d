"""Reasons as they are read: a person's own words stay, the system's are told in one's language."""

from __future__ import annotations

from django.utils.translation import gettext

from core.audit.actors import SYSTEM


def told_reason(reason: str, by: str) -> str:
    """Returns a reason as it was written; the system's own, kept in English, as the reader reads.

    Arguments: `by`, the label of who gave it. What is no sentence of the catalogue stays as it is.
    """
    return gettext(reason) if reason and by == SYSTEM.label else reason
