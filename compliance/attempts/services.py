"""Reserving, settling and recording contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.attempts.models import (
    Attempt,
    AttemptLoan,
    Direction,
    Incident,
    Outcome,
    Settlement,
    Verdict,
)
from compliance.gate.facts import ContactRequest, Decision
from compliance.gate.services import decide
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.locks.advisory import advisory_lock
from core.locks.registry import Lock
from loans.contracts.models import Loan, LoanParty

#: Clocks of two machines differ a little; later than this is a mistake in the entry.
CLOCK_TOLERANCE = timedelta(minutes=2)


class ContactRefused(Exception):
    """The gate said no. Carries the decision and the stored verdict; nothing was reserved."""

    def __init__(self, decision: Decision, verdict: Verdict) -> None:
        super().__init__("The gate refused this contact.")
        self.decision = decision
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class HistoricContact:
    """One contact of the time before go-live."""

    portfolio_id: UUID
    party_id: UUID
    loan_id: UUID
    channel: str
    direction: str
    outcome: str
    at: datetime
    made_by: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two rows the same contact."""
        return (self.party_id, self.loan_id, self.channel, self.direction, self.at)


def reserve(*, request: ContactRequest, by: Actor) -> Attempt:
    """Asks the gate and, when it allows, books the contact before it is made.

    The verdict is stored either way. One person is decided on at a time, so two callers never
    both take a last permitted contact. Raises ContactRefused when the gate says no; call it
    outside a transaction of your own, which would take the stored refusal back with it.
    """
    with transaction.atomic():
        advisory_lock(Lock.CONTACT_SLOT, str(request.party_id))
        decision = decide(request)
        verdict = _store_verdict(request, decision, by)
        if decision.allowed:
            return _store_attempt(
                request=request, direction=Direction.OUTBOUND, by=by, verdict=verdict
            )
        record(
            action="contact.refused",
            by=by,
            object_type="loans.Party",
            object_id=request.party_id,
            data={"verdict": str(verdict.pk), "codes": [f.code for f in decision.denials]},
        )
    raise ContactRefused(decision, verdict)


@transaction.atomic
def settle(*, attempt: Attempt, outcome: str, by: Actor, at: datetime | None = None) -> Settlement:
    """Records how a reserved contact ended; a second settlement must be a correction.

    Raises ValidationError for an unknown outcome, an end before the start, or an attempt that
    already has an outcome.
    """
    ended_at = at or clock.now()
    _check_outcome(outcome)
    if ended_at < attempt.at - CLOCK_TOLERANCE:
        raise ValidationError(_("A contact cannot end before it starts."))
    advisory_lock(Lock.CONTACT_SLOT, str(attempt.party_id))
    if attempt.settlements.exists():
        raise ValidationError(
            _("This contact already has an outcome. Correct it instead of recording it twice.")
        )
    return _store_settlement(attempt, 1, outcome, ended_at, by)


@transaction.atomic
def correct_outcome(*, attempt: Attempt, outcome: str, reason: str, by: Actor) -> Settlement:
    """Replaces a wrong outcome; the first one stays readable.

    Raises ValidationError without a reason, or when there is nothing to correct.
    """
    _check_outcome(outcome)
    if not reason.strip():
        raise ValidationError(_("Say why the outcome was wrong."))
    advisory_lock(Lock.CONTACT_SLOT, str(attempt.party_id))
    last = attempt.settlements.order_by("-sequence").first()
    if last is None or last.outcome == outcome:
        raise ValidationError(_("There is no other outcome to correct."))
    settlement = _store_settlement(attempt, last.sequence + 1, outcome, clock.now(), by)
    record(
        action="contact.corrected",
        by=by,
        object_type="compliance.Attempt",
        object_id=attempt.pk,
        portfolio_id=attempt.portfolio_id,
        reason=reason,
        data={"from": last.outcome, "to": outcome},
    )
    return settlement


@transaction.atomic
def record_unsanctioned(
    *, request: ContactRequest, outcome: str, reason: str, by: Actor
) -> Attempt:
    """Records a contact that was made without the gate's yes, and opens an incident.

    What happened can always be recorded: a ledger that refuses reality undercounts. Raises
    ValidationError for a contact in the future or without a reason.
    """
    _check_outcome(outcome)
    _check_past(request.at)
    if not reason.strip():
        raise ValidationError(_("Say how this contact came about without being started here."))
    advisory_lock(Lock.CONTACT_SLOT, str(request.party_id))
    attempt = _store_attempt(
        request=request, direction=Direction.OUTBOUND, by=by, is_unsanctioned=True
    )
    _store_settlement(attempt, 1, outcome, request.at, by)
    Incident.objects.create(attempt=attempt, reason=reason, opened_at=clock.now())
    record(
        action="contact.unsanctioned",
        by=by,
        object_type="compliance.Attempt",
        object_id=attempt.pk,
        portfolio_id=attempt.portfolio_id,
        reason=reason,
    )
    return attempt


