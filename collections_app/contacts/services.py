"""Starting calls and logging how they ended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case, NextStep
from collections_app.cases.services import set_next_step
from collections_app.contacts.models import Contact, ResultCode
from collections_app.contacts.result_codes import STANDARD_RESULTS, StandardResult
from compliance.attempts.models import Attempt
from compliance.attempts.services import (
    record_inbound,
    record_unsanctioned,
    reserve,
    settle,
)
from compliance.gate.facts import Channel, ContactRequest
from compliance.stops.services import add_stop
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from loans.borrowers.models import ContactPoint
from loans.borrowers.services import mark_invalid
from loans.contracts.models import LIABLE_ROLES, LoanParty

#: A next step further away than this is a slip of the pen.
FURTHEST_NEXT_STEP = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wrapup:
    """What the collector says once the talk is over."""

    result: ResultCode
    note: str = ""
    next_step: str = ""
    next_step_at: datetime | None = None


def start_call(*, case: Case, contact_point: ContactPoint, agent: User) -> Attempt:
    """Asks the gate and books the call before anybody dials.

    Raises ContactRefused with every reason when the gate says no; nothing is booked then. Raises
    ValidationError for a case that is over, or a number of somebody who does not owe the loan.
    """
    _check_open(case)
    _check_owes(case, contact_point)
    by = Actor.of(agent)
    attempt = reserve(
        request=call_request(case=case, contact_point=contact_point, at=clock.now()), by=by
    )
    record(
        action="party.revealed",
        by=by,
        object_type="loans.Party",
        object_id=contact_point.party_id,
        portfolio_id=case.portfolio_id,
        reason="calling now",
        data={"contact_point": str(contact_point.pk), "attempt": str(attempt.pk)},
    )
    return attempt


@transaction.atomic
def log_call(*, case: Case, attempt: Attempt, wrapup: Wrapup, agent: User) -> Contact:
    """Settles a started call with its result and sets the next step.

    Raises ValidationError when the call is somebody else's, belongs to another case, has an
    outcome already, or the result lacks what it needs; nothing is written then.
    """
    if attempt.made_by_id != str(agent.pk):
        raise ValidationError(_("This call was started by somebody else."))
    if not attempt.about.filter(loan=case.loan_id).exists():
        raise ValidationError(_("This call was about another case."))
    _check_wrapup(wrapup)
    settle(attempt=attempt, outcome=wrapup.result.outcome, by=Actor.of(agent))
    return _log(case=case, attempt=attempt, wrapup=wrapup, agent=agent)


@transaction.atomic
def log_unsanctioned_call(
    *,
    case: Case,
    contact_point: ContactPoint,
    at: datetime,
    reason: str,
    wrapup: Wrapup,
    agent: User,
) -> Contact:
    """Logs a call that was made without being started here; it counts, and opens an incident."""
    _check_wrapup(wrapup)
    attempt = record_unsanctioned(
        request=call_request(case=case, contact_point=contact_point, at=at),
        outcome=wrapup.result.outcome,
        reason=reason,
        by=Actor.of(agent),
    )
    return _log(case=case, attempt=attempt, wrapup=wrapup, agent=agent)


@transaction.atomic
def log_inbound_call(
    *, case: Case, contact_point: ContactPoint, at: datetime, wrapup: Wrapup, agent: User
) -> Contact:
    """Logs a call that the borrower made; it needs no permission."""
    _check_wrapup(wrapup)
    attempt = record_inbound(
        request=call_request(case=case, contact_point=contact_point, at=at),
        outcome=wrapup.result.outcome,
        by=Actor.of(agent),
    )
    return _log(case=case, attempt=attempt, wrapup=wrapup, agent=agent)


def install_standard_results(*, by: Actor) -> int:
    """Adds the standard result codes that are missing; those there stay as staff left them."""
    known = set(ResultCode.objects.values_list("code", flat=True))
    rows = [
        _result_row(position, standard)
        for position, standard in enumerate(STANDARD_RESULTS, start=1)
        if standard.code not in known
    ]
    with transaction.atomic():
        ResultCode.objects.bulk_create(rows)
        if rows:
            record(
                action="result_code.installed",
                by=by,
                object_type="collections_app.ResultCode",
                object_id="standard",
                count=len(rows),
            )
    return len(rows)


def _result_row(position: int, standard: StandardResult) -> ResultCode:
    values = asdict(standard)
    values["next_step_after_hours"] = values.pop("after_hours")
    return ResultCode(position=position * 10, **values)


def call_request(*, case: Case, contact_point: ContactPoint, at: datetime) -> ContactRequest:
    """Returns what the gate is asked about a call on a case."""
    return ContactRequest(
        party_id=contact_point.party_id,
        loan_ids=(case.loan_id,),
        channel=Channel.CALL,
        at=at,
        contact_point_id=contact_point.pk,
    )


def _check_open(case: Case) -> None:
    if case.state != CaseState.OPEN:
        raise ValidationError(
            _("This case is over: the arrears are paid. There is nothing to collect.")
        )


def _check_owes(case: Case, contact_point: ContactPoint) -> None:
    """A reference is nobody to collect from, and never hears of the debt."""
    owes = LoanParty.objects.filter(
        loan=case.loan_id, party=contact_point.party_id, role__in=LIABLE_ROLES
    )
    if not owes.exists():
        raise ValidationError(
            _("This number belongs to somebody who does not owe the loan. Do not call it about it.")
        )


def _check_wrapup(wrapup: Wrapup) -> None:
    """Refuses a result that lacks what its code asks for; one message per field."""
    errors: dict[str, str] = {}
    if not wrapup.result.is_active:
        errors["result"] = _("This result is no longer used. Choose another.")
    if wrapup.result.needs_note and not wrapup.note.strip():
        errors["note"] = _("Say in a few words what was said.")
    if wrapup.next_step and wrapup.next_step not in NextStep.values:
        errors["next_step"] = _("Choose a next step from the list.")
    if wrapup.next_step_at is not None:
        ahead = wrapup.next_step_at - clock.now()
        if not timedelta(0) < ahead <= FURTHEST_NEXT_STEP:
            errors["next_step_at"] = _("The next step must lie ahead, within a year.")
    elif wrapup.result.needs_next_time:
        errors["next_step_at"] = _("Say when the next step is due.")
    try:
        refuse_card_numbers(wrapup.note)
    except ValidationError as refusal:
        errors["note"] = " ".join(refusal.messages)
    if errors:
        raise ValidationError(errors)


def _log(*, case: Case, attempt: Attempt, wrapup: Wrapup, agent: User) -> Contact:
    by = Actor.of(agent)
    now = clock.now()
    result = wrapup.result
    contact = Contact(
        case=case,
        attempt=attempt,
        result=result,
        next_step=wrapup.next_step or result.next_step,
        next_step_at=wrapup.next_step_at or now + timedelta(hours=result.next_step_after_hours),
        at=attempt.at,
        logged_by=agent,
    )
    if wrapup.note.strip():
        contact.note = seal(
            key=attempt.party.data_key,
            plaintext=wrapup.note.strip(),
            table=Contact._meta.db_table,
            column="note",
            row_id=contact.pk,
        )
    contact.save(force_insert=True)
    set_next_step(case=case, step=contact.next_step, at=contact.next_step_at, by=by)
    _apply_consequences(attempt, result, by)
    record(
        action="contact.logged",
        by=by,
        object_type="collections_app.Case",
        object_id=case.pk,
        portfolio_id=case.portfolio_id,
        data={"contact": str(contact.pk), "result": result.code},
    )
    return contact


def _apply_consequences(attempt: Attempt, result: ResultCode, by: Actor) -> None:
    """What a result does beyond the case: marks a dead number, puts a stop on the person."""
    if result.marks_number_invalid and attempt.contact_point is not None:
        mark_invalid(
            contact_point=attempt.contact_point,
            on=clock.local_today(attempt.portfolio.time_zone),
            reason=result.name,
            by=by,
        )
    if result.stop_kind:
        add_stop(
            party=attempt.party,
            kind=result.stop_kind,
            source=f"call {attempt.pk}",
            starts_at=clock.now(),
            by=by,
        )
