"""Making a visit: the gate's yes at its hour, the check-in at the door, how it ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from accounts.models import User
from collections_app.cases.models import NextStep
from collections_app.cases.services import set_next_step
from collections_app.contacts.models import Contact, ResultCode
from collections_app.contacts.services import log_unsanctioned_visit, log_visit
from collections_app.contacts.wrapup import Answers, Wrapup
from collections_app.visits.asking import VisitRefused, objections_now, request_of
from collections_app.visits.events import lock_for, lock_visit, tell
from collections_app.visits.findings import CheckIn
from collections_app.visits.flow import Position, VisitState, metres_between, next_state
from collections_app.visits.models import Visit, VisitEventKind
from collections_app.visits.positions import keep_position, position_of, sealed_position
from collections_app.visits.queries import leads_of
from collections_app.visits.services import clear_plan
from compliance.attempts.ledger import CLOCK_TOLERANCE
from compliance.attempts.models import Outcome
from compliance.attempts.services import ContactRefused, reserve
from compliance.gate.services import decide
from core import clock
from core.audit.actors import Actor

#: What a phone says of a moment longer ago than this is a wrong clock, not a long way.
LONGEST_AWAY: Final = timedelta(days=2)

register_texts(
    {
        "visit.refused": gettext_lazy(
            "The visit about %(contract_no)s may not be made: the gate says no."
        ),
        "visit.help": gettext_lazy("%(who)s asks for help at the visit about %(contract_no)s."),
    }
)


@transaction.atomic
def book_visit(*, visit: Visit) -> bool:
    """Asks the gate about a planned visit whose hour has come, and sets the contact aside.

    Says whether the visit may be made. A yes that comes later within the window is waited for; a
    no that stays is stored, and the field agent and the lead are told once.
    """
    locked = lock_visit(visit)
    if locked.state != VisitState.PLANNED:
        return locked.state == VisitState.BOOKED
    assert locked.agent is not None  # by the constraint
    assert locked.closes_at is not None
    by, request = Actor.of(locked.agent), request_of(locked, clock.now())
    decision = decide(request)
    opens = decision.next_allowed_at
    if not decision.allowed and opens is not None and opens < locked.closes_at:
        return False
    try:
        attempt = reserve(request=request, by=by)
    except ContactRefused as refusal:
        _note_refusal(locked, refusal, by)
        return False
    locked.state = next_state(locked.state, "book")
    locked.attempt, locked.refused_at = attempt, None
    locked.save()
    tell(locked, VisitEventKind.BOOKED, by, attempt=str(attempt.pk))
    return True


def _note_refusal(visit: Visit, refusal: ContactRefused, by: Actor) -> None:
    if visit.refused_at is not None:
        return
    visit.refused_at = clock.now()
    visit.save(update_fields=["refused_at"])
    codes = [found.code for found in refusal.decision.denials]
    tell(visit, VisitEventKind.REFUSED, by, codes=codes, verdict=str(refusal.verdict.pk))
    told = [visit.agent, visit.second_visitor, *leads_of(visit)]
    notify(
        to=[user for user in told if user is not None],
        urgency=Urgency.DO_NOW,
        key="visit.refused",
        params={"contract_no": visit.case.loan.contract_no},
        link=reverse("visits:visit", args=[visit.pk]),
    )


def check_in(
    *,
    visit: Visit,
    agent: User,
    at: datetime,
    position: Position | None = None,
    is_recording: bool = False,
    is_at_address: bool = False,
) -> CheckIn:
    """Notes that somebody stands at the door, before anybody knocks.

    Arguments: `at` by the phone's clock; `position` as its receiver says, None where it was not
    asked or does not know. Told at once, the gate is asked again: raises VisitRefused where it says
    no now. Told late, because no network was there, it is only noted. Raises ValidationError for
    somebody else's visit and a second check-in; nothing is written then.
    """
    _check_visitor(visit, agent)
    require_yes(visit=visit, at=at)
    return _arrive(visit, agent, told_time(at), position, is_recording, is_at_address)


def require_yes(*, visit: Visit, at: datetime) -> None:
    """Asks the gate about knocking now, where `at` is now; raises VisitRefused where it says no.

    Call it outside a transaction of your own as well: a refusal at the hour is stored and told.
    """
    if abs(clock.now() - at) > CLOCK_TOLERANCE:
        return
    visit = Visit.objects.select_related("case", "attempt").get(pk=visit.pk)
    if visit.state not in (VisitState.PLANNED, VisitState.BOOKED):
        return
    if visit.state == VisitState.PLANNED and book_visit(visit=visit):
        return
    objections = objections_now(visit, clock.now())
    if objections:
        raise VisitRefused(objections, None)


@transaction.atomic
def _arrive(
    visit: Visit,
    agent: User,
    at: datetime,
    position: Position | None,
    is_recording: bool,
    is_at_address: bool,
) -> CheckIn:
    locked = lock_visit(visit)
    if CheckIn.objects.filter(visit=locked).exists():
        raise ValidationError(_("Somebody checked in at this visit already."))
    locked = lock_for(locked, "arrive")
    known = position_of(locked.address)
    row = CheckIn(
        visit=locked,
        at=at,
        accuracy=position.accuracy if position else None,
        distance=metres_between(position, known) if position and known else None,
        is_recording=is_recording,
        is_at_address=is_at_address,
        by=agent,
    )
    if position is not None:
        row.position = sealed_position(row, position, locked.party)
    row.save(force_insert=True)
    by = Actor.of(agent)
    if position is not None and is_at_address and known is None:
        keep_position(address=locked.address, position=position, at=at, by=by)
    locked.arrived_at = at
    locked.save()
    tell(locked, VisitEventKind.CHECKED_IN, by, at=at, distance=row.distance)
    return row


@transaction.atomic
def report_visit(
    *,
    visit: Visit,
    agent: User,
    result: ResultCode,
    at: datetime,
    note: str = "",
    why_late: str = "",
) -> Contact | None:
    """Says how a visit ended; the field agent is out again.

    What happened can always be recorded: without the gate's yes it counts all the same, and opens
    an incident. One that was not made after all waits to be planned anew, and has no contact.

    Raises ValidationError for somebody else's visit, one that is over, a result of another channel
    or without what it asks for, and for "not made" after a check-in; nothing is written then.
    """
    _check_visitor(visit, agent)
    if result.channel != "visit":
        raise ValidationError({"result": _("Choose a result of a visit.")})
    by, at = Actor.of(agent), told_time(at)
    if result.outcome == Outcome.NOT_MADE:
        _not_made(visit, result, note, by)
        return None
    locked = lock_for(visit, "end")
    wrapup = Wrapup(result=result, note=note, answers=Answers(why_late=why_late))
    contact = _log(locked, wrapup, agent, at)
    locked.contact = contact
    locked.attempt = contact.attempt
    locked.left_at, locked.over_at = at, clock.now()
    locked.save()
    tell(locked, VisitEventKind.CHECKED_OUT, by, at=at, result=result.code)
    return contact


def _log(visit: Visit, wrapup: Wrapup, agent: User, at: datetime) -> Contact:
    if visit.attempt is not None:
        return log_visit(case=visit.case, attempt=visit.attempt, wrapup=wrapup, agent=agent, at=at)
    return log_unsanctioned_visit(
        case=visit.case,
        request=request_of(visit, visit.arrived_at or at),
        reason=_("The gate had not let this visit pass when it was made."),
        wrapup=wrapup,
        agent=agent,
    )


def _not_made(visit: Visit, result: ResultCode, note: str, by: Actor) -> None:
    locked = lock_visit(visit)
    if locked.state == VisitState.ARRIVED:
        raise ValidationError(
            {"result": _("You checked in: say what happened at the door instead.")}
        )
    locked = lock_for(visit, "take_off")
    clear_plan(visit=locked, reason=note or result.name, by=by)
    tell(locked, VisitEventKind.TAKEN_OFF, by, reason=result.name, result=result.code)
    set_next_step(case=locked.case, step=NextStep.VISIT, at=None, by=by)


@transaction.atomic
def ask_for_help(*, visit: Visit, agent: User) -> None:
    """Tells the leads at once that somebody on a visit needs them."""
    _check_visitor(visit, agent)
    locked = lock_visit(visit)
    by = Actor.of(agent)
    tell(locked, VisitEventKind.HELP, by)
    notify(
        to=leads_of(locked),
        urgency=Urgency.DO_NOW,
        key="visit.help",
        params={"who": agent.get_full_name(), "contract_no": locked.case.loan.contract_no},
        link=reverse("visits:visit", args=[visit.pk]),
    )


def told_time(at: datetime) -> datetime:
    """Returns the moment a phone named; its clock may be ahead, or plainly wrong: then now."""
    now = clock.now()
    return at if now - LONGEST_AWAY <= at <= now else now


def _check_visitor(visit: Visit, agent: User) -> None:
    if not visit.is_made_by(agent):
        raise ValidationError(_("Only those who make this visit record it."))
