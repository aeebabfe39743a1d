"""Recording what a person says of their month, and the stop that looking at it puts on dunning."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.asks import WhyLate
from collections_app.hardship.flow import Budget
from collections_app.hardship.models import HardshipTalk
from compliance.stops.models import Stop, StopKind
from compliance.stops.services import add_stop, lift_stop
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from loans.borrowers.models import Party
from loans.contracts.models import LIABLE_ROLES, LoanParty

#: The longest note: a paragraph, not a file.
LONGEST_NOTE: Final = 1000
#: A day further ahead is a slip of the pen.
_FURTHEST: Final = timedelta(days=366)
_LARGEST: Final = Decimal("999999999.99")


@transaction.atomic
def record_talk(
    *,
    case: Case,
    party: Party,
    reason: str,
    budget: Budget,
    by: Actor,
    note: str = "",
    review_on: date | None = None,
    is_looked_at: bool = True,
) -> HardshipTalk:
    """Records why a person cannot pay and what a month of theirs looks like.

    Arguments: party owes the case's loan; budget monthly, in the portfolio's currency; review_on
    the day when it is to be looked at again. With is_looked_at the person gets the hardship stop,
    unless one is in force: what it forbids is said by the rule packs of the portfolio.

    Raises ValidationError, and nothing is written, for a case that is over, a person who does not
    owe the loan, an unknown reason, figures that cannot be, and a note with a card number.
    """
    _check(case, party, reason, budget)
    said = note.strip()
    if len(said) > LONGEST_NOTE:
        raise ValidationError(
            _("A note has at most %(most)s letters.") % {"most": LONGEST_NOTE}, code="note"
        )
    refuse_card_numbers(said)
    today = clock.local_today(case.portfolio.time_zone)
    if review_on is not None and not today < review_on <= today + _FURTHEST:
        raise ValidationError(_("It is looked at again on a day within the coming year."))
    owner = Party.objects.select_related("data_key").get(pk=party.pk)
    talk = HardshipTalk(
        case=case,
        party=owner,
        reason=reason,
        review_on=review_on,
        said_at=clock.now(),
        made_by=by.label,
        made_by_id=by.id,
    )
    talk.budget = _sealed(talk, "budget", json.dumps(budget.stored()))
    if said:
        talk.note = _sealed(talk, "note", said)
    talk.save(force_insert=True)
    record(
        action="hardship.recorded",
        by=by,
        object_type="collections_app.Case",
        object_id=case.pk,
        portfolio_id=case.portfolio_id,
        data={"talk": str(talk.pk), "reason": reason},
    )
    if is_looked_at:
        _put_stop(talk, by)
    return talk


def end_hardship_stop(*, party: Party, reason: str, by: Actor) -> int:
    """Lifts what "hardship is being looked at" forbids, once help is decided; returns how many."""
    standing = Stop.objects.in_force(clock.now()).filter(party=party, kind=StopKind.HARDSHIP)
    stops = list(standing.filter(complaint=None))
    for stop in stops:
        lift_stop(stop=stop, reason=reason, by=by)
    return len(stops)


def _check(case: Case, party: Party, reason: str, budget: Budget) -> None:
    if not Case.objects.filter(pk=case.pk, state=CaseState.OPEN).exists():
        raise ValidationError(_("This case is over: nothing is past due."))
    if reason not in WhyLate.values:
        raise ValidationError(_("Say why it is late."))
    signed = LoanParty.objects.filter(loan=case.loan_id, party=party, role__in=LIABLE_ROLES)
    if not signed.exists():
        raise ValidationError(_("Only somebody who owes the loan is asked about their month."))
    for field in fields(budget):
        amount = getattr(budget, field.name)
        if not amount.is_finite() or not 0 <= amount <= _LARGEST:
            raise ValidationError(_("The figures of a month are zero or more."))
        if amount != round(amount, 2):
            raise ValidationError(_("The figures of a month have at most two decimals."))


def _put_stop(talk: HardshipTalk, by: Actor) -> None:
    now = clock.now()
    is_stopped = Stop.objects.in_force(now).filter(party=talk.party, kind=StopKind.HARDSHIP)
    if is_stopped.exists():
        return
    local = talk.said_at.astimezone(clock.zone_of(talk.case.portfolio.time_zone))
    add_stop(
        party=talk.party,
        kind=StopKind.HARDSHIP,
        source=_("talk on %(when)s") % {"when": f"{local:%Y-%m-%d %H:%M}"},
        starts_at=now,
        details={"review_on": talk.review_on.isoformat()} if talk.review_on else None,
        by=by,
    )


def _sealed(talk: HardshipTalk, column: str, text: str) -> bytes:
    return seal(
        key=talk.party.data_key,
        plaintext=text,
        table=HardshipTalk._meta.db_table,
        column=column,
        row_id=talk.pk,
    )
