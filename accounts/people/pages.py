"""What the pages of people have in common: the tabs between them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.users.models import User
from core.pages.parts import Tab


def people_tabs(user: User, current: str) -> list[Tab]:
    """Returns the pages of people this user may open; `current` is a URL name."""
    pages = [
        (_("People"), "people:users", "user.view"),
        (_("Teams"), "people:teams", "team.view"),
        (_("Shifts and absences"), "people:shifts", "shift.view"),
    ]
    return [
        Tab(label, reverse(name), name == current)
        for label, name, right in pages
        if has_right(user, right)
    ]


def lang_of(text: str) -> str:
    """Returns "zh-Hans" for a name in Chinese characters, nothing for others."""
    return "zh-Hans" if any("\u3400" <= char <= "\u9fff" for char in text) else ""
