"""How the person can pay, as the agent reads it out and sends it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.desk.people import lang_of
from collections_app.messages.queries import languages_of
from loans.contracts.instructions import WayToPay, ways_to_pay
from notifications.templates.models import MessagePurpose

_ICONS: Final = {"bank": "books", "counter": "place"}


def paying_context(case: Any, user: User) -> dict[str, Any]:
    """What the panel shows: each way in the person's language, and in the reader's beside it.

    `case` is read by `case_for`, with its portfolio's and its loan's instructions.
    """
    may_send = has_right(user, "message.send") and case.state == CaseState.OPEN
    ways = _in(case, languages_of(case)[0])
    read = _in(case, get_language() or "en")
    write = reverse("desk:write_message", args=[case.pk])
    asked = urlencode({"purpose": MessagePurpose.PAYMENT_DETAILS.value})
    settled = has_right(user, "config.view")
    return {
        "paying": {
            "ways": [_row(own, other) for own, other in zip(ways, read, strict=True)],
            "reference": case.loan.contract_no,
            "send_href": f"{write}?{asked}" if may_send and ways else "",
            "set_href": reverse("portfolios:detail", args=[case.portfolio.code]) + "#paying"
            if settled
            else "",
        }
    }


def _in(case: Any, language: str) -> list[WayToPay]:
    return ways_to_pay(case.ways_to_pay, language=language, reference=case.loan.contract_no)


def _row(own: WayToPay, read: WayToPay) -> dict[str, str]:
    """The words of the person's language; the reader's where they are others."""
    differs = (own.label, own.text) != (read.label, read.text)
    return {
        "icon": _ICONS.get(own.kind, "payment"),
        "label": own.label,
        "text": own.text,
        "lang": lang_of(own.label + own.text),
        "read_label": read.label if differs else "",
        "read_text": read.text if differs and read.text != own.text else "",
        "read_lang": lang_of(read.label + read.text),
        "href": own.href,
    }
