"""The values of a template's named fields for one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from core.money import format_money
from loans.borrowers.models import Party, Salutation
from loans.contracts.instructions import ways_to_pay
from loans.contracts.models import Loan
from loans.contracts.queries import instruction_facts
from notifications.channels.flow import MessageChannel
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from notifications.templates.fields import harmless_name, plain_lines, plain_value
from notifications.templates.models import MessagePurpose


def values_of(message: Message, still: Recheck) -> Mapping[str, str]:
    """Returns every field that has a value, as text without control characters or links.

    Field names are those of `templates.fields`. Amounts and dates are written in the language of
    the message; a check of an app above may add its own (`Recheck.fields`).
    """
    portfolio = message.portfolio
    values = {
        "name": harmless_name(message.party.full_name),
        "salutation": salutation_of(message.party, message.language),
        "lender": portfolio.name,
        "contract_tail": _contract_tail(message),
        "phone": _of_account(message, "call_back_phone"),
        "payment_link": _of_account(message, "payment_link"),
        **_how_to_pay(message, still),
        "opt_out": _of_account(message, "opt_out") or _how_to_stop(message),
    }
    amount = still.amount if still.amount is not None else message.amount
    if amount is not None:
        values["amount"] = format_money(amount, portfolio.currency, message.language)
    if message.due_on is not None:
        values["due_date"] = written_date(message.due_on, message.language)
    values |= still.fields
    plain = {name: plain_value(value) for name, value in values.items() if value}
    if how := values.get(HOW_TO_PAY):
        plain[HOW_TO_PAY] = plain_lines(how)
    return plain


def _how_to_pay(message: Message, still: Recheck) -> Mapping[str, str]:
    """The ways to pay the loan; a page of a provider among them is where to pay.

    Asked only for messages about it. Of several loans the first is told how to pay: a message from
    a case is about one.
    """
    if message.purpose != MessagePurpose.PAYMENT_DETAILS:
        return {}
    loan_ids = still.loan_ids or tuple(message.loans.values_list("pk", flat=True))
    loan = Loan.objects.filter(pk__in=loan_ids).order_by("contract_no").first()
    if loan is None:
        return {}
    facts = instruction_facts(portfolio=message.portfolio_id, loan=loan.pk)
    ways = ways_to_pay(
        facts.values_list("facts", flat=True),
        language=message.language,
        reference=loan.contract_no,
    )
    link = next((way.href for way in ways if way.href), "")
    words = "\n".join(f"{way.label}: {way.text}" for way in ways)
    return {HOW_TO_PAY: words} | ({"payment_link": link} if link else {})


HOW_TO_PAY: Final = "how_to_pay"


def written_date(day: date, language: str) -> str:
    """Writes a date as people read it: 5 Dec 2026, 2026年12月5日."""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _of_account(message: Message, name: str) -> str:
    """Returns what the channel's account states: the number to call back, where to pay."""
    account = message.account
    return str(account.settings.get(name, "")) if account is not None else ""


#: How a reply stops messages, in words that `inbound.intents` acts on; nobody replies to a letter.
_STOP: Final = {
    (MessageChannel.SMS, False): "Reply STOP to opt out.",
    (MessageChannel.SMS, True): "回复“退订”不再接收。",
    (MessageChannel.EMAIL, False): "Reply with the word STOP to get no more e-mails.",
    (MessageChannel.EMAIL, True): "回复“退订”不再接收邮件。",
}


def _how_to_stop(message: Message) -> str:
    is_chinese = message.language.startswith("zh")
    return _STOP.get((MessageChannel(message.channel), is_chinese), "")


def _contract_tail(message: Message) -> str:
    numbers = sorted(about.loan.contract_no for about in message.about.all())
    return ", ".join(number[-4:] for number in numbers)


def salutation_of(party: Party, language: str) -> str:
    """Returns Mr or Ms only where the person said so; it is never guessed from a name."""
    is_chinese = language.startswith("zh")
    words = {
        Salutation.MR: "先生" if is_chinese else "Mr",
        Salutation.MS: "女士" if is_chinese else "Ms",
    }
    return words.get(Salutation(party.salutation), "")
