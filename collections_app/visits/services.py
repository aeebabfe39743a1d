"""Asking for visits, planning, announcing, moving and cancelling them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case, NextStep
from collections_app.cases.services import set_next_step
from collections_app.visits.announcing import (
    check_lead,
    days_asked,
    owe_notice,
    take_notice_back,
    was_announced,
)
from collections_app.visits.asking import check_plan
from collections_app.visits.calling_off import call_off, knows_of_it
from collections_app.visits.events import lock_for, lock_visit, tell
from collections_app.visits.flow import FURTHEST, ON_A_ROUTE
from collections_app.visits.models import Visit, VisitEventKind, VisitPurpose
from collections_app.visits.purposes import STANDARD_PURPOSES
from collections_app.visits.route import order_day
from compliance.attempts.services import settle
from compliance.gate.facts import Finding
from compliance.notices.models import NoticeKind, ServedNotice
from compliance.notices.services import record_notice
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from loans.borrowers.models import Address
from loans.contracts.models import LIABLE_ROLES, LoanParty
from loans.portfolios.models import Portfolio
from notifications.outbox.models import Message


@transaction.atomic
def request_visit(
    *, case: Case, address: Address, purpose: VisitPurpose, note: str, by: User
) -> Visit:
    """Asks for a visit to whose address it is; a lead plans it.

    Raises ValidationError for a case that is over, an address of somebody who does not owe the
    loan, a purpose no longer used, a card number in the note, and while a visit to the same person
    on the case is still to be made; nothing is written then.
    """
    _check_request(case, address, purpose)
    refuse_card_numbers(note)
    lock_case(case)
    if Visit.objects.pending().filter(case=case, party=address.party_id).exists():
        raise ValidationError(
            _("A visit to this person is asked for or planned already. Move or cancel that one.")
        )
    visit = Visit(
        case=case,
        party=address.party,
        address=address,
        purpose=purpose,
        requested_by=by,
        requested_at=clock.now(),
        time_zone=next(iter(address.time_zones), case.portfolio.time_zone),
    )
    if note.strip():
        visit.note = seal(
            key=address.party.data_key,
            plaintext=note.strip(),
            table=Visit._meta.db_table,
            column="note",
            row_id=visit.pk,
        )
    visit.save(force_insert=True)
    actor = Actor.of(by)
    tell(visit, VisitEventKind.REQUESTED, actor, purpose=purpose.code)
    set_next_step(case=case, step=NextStep.VISIT, at=None, by=actor)
    return visit


def lock_case(case: Case) -> None:
    """Locks the row of a case: two who ask for a visit at once meet here."""
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who goes, on which day and in which window of the address's own clock."""

    agent: User
    visit_on: date
    opens: time
    closes: time
    second_visitor: User | None = None
    is_recorded: bool = True


@transaction.atomic
def plan_visit(*, visit: Visit, plan: Plan, reason: str, by: Actor) -> tuple[Finding, ...]:
    """Puts a visit into a day of a field agent, or moves it to another; the route is put in order.

    Where the rule pack asks for a notice, or the person was told another time, one is owed in the
    same transaction. Returns what still has to be done before it may be made. Raises VisitRefused
    when hours, stops or limits say no then, and ValidationError for a window that lies behind, too
    far ahead or is none, a day that a notice comes too late for, a visitor who makes no visits, a
    move without a reason, and a visit that is over; nothing is written then.
    """
    locked = lock_for(visit, "plan")
    moved_from, told = (locked.agent_id, locked.visit_on), _told(locked)
    is_move = locked.visit_on is not None
    if is_move and not reason.strip():
        raise ValidationError({"reason": _("Say why the visit is moved.")})
    refuse_card_numbers(reason)
    check_visitors(
        plan=plan, works_there=works_in(agent=plan.agent, portfolio=locked.case.portfolio)
    )
    _give_back(locked, reason, by)
    set_plan(visit=locked, plan=plan)
    left = check_plan(locked, max(_opens_at(locked), clock.now()))
    check_lead(locked, left)
    is_other_time = told is not None and told != (plan.visit_on, plan.opens, plan.closes)
    if is_other_time:
        take_notice_back(visit=locked, reason=reason, by=by)
    locked.place_in_day = locked.place_in_day or 0
    locked.refused_at = locked.alarmed_at = None
    locked.save()
    tell(
        locked,
        VisitEventKind.MOVED if is_move else VisitEventKind.PLANNED,
        by,
        reason=reason,
        agent=str(plan.agent.pk),
        opens_at=_opens_at(locked).isoformat(),
        closes=f"{plan.closes:%H:%M}",
    )
    if is_other_time or (days_asked(left) and not was_announced(locked)):
        owe_notice(visit=locked, days=days_asked(left), by=by)
    order_day(agent=plan.agent, on=plan.visit_on)
    if is_move and moved_from != (plan.agent.pk, plan.visit_on) and moved_from[1] is not None:
        order_day(agent=User.objects.get(pk=moved_from[0]), on=moved_from[1])
    set_next_step(case=locked.case, step=NextStep.VISIT, at=locked.opens_at, by=by)
    visit.refresh_from_db()
    return left


