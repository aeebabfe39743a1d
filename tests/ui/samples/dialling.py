"""Contexts of the page of telephones."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collections_app.dialling.oversight import RefusedLine, TelephoneLine
from compliance.oversight.cells import Cell
from core.pages.parts import Tab
from notifications.oversight.account_page import timed
from tests.ui.samples.marks import AT

_PAGE = "collections_app/dialling/telephones.html"


def telephones() -> dict[str, Any]:
    """One system that dials, with an event too many; one switched off."""
    common: dict[str, Any] = {
        "href": "#",
        "adapter": "loopback",
        "abilities": ", ".join((_("dials"), _("tells how calls go"), _("names recordings"))),
        "placed": "1,204",
        "not_placed": "3",
        "unclear": "1",
        "answered": "412",
        "incoming": "37",
        "refused": "1",
        "last_event_at": AT,
        "address": "https://collections.example/webhooks/calls/0199a0c4-7d5e-7c44-9a10-3f5b8a6d2e01",
    }
    off = {"placed": "0", "answered": "0", "incoming": "0", "refused": "0", "last_event_at": None}
    return {
        "message_tabs": [
            Tab(_("Outbox"), "#outbox", False),
            Tab(_("Channels"), "#channels", False),
            Tab(_("Telephones"), "#telephones", True),
        ],
        "telephones": [
            TelephoneLine(
                name=Cell("南方话务平台", lang="zh-Hans"),
                portfolio=Cell("南方汽车金融 2026", lang="zh-Hans"),
                mark="done",
                state=_("dials"),
                **common,
            ),
            TelephoneLine(
                name=Cell("Main exchange"),
                portfolio=Cell(_("every portfolio without its own")),
                mark="failed",
                state=_("switched off: agents dial by hand"),
                **(common | off),
            ),
        ],
        "refused_events": [
            RefusedLine(
                at=AT,
                account="Main exchange",
                kind=_("ended"),
                call="pbx-2291",
                why=_("about a call that is not known"),
            )
        ],
        "signing": timed(),
        "may_manage": True,
        "new_href": "#new",
    }


DIALLING_PAGES: dict[str, tuple[str, Any]] = {
    "telephones": (_PAGE, telephones),
    "telephones-quiet": (_PAGE, lambda: telephones() | {"refused_events": []}),
    "telephones-none": (_PAGE, lambda: telephones() | {"telephones": [], "may_manage": False}),
}
