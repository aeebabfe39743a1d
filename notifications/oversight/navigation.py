"""The pages of messages, as tabs from one to the other."""

from __future__ import annotations

from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from core.pages.parts import Tab

#: Word, URL name and right of each page. Pages of the apps above are named, not imported.
PAGES: Final[tuple[tuple[str | Promise, str, str], ...]] = (
    (_("Calendar"), "strategy:calendar", "strategy.view"),
    (_("Outbox"), "messages:outbox", "message.view"),
    (_("Batches"), "messages:batches", "message.view"),
    (_("Letters"), "messages:letters", "message.view"),
    (_("Replies"), "messages:replies", "message.view"),
    (_("Holds of messages"), "messages:holds", "message.view"),
    (_("Strategies"), "strategy:list", "strategy.view"),
    (_("Wordings"), "wordings:list", "template.view"),
    (_("Channels"), "messages:channels", "channel.view"),
    (_("Telephones"), "dialling:telephones", "channel.view"),
)


def message_tabs(user: Any, current: str) -> list[Tab]:
    """Returns the pages of messages this user may open; `current` is a URL name."""
    return [
        Tab(label, href, url_name == current)
        for label, url_name, right in PAGES
        if has_right(user, right) and (href := _address(url_name))
    ]


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
