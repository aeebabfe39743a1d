"""Demand letters: drawn up, approved by a second person, posted through the gate, delivered."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.approvals import services as approvals
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.legal.acceleration import brief_of, check_basis, check_may_call, declare
from collections_app.legal.letter_flow import LetterState
from collections_app.legal.letter_models import STANDING, DemandLetter, DemandLetterEvent
from collections_app.legal.letters import Drawing, compose, printed
from collections_app.legal.numbers import next_number
from collections_app.legal.telling import tell_asker, tell_leads
from compliance.attempts.models import Attempt, Outcome
from compliance.attempts.services import reserve, settle
from compliance.gate.facts import CallMode, Channel, ContactRequest, Purpose
from compliance.notices.models import NoticeKind, ServedBy
from compliance.notices.services import record_notice
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.files import name_of, open_stored, store
from loans.contracts.models import LIABLE_ROLES, LoanParty
from loans.delinquency.models import Position
from notifications.templates.declared import content_of

APPROVAL_KIND: Final = "legal.demand"
SUBJECT: Final = "collections_app.DemandLetter"
DECIDE_RIGHT: Final = "approval.decide"
#: Figures older than this say little of what is owed when the letter arrives.
FIGURES_HOLD: Final = timedelta(days=14)
#: Between drawing up and the day demanded lies at least so much.
LEAST_TERM: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Posting:
    """With whom a letter goes, and the number by which its way is followed."""

    on: date
    courier: str
    tracking_number: str


@transaction.atomic
def draw_letter(*, case: Case, drawing: Drawing, by: Actor) -> DemandLetter:
    """Draws a demand letter up and keeps its PDF, sealed, under the person's key.

    Raises ValidationError for a case that is over, somebody who does not owe the loan, an address
    that is not theirs, a term that is too short, a letter that is on its way already, and what
    `letters.compose` raises. Nothing is written then.
    """
    locked = Case.objects.select_for_update(of=("self",)).select_related("portfolio", "loan")
    case = locked.get(pk=case.pk)
    _check_drawing(case, drawing)
    composed = compose(case, drawing)
    number = next_number(DemandLetter)
    pdf = printed(case, composed, f"D-{number:04}")
    letter = DemandLetter.objects.create(
        number=number,
        case=case,
        party=drawing.party,
        address=drawing.address,
        kind=drawing.kind,
        basis=drawing.basis.strip(),
        wording=composed.wording,
        language=drawing.language,
        as_of=drawing.as_of,
        pay_by=drawing.pay_by,
        figures=dict(composed.figures),
        file=store(
            content=io.BytesIO(pdf.pdf),
            name=f"D-{number:04}.pdf",
            content_type="application/pdf",
            key=drawing.party.data_key,
        ),
        page_count=sum(pdf.pages),
        drawn_at=clock.now(),
        drawn_by=by.label,
    )
    _came_to(letter, LetterState.DRAWN, _today(letter), by)
    return letter


@transaction.atomic
def propose_letter(*, letter: DemandLetter, by: Actor) -> DemandLetter:
    """Asks a second person to approve the letter as it is printed.

    Raises ValidationError unless it is drawn up, its figures still hold, and, where it calls the
    whole loan due, all that the law asks for before has happened.
    """
    locked = _locked(letter, LetterState.DRAWN)
    _check_still_owed(locked)
    locked.approval = approvals.request_approval(
        kind=APPROVAL_KIND,
        brief={
            "letter": locked.label,
            "contract_no": locked.case.loan.contract_no,
            "as_of": locked.as_of.isoformat(),
            "pay_by": locked.pay_by.isoformat(),
            "figures": locked.figures,
            **brief_of(locked),
            "sha256": locked.file.sha256,
        },
        subject_type=SUBJECT,
        subject_id=locked.pk,
        portfolio_id=locked.case.portfolio_id,
        decide_right=DECIDE_RIGHT,
        by=by,
    )
    _move(locked, LetterState.PROPOSED, by, also=["approval"])
    tell_leads(case=locked.case, by=by, link=letter_href(locked))
    return locked


@transaction.atomic
def decide_letter(*, letter: DemandLetter, approve: bool, reason: str, by: Actor) -> DemandLetter:
    """Approves or refuses a letter as the second person.

    Raises PermissionDenied for who asked and for who has not the right, ValidationError when it
    does not wait, for a refusal without a reason, and where the debt was paid meanwhile.
    """
    locked = _locked(letter, LetterState.PROPOSED)
    assert locked.approval is not None  # by constraint
    if approve:
        _check_still_owed(locked)
    approvals.decide(approval=locked.approval, by=by, approve=approve, reason=reason)
    state = LetterState.APPROVED if approve else LetterState.REFUSED
    _move(locked, state, by, reason=reason.strip()[:200])
    tell_asker(locked.approval, by=by, approved=approve, link=letter_href(locked))
    return locked


@transaction.atomic
def void_letter(*, letter: DemandLetter, reason: str, by: Actor) -> DemandLetter:
    """Takes a letter back that was not posted. Raises ValidationError without a reason, or late."""
    if not reason.strip():
        raise ValidationError(_("Say why the letter is not sent."))
    refuse_card_numbers(reason)
    locked = _locked(letter, LetterState.DRAWN, LetterState.PROPOSED, LetterState.APPROVED)
    if locked.state == LetterState.PROPOSED:
        assert locked.approval is not None  # by constraint
        approvals.withdraw(approval=locked.approval, by=by, reason=reason)
    _move(locked, LetterState.VOID, by, reason=reason.strip()[:200])
    return locked


def letter_request(letter: DemandLetter) -> ContactRequest:
    """Returns what the gate is asked about posting a letter now."""
    return ContactRequest(
        party_id=letter.party_id,
        loan_ids=(letter.case.loan_id,),
        channel=Channel.LETTER,
        at=clock.now(),
        mode=CallMode.LIVE,
        purpose=Purpose.PAYMENT,
        content=content_of(letter.wording),
    )


def post_letter(*, letter: DemandLetter, posting: Posting, by: Actor) -> DemandLetter:
    """Asks the gate, books the contact, and notes that the letter went out.

    Call it outside a transaction of your own, or a refusal is not kept. Raises ContactRefused with
    every reason, and ValidationError unless it is approved, still owed and posted on a day that
    has come; the contact counts as not made then.
    """
    _check_posting(_read(letter, LetterState.APPROVED), posting)
    attempt = reserve(request=letter_request(letter), by=by)
    try:
        return _posted(letter, attempt, posting, by)
    except ValidationError:
        settle(attempt=attempt, outcome=Outcome.NOT_MADE, by=by)
        raise


@transaction.atomic
def _posted(letter: DemandLetter, attempt: Attempt, posting: Posting, by: Actor) -> DemandLetter:
    locked = _locked(letter, LetterState.APPROVED)
    _check_posting(locked, posting)
    settle(attempt=attempt, outcome=Outcome.SENT, by=by)
    locked.attempt, locked.posted_on = attempt, posting.on
    locked.courier = posting.courier.strip()
    locked.tracking_number = posting.tracking_number.strip()
    also = ["attempt", "posted_on", "courier", "tracking_number"]
    _move(locked, LetterState.POSTED, by, on=posting.on, also=also)
    return locked


@transaction.atomic
def record_delivery(*, letter: DemandLetter, on: date, by: Actor) -> DemandLetter:
    """Records that the letter arrived: a notice of demand, which interrupts the limitation.

    One that calls the whole loan due does so from that day on. Raises ValidationError unless it was
    posted, and for a day before that or to come.
    """
    locked = _locked(letter, LetterState.POSTED)
    _check_end(locked, on)
    _serve(locked, on, by)
    _move(locked, LetterState.DELIVERED, by, on=on, also=_SERVED)
    return locked


@transaction.atomic
def record_return(
    *, letter: DemandLetter, on: date, reason: str, is_agreed_address: bool, by: Actor
) -> DemandLetter:
    """Records that the letter came back. From the address agreed in the contract it counts as
    arrived all the same, on the day it should have (时效规定 8(2)), and a notice is recorded.

    Raises ValidationError unless it was posted, without a reason, and for a day before it was
    posted or to come.
    """
    if not reason.strip():
        raise ValidationError(_("Say what the courier noted: moved, refused, nobody there."))
    refuse_card_numbers(reason)
    locked = _locked(letter, LetterState.POSTED)
    _check_end(locked, on)
    if is_agreed_address:
        _serve(locked, on, by)
    locked.ended_on = on
    _move(locked, LetterState.RETURNED, by, on=on, reason=reason.strip()[:200], also=_SERVED)
    return locked


@transaction.atomic
def read_letter(*, letter: DemandLetter, by: Actor) -> tuple[str, IO[bytes]]:
    """Opens the kept bytes for who prints or reads them, with their name; a line of the trail."""
    content = open_stored(letter.file)
    _record(letter, "demand_letter.read", by)
    return name_of(letter.file), content


_SERVED: Final = ["ended_on", "counts_as_served", "notice"]


def _serve(letter: DemandLetter, on: date, by: Actor) -> None:
    letter.notice = record_notice(
        loan=letter.case.loan,
        party=letter.party,
        kind=NoticeKind.ACCELERATION if letter.is_acceleration else NoticeKind.DEMAND,
        served_on=on,
        how=ServedBy.REGISTERED_POST,
        document_ref=" ".join([letter.label, letter.courier, letter.tracking_number]).strip(),
        by=by,
    )
    letter.ended_on, letter.counts_as_served = on, True
    if letter.is_acceleration:
        declare(letter=letter, on=on, by=by)


def _check_drawing(case: Case, drawing: Drawing) -> None:
    if case.state != CaseState.OPEN:
        raise ValidationError(_("This case is over: there is nothing to demand."))
    owes = LoanParty.objects.filter(
        loan=case.loan_id, party=drawing.party, role__in=LIABLE_ROLES
    ).exists()
    if not owes:
        raise ValidationError(_("This person does not owe the loan."))
    if drawing.address.party_id != drawing.party.pk or not drawing.address.is_current:
        raise ValidationError(_("This is no current address of the person."))
    if drawing.pay_by < clock.local_today(case.portfolio.time_zone) + LEAST_TERM:
        raise ValidationError(
            _("Leave the person at least %(days)d days to pay.") % {"days": LEAST_TERM.days}
        )
    check_basis(case, drawing)
    letters = DemandLetter.objects.filter(case=case, party=drawing.party)
    standing = letters.filter(state__in=STANDING).first()
    if standing is not None:
        raise ValidationError(
            _("%(letter)s to this person is on its way: %(state)s.")
            % {"letter": standing.label, "state": standing.get_state_display()}
        )


def _check_still_owed(letter: DemandLetter) -> None:
    position = Position.objects.get(pk=letter.case.loan_id)
    if letter.case.state != CaseState.OPEN or position.overdue_amount <= 0:
        raise ValidationError(_("Nothing is past due any more: take the letter back."))
    if letter.case.portfolio.business_date - letter.as_of > FIGURES_HOLD:
        raise ValidationError(
            _("Its figures are of %(day)s: take it back and draw a new one up.")
            % {"day": letter.as_of.isoformat()}
        )
    if letter.is_acceleration:
        check_may_call(letter.case, party_id=letter.party_id, on=_today(letter))


def _check_posting(letter: DemandLetter, posting: Posting) -> None:
    _check_still_owed(letter)
    if not posting.courier.strip() or not posting.tracking_number.strip():
        raise ValidationError(_("Name the courier and give its number: it proves the delivery."))
    assert letter.approval is not None  # by constraint
    zone = clock.zone_of(letter.case.portfolio.time_zone)
    decided = letter.approval.closed_at
    first = decided.astimezone(zone).date() if decided else posting.on
    if not first <= posting.on <= _today(letter):
        raise ValidationError(_("Give a day between the approval and today."))


def _check_end(letter: DemandLetter, on: date) -> None:
    if letter.posted_on is not None and on < letter.posted_on:
        raise ValidationError(_("That day lies before the posting."))
    if on > _today(letter):
        raise ValidationError(_("That day lies ahead."))


def _today(letter: DemandLetter) -> date:
    return clock.local_today(letter.case.portfolio.time_zone)


def _read(letter: DemandLetter, *states: LetterState) -> DemandLetter:
    found = DemandLetter.objects.select_related(
        "case__portfolio", "case__loan", "party__data_key", "approval__requested_by", "file"
    ).get(pk=letter.pk)
    _check_state(found, states)
    return found


def _locked(letter: DemandLetter, *states: LetterState) -> DemandLetter:
    found = (
        DemandLetter.objects.select_for_update(of=("self",))
        .select_related(
            "case__portfolio", "case__loan", "party__data_key", "approval__requested_by", "file"
        )
        .get(pk=letter.pk)
    )
    _check_state(found, states)
    return found


def _check_state(letter: DemandLetter, states: Iterable[LetterState]) -> None:
    if letter.state not in tuple(states):
        raise ValidationError(
            _("%(letter)s does not wait for this: %(state)s.")
            % {"letter": letter.label, "state": letter.get_state_display()}
        )


def _move(
    letter: DemandLetter,
    state: LetterState,
    by: Actor,
    *,
    on: date | None = None,
    reason: str = "",
    also: Iterable[str] = (),
) -> None:
    letter.state = state
    letter.save(update_fields=["state", *also])
    _came_to(letter, state, on or _today(letter), by, reason)


def _came_to(
    letter: DemandLetter, state: LetterState, on: date, by: Actor, reason: str = ""
) -> None:
    DemandLetterEvent.objects.create(letter=letter, state=state, on=on, by=by.label, reason=reason)
    _record(letter, f"demand_letter.{state.value}", by, reason)


def _record(letter: DemandLetter, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.Case",
        object_id=letter.case_id,
        portfolio_id=letter.case.portfolio_id,
        reason=reason,
        data={"letter": str(letter.pk), "sha256": letter.file.sha256},
    )


def letter_href(letter: DemandLetter) -> str:
    """Returns the page of a letter."""
    return reverse("legal:letter", args=[letter.pk])
