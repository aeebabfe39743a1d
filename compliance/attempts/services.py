"""Reserving, settling and recording contacts."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.attempts.evidence import new_verdict
from compliance.attempts.incidents import open_incident
from compliance.attempts.ledger import (
    CLOCK_TOLERANCE,
    check_now,
    check_outcome,
    check_past,
    lock_slots,
    no_party,
    portfolio_of,
    standing_outcome,
    store_attempt,
    store_first_settlement,
    store_settlement,
)
from compliance.attempts.models import Attempt, Direction, Settlement, Verdict
from compliance.gate.facts import ContactRequest, Decision
from compliance.gate.services import decide
from compliance.overrides.models import Override
from compliance.overrides.queries import override_for
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.contracts.models import LoanParty


class ContactRefused(Exception):
    """The gate said no. Carries the decision and the stored verdict; nothing was reserved."""

    def __init__(self, decision: Decision, verdict: Verdict) -> None:
        super().__init__("The gate refused this contact.")
        self.decision = decision
        self.verdict = verdict


def reserve(*, request: ContactRequest, by: Actor) -> Attempt:
    """Asks the gate and, when it allows, books the contact before it is made.

    The verdict is stored either way. The person and the loans are decided on one request at a
    time, so two callers never both take a last permitted contact. A refusal passes where a second
    person granted an override of every rule that objects; it is used up by that.

    Raises ContactRefused when the gate says no; call it outside a transaction of your own, which
    would take the stored refusal back with it. Raises ValidationError for another moment than now
    and for a person who is no party of the loans.
    """
    with transaction.atomic():
        answer = reserve_within(request=request, by=by)
    if isinstance(answer, ContactRefused):
        raise answer
    return answer


def reserve_within(*, request: ContactRequest, by: Actor) -> Attempt | ContactRefused:
    """Does as `reserve` in the caller's transaction, and returns a refusal, which is kept with it.

    Raises ValidationError as `reserve` does; the transaction is to be given up then.
    """
    check_now(request.at)
    lock_slots(party_id=request.party_id, loan_ids=request.loan_ids)
    decision = _decision(request)
    portfolio_id = decision.facts.portfolio_id
    assert portfolio_id is not None  # gathered
    override = None if decision.allowed else override_for(request=request, decision=decision)
    verdict = new_verdict(
        request=request, portfolio_id=portfolio_id, decision=decision, by=by, override=override
    )
    if decision.allowed or override is not None:
        attempt = _book(verdict, request, override, by)
        attempt.decision = decision
        return attempt
    verdict.save(force_insert=True)
    record(
        action="contact.refused",
        by=by,
        object_type="loans.Party",
        object_id=request.party_id,
        portfolio_id=portfolio_id,
        data={"verdict": str(verdict.pk), "codes": [f.code for f in decision.denials]},
    )
    return ContactRefused(decision, verdict)


def _decision(request: ContactRequest) -> Decision:
    try:
        return decide(request)
    except LoanParty.DoesNotExist as error:
        raise no_party() from error


def _book(
    verdict: Verdict, request: ContactRequest, override: Override | None, by: Actor
) -> Attempt:
    attempt = store_attempt(
        request=request,
        portfolio_id=verdict.portfolio_id,
        direction=Direction.OUTBOUND,
        by=by,
        verdict=verdict,
        override=override,
    )
    if override is not None:
        _tell(attempt, "contact.overridden", by, override.reason, {"codes": override.codes})
    return attempt


@transaction.atomic
def settle(*, attempt: Attempt, outcome: str, by: Actor, at: datetime | None = None) -> Settlement:
    """Records how a reserved contact ended; a second settlement must be a correction.

    Raises ValidationError for an unknown outcome, an end before the start or ahead of now, or an
    attempt that already has an outcome.
    """
    return settle_within(attempt=attempt, outcome=outcome, by=by, at=at)


def settle_within(
    *, attempt: Attempt, outcome: str, by: Actor, at: datetime | None = None
) -> Settlement:
    """Does as `settle` in the caller's transaction, which is to be given up when this raises."""
    ended_at = at or clock.now()
    check_outcome(outcome)
    check_past(ended_at)
    if ended_at < attempt.at - CLOCK_TOLERANCE:
        raise ValidationError(_("A contact cannot end before it starts."))
    lock_slots(party_id=attempt.party_id)
    first = store_first_settlement(attempt=attempt, outcome=outcome, at=ended_at, by=by)
    if first is not None:
        return first
    last = attempt.settlements.order_by("-sequence")[0]
    if last.outcome:
        raise ValidationError(
            _("This contact already has an outcome. Correct it instead of recording it twice.")
        )
    sequence = last.sequence + 1
    return store_settlement(attempt=attempt, sequence=sequence, outcome=outcome, at=ended_at, by=by)


