"""Contexts of the search page and of the page of a loan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tests.ui.samples.marks import AT


def _found(number: int, **more: Any) -> Row:
    return Row(
        **{
            "href": "#",
            "loan_href": "#",
            "borrower": "张*",
            "lang": "zh-Hans",
            "found_role": "",
            "found_name": "",
            "found_lang": "",
            "contract_no": f"AF-2039{number}",
            "vehicle": "比亚迪 宋 2023",
            "vehicle_lang": "zh-Hans",
            "bucket": Row(severity=number % 6, code=f"M{number}"),
            "days_past_due": 29 * number,
            "past_due_amount": Decimal("3280.00") * number,
            "currency": "CNY",
            "case_state": "open",
            "case_state_name": _("open"),
            **more,
        }
    )


def search() -> dict[str, Any]:
    none = {"case_state": "", "bucket": Row(severity=0, code="C"), "days_past_due": 0}
    return {
        "search_text": "5678",
        "groups": [
            Row(
                heading=_("Contract numbers that begin so"),
                ending="",
                has_more=False,
                rows=[_found(1)],
            ),
            Row(
                heading=_("Phone numbers that end so"),
                ending="5678",
                has_more=True,
                rows=[
                    _found(2),
                    _found(
                        3,
                        found_role=_("guarantor"),
                        found_name="李**",
                        found_lang="zh-Hans",
                        case_state="cured",
                        case_state_name=_("cured"),
                    ),
                    _found(4, borrower="O'N*** J***", lang="", past_due_amount=None, **none),
                ],
            ),
        ],
    }


class AsOf(forms.Form):
    as_of = forms.DateField(label=_("Position at the end of"), initial=date(2026, 11, 23))
    known_on = forms.DateField(label=_("as it was known on"), required=False)


def loan(form: forms.Form | None = None) -> dict[str, Any]:
    return {
        "loan": Row(
            contract_no="AF-20391",
            product=Row(name="新车贷 36"),
            portfolio=Row(name="恒通汽车金融", business_date=date(2026, 11, 23)),
            started_on=date(2025, 10, 5),
            principal_amount=Decimal("98000.00"),
            region="广东",
        ),
        "currency": "CNY",
        "is_set_aside": False,
        "called_due": {"value_on": date(2026, 11, 20), "document_ref": "D-0042"},
        "what_if_href": "#",
        "borrower": {"name": "张*", "lang": "zh-Hans"},
        "people": [
            {"name": "张*", "lang": "zh-Hans", "role_name": _("borrower"), "relationship": ""},
            {"name": "李**", "lang": "zh-Hans", "role_name": _("guarantor"), "relationship": "妻"},
        ],
        "vehicles": [
            {
                "description": "比亚迪 宋 2023",
                "lang": "zh-Hans",
                "plate": "粤B·**345",
                "vin": "***********184847",
                "value_amount": Decimal("121500.00"),
                "valued_on": date(2026, 6, 30),
            }
        ],
        "position": Row(
            as_of=date(2026, 11, 23),
            status_name=_("active"),
            days_past_due=44,
            bucket_code="M2",
            bucket_severity=2,
            overdue=[(_("Principal"), Decimal("5120.00")), (_("Interest"), Decimal("1440.00"))],
            overdue_amount=Decimal("6560.00"),
            outstanding_principal=Decimal("74204.77"),
            outstanding_amount=Decimal("81204.77"),
            overpaid_amount=Decimal("0.00"),
            pending_amount=Decimal("3280.00"),
            oldest_unpaid_on=date(2026, 10, 10),
            next_due_on=date(2026, 12, 5),
            next_due_amount=Decimal("3280.00"),
            last_repayment_on=date(2026, 10, 11),
            last_repayment_amount=Decimal("3280.00"),
        ),
        "is_past": True,
        "known_on": date(2026, 11, 20),
        "loan_href": "#",
        "form": form or AsOf(),
        "instalments": [_instalment(number) for number in range(1, 14)],
        "repayments": [
            _repayment(date(2026, 11, 20), "waiting", _("pending")),
            _repayment(date(2026, 10, 11), "done", _("settled")),
            _repayment(date(2026, 9, 10), "failed", _("taken back")),
        ],
        "stays": [
            _stay("M2", 2, date(2026, 11, 10), None, 13),
            _stay("M1", 1, date(2026, 10, 11), date(2026, 11, 10), 30),
            _stay("C", 0, date(2025, 10, 5), date(2026, 10, 11), 371),
        ],
    }


def _instalment(number: int) -> dict[str, Any]:
    state, name, paid = "done", _("satisfied"), Decimal("3280.00")
    if number > 9:
        state, name, paid = "failed", _("past due"), Decimal("0.00")
    if number > 11:
        state, name = "waiting", _("not due yet")
    return {
        "number": number,
        "due_on": date(2025 + (number + 9) // 12, (number + 9) % 12 + 1, 10),
        "principal": Decimal("2560.00"),
        "interest": Decimal("720.00"),
        "charges": Decimal("0.00"),
        "scheduled_amount": Decimal("3280.00"),
        "paid_amount": paid,
        "open_amount": Decimal("3280.00") - paid,
        "satisfied_on": date(2026, 10, 11) if paid else None,
        "state": state,
        "state_name": name,
    }


def _repayment(on: date, state: str, name: Any) -> dict[str, Any]:
    return {
        "value_on": on,
        "amount": Decimal("3280.00"),
        "kind_name": _("repayment"),
        "method": "代扣",
        "reference": f"PAY-{on:%m%d}",
        "state": state,
        "state_name": name,
        "known_at": AT,
    }


def _stay(code: str, severity: int, start: date, end: date | None, days: int) -> dict[str, Any]:
    return {
        "code": code,
        "severity": severity,
        "entered_on": start,
        "left_on": end,
        "days": days,
    }
