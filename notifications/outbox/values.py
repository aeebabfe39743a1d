"""The values of a template's named fields for one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.money import format_money
from loans.borrowers.models import Salutation
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from notifications.templates.fields import plain_value


def values_of(message: Message, still: Recheck) -> Mapping[str, str]:
    """Returns every field that has a value, as text without control characters or links.

    Field names are those of `templates.fields`. Amounts and dates are written in the language of
    the message; a check of an app above may add its own (`Recheck.fields`).
    """
    portfolio = message.portfolio
    values = {
        "name": message.party.full_name,
        "salutation": _salutation(message),
        "lender": portfolio.name,
        "contract_tail": _contract_tail(message),
        "phone": portfolio_phone(message),
    }
    amount = still.amount if still.amount is not None else message.amount
    if amount is not None:
        values["amount"] = format_money(amount, portfolio.currency, message.language)
    if message.due_on is not None:
        values["due_date"] = written_date(message.due_on, message.language)
    values |= still.fields
    return {name: plain_value(value) for name, value in values.items() if value}


def written_date(day: date, language: str) -> str:
    """Writes a date as people read it: 5 Dec 2026, 2026年12月5日."""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def portfolio_phone(message: Message) -> str:
    """Returns the number people call back, as the account of the channel states it."""
    account = message.account
    return str(account.settings.get("call_back_phone", "")) if account is not None else ""


def _contract_tail(message: Message) -> str:
    numbers = message.loans.order_by("contract_no").values_list("contract_no", flat=True)
    return ", ".join(number[-4:] for number in numbers)


def _salutation(message: Message) -> str:
    """Mr or Ms only where the person said so; never guessed from a name."""
    is_chinese = message.language.startswith("zh")
    words = {
        Salutation.MR: "先生" if is_chinese else "Mr",
        Salutation.MS: "女士" if is_chinese else "Ms",
    }
    return words.get(Salutation(message.party.salutation), "")