@transaction.atomic
def take_off(*, visit: Visit, reason: str, by: Actor) -> Visit:
    """Takes a visit off its route; it waits to be planned anew. Raises as `cancel_visit`."""
    locked = lock_for(visit, "take_off")
    _check_reason(reason)
    clear_plan(visit=locked, reason=reason, by=by)
    tell(locked, VisitEventKind.TAKEN_OFF, by, reason=reason)
    set_next_step(case=locked.case, step=NextStep.VISIT, at=None, by=by)
    return locked


def clear_plan(*, visit: Visit, reason: str, by: Actor) -> None:
    """Empties day, window and visitors of a locked visit that waits to be planned anew."""
    locked = visit
    agent, day = locked.agent, locked.visit_on
    _give_back(locked, reason, by)
    knows = knows_of_it(locked)
    take_notice_back(visit=locked, reason=reason, by=by)
    if knows:
        call_off(visit=locked, by=by)
    locked.agent = locked.second_visitor = None
    locked.visit_on = locked.opens = locked.closes = None
    locked.opens_at = locked.closes_at = locked.place_in_day = None
    locked.refused_at = locked.alarmed_at = None
    locked.save()
    if agent is not None and day is not None:
        order_day(agent=agent, on=day)


@transaction.atomic
def cancel_visit(*, visit: Visit, reason: str, by: Actor) -> Visit:
    """Ends a visit that is not made. Raises ValidationError without a reason, or once it began."""
    locked = lock_for(visit, "cancel")
    _check_reason(reason)
    _give_back(locked, reason, by)
    knows = knows_of_it(locked)
    take_notice_back(visit=locked, reason=reason, by=by)
    if knows:
        call_off(visit=locked, by=by)
    locked.over_at = clock.now()
    locked.save()
    tell(locked, VisitEventKind.CANCELLED, by, reason=reason)
    if locked.agent is not None and locked.visit_on is not None:
        order_day(agent=locked.agent, on=locked.visit_on)
    if locked.case.next_step == NextStep.VISIT and locked.case.state == CaseState.OPEN:
        set_next_step(case=locked.case, step=NextStep.CALL, at=clock.now(), by=by)
    return locked


@transaction.atomic
def announce_visit(
    *, visit: Visit, served_on: date, how: str, document_ref: str, by: Actor
) -> ServedNotice:
    """Records the notice by which a visit was announced; the gate counts its days from then.

    One that still waits to be sent is taken back: the person has been told. Raises what
    `record_notice` raises, and ValidationError for a visit that is over.
    """
    locked = lock_visit(visit)
    if not locked.is_pending:
        raise ValidationError(_("This visit is over."))
    notice = record_notice(
        loan=locked.case.loan,
        party=locked.party,
        kind=NoticeKind.VISIT_NOTICE,
        served_on=served_on,
        how=how,
        document_ref=document_ref,
        by=by,
    )
    if locked.notice_id == notice.pk:
        return notice
    take_notice_back(visit=locked, reason=document_ref, by=by)
    locked.notice = notice
    locked.save(update_fields=["notice", "notice_message"])
    tell(locked, VisitEventKind.NOTICE, by, notice=str(notice.pk))
    return notice


@transaction.atomic
def send_notice(*, visit: Visit, by: Actor) -> Message:
    """Owes the notice of a visit that is planned and was not announced, by the best way there is.

    Raises ValidationError for one that is on no route, was announced, comes too early for a notice
    to be in time, or whose person cannot be written to; VisitRefused where hours, stops or limits
    say no. Nothing is owed then.
    """
    locked = lock_visit(visit)
    if locked.state not in ON_A_ROUTE:
        raise ValidationError(_("Plan the visit first: a notice names its day."))
    if was_announced(locked):
        raise ValidationError(_("It was announced, or the notice is on its way."))
    left = check_plan(locked, max(_opens_at(locked), clock.now()))
    check_lead(locked, left)
    message = owe_notice(visit=locked, days=days_asked(left), by=by)
    if message is None:
        raise ValidationError(
            _("This person cannot be written to in time. Announce it another way, and record it.")
        )
    return message


