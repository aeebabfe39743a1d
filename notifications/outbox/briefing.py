"""What the texts of claimed messages are made of, read for all of them at once."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Prefetch

from loans.portfolios.models import Portfolio
from notifications.channels.models import ChannelAccount
from notifications.outbox.models import Message, MessageLoan
from notifications.templates.flow import TemplateStatus
from notifications.templates.models import MessageTemplate, TemplateVersion

#: Seconds that what was read is good for: names, numbers, wordings and accounts are those of the
#: second of sending. Whether a message may leave is never asked here but under its lock.
FRESH: Final = 1.0

_LOANS: Final = Prefetch(
    "about",
    MessageLoan.objects.select_related("loan").only("message", "loan__contract_no"),
)
_WORDINGS: Final = Prefetch(
    "versions", TemplateVersion.objects.filter(status=TemplateStatus.APPROVED)
)


@dataclass(slots=True)
class _Shared:
    """What many messages have in common."""

    portfolios: dict[UUID, Portfolio] = field(default_factory=dict)
    templates: dict[UUID, MessageTemplate] = field(default_factory=dict)
    accounts: dict[UUID, ChannelAccount] = field(default_factory=dict)
    good_until: float = 0.0


class Briefing:
    """Claimed messages, each with its person, number, loans, wordings and account.

    Those of a claim are read when the first of them is asked for, and those that are left again
    whenever more than a second has passed: behind a slow provider nobody is told what was so
    before.
    """

    def __init__(self, message_ids: Collection[UUID] = ()) -> None:
        self._left = list(message_ids)
        self._read: dict[UUID, Message] = {}
        self._shared = _Shared()
        self._good_until = 0.0

    def expect(self, message_ids: Collection[UUID]) -> None:
        """Says which messages will be asked for next."""
        self._left, self._good_until = list(message_ids), 0.0

    def take(self, message_id: UUID) -> Message:
        """Returns an expected message as it is now; each may be taken once."""
        if time.monotonic() > self._good_until:
            self._good_until = time.monotonic() + FRESH
            self._read = self._messages(self._left)
        self._left.remove(message_id)
        return self._read[message_id]

    def _messages(self, message_ids: Collection[UUID]) -> dict[UUID, Message]:
        messages = (
            Message.objects.filter(pk__in=message_ids)
            .select_related("party__data_key", "contact_point")
            .prefetch_related("address", _LOANS)
        )
        read = {message.pk: message for message in messages}
        shared = self._shared_by(read.values())
        for message in read.values():
            assert message.account_id is not None  # claimed
            message.portfolio = shared.portfolios[message.portfolio_id]
            message.template = shared.templates[message.template_id]
            message.account = shared.accounts[message.account_id]
        return read

    def _shared_by(self, messages: Collection[Message]) -> _Shared:
        """What these have in common, read anew where it is old or does not have all of them."""
        portfolios = {message.portfolio_id for message in messages}
        templates = {message.template_id for message in messages}
        accounts = {message.account_id for message in messages}
        known = self._shared
        if time.monotonic() > known.good_until or not (
            portfolios <= known.portfolios.keys()
            and templates <= known.templates.keys()
            and accounts <= known.accounts.keys()
        ):
            self._shared = _Shared(
                good_until=time.monotonic() + FRESH,
                portfolios=Portfolio.objects.in_bulk(portfolios),
                templates=MessageTemplate.objects.prefetch_related(_WORDINGS).in_bulk(templates),
                accounts=ChannelAccount.objects.select_related("data_key").in_bulk(accounts),
            )
        return self._shared
