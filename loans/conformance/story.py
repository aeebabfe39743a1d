"""What a conformance case tells: facts, known one after another.

Each event is learnt at a moment of its own, in the order of the case, so that a checkpoint after an
event is a replay as known at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from loans.conformance.terms import NotExpressible
from loans.contracts.terms import ScheduledInstalment
from loans.delinquency.facts import Fact

_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Story:
    """The facts of a case, and which events only look at the loan."""

    facts: list[Fact] = field(default_factory=list)
    looks: list[tuple[Decimal, date, bool]] = field(default_factory=list)
    schedule: tuple[ScheduledInstalment, ...] = ()
    withdrawn_after: Decimal | None = None
    untold: list[tuple[Decimal, str]] = field(default_factory=list)

    def require_told(self, after: Decimal) -> None:
        """Raise NotExpressible if an event up to this one has no facts that stand for it."""
        for seq, reason in self.untold:
            if seq <= after:
                raise NotExpressible(reason)


def known_after(seq: Decimal) -> datetime:
    """The moment at which everything up to an event is known."""
    return _FIRST_MOMENT + timedelta(seconds=int(seq * 10))
