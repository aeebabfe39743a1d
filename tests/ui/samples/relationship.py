"""Contexts of the relationship on a case, and of the pages of heat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.relationship.panel import SignLine

_AT = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)


def relationship() -> dict[str, Any]:
    return {
        "state": "hot",
        "name": _("hot"),
        "tone": "stop",
        "heat": 7,
        "formula": "Signs of the last 90 days in the order of time, never below 0: strained from"
        " 3, hot from 6.",
        "signs": [
            SignLine(str(_("complained")), "20 Nov", 4),
            SignLine(str(_("calm talk")), "12 Nov", -1),
            SignLine(str(_("hostile words")), "3 Nov", 4),
        ],
        "older": "2 older signs",
        "proposals": [
            {
                "text": _("Ask what they can afford, and offer a plan they can keep."),
                "label": _("Talk about a plan"),
                "href": "/cases/1/hardship/",
            },
            {
                "text": _("Let them hear another voice."),
                "label": _("Choose an agent"),
                "href": "/assignment/moves/preview/?case=1",
            },
            {
                "text": "Leave them in peace: no contact for 7 days.",
                "label": _("Hold contact"),
                "post": "/cases/1/relationship/hold/",
            },
        ],
    }


class Filters(forms.Form):
    portfolio = forms.ChoiceField(label=_("Portfolio"), choices=[("", _("All portfolios"))])
    days = forms.ChoiceField(label=_("Period"), choices=[("28", "28 days")])


def _frame() -> dict[str, Any]:
    return {
        "form": Filters(),
        "start": _AT - timedelta(days=28),
        "end": _AT,
        "after_days": 7,
        "here": "/dashboard/heat/",
    }


def _line(name: str, treatments: str, heated: str, share: str, **more: Any) -> dict[str, Any]:
    usual = {"lang": "", "is_few": False, "href": "/dashboard/heat/result/?key=x"}
    return {"name": name, "treatments": treatments, "heated": heated, "share": share} | usual | more


def heat() -> dict[str, Any]:
    return _frame() | {
        "tables": [
            {
                "code": "result",
                "title": _("By result of the call"),
                "lines": [
                    _line("Hung up", "204", "81", "39.7 %"),
                    _line("拒绝", "12", "3", "25.0 %", lang="zh-Hans", is_few=True),
                    _line("Will pay", "1,180", "0", "0.0 %", href=""),
                ],
            },
            {"code": "line", "title": _("By line of the strategy"), "lines": []},
        ],
    }


def heat_rows() -> dict[str, Any]:
    return _frame() | {
        "heading": "Hung up",
        "dimension": _("By result of the call"),
        "rows": [
            {
                "at": _AT - timedelta(days=20),
                "rose_at": _AT - timedelta(days=18),
                "rose_to": _("hot"),
                "laid_to": _("complained"),
                "contract_no": "AF-20391",
                "href": "/cases/1/",
                "borrower": "欧阳*",
                "lang": "zh-Hans",
            },
        ],
        "is_cut": True,
        "most_rows": "200",
        "back_href": "/dashboard/heat/",
    }


HEAT_PAGES: dict[str, tuple[str, Any]] = {
    "heat": ("reporting/heat/heat.html", heat),
    "heat-first": (
        "reporting/heat/heat.html",
        lambda: heat() | {"tables": [{"code": "team", "title": "By team", "lines": []}]},
    ),
    "heat-rows": ("reporting/heat/rows.html", heat_rows),
    "heat-rows-none": ("reporting/heat/rows.html", lambda: heat_rows() | {"rows": []}),
}
