"""The pages of compliance, as tabs from one to the other."""

from __future__ import annotations

from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access.decorators import has_right
from core.pages.parts import Tab

#: Word, URL name and right of each page, in the order a compliance officer's morning takes them.
PAGES: Final[tuple[tuple[str | Promise, str, str], ...]] = (
    (_("This week"), "oversight:week", "compliance.view"),
    (pgettext_lazy("made to people", "Contacts"), "oversight:contacts", "compliance.view"),
    (_("Incidents"), "oversight:incidents", "compliance.view"),
    (_("Overrides"), "oversight:overrides", "compliance.view"),
    (_("Complaints"), "complaints:list", "complaint.view"),
    (_("People under a stop"), "oversight:stops", "stop.view"),
    (_("Portfolios on hold"), "holds:list", "stop.view"),
    (_("Rule packs"), "rulepacks:list", "rulepack.view"),
    (_("What if"), "whatif:ask", "whatif.view"),
)


def compliance_tabs(user: Any, current: str) -> list[Tab]:
    """Returns the pages of compliance this user may open; `current` is a URL name."""
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
