"""Contexts of the live floor."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from collections_app.desk.floor import MEASURES
from collections_app.desk.floor_forms import TargetForm
from collections_app.desk.floor_rows import FloorRow
from tests.ui.samples.claiming import asked_for_another
from tests.ui.samples.marks import AT, tabs

_TARGETS = (60, None, 12, 5, None, None, None, None, None)

_IN_HAND = {"name": "张*", "lang": "zh-Hans", "href": "/cases/1/", "since": "10:22"}


def _numbers(*values: int, targets: tuple[int | None, ...] = _TARGETS) -> list[dict[str, Any]]:
    return [
        {
            "label": measure.label,
            "value": value,
            "target": target,
            "is_care": name in ("stops", "unlogged", "drafts", "callbacks") and value > 0,
            "href": "/floor/attempts/" if value else "",
        }
        for (name, measure), value, target in zip(MEASURES.items(), values, targets, strict=True)
    ]


def _line(name: str, *values: int, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "lang": "zh-Hans" if "\u4e00" <= name[0] <= "\u9fff" else "",
        "numbers": _numbers(*values),
        "idle": _("busy now"),
        "is_idle": False,
        "is_abused": False,
        "in_hand": None,
        "paused_until": "",
        "move_href": "/assignment/moves/preview/?from=1",
        **more,
    }


def _floor(**changes: Any) -> dict[str, Any]:
    return {
        "teams": tabs((_("Early"), None), ("南区一组", None)),
        "team": {"name": "南区一组", "pk": 1},
        "lang": "zh-Hans",
        "columns": [
            {"label": measure.label, "meaning": measure.meaning} for measure in MEASURES.values()
        ],
        "lines": [
            _line("欧阳丽娜", 41, 18, 9, 3, 0, 1, 0, 2, 1, in_hand=_IN_HAND),
            _line("Chen Wei", 22, 6, 2, 0, 2, 4, 1, 0, 0, idle="27 minutes", is_idle=True),
            _line("Ana Lopez", 0, 0, 0, 0, 0, 0, 0, 0, 0, idle=_("nothing yet today")),
            _line("Noor Haddad", 12, 5, 4, 1, 0, 0, 0, 0, 0, is_abused=True, paused_until="10:37"),
        ],
        "totals": _numbers(75, 29, 15, 4, 2, 5, 1, 2, 1, targets=(None,) * 9),
        "asked_for": [asked_for_another()],
        "as_of": AT,
        "refresh_href": "/floor/?team=1",
        "refresh_trigger": "every 900s",
        "pause_href": "/floor/?team=1&pause=1",
        "is_paused": False,
        "target_form": TargetForm({"attempts": "60", "talks": "12", "promises": "5"}),
        "target_href": "/floor/teams/1/targets/",
        **changes,
    }


def _rows(**changes: Any) -> dict[str, Any]:
    usual = {
        "agent": "欧阳丽娜",
        "agent_lang": "zh-Hans",
        "borrower": "张*",
        "lang": "zh-Hans",
        "contract_no": "AF-20391",
        "href": "/cases/1/",
    }
    return {
        "heading": MEASURES["attempts"].label,
        "meaning": MEASURES["attempts"].meaning,
        "whose": "欧阳丽娜",
        "rows": [
            FloorRow(at="23 Nov 10:21", what="No answer", **usual),
            FloorRow(
                at="23 Nov 10:02", what="CAP-7-IN-7", **usual | {"href": "", "contract_no": ""}
            ),
        ],
        "count": 641,
        "most": 200,
        "floor_href": "/floor/",
        "as_of": AT,
        **changes,
    }


_AT = "collections_app/desk"
FLOOR_PAGES: dict[str, tuple[str, Any]] = {
    "floor": (f"{_AT}/floor.html", _floor),
    "floor-paused": (
        f"{_AT}/floor.html",
        lambda: _floor(
            teams=[], is_paused=True, refresh_href="", target_form=TargetForm({"attempts": "0"})
        ),
    ),
    "floor-nobody": (f"{_AT}/floor.html", lambda: _floor(lines=[])),
    "floor-no-team": (f"{_AT}/floor.html", lambda: {"teams": [], "team": None, "as_of": AT}),
    "floor-rows": (f"{_AT}/floor_rows.html", _rows),
    "floor-no-rows": (f"{_AT}/floor_rows.html", lambda: _rows(rows=[], count=0, most=None)),
}
