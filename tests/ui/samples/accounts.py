"""Contexts of the pages of accounts with providers and of letters."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Row
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance.oversight.cells import Cell, ListRow
from notifications.channels.fields import DESCRIBED, said_settings
from notifications.channels.flow import MessageChannel
from notifications.channels.registry import SERVES
from notifications.letters.models import LetterFailure
from notifications.oversight.account_forms import EditAccountForm, NewAccountForm, SecretForm
from notifications.oversight.account_page import Webhook, settings_of, signing_with, timed
from notifications.oversight.forms import FailedForm, PostedForm
from tests.ui.samples.marks import AT

_BOOKS = Cell("南方汽车金融 2026", lang="zh-Hans")


def account_row(adapter: str = "aliyun", **settings: Any) -> Any:
    """An account as the page reads it; its id is made up."""
    return Row(
        pk="0193abcd-0000-7000-8000-000000000001",
        name="阿里云短信",
        adapter=adapter,
        channel="email" if adapter == "mail" else "sms",
        settings={"access_key_id": "LTAI5tExample", "call_back_phone": "400-800-0100", **settings},
        secret=b"1",
        webhook_secret=b"1",
        previous_secret=b"1",
        is_on=True,
        switched_at=AT,
        switched_by="Ben",
        switched_reason="checked",
    )


def written(account: Any) -> dict[str, Any]:
    """What the page of a channel shows of what somebody wrote."""
    described = DESCRIBED[account.adapter]
    return {
        "kind": described.name,
        "stated": settings_of(account, (*described.settings, *said_settings(account.channel))),
        "webhooks": [
            Webhook(_("Receipts and replies"), f"https://collect.example.com/{account.pk}", timed())
        ],
        "signing": signing_with(account),
        "edit_href": "#",
        "secret_href": "#",
        "end_secret_href": "#",
        "probe_href": "#",
    }


def kinds(frame: dict[str, Any]) -> dict[str, Any]:
    return {
        **frame,
        "list_href": "#",
        "channels": [
            {
                "name": channel.label,
                "kinds": [
                    {"name": DESCRIBED[x].name, "about": DESCRIBED[x].about, "href": "#"}
                    for x in SERVES[channel]
                ],
            }
            for channel in MessageChannel
        ],
    }


def account_new(frame: dict[str, Any], adapter: str, channel: str, data: Any) -> dict[str, Any]:
    portfolios: Any = [Row(pk="1", name="南方汽车金融 2026")]
    form = NewAccountForm(
        data, channel=channel, adapter=adapter, portfolios=portfolios, may_serve_all=True
    )
    form.is_valid()
    return {
        **frame,
        "form": form,
        "heading": _("New account"),
        "kind": DESCRIBED[adapter].name,
        "about": DESCRIBED[adapter].about,
        "channel": MessageChannel(channel).label,
        "is_new": True,
        "back_href": "#",
    }


def account_edit(frame: dict[str, Any]) -> dict[str, Any]:
    """An edit that would call another address, sent without the secret."""
    account = account_row("gateway", url="https://sms.example.com", lookup="reference")
    data = {"name": "SMS", "url": "https://other.example.com", "lookup": "reference"}
    form = EditAccountForm(data, account=account)
    form.is_valid()
    form.add_error(None, _("It would call another address: give the secret again."))
    return {
        **frame,
        "form": form,
        "heading": "SMS",
        "kind": DESCRIBED["gateway"].name,
        "about": DESCRIBED["gateway"].about,
        "channel": MessageChannel.SMS.label,
        "is_new": False,
        "back_href": "#",
    }


def account_secret(frame: dict[str, Any]) -> dict[str, Any]:
    form = SecretForm({"which": "webhooks", "secret": "short"})
    form.is_valid()
    account = account_row()
    return {
        **frame,
        "form": form,
        "account": account,
        "lang": "zh-Hans",
        "signing": signing_with(account),
        "back_href": "#",
    }


def letters(frame: dict[str, Any], **changes: Any) -> dict[str, Any]:
    headings = [
        *(
            _("Made"),
            _("Account"),
            _("Letters"),
            _("Printed pages"),
            _("Batch made by"),
            _("State"),
        ),
    ]
    rows = [
        (Cell(_("to be posted"), mark="waiting"), "Makegood"),
        (
            Cell(
                _("posted on %(day)s") % {"day": "2026-11-20"},
                mark="done",
                note=_("%(n)s failed") % {"n": 2},
            ),
            "Ben Ortiz",
        ),
    ]
    return {
        **frame,
        "headings": headings,
        "rows": [
            ListRow(
                tuple(
                    zip(
                        headings,
                        (
                            Cell(at=AT, href="#"),
                            _BOOKS,
                            Cell("214"),
                            Cell("230"),
                            Cell(by),
                            state,
                        ),
                        strict=True,
                    )
                )
            )
            for state, by in rows
        ],
        "shown": _("%(n)s rows on this page") % {"n": 2},
        "first_href": "",
        "next_href": "#",
        "waiting": [
            {"name": _BOOKS, "count": 87, "since": AT, "print_href": "#"},
            {"name": Cell("Lakeland letters"), "count": 0, "since": None, "print_href": ""},
        ],
        "most": 500,
        "list_href": "#",
        **changes,
    }


_PEOPLE = (
    ("1", Cell("张*", lang="zh-Hans", is_masked=True), "AF-20391"),
    ("2-3", Cell("M*** O***", is_masked=True), "AF-20392"),
)


def letter_batch(frame: dict[str, Any], **changes: Any) -> dict[str, Any]:
    headings = [_("Page"), _("Person"), _("Contract"), _("Portfolio"), _("State")]
    came_back = Cell(
        str(LetterFailure.CAME_BACK.label), mark="failed", note="moved, address unknown · Ben Ortiz"
    )
    states = (Cell(pgettext("a letter", "posted"), mark="done"), came_back)
    lines = [
        (Cell(page, href="#"), who, Cell(contract, href="#"), _BOOKS, state)
        for (page, who, contract), state in zip(_PEOPLE, states, strict=True)
    ]
    return {
        **frame,
        "batch": Row(
            made_at=AT,
            letter_count=2,
            page_count=3,
            posted_on=None,
            posted_by="",
            file=Row(sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ),
        "account": _BOOKS,
        "made_by": Cell("Ben Ortiz"),
        "state": Cell(_("to be posted"), mark="waiting", note=_("%(n)s failed") % {"n": 1}),
        "headings": headings,
        "lines": [
            {
                "row": ListRow(tuple(zip(headings, cells, strict=True))),
                "fail_href": "#" if place == 0 else "",
            }
            for place, cells in enumerate(lines)
        ],
        "may_manage": True,
        "file_href": "#",
        "posted_form": PostedForm(initial={"on": date(2026, 11, 20)}),
        "posted_href": "#",
        "list_href": "#",
        **changes,
    }


def letter_failed(frame: dict[str, Any]) -> dict[str, Any]:
    form = FailedForm({"token": "t", "failure": "came_back", "note": ""})
    form.is_valid()
    page, who, contract = _PEOPLE[0]
    cells = ((_("Page"), Cell(page)), (_("Person"), who), (_("Contract"), Cell(contract, href="#")))
    return {**frame, "form": form, "row": ListRow(cells), "list_href": "#"}
