"""What the inbox says about complaints."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.inbox.texts import register_texts

ASSIGNED: Final = "complaint.assigned"


def register() -> None:
    """Makes the sentences known to the inbox."""
    register_texts({ASSIGNED: _("Complaint %(number)s is yours to answer, by %(due_on)s.")})
