"""The top bar: which pages a person is offered, by their rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right


@dataclass(frozen=True, slots=True)
class Destination:
    """One entry of the bar: its word, the URL name it leads to, the right that shows it."""

    label: str | Promise
    url_name: str
    right: str


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str | Promise
    href: str
    is_current: bool


DESTINATIONS: Final = (
    Destination(_("My cases"), "desk:my_cases", "case.work"),
    Destination(_("Imports"), "imports:list", "import.view"),
    Destination(_("Nightly close"), "close:list", "close.view"),
    Destination(_("Administration"), "admin:index", "admin.view"),
)


def frame(request: HttpRequest) -> dict[str, Sequence[NavigationItem]]:
    """Gives every page its `navigation`: what this person may open, the current one marked."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": ()}
    return {
        "navigation": [
            NavigationItem(item.label, href, request.path.startswith(href))
            for item in DESTINATIONS
            if has_right(user, item.right) and (href := _address(item.url_name))
        ]
    }


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
