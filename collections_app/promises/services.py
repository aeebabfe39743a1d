"""Recording promises to pay."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collections_app.promises.messages import anchor_of
from collections_app.promises.models import Promise, PromiseEvent, PromiseState
from core.audit.actors import Actor
from core.audit.services import record
from core.facts.announcements import announce
from loans.borrowers.models import Party
from loans.contracts.models import LIABLE_ROLES, Loan, LoanParty
from notifications.outbox.services import cancel


@transaction.atomic
def record_promise(
    *,
    loan: Loan,
    party: Party,
    amount: Decimal,
    due_on: date,
    made_at: datetime,
    by: Actor,
    method: str = "",
    taken_by: str = "",
    source: str = "",
) -> Promise:
    """Records that a liable party promised an amount of money by a day; the same again is a no-op.

    Raises ValidationError for an amount that is not positive, a day before the promise was made,
    or a person who does not owe the loan.
    """
    if amount <= 0:
        raise ValidationError(_("The amount promised must be more than zero."))
    if due_on < made_at.date():
        raise ValidationError(_("The day promised lies before the promise."))
    if not LoanParty.objects.filter(loan=loan, party=party, role__in=LIABLE_ROLES).exists():
        raise ValidationError(_("Only somebody who owes the loan can promise to pay it."))
    promise, created = Promise.objects.get_or_create(
        loan=loan,
        due_on=due_on,
        made_at=made_at,
        defaults={
            "party": party,
            "amount": amount,
            "method": method,
            "taken_by": taken_by or by.label,
            "taken_by_id": by.id if by.kind == "user" and not taken_by else "",
            "source": source,
        },
    )
    if not created and promise.amount != amount:
        raise ValidationError(
            _("A promise of %(amount)s made at the same moment for the same day is on file.")
            % {"amount": promise.amount}
        )
    if created:
        PromiseEvent.objects.create(promise=promise, state=promise.state, by=by.label)
        announce(PromiseEvent.TOPIC)
        record(
            action="promise.recorded",
            by=by,
            object_type="loans.Loan",
            object_id=loan.pk,
            portfolio_id=loan.portfolio_id,
            data={"promise": str(promise.pk), "amount": str(amount), "due_on": due_on.isoformat()},
        )
    return promise


@transaction.atomic
def cancel_promise(*, promise: Promise, reason: str, by: Actor) -> Promise:
    """Takes a promise back; what was to be said about it is taken back in the same transaction.

    Raises ValidationError without a reason or when the promise is no longer open.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the promise is taken back."))
    locked = (
        Promise.objects.select_for_update(of=("self",)).select_related("loan").get(pk=promise.pk)
    )
    if locked.state != PromiseState.OPEN:
        raise ValidationError(
            _("This promise is no longer open: %(state)s.") % {"state": locked.get_state_display()}
        )
    locked.state = PromiseState.CANCELLED
    locked.save(update_fields=["state"])
    PromiseEvent.objects.create(promise=locked, state=locked.state, by=by.label)
    announce(PromiseEvent.TOPIC)
    cancel(anchor=anchor_of(locked), reason=reason.strip(), by=by)
    record(
        action="promise.cancelled",
        by=by,
        object_type="loans.Loan",
        object_id=locked.loan_id,
        portfolio_id=locked.loan.portfolio_id,
        reason=reason.strip(),
        data={"promise": str(locked.pk)},
    )
    return locked
