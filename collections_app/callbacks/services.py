"""Agreeing, moving, meeting, missing and cancelling callbacks. The only writers of their state."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.callbacks.events import lock_pending, tell
from collections_app.callbacks.flow import FURTHEST, next_state
from collections_app.callbacks.hours import facts_at, hours_at, zone_of_party
from collections_app.callbacks.models import Callback, CallbackEventKind
from collections_app.callbacks.parsing import on_the_clock, resolve
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case, NextStep
from collections_app.cases.services import set_next_step
from compliance.attempts.models import Attempt
from compliance.consents.models import ConsentAnswer, ConsentKind
from compliance.consents.services import record_consent
from compliance.gate.facts import Finding
from compliance.gate.sentences import reason_sentence
from core import clock
from core.audit.actors import SYSTEM, Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from loans.borrowers.models import ContactPoint
from loans.contracts.models import LoanParty


class CallbackRefused(Exception):
    """No call may be agreed for that moment: why, and the next one at which it may.

    `nearest` is aware, on the person's clock; empty where no hours are open within a year.
    """

    def __init__(self, reasons: tuple[Finding, ...], nearest: datetime | None) -> None:
        super().__init__("The gate allows no call at that time.")
        self.reasons = reasons
        self.nearest = nearest

    @property
    def sentences(self) -> list[str]:
        """Why, one sentence for each rule that objects, in the reader's language."""
        return [reason_sentence(found.reason, found.values) for found in self.reasons]

    @property
    def message(self) -> str:
        """The refusal and the way out in one sentence."""
        why = " · ".join(self.sentences)
        if self.nearest is None:
            return why
        when = date_format(self.nearest, _("j M H:i"))
        return _("%(why)s. The next time a call may be made there: %(when)s.") % {
            "why": why,
            "when": when,
        }


@transaction.atomic
def schedule_callback(
    *,
    case: Case,
    contact_point: ContactPoint | None,
    wall_time: datetime,
    agent: User | None,
    note: str,
    by: Actor,
    is_wish: bool = False,
) -> Callback:
    """Promises a call for a time on the person's clock, and makes it the case's next step.

    Arguments: `wall_time`, naive, on the clock of whose number it is (without one, the
    borrower's); `agent`, who makes it, None for the team; `is_wish`, the person asked for it, so
    it does not count against what limits calls (12 CFR 1006.14(b)(3)(i)). Where a call to this
    person on this case is pending already, that one moves: there are never two.

    Raises CallbackRefused when the gate's hours say no then, and ValidationError for a case that is
    over, a number of nobody on the loan, a moment past or over a year ahead, or a card number in
    the note; nothing is written then.
    """
    _check_case(case, contact_point)
    refuse_card_numbers(note)
    now, party_id = clock.now(), contact_point.party_id if contact_point else case.borrower_id
    # Two who agree on a time at once meet here: the second moves what the first has made.
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    pending = Callback.objects.pending().filter(case=case, party=party_id).first()
    if pending is not None and _is_same(pending, wall_time, note):
        return pending  # the same form sent twice
    if pending is not None:
        return reschedule_callback(
            callback=pending, wall_time=wall_time, reason="", by=by, is_wish=is_wish, note=note
        )
    callback = Callback(
        case=case,
        party_id=party_id,
        contact_point=contact_point,
        owner=agent,
        is_wish=is_wish,
        made_by=by.label,
        made_by_id=by.id,
        made_at=now,
    )
    _set_time(callback, wall_time, by)
    _seal_note(callback, note)
    callback.save(force_insert=True)
    tell(callback, CallbackEventKind.AGREED, by, to_user=agent)
    _record(callback, "callback.agreed", by)
    set_next_step(case=case, step=NextStep.CALL, at=callback.due_at, by=by)
    return callback


