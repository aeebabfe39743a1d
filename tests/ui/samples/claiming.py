"""Contexts of the pages of claiming: nobody to work, a skip, a lead's view, the points table."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _

from accounts.approvals.flow import ApprovalStatus
from accounts.approvals.forms import DecisionForm
from collections_app.worklist.flow import AnotherVoice
from collections_app.worklist.forms import (
    AnotherAgentForm,
    GiveForm,
    ReasonForm,
    SkipForm,
    TakeOverForm,
    band_forms,
)
from collections_app.worklist.points import STANDARD
from collections_app.worklist.wording import band_rows
from tests.ui.samples.marks import tabs

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_AT = datetime(2026, 11, 22, 10, 27, tzinfo=_SHANGHAI)
_WHO = {"name": "张*", "lang": "zh-Hans"}


def lease_mine() -> dict[str, Any]:
    """The line of whoever has the person, with why this one."""
    return {
        "lease": {
            "is_mine": True,
            "until": "10:32",
            "until_at": _AT,
            "holder": "Li Na",
            "token": UUID(int=7),
            "renew_href": "#renew",
            "skip_href": "#skip",
            "reasons": [
                Row(
                    text=_("Callback due since %(time)s there") % {"time": "22 Nov 10:30"},
                    points=None,
                ),
                Row(text=_("Nobody has tried yet"), points=15),
            ],
            "points": 52,
            "points_href": "#points",
        },
        "claim_href": "#next",
    }


def lease_elsewhere() -> dict[str, Any]:
    """The line of somebody else's person, as a lead sees it."""
    held = {"is_mine": False, "until": "10:32", "until_at": _AT, "holder": "Chen Wei"}
    return {"lease": held | {"take_over_href": "#take"}, "claim_href": "#next"}


def _nothing() -> dict[str, Any]:
    return {
        "waiting": 37,
        "held": 2,
        "skipped": 1,
        "opens": "08:00",
        "claim_href": "#next",
        "list_href": "#list",
        "search_href": "#search",
    }


def _skip(data: Any = None) -> dict[str, Any]:
    return {
        "form": SkipForm(data),
        "case_href": "#case",
        "contract_no": "AF-20391",
        "borrower": _WHO,
        "until": "10:32",
        "another_agent_href": "/cases/1/another-agent/",
    }


def _take_over() -> dict[str, Any]:
    return {
        "form": TakeOverForm(),
        "holder": "Chen Wei",
        "borrower": _WHO,
        "contract_no": "AF-20391",
        "back_href": "#back",
    }


def asked_for_another() -> dict[str, Any]:
    """One request as the floor and its page print it."""
    return {
        "href": "#decide",
        "asker": {"text": "欧阳丽娜", "lang": "zh-Hans"},
        "asked_at": _AT,
        "reason": AnotherVoice.HEATED.label,
        "contract_no": "AF-20391",
        "borrower": _WHO,
    }


def _ask_another(data: Any = None, **changes: Any) -> dict[str, Any]:
    return {
        "case_href": "/cases/1/",
        "contract_no": "AF-20391",
        "borrower": _WHO,
        "form": AnotherAgentForm(data),
        "asked": None,
        **lease_mine(),
        **changes,
    }


class _GiveForm(forms.Form):
    """As `GiveForm`, with people of no database."""

    to = forms.ChoiceField(
        label=_("Give them to"), choices=[("1", "欧阳丽娜 · 南区一组"), ("2", "Chen Wei")]
    )
    reason = GiveForm.base_fields["reason"]


def _decide_another(data: Any = None, **changes: Any) -> dict[str, Any]:
    return {
        **asked_for_another(),
        "case_href": "/cases/1/",
        "words": {"text": "一听到我的声音就骂", "lang": "zh-Hans"},
        "lapses_at": _AT,
        "status_name": "",
        "decider": {"text": "", "lang": ""},
        "decided_at": None,
        "answer": {"text": "", "lang": ""},
        "assignee": {"text": "欧阳丽娜", "lang": "zh-Hans"},
        "form": _GiveForm(data),
        "floor_href": "/floor/",
        **changes,
    }


