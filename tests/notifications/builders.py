"""A late loan whose borrower may be written to, an approved wording and an account to send by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.access.rights import Role
from accounts.models import User
from compliance.consents.services import record_consent
from core import clock
from core.encryption.sealing import seal
from core.encryption.services import new_data_key
from core.ids import uuid7
from loans.borrowers.models import ContactPoint
from loans.contracts.models import Loan
from loans.delinquency.models import Position
from loans.portfolios.models import Portfolio
from loans.repayments.services import record_repayment
from notifications.channels.models import ChannelAccount
from notifications.channels.pace import make_slots
from notifications.outbox import asking, claiming, sending
from notifications.outbox.models import Message
from notifications.outbox.orders import Order
from notifications.outbox.services import enqueue
from notifications.templates.models import MessageTemplate, TemplateVersion
from tests.compliance.builders import reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK

SECRET = "of the account"
WORDS = "{lender}: {amount} is past due on the contract ending {contract_tail}. {opt_out}"


@dataclass
class Post:
    portfolio: Portfolio
    loan: Loan
    phone: ContactPoint
    template: MessageTemplate
    account: ChannelAccount

    @property
    def owed(self) -> Decimal:
        return Position.objects.get(loan=self.loan).overdue_amount

    def order(self, **changes: Any) -> Order:
        now = clock.now()
        values: dict[str, Any] = {
            "portfolio_id": self.portfolio.pk,
            "party_id": self.phone.party_id,
            "loan_ids": (self.loan.pk,),
            "template_id": self.template.pk,
            "anchor": "due:2026-05-01",
            "step": "overdue-3",
            "send_at": now,
            "expires_at": now + timedelta(hours=8),
            "language": "en",
            "contact_point_id": self.phone.pk,
            "amount": self.owed,
        }
        return Order(**{**values, **changes})

    def owe(self, **changes: Any) -> Message:
        enqueue(orders=[self.order(**changes)], by=CLERK)
        return Message.objects.order_by("-pk")[0]


def build_template(*, code: str = "overdue-sms", body: str = WORDS, **changes: Any) -> Any:
    values: dict[str, Any] = {"name": code, "channel": "sms", "purpose": "overdue", **changes}
    template, _ = MessageTemplate.objects.get_or_create(code=code, defaults=values)
    approve(template, body=body)
    return template


def approve(
    template: MessageTemplate, *, body: str, language: str = "en", version: int = 1, **said: str
) -> Any:
    now: datetime = clock.now()
    return TemplateVersion.objects.create(
        template=template,
        language=language,
        version=version,
        status="approved",
        body=body,
        written_by="Ana",
        written_at=now,
        approved_at=now,
        approved_by="Cleo",
        **said,
    )


def build_account(
    *, adapter: str = "gateway", secret: str = SECRET, **changes: Any
) -> ChannelAccount:
    key, pk = new_data_key(), uuid7()
    settings = {"call_back_phone": "+1 212 555 0100", **changes.pop("settings", {})}
    account = ChannelAccount.objects.create(
        id=pk,
        name=changes.pop("name", "SMS"),
        channel=changes.pop("channel", "sms"),
        adapter=adapter,
        settings=settings,
        data_key=key,
        secret=seal(
            key=key,
            plaintext=secret,
            table="notifications_channelaccount",
            column="secret",
            row_id=pk,
        ),
        rate_per_second=changes.pop("rate_per_second", 1_000),
        **changes,
    )
    make_slots(account)
    return account


def build_post(*, url: str = "http://127.0.0.1:9", **settings: Any) -> Post:
    portfolio = reachable_portfolio()
    loan, phone = reachable_loan(portfolio)
    account = build_account(settings={"url": url, "find_delay": 0.0, **settings})
    template = build_template()
    agree_to_texts(phone)
    return Post(portfolio, loan, phone, template, account)


def agree_to_texts(phone: ContactPoint) -> None:
    """The person agreed to messages at the number lately, which some packs ask for."""
    agree_to("sms", phone)


def agree_to(channel: str, point: ContactPoint) -> None:
    """The person agreed lately to be written to in a way, at one number or address."""
    record_consent(
        party=point.party,
        channel=channel,
        answer="yes",
        given_at=clock.now() - timedelta(days=9),
        source="application",
        by=CLERK,
        contact_point=point,
    )


def client_of(user: User, role: Role | None = None) -> Client:
    """The browser of somebody who is signed in, first given another role where one is named."""
    if role is not None:
        User.objects.filter(pk=user.pk).update(role=role)
        user.refresh_from_db()
    client = Client()
    client.force_login(user)
    return client


def pay(loan: Loan, amount: Decimal) -> None:
    record_repayment(
        loan=loan,
        amount=amount,
        value_on=loan.portfolio.business_date,
        external_ref=f"R-{uuid7()}",
        by=CLERK,
    )


def pay_everything(loan: Loan) -> None:
    position = Position.objects.get(loan=loan)
    pay(loan, position.outstanding_amount)


def answer_with(monkeypatch: pytest.MonkeyPatch, adapter: Any) -> None:
    """Whatever is sent or asked about goes to this adapter instead of a provider."""
    for module in (sending, asking, claiming):
        monkeypatch.setattr(module, "adapter_of", lambda account: adapter)
