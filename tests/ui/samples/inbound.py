"""Contexts of the page for somebody who calls in."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django.utils.translation import gettext as _

from collections_app.desk.inbound import Caller
from tests.ui.samples.marks import AT

_PAGE = "collections_app/desk/inbound.html"


def _caller(**more: Any) -> Caller:
    usual: dict[str, Any] = {
        "name": "张*",
        "lang": "zh-Hans",
        "role_name": _("borrower"),
        "contract_no": "AF-20391",
        "vehicle": "比亚迪 宋 2023",
        "vehicle_lang": "zh-Hans",
        "plate": "粤B·**345",
        "numbers": "138****5678, 020-****881",
        "is_exact": False,
        "days_past_due": 44,
        "past_due_amount": Decimal("6560.00"),
        "currency": "CNY",
        "bucket": Row(code="M2", severity=2),
        "case_href": "#case",
        "loan_href": "#loan",
        "take_href": "#take",
        "point": "",
        "holder": "",
        "until": None,
    }
    return Caller(**(usual | more))


def inbound(**more: Any) -> dict[str, Any]:
    """The number was known: its owner first, then others; one is with a colleague."""
    return {
        "here": "/calls/in/",
        "asked": "138 0013 5678",
        "is_announced": True,
        "call": "1",
        "token": "t",
        "callers": [
            _caller(is_exact=True),
            _caller(
                name="李**",
                role_name=_("guarantor"),
                contract_no="AF-18822",
                take_href="",
                holder="Chen Wei",
                until=AT + timedelta(minutes=3),
            ),
            _caller(
                name="O'N*** J***",
                lang="",
                contract_no="US-00417",
                vehicle="Ford Escape 2022",
                vehicle_lang="",
                plate="",
                take_href="",
                case_href="",
                bucket=Row(code="", severity=0),
                past_due_amount=None,
                currency="USD",
            ),
        ],
        "has_more": True,
        "is_too_short": False,
        "refusal": "",
        "ringing": [],
    } | more


INBOUND_PAGES: dict[str, tuple[str, Any]] = {
    "inbound": (_PAGE, inbound),
    "inbound-ringing": (
        _PAGE,
        lambda: inbound(
            asked="",
            callers=[],
            has_more=False,
            is_announced=False,
            ringing=[{"href": "#ringing", "number": "+86 138 0013 5678", "at": AT}],
        ),
    ),
    "inbound-nobody": (_PAGE, lambda: inbound(callers=[], has_more=False, is_announced=False)),
    "inbound-too-short": (
        _PAGE,
        lambda: inbound(asked="张", callers=[], has_more=False, is_too_short=True),
    ),
}
