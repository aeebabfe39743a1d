"""The top bar: which pages a person is offered, by their rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right


@dataclass(frozen=True, slots=True)
class Destination:
    """One entry: its word, the URL name it leads to, the right that shows it.

    What is opened all day stands in the bar itself, the rest behind "More". Who may not open the
    first page of a part is led to the first of its `other_pages` (URL name, right) they may open.
    `key` is the letter that opens it from any page.
    """

    label: str | Promise
    url_name: str
    right: str
    is_daily: bool = True
    other_pages: tuple[tuple[str, str], ...] = ()
    key: str = ""

    def address_for(self, user: Any) -> str:
        """Returns where the entry leads this person; empty where they may open none of it."""
        for url_name, right in ((self.url_name, self.right), *self.other_pages):
            if has_right(user, right) and (href := _address(url_name)):
                return href
        return ""


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str | Promise
    href: str
    is_current: bool
    key: str = ""


#: More entries than this are parted into the bar and the menu behind "More".
ROOM_IN_THE_BAR: Final = 4

DESTINATIONS: Final = (
    Destination(_("My cases"), "desk:my_cases", "case.work"),
    Destination(_("Live floor"), "desk:floor", "floor.view"),
    Destination(_("Somebody calls"), "desk:inbound", "contact.record", is_daily=False, key="I"),
    Destination(_("Callbacks"), "callbacks:list", "case.view", is_daily=False),
    Destination(_("Promises"), "desk:promises", "promise.view", is_daily=False),
    Destination(_("Plans"), "plans:list", "plan.view", is_daily=False),
    Destination(_("Legal docket"), "legal:docket", "legal.view", is_daily=False),
    Destination(_("Dashboard"), "reporting:dashboard", "report.view"),
    Destination(_("Assignment"), "assignment:board", "case.assign"),
    Destination(
        _("Compliance"),
        "oversight:week",
        "compliance.view",
        other_pages=(("complaints:list", "complaint.view"), ("oversight:stops", "stop.view")),
    ),
    Destination(_("Imports"), "imports:list", "import.view"),
    Destination(_("Messages"), "messages:outbox", "message.view", is_daily=False),
    Destination(_("Nightly close"), "close:list", "close.view", is_daily=False),
    Destination(_("Operations"), "operations:jobs", "close.view", is_daily=False),
    Destination(
        _("People"),
        "people:users",
        "user.view",
        is_daily=False,
        other_pages=(("people:teams", "team.view"), ("people:shifts", "shift.view")),
    ),
    Destination(_("Portfolios"), "portfolios:list", "config.view", is_daily=False),
    Destination(_("Set-up"), "setup:checklist", "config.change", is_daily=False),
    Destination(_("Administration"), "admin:index", "admin.view", is_daily=False),
)


def frame(request: HttpRequest) -> dict[str, Sequence[NavigationItem]]:
    """Gives every page its `navigation` and `more_navigation`, the current entry marked.

    Both hold what this person may open. Few enough entries all stand in the bar.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": (), "more_navigation": ()}
    offered = [
        (
            item.is_daily,
            NavigationItem(
                item.label, href, request.path.startswith(_address(item.url_name)), item.key
            ),
        )
        for item in DESTINATIONS
        if (href := item.address_for(user))
    ]
    if len(offered) <= ROOM_IN_THE_BAR:
        return {"navigation": [item for _daily, item in offered], "more_navigation": ()}
    return {
        "navigation": [item for is_daily, item in offered if is_daily],
        "more_navigation": [item for is_daily, item in offered if not is_daily],
    }


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
