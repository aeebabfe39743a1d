"""Recording promises to pay."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collections_app.promises.flow import NOTHING, stays_in_rate
from collections_app.promises.judging import judge_loans, set_terms
from collections_app.promises.messages import anchor_of
from collections_app.promises.models import Promise, PromiseEvent, PromiseState
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.facts.announcements import announce
from loans.borrowers.models import Party
from loans.contracts.fact_writing import lock_loan
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
    judge_now: bool = True,
) -> Promise:
    """Records that a liable party promised an amount of money by a day; the same again is a no-op.

    It is judged at once, with the loan's other promises: money may be there already. `judge_now`
    False leaves that to the caller, who records many.

    Raises ValidationError for an amount that is not positive, a day before the promise was made,
    or a person who does not owe the loan.
    """
    if amount <= 0:
        raise ValidationError(_("The amount promised must be more than zero."))
    if due_on < made_at.date():
        raise ValidationError(_("The day promised lies before the promise."))
    if not LoanParty.objects.filter(loan=loan, party=party, role__in=LIABLE_ROLES).exists():
        raise ValidationError(_("Only somebody who owes the loan can promise to pay it."))
    # Two who take a promise for one loan at once: each sees what the other wrote.
    locked = lock_loan(loan)
    terms = Promise(amount=amount, due_on=due_on)
    set_terms(terms, locked.portfolio)
    promise, created = Promise.objects.get_or_create(
        loan=loan,
        due_on=due_on,
        made_at=made_at,
        defaults={
            "enough_amount": terms.enough_amount,
            "deadline_on": terms.deadline_on,
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
        if judge_now:
            judge_loans(loan_ids=[loan.pk], by=by)
            promise.refresh_from_db()
    return promise


@transaction.atomic
def cancel_promise(*, promise: Promise, reason: str, by: Actor) -> Promise:
    """Takes a promise back; what was to be said about it is taken back in the same transaction.

    Raises ValidationError without a reason or when the promise is no longer open.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the promise is taken back."))
    locked = (
        Promise.objects.select_for_update(of=("self",))
        .select_related("loan__portfolio")
        .get(pk=promise.pk)
    )
    if locked.state != PromiseState.OPEN:
        raise ValidationError(
            _("This promise is no longer open: %(state)s.") % {"state": locked.get_state_display()}
        )
    withdraw_promise(locked, reason=reason.strip(), by=by)
    # What counted for it may count for the loan's other promises now.
    judge_loans(loan_ids=[locked.loan_id], by=by)
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


def withdraw_promise(
    promise: Promise, *, reason: str, by: Actor, replaced_by: Promise | None = None
) -> None:
    """Ends a locked open promise that no longer stands, with what was to be said about it.

    It stays in the kept rate where its day was near or past: see `flow.stays_in_rate`.
    """
    today = clock.local_today(promise.loan.portfolio.time_zone)
    promise.state = PromiseState.CANCELLED
    promise.withdrawn_on = today
    promise.stays_in_rate = stays_in_rate(promise.due_on, today)
    promise.replaced_by = replaced_by
    promise.is_awaiting = False
    promise.received_amount = promise.pending_amount = NOTHING
    promise.save()
    PromiseEvent.objects.create(promise=promise, state=promise.state, by=by.label)
    announce(PromiseEvent.TOPIC)
    cancel(anchor=anchor_of(promise), reason=reason, by=by)
