"""Attempts, connects, right-party contacts, promises: each step and its denominator."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reporting.kpis.shares import share


@dataclass(frozen=True, slots=True)
class ContactFunnel:
    """Counts of one period. A right-party contact is a connect, a connect is an attempt."""

    attempts: int
    connects: int
    right_party: int
    promises: int
    right_party_inbound: int = 0

    @property
    def connect_rate(self) -> Decimal | None:
        """Connects / attempts. Connect: a human answered."""
        return share(part=self.connects, whole=self.attempts)

    @property
    def right_party_rate(self) -> Decimal | None:
        """Right-party contacts / connects: the borrower, or who may speak for them, confirmed."""
        return share(part=self.right_party, whole=self.connects)

    @property
    def promise_rate(self) -> Decimal | None:
        """PTP rate = promises taken / right-party contacts, those of people who called us too.

        Source: glossary, PTP rate.
        """
        return share(part=self.promises, whole=self.right_party + self.right_party_inbound)