@transaction.atomic
def reschedule_callback(
    *,
    callback: Callback,
    wall_time: datetime,
    reason: str,
    by: Actor,
    is_wish: bool = False,
    note: str = "",
) -> Callback:
    """Moves a pending callback to another time on the person's clock; the trail keeps both.

    Raises what `schedule_callback` raises, and ValidationError for one that is over.
    """
    refuse_card_numbers(note)
    locked = lock_pending(callback)
    locked.state = next_state(locked.state, "reschedule")
    _withdraw_wish(locked, _("callback moved"), by)
    locked.is_wish = is_wish or locked.is_wish
    _set_time(locked, wall_time, by)
    locked.tried_at = None
    if note.strip():
        _seal_note(locked, note)
    locked.save()
    tell(locked, CallbackEventKind.RESCHEDULED, by, reason=reason.strip())
    _record(locked, "callback.rescheduled", by, reason.strip())
    set_next_step(case=locked.case, step=NextStep.CALL, at=locked.due_at, by=by)
    return locked


@transaction.atomic
def meet_callback(*, callback: Callback, attempt: Attempt, by: Actor) -> Callback:
    """Says which contact kept the promise. Raises ValidationError for one that is over."""
    locked = lock_pending(callback)
    _close(locked, "meet", met_by=attempt)
    tell(locked, CallbackEventKind.MET, by, attempt=attempt)
    _record(locked, "callback.met", by, data={"attempt": str(attempt.pk)})
    return locked


@transaction.atomic
def owe_again(*, callback: Callback, attempt: Attempt, by: Actor) -> Callback:
    """Puts a callback back that a contact met by a slip: owed as it was, missed if it was.

    Raises ValidationError for one that this attempt did not meet.
    """
    locked = (
        Callback.objects.select_for_update(of=("self",))
        .select_related("case__portfolio", "case__loan", "party__data_key")
        .get(pk=callback.pk)
    )
    if locked.met_by_id != attempt.pk:
        raise ValidationError(_("Another contact met this callback."))
    turns = (
        CallbackEventKind.AGREED,
        CallbackEventKind.RESCHEDULED,
        CallbackEventKind.MISSED,
    )
    last = locked.events.filter(kind__in=turns).order_by("-pk").first()
    was_missed = last is not None and last.kind == CallbackEventKind.MISSED
    locked.state = next_state(locked.state, "miss_again" if was_missed else "owe_again")
    locked.over_at, locked.met_by = None, None
    locked.save(update_fields=["state", "over_at", "met_by"])
    tell(locked, CallbackEventKind.TAKEN_BACK, by, attempt=attempt)
    _record(locked, "callback.owed_again", by, data={"attempt": str(attempt.pk)})
    return locked


