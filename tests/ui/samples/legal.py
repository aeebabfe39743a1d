"""Contexts of the pages of legal matters."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.legal.flow import TABLE, ProceedingKind, Whose, step_of
from collections_app.legal.forms import (
    CostForm,
    DeadlineForm,
    DecideForm,
    DeliveredForm,
    DocketFilterForm,
    DocumentForm,
    DrawForm,
    MoveForm,
    OpenForm,
    PostForm,
    ProposeForm,
    ReasonForm,
    ReturnedForm,
)
from collections_app.legal.letter_page import figure_names
from collections_app.legal.stepping import OfferedStep
from collections_app.legal.wording import DeadlineLine, days_left, upper_first
from tests.ui.samples.marks import AT, tabs

_TODAY = date(2026, 11, 23)
_HASH = "9f2c4e61b0a7d35c8817e4420bdc6f91a3e5527d0c9b86fa1247e3d9c05b6a18"
_HEAD = {
    "contract_no": "AF-20391",
    "case_href": "/cases/1/",
    "file_href": "/cases/1/legal/",
    "docket_href": "/legal/",
    "borrower": {"name": "欧阳*", "lang": "zh-Hans"},
    "currency": "CNY",
    "zone_name": "Asia/Shanghai",
    "is_case_over": False,
    "case_state": "",
    "business_date": _TODAY,
}


def _step(
    name: str, heading: Any, form: forms.Form, button: Any, at: int = 1, **more: Any
) -> OfferedStep:
    return OfferedStep(
        name=name,
        heading=heading,
        form=form,
        href="/legal/step/",
        button=button,
        is_primary=at == 0,
        is_open=at == 0,
        **more,
    )


def deadline(**changes: Any) -> DeadlineLine:
    usual: dict[str, Any] = {
        "pk": 1,
        "what": upper_first(_("ask for renewal of the measure")),
        "due_on": _TODAY + timedelta(days=3),
        "due_at": None,
        "left": days_left(3),
        "days_left": 3,
        "is_hard": True,
        "strength": _("hard"),
        "whose": str(Whose.OURS.label),
        "citation": "财产保全规定 18",
        "is_provisional": False,
        "mark": "uncertain",
        "state_name": _("met"),
        "is_open": True,
        "href": "/legal/proceedings/1/",
        "label": "L-0882",
        "met_href": "/legal/days/1/met/",
    }
    return DeadlineLine(**(usual | changes))


def deadlines() -> list[DeadlineLine]:
    return [
        deadline(mark="failed", days_left=-2, left=days_left(-2), citation="民事诉讼法(2023) 126"),
        deadline(),
        deadline(
            what=upper_first(_("hearing")),
            due_at=AT,
            citation="",
            mark="waiting",
            days_left=12,
            left=days_left(12),
        ),
        deadline(is_open=False, mark="done", met_href="", left=""),
    ]


def limitation(**changes: Any) -> dict[str, Any]:
    return {
        "ends_on": date(2029, 11, 20),
        "left": days_left(1093),
        "is_over": False,
        "is_near": False,
        "begun_on": date(2026, 11, 20),
        "because": _("a demand arrived"),
        "citation": "民法典 188, 189, 192, 195; 时效规定 8, 11, 14",
        "is_provisional": True,
        **changes,
    }


def _letter(**changes: Any) -> dict[str, Any]:
    return {
        "label": "D-0041",
        "href": "/legal/letters/1/",
        "to": "欧阳*",
        "to_lang": "zh-Hans",
        "as_of": _TODAY,
        "amount": Decimal("13280.00"),
        "state": pgettext("a letter", "posted"),
        "mark": "running",
        "on": _TODAY,
        "is_served": False,
        **changes,
    }


def _matter(**changes: Any) -> dict[str, Any]:
    return {
        "label": "L-0882",
        "href": "/legal/proceedings/1/",
        "kind": upper_first(_("litigation")),
        "stage": _("hearing"),
        "mark": "running",
        "days": 34,
        "since": _TODAY,
        "court": "深圳市南山区人民法院",
        "case_number": "(2026)粤0305民初1234号",
        "court_lang": "zh-Hans",
        "counsel": "周律师",
        "counsel_lang": "zh-Hans",
        "claim_amount": Decimal("88204.77"),
        "owner": "林语",
        "owner_lang": "zh-Hans",
        "ending": "",
        "is_over": False,
        "borrower": "陈*",
        "lang": "zh-Hans",
        "contract_no": "AF-11820",
        "currency": "CNY",
        "cost_amount": Decimal("2130.00"),
        "next_due_on": _TODAY + timedelta(days=9),
        "next_left": days_left(9),
        "is_late": False,
        "ends_on": date(2027, 2, 20),
        "ends_left": days_left(89),
        "ends_soon": True,
        **changes,
    }


def _open_form() -> OpenForm:
    return OpenForm(others={"1": "L-0882"})


def _draw_form() -> DrawForm:
    places = {"1": (None, None, "欧阳* · 深圳市南山区▢▢")}
    return DrawForm(places=places, initial={"as_of": _TODAY, "pay_by": _TODAY})


def case_file(**changes: Any) -> dict[str, Any]:
    return {
        **_HEAD,
        "has_clocks": True,
        "limitation": limitation(),
        "guarantees": [
            {
                "name": "王*",
                "lang": "zh-Hans",
                "demand_by": date(2026, 12, 22),
                "left": days_left(29),
                "asked_on": None,
                "citation": "民法典 692, 693",
            }
        ],
        "letters": [
            _letter(),
            _letter(label="D-0038", state=_("delivered"), mark="done", is_served=True),
        ],
        "proceedings": [_matter(), _matter(label="L-0883", court="", case_number="")],
        "deadlines": deadlines()[1:3],
        "steps": [
            _step("draw", _("Draw up a demand letter"), _draw_form(), _("Draw it up"), 0),
            _step("open", _("Prepare proceedings"), _open_form(), _("Open the file")),
        ],
        **changes,
    }


def _refused_file() -> dict[str, Any]:
    form = DrawForm({"language": "en"}, places={"1": (None, None, "欧阳*")})
    form.full_clean()
    form.add_error(None, _("Nothing was past due at the end of that day."))
    step = _step("draw", _("Draw up a demand letter"), form, _("Draw it up"), 0)
    return case_file(steps=[step], limitation=limitation(is_over=True, left=days_left(-3)))


def letter(**changes: Any) -> dict[str, Any]:
    names = figure_names()
    figures = ("10020.00", "2860.00", "100.00", "300.00", "13280.00", "86400.12", "89660.12")
    return {
        **_HEAD,
        "letter": {
            **_letter(),
            "address": "深圳市南山区▢▢",
            "language": "zh-hans",
            "wording": "催款函",
            "wording_lang": "zh-Hans",
            "version": 1,
            "pay_by": date(2026, 12, 7),
            "sha256": _HASH,
            "pages": 1,
            "courier": "EMS",
            "courier_lang": "",
            "tracking_number": "1099887766",
            "posted_on": _TODAY,
            "drawn_by": "林语",
            "drawn_by_lang": "zh-Hans",
            "decided_by": "Chen Wei",
            "reason": "",
        },
        "figures": [
            (name, Decimal(text)) for name, text in zip(names.values(), figures, strict=True)
        ],
        "gate": {"is_allowed": True, "reasons": []},
        "events": [
            {
                "on": _TODAY,
                "name": pgettext("a letter", "posted"),
                "mark": "running",
                "by": "林语",
                "by_lang": "zh-Hans",
                "reason": "",
                "reason_lang": "",
            }
        ],
        "read_href": "/legal/letters/1/file/",
        "steps": [
            _step("deliver", _("It arrived"), DeliveredForm(), _("Record delivery"), 0),
            _step("return", _("It came back"), ReturnedForm(), _("Record return")),
        ],
        **changes,
    }


def _proposed_letter() -> dict[str, Any]:
    form = DecideForm({"decision": "refuse"})
    form.full_clean()
    form.add_error(None, _("Say why you refuse: it is shown to who asked."))
    reasons = [{"text": _("On hold"), "citation": "–"}]
    return letter(
        gate={"is_allowed": False, "reasons": reasons},
        steps=[_step("decide", _("Your decision"), form, _("Record the decision"), 0)],
    )


def _approved_letter() -> dict[str, Any]:
    return letter(
        steps=[
            _step("post", _("Post it"), PostForm(), _("It was posted"), 0),
            _step("void", _("Do not send it"), ReasonForm(), _("Take the letter back")),
        ]
    )


def proceeding(**changes: Any) -> dict[str, Any]:
    hearing = step_of("litigation", "hearing")
    names = [step.name for step in TABLE[ProceedingKind.LITIGATION]]
    paper = {
        "kind": _("loan contract"),
        "version": 2,
        "name": "合同.pdf",
        "sha256": _HASH,
        "size": 182_000,
        "added_at": AT,
        "added_by": "林语",
        "added_by_lang": "zh-Hans",
        "withdrawn_reason": "",
        "is_withdrawn": False,
        "read_href": "/legal/papers/1/",
        "withdraw_href": "/legal/papers/1/withdraw/",
    }
    cost = {
        "kind": _("court's fee"),
        "amount": Decimal("2130.00"),
        "on": _TODAY,
        "is_charged": True,
        "is_taken_back": False,
        "reason": "",
        "by": "林语",
        "by_lang": "zh-Hans",
        "take_back_href": "/legal/costs/1/back/",
    }
    return {
        **_HEAD,
        "proceeding": {
            **_matter(),
            "claim_as_of": _TODAY,
            "asset": "",
            "is_before_suit": False,
            "is_urgent": False,
            "based_on": None,
            "opened_by": "林语",
            "opened_by_lang": "zh-Hans",
            "approved_by": "Chen Wei",
        },
        "stages": [
            {
                "name": upper_first(name),
                "on": _TODAY if at < 6 else None,
                "mark": "done" if at < 5 else "running" if at == 5 else "waiting",
                "is_current": at == 5,
            }
            for at, name in enumerate(names)
        ],
        "closes": [_("call"), _("SMS"), _("e-mail"), _("visit")],
        "missing": [],
        "deadlines": deadlines(),
        "documents": [paper, {**paper, "version": 1, "is_withdrawn": True, "withdraw_href": ""}],
        "costs": {"rows": [cost], "total": Decimal("2130.00")},
        "events": [
            {
                "on": _TODAY,
                "name": _("accepted"),
                "by": "林语",
                "by_lang": "zh-Hans",
                "reason": "",
                "reason_lang": "",
                "case_number": "(2026)粤0305民初1234号",
                "case_number_lang": "zh-Hans",
            }
        ],
        "steps": [
            _step(
                "move:hearing", upper_first(_("hearing")), MoveForm(step=hearing), _("Record it"), 0
            ),
        ],
        "side_steps": [
            _step("document", _("Add a paper"), DocumentForm(), _("Add it"), is_upload=True),
            _step("deadline", _("Add a day"), DeadlineForm(), _("Add it")),
            _step("cost", _("Enter a cost"), CostForm(), _("Enter it")),
        ],
        **changes,
    }


def _preparing() -> dict[str, Any]:
    return proceeding(
        missing=[_("the court or tribunal"), _("power of attorney")],
        closes=[],
        deadlines=[],
        documents=[],
        costs={"rows": [], "total": 0},
        steps=[_step("propose", _("Approval"), ProposeForm(), _("Ask for approval to file"), 0)],
    )


def docket(**changes: Any) -> dict[str, Any]:
    form = DocketFilterForm()
    form.offer([("cn", "恒通汽车金融"), ("us", "Lakeside")])
    due = [
        {
            "line": line,
            "borrower": "陈*",
            "lang": "zh-Hans",
            "contract_no": "AF-11820",
            "file_href": "/cases/1/legal/",
            "owner": "林语",
            "owner_lang": "zh-Hans",
        }
        for line in deadlines()[:3]
    ]
    return {
        "views": tabs(
            (pgettext("deadline", "Due"), 3),
            (_("Matters"), 214),
            (pgettext("a case", "Handed over"), 5),
            (_("Ended"), 31),
        ),
        "spans": tabs((_("overdue"), 1), (_("7 days"), 2), (_("14 days"), 3), (_("all"), 41)),
        "show": "due",
        "rows": due,
        "stages": tabs((pgettext("proceedings", "filed"), 61), (_("hearing"), 20)),
        "urgent": {"lines": deadlines()[:2], "has_more": True, "days": 7},
        "filter_form": form,
        "chosen": {"show": "due", "within": "14", "whose": "mine", "stage": ""},
        "is_filtered": False,
        "whose_tabs": tabs((_("Mine"), None), (_("All"), None)),
        "list_href": "/legal/",
        "print_href": "/legal/print/",
        "clear_href": "/legal/",
        "as_of": AT,
        "next_href": "/legal/?page=2",
        "first_href": "",
        "shown": _("%(number)d shown") % {"number": 3},
        **changes,
    }


def _handed() -> dict[str, Any]:
    row = {
        "contract_no": "AF-11820",
        "borrower": "陈*",
        "lang": "zh-Hans",
        "file_href": "/cases/1/legal/",
        "portfolio": "恒通汽车金融",
        "portfolio_lang": "zh-Hans",
        "since": AT,
        "ends_on": date(2029, 11, 20),
        "ends_left": days_left(1093),
        "ends_soon": False,
    }
    return docket(show="handed", rows=[row, {**row, "ends_on": None}])


def _docket_print(**changes: Any) -> dict[str, Any]:
    rows = docket()["rows"]
    return {
        "show": "due",
        "bands": [
            {"heading": _("Overdue"), "rows": rows[:1]},
            {"heading": _("Within 3 days"), "rows": rows[1:]},
        ],
        "row_count": 3,
        "has_more": False,
        "selection": [
            {"text": pgettext("deadline", "Due"), "lang": ""},
            {"text": "恒通汽车金融", "lang": "zh-Hans"},
        ],
        "back_href": "/legal/",
        "printed_by": "林语",
        "printed_by_lang": "zh-Hans",
        "printed_at": AT,
        "zone_name": "Asia/Shanghai",
        **changes,
    }


def _matters_print() -> dict[str, Any]:
    bands = [{"heading": _("Matters"), "rows": [_matter(), _matter(court="", case_number="")]}]
    return _docket_print(show="matters", bands=bands, has_more=True)


def _one_step() -> dict[str, Any]:
    form = ReasonForm({})
    form.full_clean()
    return {
        **_HEAD,
        "heading": _("Take a cost back"),
        "what": _("court's fee"),
        "button": _("Take it back"),
        "back_href": "/legal/proceedings/1/",
        "form": form,
    }


def panel() -> dict[str, Any]:
    """What a case is given of its legal side."""
    day = {"what": upper_first(_("hearing")), "on": _TODAY, "left": days_left(0), "is_hard": True}
    return {
        "limitation": limitation(is_near=True),
        "has_clocks": True,
        "days": [{**day, "is_over": False}],
        "matters": [
            {"label": "L-0882", "kind": _("litigation"), "stage": _("hearing"), "mark": "running"}
        ],
        "letters": [{"label": "D-0041", "state": _("delivered"), "mark": "done"}],
        "file_href": "/cases/1/legal/",
    }


_AT = "collections_app/legal"
LEGAL_PAGES: dict[str, tuple[str, Any]] = {
    "legal-docket": (f"{_AT}/docket.html", docket),
    "legal-matters": (
        f"{_AT}/docket.html",
        lambda: docket(show="matters", rows=[_matter(), _matter(court="", case_number="")]),
    ),
    "legal-handed": (f"{_AT}/docket.html", _handed),
    "legal-nothing": (
        f"{_AT}/docket.html",
        lambda: docket(rows=[], urgent={"lines": [], "has_more": False, "days": 7}),
    ),
    "legal-filtered": (f"{_AT}/docket.html", lambda: docket(rows=[], is_filtered=True)),
    "legal-print": (f"{_AT}/docket_print.html", _docket_print),
    "legal-print-matters": (f"{_AT}/docket_print.html", _matters_print),
    "legal-print-nothing": (
        f"{_AT}/docket_print.html",
        lambda: _docket_print(bands=[], row_count=0),
    ),
    "legal-file": (f"{_AT}/case_file.html", case_file),
    "legal-file-refused": (f"{_AT}/case_file.html", _refused_file),
    "legal-letter": (f"{_AT}/letter.html", letter),
    "legal-letter-proposed": (f"{_AT}/letter.html", _proposed_letter),
    "legal-letter-approved": (f"{_AT}/letter.html", _approved_letter),
    "legal-matter": (f"{_AT}/proceeding.html", proceeding),
    "legal-matter-preparing": (f"{_AT}/proceeding.html", _preparing),
    "legal-one-step": (f"{_AT}/one_step.html", _one_step),
}
