"""Starting calls and logging how they ended."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.cases.services import set_next_step
from collections_app.contacts.asks import DisputedMatter
from collections_app.contacts.drafts import drop_draft
from collections_app.contacts.models import Contact, ResultCode
from collections_app.contacts.result_codes import STANDARD_RESULTS, StandardResult
from collections_app.contacts.wrapup import Wrapup, check_wrapup
from compliance.attempts.models import Attempt
from compliance.attempts.services import (
    begin_inbound,
    record_inbound,
    record_unsanctioned,
    reserve,
    settle,
)
from compliance.gate.facts import Channel, ContactRequest
from compliance.stops.models import Stop, StopKind
from compliance.stops.services import add_stop
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.sealing import seal
from loans.borrowers.models import ContactPoint, Party
from loans.borrowers.services import mark_invalid
from loans.contracts.models import LIABLE_ROLES, LoanParty


def start_call(
    *, case: Case, contact_point: ContactPoint, agent: User, is_number_shown: bool = True
) -> Attempt:
    """Asks the gate and books the call before anybody dials.

    That the agent is shown the number is a line of the trail; a telephone system that dials by
    itself shows it to nobody (`is_number_shown`).

    Raises ContactRefused with every reason when the gate says no; nothing is booked then. Raises
    ValidationError for a case that is over, or a number of somebody who does not owe the loan.
    """
    _check_open(case)
    _check_owes(case, contact_point)
    by = Actor.of(agent)
    attempt = reserve(
        request=call_request(case=case, contact_point=contact_point, at=clock.now()), by=by
    )
    if is_number_shown:
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


def take_call(
    *, case: Case, party: Party, contact_point: ContactPoint | None, agent: User
) -> Attempt:
    """Records that somebody on the loan rang and is on the line with the agent.

    Their number may be none that is known (`contact_point` None). How the call ended is logged like
    one of ours (`log_call`). Raises ValidationError for a case that is over or somebody who does
    not stand on the loan.
    """
    _check_open(case)
    return begin_inbound(
        request=ContactRequest(
            party_id=party.pk,
            loan_ids=(case.loan_id,),
            channel=Channel.CALL,
            at=clock.now(),
            contact_point_id=contact_point.pk if contact_point is not None else None,
        ),
        by=Actor.of(agent),
    )


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
    check_wrapup(wrapup)
    settle(attempt=attempt, outcome=wrapup.outcome, by=Actor.of(agent))
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
    check_wrapup(wrapup)
    attempt = record_unsanctioned(
        request=call_request(case=case, contact_point=contact_point, at=at),
        outcome=wrapup.outcome,
        reason=reason,
        by=Actor.of(agent),
    )
    return _log(case=case, attempt=attempt, wrapup=wrapup, agent=agent)


@transaction.atomic
def log_inbound_call(
    *, case: Case, contact_point: ContactPoint, at: datetime, wrapup: Wrapup, agent: User
) -> Contact:
    """Logs a call that the borrower made; it needs no permission."""
    check_wrapup(wrapup)
    attempt = record_inbound(
        request=call_request(case=case, contact_point=contact_point, at=at),
        outcome=wrapup.outcome,
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
    values["asks"] = list(standard.asks)
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


def _log(*, case: Case, attempt: Attempt, wrapup: Wrapup, agent: User) -> Contact:
    by = Actor.of(agent)
    now = clock.now()
    result = wrapup.result
    contact = Contact(
        case=case,
        attempt=attempt,
        sequence=attempt.contacts.count() + 1,
        result=result,
        next_step=wrapup.next_step or result.next_step,
        next_step_at=wrapup.next_step_at or now + timedelta(hours=result.next_step_after_hours),
        answers=wrapup.answers.stored(),
        at=attempt.at,
        logged_at=now,
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
    contact.effects = {
        "step_before": step_of(case),
        **wrapup.effects,
        **_apply_consequences(attempt, wrapup, by),
    }
    contact.save(force_insert=True)
    set_next_step(case=case, step=contact.next_step, at=contact.next_step_at, by=by)
    drop_draft(case=case, agent=agent)
    record(
        action="contact.logged",
        by=by,
        object_type="collections_app.Case",
        object_id=case.pk,
        portfolio_id=case.portfolio_id,
        data={"contact": str(contact.pk), "result": result.code},
    )
    return contact


def step_of(case: Case) -> list[str | None]:
    """Returns the step that stands on the case, now locked, to be put back with an entry."""
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    due = locked.next_step_at
    return [locked.next_step, due.isoformat() if due else None]


def _apply_consequences(attempt: Attempt, wrapup: Wrapup, by: Actor) -> dict[str, Any]:
    """What a result does beyond the case: marks a dead number, puts a stop on the person.

    Returns what is to be undone with the entry, by name.
    """
    result, effects = wrapup.result, {}
    point = attempt.contact_point
    if result.marks_number_invalid and point is not None:
        if ContactPoint.objects.filter(pk=point.pk, invalid_since__isnull=True).exists():
            effects["number_marked"] = str(point.pk)
        mark_invalid(
            contact_point=point,
            on=clock.local_today(attempt.portfolio.time_zone),
            reason=result.name,
            by=by,
        )
    if result.stop_kind:
        effects["stop"] = str(_add_stop(attempt, wrapup, by).pk)
    return effects


def _add_stop(attempt: Attempt, wrapup: Wrapup, by: Actor) -> Stop:
    made = attempt.at.astimezone(clock.zone_of(attempt.portfolio.time_zone))
    disputed = wrapup.answers.dispute_about
    is_dispute = wrapup.result.stop_kind == StopKind.DISPUTE and disputed
    return add_stop(
        party=attempt.party,
        kind=wrapup.result.stop_kind,
        source=_("call on %(when)s") % {"when": f"{made:%Y-%m-%d %H:%M}"},
        starts_at=clock.now(),
        details={"about": str(DisputedMatter(disputed).label)} if is_dispute else None,
        by=by,
    )
