"""The named fields a wording may use, and how their values are made harmless."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Field -> what it is filled with. A wording that names anything else is refused.
FIELDS: Final[dict[str, Promise]] = {
    "name": _("the person's full name"),
    "salutation": _("Mr or Ms, only where the person said so"),
    "lender": _("the portfolio's name"),
    "contract_tail": _("the last four characters of each contract number"),
    "amount": _("what is owed, with its currency"),
    "due_date": _("the due date"),
    "promised_amount": _("what was promised"),
    "promised_date": _("the day promised"),
    "plan_terms": _("what a plan says: payments, days, what is given up"),
    "visit_date": _("the day of a visit"),
    "visit_window": _("from when to when, on the clock of the address"),
    "paid_amount": _("what was paid"),
    "paid_date": _("the day it was paid"),
    "phone": _("the number to call back"),
    "payment_link": _("where to pay"),
    "how_to_pay": _("the portfolio's or the loan's ways to pay, in the language of the message"),
    "opt_out": _("how to stop these messages"),
}

#: What a demand before proceedings states besides, all of it at the end of one business date.
DEMAND_FIELDS: Final[dict[str, Promise]] = {
    "contract_no": _("the contract number, whole"),
    "as_of": _("the business date of the figures"),
    "oldest_due": _("the due date of the oldest instalment not paid"),
    "arrears": _("what is past due, with its currency"),
    "arrears_principal": _("principal past due"),
    "arrears_interest": _("interest past due"),
    "arrears_fee": _("fees past due"),
    "arrears_penalty": _("late charges past due"),
    "principal": _("principal outstanding"),
    "payoff": _("what pays the loan off"),
    "pay_by": _("the day by which payment is demanded"),
}

_FIELD: Final = re.compile(r"\{([a-z_]+)\}")
_BRACE: Final = re.compile(r"[{}]")
_LONGEST_VALUE: Final = 120
_LONGEST_LINE: Final = 500


def fields_in(text: str) -> list[str]:
    """Returns the fields that a wording names, in order, each once."""
    return list(dict.fromkeys(_FIELD.findall(text)))


def fields_for(purpose: str) -> dict[str, Promise]:
    """Returns the fields that a wording of a purpose may name: a demand states more figures."""
    return {**FIELDS, **DEMAND_FIELDS} if purpose == "demand" else FIELDS


def unknown_in(text: str, purpose: str = "") -> list[str]:
    """Returns what stands in braces and is no field: `{name.__class__}`, `{{x}}`, a lone brace."""
    known = fields_for(purpose)
    unknown = [name for name in fields_in(text) if name not in known]
    rest = _FIELD.sub("", text)
    return unknown + sorted({found.group() for found in _BRACE.finditer(rest)})


def plain_value(value: str, longest: int = _LONGEST_VALUE) -> str:
    """Returns a value as plain text on one line: no control characters, no braces, no links.

    A borrower's own name goes into messages; it must not be able to start a line, a field, an
    address that phones turn into a link, or a bidirectional trick.
    """
    kept = (" " if unicodedata.category(c).startswith("Z") else c for c in value)
    text = "".join(c for c in kept if not unicodedata.category(c).startswith("C"))
    text = _BRACE.sub("", text)
    return " ".join(text.split())[:longest]


def plain_lines(value: str) -> str:
    """Returns words of staff as plain text that keeps its lines, each like a value."""
    lines = (plain_value(line, _LONGEST_LINE) for line in value.splitlines())
    return "\n".join(line for line in lines if line)


def harmless_name(value: str) -> str:
    """Returns a person's name that no phone turns into a link: dots and slashes keep a distance."""
    return re.sub(r"(?<=\S)[./:@](?=\S)", " ", value)
