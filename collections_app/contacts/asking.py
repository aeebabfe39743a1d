"""Asking a second person to let a call on a case pass that the gate refuses."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.services import call_request, start_call
from compliance.attempts.ledger import lock_slots
from compliance.attempts.models import Verdict
from compliance.attempts.services import ContactRefused
from compliance.gate.facts import ContactRequest
from compliance.gate.services import decide
from compliance.overrides.models import Override
from compliance.overrides.queries import override_waiting
from compliance.overrides.services import ask_override
from core import clock
from core.audit.actors import Actor
from loans.borrowers.models import ContactPoint


def ask_to_call(
    *, case: Case, contact_point: ContactPoint, ground: str, reason: str, agent: User
) -> Override:
    """Puts the gate's refusal on record and asks for an override of it.

    Call it outside a transaction of your own, which would take the refusal back with it. Raises
    ValidationError when the gate allows the call by now, or the rules that object leave no room
    on this ground.
    """
    asked = call_request(case=case, contact_point=contact_point, at=clock.now())
    if decide(asked).allowed:
        raise ValidationError(_("The gate allows this call by now: nothing is to be overridden."))
    try:
        start_call(case=case, contact_point=contact_point, agent=agent)
    except ContactRefused as refusal:
        return _ask(asked, refusal.verdict, ground, reason, Actor.of(agent))
    raise ValidationError(_("The gate has just let this call pass: it is started."))


@transaction.atomic
def _ask(asked: ContactRequest, verdict: Verdict, ground: str, reason: str, by: Actor) -> Override:
    """Asks once: of two who press at the same time, the second finds the first one's request."""
    lock_slots(party_id=asked.party_id, loan_ids=asked.loan_ids)
    if override_waiting(asked) is not None:
        raise ValidationError(
            _("An override of this call is asked for already; it waits for a decision.")
        )
    return ask_override(verdict=verdict, factor=ground, reason=reason, by=by)