@transaction.atomic
def record_inbound(*, request: ContactRequest, outcome: str, by: Actor) -> Attempt:
    """Records a contact that the person made; it needs no permission, and it counts."""
    _check_outcome(outcome)
    _check_past(request.at)
    advisory_lock(Lock.CONTACT_SLOT, str(request.party_id))
    attempt = _store_attempt(request=request, direction=Direction.INBOUND, by=by)
    _store_settlement(attempt, 1, outcome, request.at, by)
    return attempt


@transaction.atomic
def record_history(*, contacts: Sequence[HistoricContact], by: Actor) -> int:
    """Records contacts made before this system was used, so that the limits count them.

    A contact that is here already (same person, loan, channel, direction and instant) is left
    alone. Returns how many were new. Raises ValidationError for one in the future.
    """
    for contact in contacts:
        _check_outcome(contact.outcome)
        _check_past(contact.at)
    fresh = list({c.key: c for c in contacts if c.key not in _known_history(contacts)}.values())
    attempts = [
        Attempt(
            portfolio_id=contact.portfolio_id,
            party_id=contact.party_id,
            channel=contact.channel,
            direction=contact.direction,
            at=contact.at,
            is_history=True,
            made_by=contact.made_by or by.label,
        )
        for contact in fresh
    ]
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


def _known_history(contacts: Sequence[HistoricContact]) -> set[tuple[object, ...]]:
    rows = Attempt.objects.filter(
        is_history=True,
        party__in={contact.party_id for contact in contacts},
        at__in={contact.at for contact in contacts},
    )
    return set(rows.values_list("party_id", "about__loan_id", "channel", "direction", "at"))


def _check_outcome(outcome: str) -> None:
    if outcome not in Outcome.values:
        raise ValidationError(
            _("%(outcome)s is not an outcome. Use one of: %(known)s.")
            % {"outcome": outcome, "known": ", ".join(Outcome.values)}
        )


def _check_past(at: datetime) -> None:
    if at > clock.now() + CLOCK_TOLERANCE:
        raise ValidationError(_("A contact that was made cannot lie in the future."))


def _store_verdict(request: ContactRequest, decision: Decision, by: Actor) -> Verdict:
    return Verdict.objects.create(
        party_id=request.party_id,
        channel=request.channel,
        at=request.at,
        is_allowed=decision.allowed,
        findings=[_plain(asdict(found)) for found in decision.findings],
        facts_seen=_plain(asdict(decision.facts)),
        rule_packs=sorted({rule.pack for rule in decision.facts.rules}),
        next_allowed_at=decision.next_allowed_at,
        asked_by=by.label,
    )


def _plain(value: Any) -> Any:
    """Turns dates, ids and tuples into what JSON knows, keeping the shape."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _store_attempt(
    *,
    request: ContactRequest,
    direction: str,
    by: Actor,
    verdict: Verdict | None = None,
    is_unsanctioned: bool = False,
    is_history: bool = False,
) -> Attempt:
    _check_parties(request)
    loans = Loan.objects.filter(pk__in=request.loan_ids).values_list("portfolio_id", flat=True)
    attempt = Attempt.objects.create(
        portfolio_id=loans[0],
        party_id=request.party_id,
        channel=request.channel,
        direction=direction,
        contact_point_id=request.contact_point_id,
        at=request.at,
        verdict=verdict,
        is_unsanctioned=is_unsanctioned,
        is_history=is_history,
        made_by=by.label,
        made_by_id=by.id if by.kind == "user" else "",
    )
    AttemptLoan.objects.bulk_create(
        AttemptLoan(attempt=attempt, loan_id=loan_id) for loan_id in sorted(set(request.loan_ids))
    )
    return attempt


def _check_parties(request: ContactRequest) -> None:
    known = set(
        LoanParty.objects.filter(loan__in=request.loan_ids, party_id=request.party_id).values_list(
            "loan_id", flat=True
        )
    )
    if not request.loan_ids or known != set(request.loan_ids):
        raise ValidationError(_("A contact must be about loans that the person is a party of."))


def _store_settlement(
    attempt: Attempt, sequence: int, outcome: str, at: datetime, by: Actor
) -> Settlement:
    return Settlement.objects.create(
        attempt=attempt, sequence=sequence, outcome=outcome, at=at, settled_by=by.label
    )