@transaction.atomic
def cancel_callback(*, callback: Callback, reason: str, by: Actor) -> Callback:
    """Takes the promise of a call back. Raises ValidationError without a reason, or when over."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the callback is cancelled.")})
    refuse_card_numbers(reason)
    locked = lock_pending(callback)
    _withdraw_wish(locked, _("callback cancelled"), by)
    _close(locked, "cancel")
    tell(locked, CallbackEventKind.CANCELLED, by, reason=reason.strip())
    _record(locked, "callback.cancelled", by, reason.strip())
    return locked


@transaction.atomic
def end_callback(*, callback: Callback, reason: str, by: Actor = SYSTEM) -> Callback:
    """Ends a callback whose case is over; it stays on the page with its reason."""
    locked = lock_pending(callback)
    _withdraw_wish(locked, _("case over"), by)
    _close(locked, "end")
    tell(locked, CallbackEventKind.ENDED, by, reason=reason)
    _record(locked, "callback.ended", by, reason)
    return locked


@transaction.atomic
def hand_on_callback(*, callback: Callback, to: User | None, reason: str, by: Actor) -> Callback:
    """Gives a pending callback to somebody else, or to the team (None); the trail says why.

    Raises ValidationError for one that is over. Given to whoever has it already, nothing happens.
    """
    locked = lock_pending(callback)
    if locked.owner_id == (to.pk if to else None):
        return locked
    locked.owner = to
    locked.save(update_fields=["owner"])
    tell(locked, CallbackEventKind.HANDED_ON, by, reason=reason, to_user=to)
    _record(locked, "callback.handed_on", by, reason, data={"to": str(to.pk) if to else None})
    return locked


@transaction.atomic
def miss_callback(*, callback: Callback, by: Actor = SYSTEM) -> Callback:
    """Notes that nobody rang in time; the call is still owed."""
    locked = lock_pending(callback)
    locked.state = next_state(locked.state, "miss")
    locked.save(update_fields=["state"])
    tell(locked, CallbackEventKind.MISSED, by)
    _record(locked, "callback.missed", by)
    return locked


def _check_case(case: Case, contact_point: ContactPoint | None) -> None:
    if case.state != CaseState.OPEN:
        raise ValidationError(
            _("This case is over: the arrears are paid. There is nothing to collect.")
        )
    if contact_point is not None and not _is_on_loan(case, contact_point):
        raise ValidationError(_("This number belongs to nobody on the loan."))


def _is_same(pending: Callback, wall_time: datetime, note: str) -> bool:
    at = datetime.combine(pending.local_on, pending.local_at)
    return at == on_the_clock(wall_time, pending.time_zone) and not note.strip()


def _is_on_loan(case: Case, contact_point: ContactPoint) -> bool:
    return LoanParty.objects.filter(loan=case.loan_id, party=contact_point.party_id).exists()


def _set_time(callback: Callback, wall_time: datetime, by: Actor) -> None:
    """Puts the time on the callback once nothing speaks against it."""
    if wall_time.tzinfo is not None:
        raise ValueError("A callback is agreed on the person's clock: give a naive time.")
    now = clock.now()
    case, number = callback.case, callback.contact_point_id
    facts = facts_at(
        case=case, party_id=callback.party_id, contact_point_id=number, at=now
    )  # who they are and where: the same whatever the moment
    zone = zone_of_party(facts, case)
    due_at = resolve(wall_time, zone)
    if due_at <= now:
        raise ValidationError({"when": _("That moment has passed there. Name one ahead.")})
    if due_at - now > FURTHEST:
        raise ValidationError({"when": _("A callback must lie within a year.")})
    local = on_the_clock(wall_time, zone)
    if callback.is_wish:
        _record_wish(callback, local, now, by)
    hours = hours_at(
        facts_at(case=case, party_id=callback.party_id, contact_point_id=number, at=due_at)
    )
    if hours.against:
        nearest = hours.nearest.astimezone(clock.zone_of(zone)) if hours.nearest else None
        raise CallbackRefused(hours.against, nearest)
    callback.local_on, callback.local_at = local.date(), local.time()
    callback.time_zone, callback.due_at = zone, due_at


def _record_wish(callback: Callback, local: datetime, now: datetime, by: Actor) -> None:
    """The person asked for this call: what limits calls leaves room for it on that day."""
    record_consent(
        party=callback.party,
        kind=ConsentKind.CALL_BACK,
        answer=ConsentAnswer.YES,
        loan=callback.case.loan,
        only_on=local.date(),
        given_at=now,
        source=_wish_source(local),
        by=by,
    )


def _wish_source(local: datetime) -> str:
    return _("callback agreed for %(when)s") % {"when": f"{local:%Y-%m-%d %H:%M}"}


def _withdraw_wish(callback: Callback, why: str, by: Actor) -> None:
    """The room that was left for a call closes again with its callback."""
    if not callback.is_wish:
        return
    record_consent(
        party=callback.party,
        kind=ConsentKind.CALL_BACK,
        answer=ConsentAnswer.NO,
        loan=callback.case.loan,
        # Before the new wish of the same moment, which then stands.
        given_at=clock.now() - timedelta(microseconds=1),
        source=f"{why} ({callback.due_at:%Y-%m-%d %H:%M} UTC)"[:120],
        by=by,
    )


def _seal_note(callback: Callback, note: str) -> None:
    if note.strip():
        callback.note = seal(
            key=callback.party.data_key,
            plaintext=note.strip(),
            table=Callback._meta.db_table,
            column="note",
            row_id=callback.pk,
        )


def _close(callback: Callback, event: str, met_by: Attempt | None = None) -> None:
    callback.state = next_state(callback.state, event)
    callback.over_at = clock.now()
    callback.met_by = met_by
    callback.save(update_fields=["state", "over_at", "met_by"])


def _record(
    callback: Callback,
    action: str,
    by: Actor,
    reason: str = "",
    data: dict[str, object] | None = None,
) -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.Case",
        object_id=callback.case_id,
        portfolio_id=callback.case.portfolio_id,
        reason=reason,
        data={
            "callback": str(callback.pk),
            "due_at": callback.due_at.isoformat(),
            **(data or {}),
        },
    )