@transaction.atomic
def correct_outcome(*, attempt: Attempt, outcome: str, reason: str, by: Actor) -> Settlement:
    """Replaces a wrong outcome; the first one stays readable.

    Raises ValidationError without a reason, or when there is nothing to correct.
    """
    check_outcome(outcome)
    if not reason.strip():
        raise ValidationError(_("Say why the outcome was wrong."))
    lock_slots(party_id=attempt.party_id)
    last = attempt.settlements.order_by("-sequence").first()
    if last is None or last.outcome in ("", outcome):
        raise ValidationError(_("There is no other outcome to correct."))
    # It ended when it ended, whatever it turns out to have been.
    settlement = store_settlement(
        attempt=attempt, sequence=last.sequence + 1, outcome=outcome, at=last.at, by=by
    )
    _tell(attempt, "contact.corrected", by, reason, {"from": last.outcome, "to": outcome})
    return settlement


@transaction.atomic
def take_back_outcome(*, attempt: Attempt, reason: str, by: Actor) -> Settlement:
    """Takes back an outcome that was said by mistake; the contact waits for its outcome again.

    Until then it counts as any reserved contact does. What was said first stays readable. Raises
    ValidationError without a reason, or when there is no outcome to take back.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the outcome was wrong."))
    lock_slots(party_id=attempt.party_id)
    last = standing_outcome(attempt)
    if last is None:
        raise ValidationError(_("There is no outcome to take back."))
    settlement = store_settlement(
        attempt=attempt, sequence=last.sequence + 1, outcome="", at=clock.now(), by=by
    )
    _tell(attempt, "contact.outcome_taken_back", by, reason, {"from": last.outcome})
    return settlement


@transaction.atomic
def record_unsanctioned(
    *, request: ContactRequest, outcome: str, reason: str, by: Actor
) -> Attempt:
    """Records a contact that was made without the gate's yes, and opens an incident.

    What happened can always be recorded: a ledger that refuses reality undercounts. Raises
    ValidationError for a contact in the future or without a reason.
    """
    check_outcome(outcome)
    check_past(request.at)
    if not reason.strip():
        raise ValidationError(_("Say how this contact came about without being started here."))
    lock_slots(party_id=request.party_id, loan_ids=request.loan_ids)
    attempt = store_attempt(
        request=request,
        portfolio_id=portfolio_of(request),
        direction=Direction.OUTBOUND,
        by=by,
        is_unsanctioned=True,
    )
    store_settlement(attempt=attempt, sequence=1, outcome=outcome, at=request.at, by=by)
    open_incident(attempt=attempt, reason=reason)
    _tell(attempt, "contact.unsanctioned", by, reason)
    return attempt


@transaction.atomic
def begin_inbound(*, request: ContactRequest, by: Actor) -> Attempt:
    """Records that a person called and is on the line; how it ends `settle` says.

    It needs no permission. Until it has an outcome it counts as any contact without one. Raises
    ValidationError for another moment than now.
    """
    check_now(request.at)
    lock_slots(party_id=request.party_id, loan_ids=request.loan_ids)
    return store_attempt(
        request=request, portfolio_id=portfolio_of(request), direction=Direction.INBOUND, by=by
    )


@transaction.atomic
def record_inbound(*, request: ContactRequest, outcome: str, by: Actor) -> Attempt:
    """Records a contact that the person made; it needs no permission, and it counts."""
    check_outcome(outcome)
    check_past(request.at)
    lock_slots(party_id=request.party_id, loan_ids=request.loan_ids)
    attempt = store_attempt(
        request=request, portfolio_id=portfolio_of(request), direction=Direction.INBOUND, by=by
    )
    store_settlement(attempt=attempt, sequence=1, outcome=outcome, at=request.at, by=by)
    return attempt


def _tell(
    attempt: Attempt, action: str, by: Actor, reason: str, data: dict[str, object] | None = None
) -> None:
    record(
        action=action,
        by=by,
        object_type="compliance.Attempt",
        object_id=attempt.pk,
        portfolio_id=attempt.portfolio_id,
        reason=reason,
        data=data or {},
    )
