"""The life of a complaint: registered, acknowledged, extended, answered, reopened, closed.

Registering one sets its stop and closing it lifts the stop, in the same transaction.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.models import User
from compliance.clocks.complaints import due_on
from compliance.complaints.events import add_event, sealed
from compliance.complaints.flow import (
    ComplaintClock,
    ComplaintOutcome,
    ComplaintStatus,
)
from compliance.complaints.models import (
    DISPUTES,
    Complaint,
    ComplaintCategory,
    ComplaintStep,
    ReceivedBy,
)
from compliance.complaints.queries import last_number, next_clock, who_may_answer
from compliance.complaints.terms import terms_for
from compliance.complaints.texts import ASSIGNED
from compliance.stops.models import StopKind
from compliance.stops.services import add_stop, lift_stop_of
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.locks import Lock, advisory_lock
from loans.borrowers.models import Party
from loans.contracts.models import Loan, LoanParty
from loans.portfolios.models import Portfolio

LONGEST_TEXT: Final = 8_000


@transaction.atomic
def register_complaint(
    *,
    party: Party,
    portfolio: Portfolio,
    category: str,
    channel: str,
    text: str,
    received_at: datetime,
    by: Actor,
    loan: Loan | None = None,
    owner: User | None = None,
) -> Complaint:
    """Enters a complaint, starts its clock and stops contact about it until it is closed.

    The same person about the same, received at the same instant, is the same complaint: a no-op.
    Raises ValidationError for an unknown category or way, no text, a time to come, and a loan
    that is not the person's or lies in another portfolio.
    """
    _check_new(category, channel, text, received_at)
    _check_loan(party, portfolio, loan)
    # Numbers have no gaps and no doubles: an examiner counts them.
    advisory_lock(Lock.COMPLAINT_NUMBER, "register")
    same = Complaint.objects.filter(
        party=party, loan=loan, category=category, channel=channel, received_at=received_at
    ).first()
    if same is not None:
        return same
    received_on = _day(received_at, portfolio)
    terms = terms_for(party=party, portfolio=portfolio, day=received_on)
    complaint = Complaint(
        number=last_number() + 1,
        party=party,
        loan=loan,
        portfolio=portfolio,
        category=category,
        channel=channel,
        received_at=received_at,
        registered_by=by.label,
        answer_days=list(terms.days),
        clock_rule=terms.rule,
        clock_citation=terms.citation,
        due_on=due_on(received_on, ComplaintClock.SIMPLE, terms.days),
        acknowledge_by=terms.acknowledged_by(received_on),
    )
    complaint.text = sealed(complaint, text, complaint, "text")
    complaint.save(force_insert=True)
    add_event(complaint, ComplaintStep.REGISTERED, by)
    _stop(complaint, by)
    _record("complaint.registered", complaint, by, category=category)
    if owner is not None:
        assign_complaint(complaint=complaint, owner=owner, by=by)
    return complaint


@transaction.atomic
def assign_complaint(*, complaint: Complaint, owner: User, by: Actor) -> Complaint:
    """Gives a complaint to somebody who answers; to its owner again is a no-op.

    Raises ValidationError when it is closed, and for somebody who may not answer complaints of
    its portfolio.
    """
    complaint = _locked(complaint)
    _refuse_closed(complaint)
    if complaint.owner_id == owner.pk:
        return complaint
    if not who_may_answer(complaint.portfolio).filter(pk=owner.pk).exists():
        raise ValidationError(
            _("%(name)s answers no complaints of this portfolio. Choose somebody from the list.")
            % {"name": owner.get_full_name()}
        )
    complaint.owner = owner
    complaint.save(update_fields=["owner"])
    add_event(complaint, ComplaintStep.ASSIGNED, by, word=owner.get_full_name())
    _record("complaint.assigned", complaint, by, owner=str(owner.pk))
    if str(owner.pk) != by.id:
        notify(
            to=[owner],
            urgency=Urgency.DO_NOW,
            key=ASSIGNED,
            params={"number": complaint.label, "due_on": complaint.due_on.isoformat()},
            link=reverse("complaints:complaint", args=[complaint.pk]),
        )
    return complaint


@transaction.atomic
def acknowledge_complaint(*, complaint: Complaint, text: str, by: Actor) -> Complaint:
    """Records that the person was told their complaint came in, and how.

    Raises ValidationError without words, when it is answered, and when that was told already.
    """
    complaint = _locked(complaint)
    _check_words(text, _("Write down how the person was told."))
    if complaint.status != ComplaintStatus.OPEN:
        raise ValidationError(_("It is answered: there is nothing to acknowledge."))
    if complaint.events.filter(step=ComplaintStep.CONFIRMED).exists():
        raise ValidationError(_("It was acknowledged meanwhile. Look at it again."))
    add_event(complaint, ComplaintStep.CONFIRMED, by, text=text)
    _record("complaint.acknowledged", complaint, by)
    return complaint


@transaction.atomic
def extend_complaint(*, complaint: Complaint, to: str, reason: str, by: Actor) -> Complaint:
    """Moves an open complaint to the next clock, counted from receipt like the first.

    Raises ValidationError when it is answered, on another clock than the one before `to` (somebody
    else was quicker), already late, on its last clock, or without a reason.
    """
    complaint = _locked(complaint)
    _check_words(reason, _("Say why the answer takes longer."))
    if complaint.status != ComplaintStatus.OPEN:
        raise ValidationError(_("It is answered: there is nothing to extend."))
    following = next_clock(complaint)
    if following is None:
        raise ValidationError(_("There is no longer time than this: the rule names no further."))
    if following != to:
        raise ValidationError(_("Its time was changed meanwhile. Look at it again."))
    if complaint.due_on < clock.local_today(complaint.portfolio.time_zone):
        raise ValidationError(
            _("The time is over since %(day)s: it can only be answered now.")
            % {"day": complaint.due_on.isoformat()}
        )
    complaint.clock = following
    complaint.due_on = due_on(_counts_from(complaint), following, complaint.answer_days)
    complaint.save(update_fields=["clock", "due_on"])
    add_event(complaint, ComplaintStep.EXTENDED, by, word=following, text=reason)
    _record("complaint.extended", complaint, by, clock=str(following))
    return complaint


@transaction.atomic
def answer_complaint(*, complaint: Complaint, text: str, by: Actor) -> Complaint:
    """Records the answer that was given, and stops the clock. The stop stays until it is closed.

    Raises ValidationError without the text of the answer, and when it is answered already.
    """
    complaint = _locked(complaint)
    _check_words(text, _("Write down what was answered."))
    if complaint.status != ComplaintStatus.OPEN:
        raise ValidationError(_("It is answered already. Look at it again."))
    complaint.status, complaint.answered_at = ComplaintStatus.ANSWERED, clock.now()
    complaint.save(update_fields=["status", "answered_at"])
    add_event(complaint, ComplaintStep.ANSWERED, by, text=text)
    _record("complaint.answered", complaint, by)
    return complaint


@transaction.atomic
def reopen_complaint(*, complaint: Complaint, reason: str, by: Actor) -> Complaint:
    """Opens an answered complaint again, because the person does not accept the answer.

    A new first clock runs from today. Raises ValidationError without a reason, when it is not
    answered, and when it is closed: then what the person says now is a complaint of its own.
    """
    complaint = _locked(complaint)
    _check_words(reason, _("Say what the person does not accept."))
    _refuse_closed(complaint)
    if complaint.status != ComplaintStatus.ANSWERED:
        raise ValidationError(_("It is open already."))
    complaint.status, complaint.answered_at = ComplaintStatus.OPEN, None
    complaint.clock = ComplaintClock.SIMPLE
    today = clock.local_today(complaint.portfolio.time_zone)
    complaint.due_on = due_on(today, ComplaintClock.SIMPLE, complaint.answer_days)
    complaint.save(update_fields=["status", "answered_at", "clock", "due_on"])
    add_event(complaint, ComplaintStep.REOPENED, by, text=reason)
    _record("complaint.reopened", complaint, by)
    return complaint


@transaction.atomic
def close_complaint(*, complaint: Complaint, outcome: str, by: Actor, text: str = "") -> Complaint:
    """Closes an answered complaint with what it came to, and lifts its stop.

    Raises ValidationError for an unknown outcome, and when it is not answered or closed already.
    """
    complaint = _locked(complaint)
    if outcome not in ComplaintOutcome.values:
        raise ValidationError(_("Choose what the complaint came to."))
    _refuse_closed(complaint)
    if complaint.status != ComplaintStatus.ANSWERED:
        raise ValidationError(_("Answer it first; a complaint is closed after its answer."))
    if text.strip():
        _check_words(text, "")
    complaint.status, complaint.closed_at = ComplaintStatus.CLOSED, clock.now()
    complaint.outcome = outcome
    complaint.save(update_fields=["status", "closed_at", "outcome"])
    add_event(complaint, ComplaintStep.CLOSED, by, word=outcome, text=text)
    lift_stop_of(
        complaint=complaint,
        reason=_("complaint %(number)s closed") % {"number": complaint.label},
        by=by,
    )
    _record("complaint.closed", complaint, by, outcome=outcome)
    return complaint


def _stop(complaint: Complaint, by: Actor) -> None:
    """A complaint about the debt itself is a dispute of it."""
    kind = StopKind.DISPUTE if complaint.category in DISPUTES else StopKind.COMPLAINT
    add_stop(
        party=complaint.party,
        loan=complaint.loan,
        kind=kind,
        source=complaint.label,
        starts_at=complaint.received_at,
        details={"complaint": complaint.label},
        complaint=complaint,
        by=by,
    )


def _locked(complaint: Complaint) -> Complaint:
    return (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("portfolio", "party__data_key", "loan")
        .get(pk=complaint.pk)
    )


def _day(at: datetime, portfolio: Portfolio) -> date:
    return at.astimezone(ZoneInfo(portfolio.time_zone)).date()


def _counts_from(complaint: Complaint) -> date:
    """The day its clock counts from: of receipt, or of the last time it was opened again."""
    reopened = complaint.events.filter(step=ComplaintStep.REOPENED).order_by("-at", "-pk").first()
    return _day(reopened.at if reopened else complaint.received_at, complaint.portfolio)


def _refuse_closed(complaint: Complaint) -> None:
    if complaint.status == ComplaintStatus.CLOSED:
        raise ValidationError(
            _("This complaint is closed. What the person says now is a new one: register it.")
        )


def _check_new(category: str, channel: str, text: str, received_at: datetime) -> None:
    if category not in ComplaintCategory.values:
        raise ValidationError(_("Choose what the complaint is about."))
    if channel not in ReceivedBy.values:
        raise ValidationError(_("Choose how the complaint came in."))
    if received_at > clock.now():
        raise ValidationError(_("It cannot have come in later than now."))
    _check_words(text, _("Write down what the person says, in their own words."))


def _check_loan(party: Party, portfolio: Portfolio, loan: Loan | None) -> None:
    signatures = LoanParty.objects.filter(party=party, loan__portfolio=portfolio)
    if loan is not None:
        signatures = signatures.filter(loan=loan)
    if not signatures.exists():
        raise ValidationError(_("This person stands in no role to the loan."))


def _check_words(text: str, missing: str) -> None:
    if not text.strip():
        raise ValidationError(missing)
    if len(text) > LONGEST_TEXT:
        raise ValidationError(_("Say it in at most %(most)d characters.") % {"most": LONGEST_TEXT})
    refuse_card_numbers(text)


def _record(action: str, complaint: Complaint, by: Actor, **data: str) -> None:
    record(
        action=action,
        by=by,
        object_type="compliance.Complaint",
        object_id=complaint.pk,
        portfolio_id=complaint.portfolio_id,
        data={"number": complaint.label, **data},
    )
