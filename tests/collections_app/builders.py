"""A late loan that may be called, worked by Ana; built through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from collections_app.cases.models import Case
from collections_app.close.services import catch_up
from collections_app.contacts.asks import Ask
from collections_app.contacts.models import ResultCode
from collections_app.contacts.services import install_standard_results
from collections_app.contacts.wrapup import Answers
from compliance.consents.services import record_consent
from core import clock
from core.encryption.sealing import seal
from core.ids import uuid7
from loans.borrowers.models import ContactPoint
from notifications.inbound.models import InboundMessage, Intent
from notifications.receipts.models import ProviderEvent
from tests.compliance.builders import reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK, Cast, build_cast
from tests.notifications.builders import build_account

#: Closed through this day; the business date is the next one, 12 May 2026.
CLOSED_THROUGH = date(2026, 5, 11)


@dataclass
class Desk:
    cast: Cast
    case: Case
    phone: ContactPoint

    def result(self, code: str) -> ResultCode:
        return ResultCode.objects.get(code=code)


def answers_to(result: ResultCode) -> Answers:
    """What the person said, as far as the result asks for it."""
    says_paid = result.asks_for(Ask.PAID)
    return Answers(
        why_late="income" if result.asks_for(Ask.REASON) else "",
        paid_on=clock.now().date() if says_paid else None,
        paid_through="transfer" if says_paid else "",
        dispute_about="amount" if result.asks_for(Ask.DISPUTE) else "",
    )


def build_desk(**settings: Any) -> Desk:
    """One case of a loan 482 days late, assigned to Ana, on the morning of 12 May 2026."""
    portfolio = reachable_portfolio(**{"has_local_packs": False, **settings})
    portfolio.__class__.objects.filter(pk=portfolio.pk).update(business_date=CLOSED_THROUGH)
    portfolio.refresh_from_db()
    cast = build_cast(portfolio=portfolio)
    install_standard_results(by=CLERK)
    _loan, phone = reachable_loan(portfolio)
    catch_up(portfolio=portfolio, through=CLOSED_THROUGH, by=CLERK)
    case = Case.objects.select_related("loan", "portfolio", "borrower").get(portfolio=portfolio)
    return Desk(cast=cast, case=case, phone=phone)


def reply_of(case: Case, text: str = "please call me") -> InboundMessage:
    """Something the borrower wrote that nobody has dealt with yet."""
    account, pk = build_account(), uuid7()
    event = ProviderEvent.objects.create(
        account=account,
        event_id=pk.hex,
        kind="reply",
        body=_sealed(account.data_key, "{}", ProviderEvent, pk, "body"),
        received_at=clock.now(),
        id=pk,
    )
    key = case.borrower.data_key
    return InboundMessage.objects.create(
        id=pk,
        party=case.borrower,
        channel="sms",
        received_at=clock.now(),
        text=_sealed(key, text, InboundMessage, pk, "text"),
        intent=Intent.OTHER,
        event=event,
    )


def _sealed(key: Any, text: str, model: Any, pk: Any, column: str) -> bytes:
    return seal(key=key, plaintext=text, table=model._meta.db_table, column=column, row_id=pk)


def agree_to_texts(desk: Desk) -> None:
    """The borrower lets us write to their number; without that no text is permitted."""
    record_consent(
        party=desk.case.borrower,
        channel="sms",
        answer="yes",
        given_at=clock.now(),
        source="call of 12 May",
        by=CLERK,
    )
