"""Contexts of the field agent's day."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from collections_app.desk.field_forms import (
    CashForm,
    CheckInForm,
    FieldForm,
    HelpForm,
    PhotoForm,
    PromiseForm,
    ReportForm,
    VehicleForm,
)
from loans.vehicles.models import Vehicle
from tests.ui.samples.marks import AT
from tests.ui.samples.visits import row

_PAGE = "collections_app/desk/field_day.html"
_RESULTS = [
    Row(pk=1, code="V-MET", name="Met", name_zh="见到本人"),
    Row(pk=2, code="V-NOTMET", name="Nobody in", name_zh="无人在家"),
    Row(pk=3, code="V-MOVED", name="Moved away", name_zh="已搬走"),
]


class _PromiseForm(PromiseForm):
    """The form of a promise, without the people it reads from the database."""

    def __init__(self, data: Any = None, *, visit: Any) -> None:
        FieldForm.__init__(self, data, visit=visit)
        self.fields["who"].choices = [("1", "冯*")]  # type: ignore[attr-defined]


class _ReportForm(ReportForm):
    """The form of a result, without the codes it reads from the database."""

    def __init__(self, data: Any = None, *, visit: Any) -> None:
        super().__init__(data, visit=visit, results=_RESULTS)


def _forms(number: int, refused: bool = False) -> dict[str, Any]:
    visit = Row(pk=UUID(int=number))
    car = Vehicle(make="丰田", model="汉兰达", model_year=2022)
    forms: list[Any] = [
        PhotoForm(visit=visit),
        CashForm(visit=visit),
        _PromiseForm(visit=visit),
        _ReportForm({} if refused else None, visit=visit),
        HelpForm(visit=visit),
        CheckInForm(visit=visit),
        VehicleForm(visit=visit, vehicles=[car]),
    ]
    acts = {form.act: {"form": form, "href": f"/visits/{number}/{form.act}/"} for form in forms}
    extra = [
        ("photo", _("Take a photo"), _("Keep the photo")),
        ("promise", _("A promise to pay"), _("Record the promise")),
        ("cash", _("Cash against a receipt"), _("Record the cash")),
        ("vehicle", _("The vehicle"), _("Record it")),
    ]
    return {
        "acts": acts,
        "extra_acts": [
            {**acts[act], "label": label, "button": button} for act, label, button in extra
        ],
    }


def _visit(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "row": row(place_in_day=number),
        "pk": UUID(int=number),
        "is_pending": True,
        "verdict": Row(
            state="allowed", answer=_("You may visit"), until="22:00", why="", citation="CN-HOURS"
        ),
        "amount": Decimal("9840.00"),
        "currency": "CNY",
        "told": [{"name": "冯*", "lang": "zh-Hans"}, {"name": "O. J.", "lang": ""}],
        "note": "院子里有狗",
        "note_lang": "zh-Hans",
        "address_href": f"/visits/{number}/address/",
        "up_href": f"/visits/{number}/today/earlier/" if number > 2 else "",
        **_forms(number),
        **changes,
    }


def _done(number: int) -> dict[str, Any]:
    return _visit(
        number,
        row=row(place_in_day=number, mark="done", state_name=_("done")),
        is_pending=False,
        verdict=None,
        check_in=_("%(time)s, %(distance)d m from the address (± %(accuracy)d m)")
        % {"time": "09:10", "distance": 62, "accuracy": 18},
        found=[_("vehicle seen"), _("receipt %(number)s") % {"number": "R-0118"}],
        result="见到本人",
        left="23 Nov 09:41",
        acts={},
        extra_acts=[],
    )


def day(**changes: Any) -> dict[str, Any]:
    at_the_door = _visit(
        2,
        row=row(place_in_day=2, mark="running", state_name=_("at the door")),
        verdict=None,
        check_in=_("%(time)s, position not told") % {"time": "10:24"},
        out_by="11:09",
        revealed="深圳市南山区科技园北区 12 栋 304",
        map_href="geo:22.54,113.95?q=%E7%A7%91",
    )
    del at_the_door["acts"]["check_in"]
    return {
        "day": AT.date(),
        "day_href": "/visits/today/",
        "is_today": True,
        "visits": [_done(1), at_the_door, _visit(3)],
        "done": 1,
        "total": 3,
        "earlier_href": "/visits/today/?on=2026-11-22",
        "later_href": "/visits/today/?on=2026-11-24",
        "today_href": "/visits/today/",
        "missed": [{"day": AT.date(), "href": "/visits/today/?on=2026-11-21"}],
        "cash": [{"currency": "CNY", "amount": Decimal("2500.00"), "count": 2}],
        "owner": "1",
        "revealed_seconds": 60,
        **changes,
    }


FIELD_PAGES: dict[str, tuple[str, Any]] = {
    "field-day": (_PAGE, day),
    "field-day-none": (_PAGE, lambda: day(visits=[], done=0, total=0)),
    "field-day-refused": (
        _PAGE,
        lambda: day(visits=[_visit(1, **_forms(1, refused=True))], is_today=False),
    ),
}
