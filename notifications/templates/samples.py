"""Sample values, so that a wording can be read as somebody will get it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from notifications.templates.fields import fields_in
from notifications.templates.models import MessageTemplate, TemplateVersion
from notifications.templates.rendering import Rendered, render
from notifications.templates.segments import Parts, count_parts

#: Invented people and sums; each about as long as the longest that is common.
_ENGLISH: Final = {
    "name": "Jordan Whitfield",
    "salutation": "Mr",
    "lender": "Lakeside Auto Finance",
    "contract_tail": "4821",
    "amount": "$1,284.30",
    "due_date": "28 Nov 2026",
    "promised_amount": "$640.00",
    "promised_date": "30 Nov 2026",
    "plan_terms": "3 payments, $1,284.30 in all: first $428.10 on 5 Dec 2026, last on 5 Feb 2027",
    "visit_date": "7 Dec 2026",
    "visit_window": "13:00–15:00",
    "paid_amount": "$1,284.30",
    "paid_date": "27 Nov 2026",
    "phone": "+1 212 555 0100",
    "payment_link": "pay.example.com/4821",
    "how_to_pay": "Bank transfer: Example Bank, account 12-345-678, reference AF-4821",
    "opt_out": "Reply STOP to opt out.",
    "contract_no": "US-004821",
    "as_of": "27 Nov 2026",
    "oldest_due": "15 Aug 2026",
    "arrears": "$1,284.30",
    "arrears_principal": "$1,001.10",
    "arrears_interest": "$243.20",
    "arrears_fee": "$10.00",
    "arrears_penalty": "$30.00",
    "principal": "$18,330.41",
    "payoff": "$18,613.61",
    "pay_by": "11 Dec 2026",
}
_CHINESE: Final = {
    "name": "欧阳建国",
    "salutation": "先生",
    "lender": "恒通汽车金融",
    "contract_tail": "0391",
    "amount": "¥13,280.00",
    "due_date": "2026年11月28日",
    "promised_amount": "¥6,000.00",
    "promised_date": "2026年11月30日",
    "plan_terms": "分3期，共¥13,280.00：首期¥4,426.68于2026年12月5日，末期于2027年2月5日",
    "visit_date": "2026年12月7日",
    "visit_window": "13:00–15:00",
    "paid_amount": "¥13,280.00",
    "paid_date": "2026年11月27日",
    "phone": "400-800-0100",
    "payment_link": "pay.example.cn/0391",
    "how_to_pay": "对公转账：示范银行，账号 9901 0000 1234 567，附言 AF-0391",
    "opt_out": "回复“退订”不再接收。",
    "contract_no": "AF-20391",
    "as_of": "2026年11月27日",
    "oldest_due": "2026年8月15日",
    "arrears": "¥13,280.00",
    "arrears_principal": "¥10,020.00",
    "arrears_interest": "¥2,860.00",
    "arrears_fee": "¥100.00",
    "arrears_penalty": "¥300.00",
    "principal": "¥86,400.12",
    "payoff": "¥89,660.12",
    "pay_by": "2026年12月11日",
}


def sample_values(language: str) -> Mapping[str, str]:
    """Returns a value for every field, in a language."""
    return _CHINESE if language.startswith("zh") else _ENGLISH


def sample_of(version: TemplateVersion) -> Rendered:
    """Returns a wording with sample values; fields that do not exist stay as they are written."""
    values = dict(sample_values(version.language))
    for name in fields_in(version.subject + version.body):
        values.setdefault(name, f"{{{name}}}")
    return render(version, values)


def sample_of_text(
    *, template: MessageTemplate, language: str, subject: str, body: str, signature: str
) -> Rendered:
    """Returns words that are being written, as their reader would get them."""
    return sample_of(
        TemplateVersion(
            template=template, language=language, subject=subject, body=body, signature=signature
        )
    )


def parts_of(body: str) -> Parts:
    """Returns how a text is sent, as a page shows it."""
    return count_parts(body)
