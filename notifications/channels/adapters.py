"""What every way to a provider looks like: one call out, one question back. No queries here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from notifications.channels.flow import Lookup


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as it is handed to a provider.

    `reference` is constant over all attempts of one obligation; a provider that deduplicates by it
    takes the second call for the first. `recipient` is in clear (E.164, an address) and must not be
    logged. `template_code` and `template_fields` serve providers that keep the text themselves.
    """

    reference: str
    recipient: str
    body: str
    subject: str = ""
    signature: str = ""
    template_code: str = ""
    template_fields: Mapping[str, str] = field(default_factory=dict)
    first_tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it. `provider_ref` is its own name for the message."""

    provider_ref: str
    parts: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider certainly did not take it.

    `may_retry` for what passes (busy, rate limit, no connection); `retry_after` in seconds where
    the provider says so. `address_is_bad` when the recipient can never be reached there.
    """

    reason: str
    may_retry: bool
    retry_after: float | None = None
    address_is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell from here: the call broke off after bytes were sent, or made no sense."""

    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Asked afterwards: the provider took it."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Asked afterwards: the provider certainly never took it."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Asked afterwards: no answer, or none that settles it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Probed:
    """The provider was asked who we are, and nothing was sent: whether it knows the account."""

    is_known: bool
    said: str = ""


SendResult = Accepted | Refused | Unknown
LookupResult = Found | Absent | CannotTell


class Adapter(Protocol):
    """One way to one provider, with what it can do declared.

    `deduplicates` says that the provider itself takes the same reference once only. `find_delay`
    is how many seconds after a call its answer to a question can be trusted to be complete.
    """

    code: str
    channel: str
    lookup: Lookup
    deduplicates: bool
    find_delay: float

    def send(self, outgoing: Outgoing) -> SendResult:
        """Hands the message over, within hard time-outs. Never raises for what a network does."""
        ...

    def find(self, outgoing: Outgoing) -> LookupResult:
        """Asks whether the provider took the message, by what `lookup` declares."""
        ...


class Probing(Protocol):
    """An adapter whose provider can be asked about the account without sending anything."""

    def probe(self) -> Probed:
        """Signs in and asks nothing else, within hard time-outs."""
        ...
