"""Promises that are the instalments of a plan: recorded, ended and put back together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from collections_app.promises.judging import judge_loans
from collections_app.promises.limits import Part
from collections_app.promises.models import Promise, PromiseEvent, PromiseState
from collections_app.promises.services import record_promise, withdraw_promise
from core.audit.actors import Actor
from core.facts.announcements import announce
from loans.borrowers.models import Party
from loans.contracts.models import Loan


@transaction.atomic
def promise_instalments(
    *,
    loan: Loan,
    party: Party,
    parts: Sequence[Part],
    taken_by: User | str,
    made_at: datetime,
    replaced_reason: str,
    by: Actor,
) -> list[Promise]:
    """Records each payment of a plan as a promise, in place of what is open on the loan.

    A promise that pending money would keep stands. Judged at the end: money valued since `made_at`
    may be there already.
    """
    replaced = list(
        Promise.objects.open()
        .filter(loan=loan, is_awaiting=False)
        .select_for_update(of=("self",))
        .select_related("loan__portfolio")
        .order_by("pk")
    )
    made = [
        record_promise(
            loan=loan,
            party=party,
            amount=part.amount,
            due_on=part.due_on,
            made_at=made_at,
            taken_by=taken_by,
            by=by,
            source="plan",
            judge_now=False,
            is_instalment=True,
        )
        for part in parts
    ]
    for promise in replaced:
        withdraw_promise(promise=promise, reason=replaced_reason, by=by, replaced_by=made[0])
    judge_loans(loan_ids=[loan.pk], by=by)
    return made


@transaction.atomic
def withdraw_instalments(*, promise_ids: Collection[UUID], reason: str, by: Actor) -> list[Promise]:
    """Takes back those that are still open and that no pending money would keep."""
    rows = list(
        Promise.objects.open()
        .filter(pk__in=promise_ids, is_awaiting=False)
        .select_for_update(of=("self",))
        .select_related("loan__portfolio")
        .order_by("pk")
    )
    for promise in rows:
        withdraw_promise(promise=promise, reason=reason, by=by)
    judge_loans(loan_ids={promise.loan_id for promise in rows}, by=by)
    return rows


@transaction.atomic
def reinstate_instalments(*, promise_ids: Collection[UUID], by: Actor) -> int:
    """Puts back instalments that were taken back with a plan which stands again; returns how many.

    They are judged anew from the moment they were made, as if they had stood all the time.
    """
    rows = list(
        Promise.objects.filter(
            pk__in=promise_ids, state=PromiseState.CANCELLED, is_instalment=True, replaced_by=None
        )
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    for promise in rows:
        promise.state, promise.withdrawn_on = PromiseState.OPEN, None
        promise.stays_in_rate = False
        promise.save(update_fields=["state", "withdrawn_on", "stays_in_rate"])
        PromiseEvent.objects.create(promise=promise, state=promise.state, by=by.label)
    if rows:
        announce(PromiseEvent.TOPIC)
        judge_loans(loan_ids={promise.loan_id for promise in rows}, by=by)
    return len(rows)
