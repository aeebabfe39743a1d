"""Contacts of the time before this system was used, so that the limits count them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from compliance.attempts.ledger import check_outcome, check_past
from compliance.attempts.models import Attempt, AttemptLoan, AttemptMode, Settlement
from core.audit.actors import Actor


@dataclass(frozen=True, slots=True)
class HistoricContact:
    """One contact of the time before go-live. An organisation is the code of an agency."""

    portfolio_id: UUID
    party_id: UUID
    loan_id: UUID
    channel: str
    direction: str
    outcome: str
    at: datetime
    made_by: str = ""
    mode: str = AttemptMode.LIVE
    organisation: str = ""
    contact_point_id: UUID | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two rows the same contact."""
        return (self.party_id, self.loan_id, self.channel, self.direction, self.at)


@transaction.atomic
def record_history(*, contacts: Sequence[HistoricContact], by: Actor) -> int:
    """Records contacts made before this system was used, so that the limits count them.

    A contact that is here already (same person, loan, channel, direction and instant) is left
    alone. Returns how many were new. Raises ValidationError for one in the future.
    """
    for contact in contacts:
        check_outcome(contact.outcome)
        check_past(contact.at)
    known = _known(contacts)
    fresh = list({c.key: c for c in contacts if c.key not in known}.values())
    attempts = [_attempt(contact, by) for contact in fresh]
    Attempt.objects.bulk_create(attempts)
    pairs = list(zip(attempts, fresh, strict=True))
    AttemptLoan.objects.bulk_create(
        AttemptLoan(attempt=attempt, loan_id=contact.loan_id) for attempt, contact in pairs
    )
    Settlement.objects.bulk_create(
        Settlement(
            attempt=attempt, sequence=1, outcome=contact.outcome, at=contact.at, settled_by=by.label
        )
        for attempt, contact in pairs
    )
    return len(fresh)


def _attempt(contact: HistoricContact, by: Actor) -> Attempt:
    return Attempt(
        portfolio_id=contact.portfolio_id,
        party_id=contact.party_id,
        channel=contact.channel,
        direction=contact.direction,
        contact_point_id=contact.contact_point_id,
        at=contact.at,
        mode=contact.mode,
        organisation=contact.organisation,
        is_history=True,
        made_by=contact.made_by or by.label,
    )


def _known(contacts: Sequence[HistoricContact]) -> set[tuple[object, ...]]:
    rows = Attempt.objects.filter(
        is_history=True,
        party__in={contact.party_id for contact in contacts},
        at__in={contact.at for contact in contacts},
    )
    return set(rows.values_list("party_id", "about__loan_id", "channel", "direction", "at"))
