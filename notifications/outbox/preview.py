"""What an order would say before it is owed: its wording filled, its parts and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from loans.borrowers.models import Party
from loans.portfolios.models import Portfolio
from notifications.channels.flow import MessageChannel
from notifications.channels.models import ChannelAccount
from notifications.channels.queries import account_for
from notifications.outbox.content import NotSayable
from notifications.outbox.models import Message
from notifications.outbox.orders import Order, Recheck
from notifications.outbox.values import values_of
from notifications.templates.models import MessageTemplate, TemplateVersion
from notifications.templates.queries import approved_version
from notifications.templates.registration import is_refused
from notifications.templates.rendering import MissingField, Rendered, render
from notifications.templates.segments import Parts, count_parts


@dataclass(frozen=True, slots=True)
class Preview:
    """The text as a page may show it, `shown`: the person's name as it is shown there.

    `parts` (of the text that would leave) and `cost` are of text messages; `cost` in
    `price_currency`, None where nobody said what a part costs.
    """

    version: TemplateVersion
    shown: Rendered
    parts: Parts | None
    cost: Decimal | None
    price_currency: str


def preview(
    *,
    order: Order,
    template: MessageTemplate,
    portfolio: Portfolio,
    party: Party,
    contract_numbers: Sequence[str],
    shown_name: str,
) -> Preview:
    """Returns what an order would say now; stores nothing and asks no provider.

    Raises NotSayable where there is no account or wording for it, its provider has not registered
    the wording, or a field has no value.
    """
    account = account_for(portfolio, template.channel)
    if account is None:
        raise NotSayable("no_account")
    version = approved_version(template=template, languages=(order.language, portfolio.language))
    if version is None:
        raise NotSayable("no_template")
    if is_refused(version, account):
        values = {"wording": template.name, "language": version.language}
        raise NotSayable("unregistered", values)
    meant = _unsent(order, template, portfolio, party, account)
    tail = ", ".join(number[-4:] for number in sorted(contract_numbers))
    try:
        leaves = render(version, values_of(meant, _still(order, {"contract_tail": tail})))
        fields = {"contract_tail": tail, "name": shown_name}
        shown = render(version, values_of(meant, _still(order, fields)))
    except MissingField as missing:
        raise NotSayable("template_incomplete", {"field": missing.field}) from missing
    parts = count_parts(leaves.body) if template.channel == MessageChannel.SMS else None
    price = account.price_per_part if parts is not None else None
    return Preview(
        version=version,
        shown=shown,
        parts=parts,
        cost=price * parts.parts if price is not None and parts is not None else None,
        price_currency=account.price_currency,
    )


def _unsent(
    order: Order,
    template: MessageTemplate,
    portfolio: Portfolio,
    party: Party,
    account: ChannelAccount,
) -> Message:
    """The message as it would be owed; it is never saved."""
    return Message(
        portfolio=portfolio,
        party=party,
        account=account,
        template=template,
        channel=template.channel,
        purpose=template.purpose,
        language=order.language,
        amount=order.amount,
        due_on=order.due_on,
    )


def _still(order: Order, fields: dict[str, str]) -> Recheck:
    return Recheck(is_still_so=True, amount=order.amount, fields=fields, loan_ids=order.loan_ids)