def _skips() -> dict[str, Any]:
    person = {"borrower": "张*", "lang": "zh-Hans", "contract_no": "AF-20391", "href": "#case"}
    return {
        "on": date(2026, 11, 22),
        "before_href": "#before",
        "after_href": "#after",
        "agents": tabs((_("everybody"), None), ("Li Na", None), ("Chen Wei", None)),
        "skips": [
            person
            | {
                "at": _AT,
                "agent": "Li Na",
                "reason": _("Something in the data looks wrong"),
                "note": "Two people, one number",
                "why": [_("Nobody has tried yet")],
            }
        ],
        "leases": [
            person
            | {
                "agent": "Chen Wei",
                "how": _("by Next"),
                "since": _AT,
                "until": _AT,
                "take_over_href": "#take",
            }
        ],
        "points_href": "#points",
        "as_of": _AT,
    }


def _table(**other: Any) -> dict[str, Any]:
    facts = {
        "name": "v2",
        "version": 2,
        "status": _("active"),
        "mark": "done",
        "is_in_force": True,
        "reason": "Rolls first",
        "written_by": "Maria Stone",
        "written_at": _AT,
        "activated_by": "Cleo Park",
        "activated_at": _AT,
        "href": "#v2",
    }
    return facts | other


def _points() -> dict[str, Any]:
    older = _table(name="v1", version=1, status=_("retired"), is_in_force=False, href="#v1")
    return {
        "table": _table(),
        "lines": band_rows(STANDARD),
        "versions": [_table(), older],
        "write_href": "#write",
        "back_href": "#back",
    }


def _points_proposed() -> dict[str, Any]:
    waits = _table(
        status=_("waits for a second person"),
        mark="waiting",
        is_in_force=False,
        activated_by="",
        activated_at=None,
    )
    form = DecisionForm({"reason": ""})
    form.add_error("reason", _("Say why you refuse: it is shown to who asked."))
    return _points() | {"table": waits, "decide_href": "#decide", "decision_form": form}


def _points_write(data: Any = None) -> dict[str, Any]:
    return {
        "form": ReasonForm(data),
        "lines": band_forms(STANDARD),
        "back_href": "#back",
    }


CLAIMING_PAGES: dict[str, tuple[str, Any]] = {
    "claim-nothing": ("collections_app/worklist/nothing.html", _nothing),
    "claim-nobody": (
        "collections_app/worklist/nothing.html",
        lambda: _nothing() | {"opens": "", "waiting": 0, "held": 0, "skipped": 0},
    ),
    "claim-skip": ("collections_app/worklist/skip.html", _skip),
    "claim-skip-refused": ("collections_app/worklist/skip.html", lambda: _skip({"note": "x"})),
    "another-agent-ask": ("collections_app/desk/another_agent.html", _ask_another),
    "another-agent-refused": (
        "collections_app/desk/another_agent.html",
        lambda: _ask_another({"note": "x"}),
    ),
    "another-agent-waits": (
        "collections_app/desk/another_agent.html",
        lambda: _ask_another(
            asked={
                **asked_for_another(),
                "words": {"text": "一听到我的声音就骂", "lang": "zh-Hans"},
                "withdraw_href": "#withdraw",
            }
        ),
    ),
    "another-agent": ("collections_app/worklist/another_agent.html", _decide_another),
    "another-agent-unsaid": (
        "collections_app/worklist/another_agent.html",
        lambda: _decide_another({"reason": ""}),
    ),
    "another-agent-decided": (
        "collections_app/worklist/another_agent.html",
        lambda: _decide_another(
            form=None,
            status_name=ApprovalStatus.REFUSED.label,
            decider={"text": "Chen Wei", "lang": ""},
            decided_at=_AT,
            answer={"text": "没有别人会说粤语", "lang": "zh-Hans"},
        ),
    ),
    "claim-take-over": ("collections_app/worklist/take_over.html", _take_over),
    "claim-skips": ("collections_app/worklist/skips.html", _skips),
    "claim-skips-none": (
        "collections_app/worklist/skips.html",
        lambda: _skips() | {"skips": [], "leases": [], "agents": []},
    ),
    "points": ("collections_app/worklist/points.html", _points),
    "points-proposed": ("collections_app/worklist/points.html", _points_proposed),
    "points-write": ("collections_app/worklist/points_write.html", _points_write),
    "points-write-refused": (
        "collections_app/worklist/points_write.html",
        lambda: _points_write({"reason": ""}),
    ),
}
