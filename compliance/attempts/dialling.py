"""What a dialler does with a reservation: reads the number to dial, and says once how it ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from compliance.attempts.ledger import lock_slots, standing_outcome
from compliance.attempts.models import Attempt, Settlement
from compliance.attempts.services import settle
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.sealing import KeyDestroyed, unseal

#: A reservation answers for the moment it was made at; a machine dials within that time or asks
#: again.
START_WITHIN: Final = timedelta(minutes=2)


class SettledOtherwise(Exception):
    """The contact has an outcome already, and it is another one."""

    def __init__(self, settlement: Settlement) -> None:
        super().__init__(settlement.outcome)
        self.settlement = settlement


def start_by(attempt: Attempt, closes_at: datetime | None) -> datetime:
    """Returns until when a reserved contact may begin."""
    latest = attempt.at + START_WITHIN
    return latest if closes_at is None else min(latest, closes_at)


@transaction.atomic
def number_to_dial(*, attempt: Attempt, until: datetime, by: Actor) -> str | None:
    """Returns number or address of a reserved contact in clear, with a line in the trail.

    None once the reservation is too old or has its outcome, and where the value was erased.
    """
    point = attempt.contact_point
    if point is None or clock.now() >= until or standing_outcome(attempt) is not None:
        return None
    try:
        value = unseal(
            key=attempt.party.data_key,
            sealed=point.value,
            table=point._meta.db_table,
            column="value",
            row_id=point.pk,
        )
    except KeyDestroyed:
        return None
    record(
        action="party.revealed",
        by=by,
        object_type="loans.Party",
        object_id=attempt.party_id,
        portfolio_id=attempt.portfolio_id,
        reason="calling now",
        data={"contact_point": str(point.pk), "attempt": str(attempt.pk)},
    )
    return value


@transaction.atomic
def settle_once(
    *, attempt: Attempt, outcome: str, by: Actor, at: datetime | None = None
) -> Settlement:
    """Settles a contact; the same outcome again returns the first settlement.

    Raises SettledOtherwise when another outcome or end stands there, and what `settle` raises.
    """
    lock_slots(party_id=attempt.party_id)
    first = _first_said(attempt)
    if first is None:
        return settle(attempt=attempt, outcome=outcome, by=by, at=at)
    if first.outcome != outcome or (at is not None and at != first.at):
        raise SettledOtherwise(first)
    return first


def _first_said(attempt: Attempt) -> Settlement | None:
    """The outcome first said, or first said again after it was taken back."""
    first: Settlement | None = None
    for settlement in attempt.settlements.order_by("sequence"):
        first = None if not settlement.outcome else first or settlement
    return first
