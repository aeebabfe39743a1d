"""Taking an entry back within seconds: by corrections, never by deleting what was written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.cases.services import set_next_step
from collections_app.contacts.models import Contact, ContactWithdrawal
from compliance.attempts.ledger import lock_slots, standing_outcome
from compliance.attempts.services import take_back_outcome
from compliance.stops.models import Stop
from compliance.stops.services import lift_stop
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.borrowers.models import ContactPoint
from loans.borrowers.services import take_back_invalid

#: How long an entry can be taken back, as the page says.
UNDO_WITHIN: Final = timedelta(seconds=10)
#: What the answer takes on its way: the tenth second on the page is later here.
NETWORK_GRACE: Final = timedelta(seconds=5)

#: Reasons of the trail are no text of a page: they stay in the language of the house.
_WHY: Final = "entry taken back at once"


def undo_until(contact: Contact) -> datetime | None:
    """Returns until when the page offers to take an entry back."""
    return contact.logged_at + UNDO_WITHIN if contact.logged_at else None


@transaction.atomic
def withdraw_contact(*, contact: Contact, agent: User) -> ContactWithdrawal:
    """Takes back an entry the agent has just saved, and what saving it did to the ledger and case.

    The outcome is corrected by a further row, the stop is lifted, the number marked is valid again
    and the step before stands again. Raises ValidationError, and changes nothing, once the seconds
    are over, for somebody else's entry, or when something was built on it since.
    """
    by = Actor.of(agent)
    lock_slots(party_id=contact.attempt.party_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=contact.case_id)
    _check_in_time(contact, agent)
    _check_nothing_built(contact, case)
    take_back_outcome(attempt=contact.attempt, reason=_WHY, by=by)
    _undo_effects(contact, by)
    step, due = contact.effects["step_before"]
    set_next_step(case=case, step=step, at=parse_datetime(due) if due else None, by=by)
    withdrawal = ContactWithdrawal.objects.create(
        contact=contact, at=clock.now(), withdrawn_by=agent
    )
    record(
        action="contact.withdrawn",
        by=by,
        object_type="collections_app.Case",
        object_id=case.pk,
        portfolio_id=case.portfolio_id,
        reason=_WHY,
        data={"contact": str(contact.pk)},
    )
    return withdrawal


def _check_in_time(contact: Contact, agent: User) -> None:
    if contact.logged_by_id != agent.pk:
        raise ValidationError(_("Only who saved an entry can take it back."))
    if ContactWithdrawal.objects.filter(contact=contact).exists():
        raise ValidationError(_("This entry was taken back already."))
    until = undo_until(contact)
    if until is None or clock.now() > until + NETWORK_GRACE:
        raise ValidationError(
            _("Too late: an entry can be taken back for ten seconds. Record what is true now.")
        )


def _check_nothing_built(contact: Contact, case: Case) -> None:
    """Whatever was done on top of the entry since would stand in the air without it."""
    if case.state != CaseState.OPEN:
        raise ValidationError(_("The case is over since: the entry stays."))
    later = Contact.objects.filter(case=case, logged_at__gt=contact.logged_at)
    if later.filter(withdrawal__isnull=True).exists():
        raise ValidationError(_("Another contact was saved on this case since: the entry stays."))
    if (case.next_step, case.next_step_at) != (contact.next_step, contact.next_step_at):
        raise ValidationError(_("The next step was changed since: the entry stays."))
    stands = standing_outcome(contact.attempt)
    said = contact.answers.get("message") or contact.result.outcome
    if stands is None or stands.outcome != said:
        raise ValidationError(_("The outcome was corrected since: the entry stays."))


def _undo_effects(contact: Contact, by: Actor) -> None:
    effects = contact.effects
    if "stop" in effects:
        lift_stop(stop=Stop.objects.get(pk=effects["stop"]), reason=_WHY, by=by)
    if "number_marked" in effects:
        point = ContactPoint.objects.get(pk=effects["number_marked"])
        take_back_invalid(contact_point=point, reason=_WHY, by=by)