def install_standard_purposes(*, by: Actor) -> int:
    """Adds the standard purposes that are missing; those there stay as staff left them."""
    known = set(VisitPurpose.objects.values_list("code", flat=True))
    rows = [
        VisitPurpose(position=place * 10, **standard)
        for place, standard in enumerate(STANDARD_PURPOSES, start=1)
        if standard["code"] not in known
    ]
    with transaction.atomic():
        VisitPurpose.objects.bulk_create(rows)
        if rows:
            record(
                action="visit_purpose.installed",
                by=by,
                object_type="collections_app.VisitPurpose",
                object_id="standard",
                count=len(rows),
            )
    return len(rows)


def _check_request(case: Case, address: Address, purpose: VisitPurpose) -> None:
    if case.state != CaseState.OPEN:
        raise ValidationError(
            _("This case is over: the arrears are paid. There is nothing to visit about.")
        )
    if not address.is_current:
        raise ValidationError({"address": _("Nobody is at this address any more.")})
    owes = LoanParty.objects.filter(
        loan=case.loan_id, party=address.party_id, role__in=LIABLE_ROLES
    )
    if not owes.exists():
        raise ValidationError(
            {"address": _("This is the address of somebody who does not owe the loan.")}
        )
    if not purpose.is_active:
        raise ValidationError({"purpose": _("This purpose is no longer used. Choose another.")})


def works_in(*, agent: User, portfolio: Portfolio) -> bool:
    """Says whether a portfolio is open to somebody. One query."""
    return Portfolio.objects.visible_to(agent).filter(pk=portfolio.pk).exists()


def check_visitors(*, plan: Plan, works_there: bool) -> None:
    """Raises ValidationError for who cannot go, or not together, and for a window that is none.

    Arguments: `works_there`, whether the portfolio is open to who goes.
    """
    errors: dict[str, str] = {}
    if not _makes_visits(plan.agent):
        errors["agent"] = _("Choose somebody who makes visits.")
    elif not works_there:
        errors["agent"] = _("This person works in other portfolios.")
    if plan.second_visitor is not None:
        if plan.second_visitor.pk == plan.agent.pk:
            errors["second_visitor"] = _("Two people go, not one twice.")
        elif not plan.second_visitor.is_active:
            errors["second_visitor"] = _("This person no longer works here.")
    if plan.opens >= plan.closes:
        errors["closes"] = _("The window closes after it opens, on the same day.")
    if errors:
        raise ValidationError(errors)


def _makes_visits(user: User) -> bool:
    return user.is_active and has_right(user, "visit.record")


def set_plan(*, visit: Visit, plan: Plan) -> None:
    """Gives a visit its day, window and visitors, in memory.

    Raises ValidationError for a window that lies behind, and one too far ahead.
    """
    zone, now = visit.zone, clock.now()
    visit.agent, visit.second_visitor = plan.agent, plan.second_visitor
    visit.is_recorded = plan.is_recorded
    visit.visit_on, visit.opens, visit.closes = plan.visit_on, plan.opens, plan.closes
    visit.opens_at = datetime.combine(plan.visit_on, plan.opens, tzinfo=zone)
    visit.closes_at = datetime.combine(plan.visit_on, plan.closes, tzinfo=zone)
    if visit.closes_at <= now:
        raise ValidationError({"visit_on": _("This window lies behind.")})
    if visit.opens_at > now + FURTHEST:
        raise ValidationError(
            {"visit_on": _("Plan at most %(days)d days ahead.") % {"days": FURTHEST.days}}
        )


def _told(visit: Visit) -> tuple[date | None, time | None, time | None] | None:
    """The day and window that the person was told, if they were since it stands on a route."""
    is_told = visit.visit_on is not None and was_announced(visit)
    return (visit.visit_on, visit.opens, visit.closes) if is_told else None


def _opens_at(visit: Visit) -> datetime:
    assert visit.opens_at is not None  # by set_plan
    return visit.opens_at


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    refuse_card_numbers(reason)


def _give_back(visit: Visit, reason: str, by: Actor) -> None:
    """A visit booked and not made frees what the gate had set aside for it."""
    if visit.attempt is None:
        return
    if not visit.attempt.settlements.exists():
        settle(attempt=visit.attempt, outcome="not_made", by=by)
    visit.attempt = None
