"""Taking promises to pay, recording them, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.approvals.models import Approval
from accounts.approvals.services import decide
from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.models import Team, User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.promises.asking import ask_for, asked_promise, waiting_for
from collections_app.promises.flow import NOTHING, stays_in_rate
from collections_app.promises.judging import judge_loans, set_terms
from collections_app.promises.limits import Part, beyond, limits_of
from collections_app.promises.messages import anchor_of
from collections_app.promises.models import Promise, PromiseEvent, PromiseState
from collections_app.promises.parts import check_parts
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.facts.announcements import announce
from loans.borrowers.models import Party
from loans.contracts.fact_writing import lock_loan
from loans.contracts.models import LIABLE_ROLES, Loan, LoanParty
from loans.delinquency.models import Position
from notifications.outbox.services import cancel

__all__ = [
    "Part",
    "PromiseTaken",
    "cancel_promise",
    "decide_promise",
    "record_promise",
    "take_promise",
    "withdraw_promise",
]

#: Why what was to be said about a promise is taken back when another one takes its place.
REPLACED: Final = "replaced by another promise"


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
    taken_by: str | User = "",
    source: str = "",
    judge_now: bool = True,
    is_instalment: bool = False,
) -> Promise:
    """Records that a liable party promised an amount of money by a day; the same again is a no-op.

    It is judged at once, with the loan's other promises: money may be there already. `judge_now`
    False leaves that to the caller, who records many; `is_instalment` marks one of a plan.

    Raises ValidationError for an amount that is not positive, a day before the promise was made,
    or a person who does not owe the loan.
    """
    if amount <= 0:
        raise ValidationError(_("The amount promised must be more than zero."))
    if due_on < made_at.date():
        raise ValidationError(_("The day promised lies before the promise."))
    _check_owes(loan, party)
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
            **_taker(taken_by, by),
            "source": source,
            "is_instalment": is_instalment,
        },
    )
    if not created and promise.amount != amount:
        raise ValidationError(
            _("A promise of %(amount)s made at the same moment for the same day is on file.")
            % {"amount": promise.amount}
        )
    if created:
        _tell_recorded(promise, loan, by)
    if created and judge_now:
        judge_loans(loan_ids=[loan.pk], by=by)
        promise.refresh_from_db()
    return promise


def _tell_recorded(promise: Promise, loan: Loan, by: Actor) -> None:
    PromiseEvent.objects.create(promise=promise, state=promise.state, by=by.label)
    announce(PromiseEvent.TOPIC)
    data = {"promise": str(promise.pk), "amount": str(promise.amount)}
    record(
        action="promise.recorded",
        by=by,
        object_type="loans.Loan",
        object_id=loan.pk,
        portfolio_id=loan.portfolio_id,
        data={**data, "due_on": promise.due_on.isoformat()},
    )


def _taker(taken_by: str | User, by: Actor) -> dict[str, str]:
    """Who took it: a person here, a name out of a file, or who records it."""
    if isinstance(taken_by, User):
        return {"taken_by": taken_by.get_full_name(), "taken_by_id": str(taken_by.pk)}
    if taken_by:
        return {"taken_by": taken_by, "taken_by_id": ""}
    return {"taken_by": by.label, "taken_by_id": by.id if by.kind == "user" else ""}


@transaction.atomic
def cancel_promise(*, promise: Promise, reason: str, by: Actor, is_slip: bool = False) -> Promise:
    """Takes a promise back; what was to be said about it is taken back in the same transaction.

    `is_slip`: the entry that took it was taken back within its seconds. Nobody promised anything,
    so it is in no count of promises taken and in no kept rate, however near its day.

    Raises ValidationError without a reason or when the promise is no longer open.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the promise is taken back."))
    refuse_card_numbers(reason)
    locked = (
        Promise.objects.select_for_update(of=("self",))
        .select_related("loan__portfolio")
        .get(pk=promise.pk)
    )
    if locked.is_instalment:
        raise ValidationError(_("This is an instalment of a plan; cancel the plan instead."))
    if locked.state != PromiseState.OPEN:
        raise ValidationError(
            _("This promise is no longer open: %(state)s.") % {"state": locked.get_state_display()}
        )
    withdraw_promise(promise=locked, reason=reason.strip(), by=by, is_slip=is_slip)
    # What counted for it may count for the loan's other promises now.
    judge_loans(loan_ids=[locked.loan_id], by=by)
    return locked


def withdraw_promise(
    *,
    promise: Promise,
    reason: str,
    by: Actor,
    replaced_by: Promise | None = None,
    is_slip: bool = False,
) -> None:
    """Ends a locked open promise that no longer stands, with what was to be said about it.

    It stays in the kept rate where its day was near or past (see `flow.stays_in_rate`), but for a
    slip of who typed it.
    """
    today = clock.local_today(promise.loan.portfolio.time_zone)
    promise.state = PromiseState.CANCELLED
    promise.withdrawn_on = today
    promise.is_slip = is_slip
    promise.stays_in_rate = not is_slip and stays_in_rate(promise.due_on, today)
    promise.replaced_by = replaced_by
    promise.is_awaiting = False
    promise.received_amount = promise.pending_amount = NOTHING
    promise.save()
    PromiseEvent.objects.create(promise=promise, state=promise.state, by=by.label)
    announce(PromiseEvent.TOPIC)
    cancel(anchor=anchor_of(promise), reason=reason, by=by)
    data = {"promise": str(promise.pk)}
    if replaced_by is not None:
        data["by"] = str(replaced_by.pk)
    record(
        action="promise.cancelled" if replaced_by is None else "promise.replaced",
        by=by,
        object_type="loans.Loan",
        object_id=promise.loan_id,
        portfolio_id=promise.loan.portfolio_id,
        reason=reason,
        data=data,
    )


@dataclass(frozen=True, slots=True)
class PromiseTaken:
    """What came of taking a promise: what binds now, or the approval that was asked for."""

    promises: tuple[Promise, ...]
    approval: Approval | None


@transaction.atomic
def take_promise(
    *, case: Case, party: Party, parts: Sequence[Part], taken_by: User, made_at: datetime
) -> PromiseTaken:
    """Takes a promise in one or several parts, in place of what is open on the loan.

    Arguments: party owes the case's loan; parts with amounts in the portfolio's currency, each for
    a day of its own; made_at when the person said so. Beyond the limit of the taker's role nothing
    binds: a second person is asked, and the answer is `PromiseTaken.approval`.

    Raises ValidationError, and nothing is written, for a case that is over, a person who does not
    owe the loan, parts that cannot be, or while a request for the same case waits.
    """
    locked = lock_loan(case.loan)
    portfolio = locked.portfolio
    _check_case(case)
    check_no_plan(locked)
    check_parts(parts, locked, made_on=clock.local_today(portfolio.time_zone))
    if waiting_for(case) is not None:
        raise ValidationError(
            _("A promise on this case waits for a decision; withdraw it or await the answer."),
            code="already_pending",
        )
    past_due = _past_due(locked)
    excess = beyond(
        parts=parts,
        limits=limits_of(taken_by.role),
        made_on=clock.local_today(portfolio.time_zone),
        past_due=past_due,
        currency=portfolio.currency,
        language=get_language() or "en",
    )
    if not excess:
        made = _bind(case, party, parts, taken_by, made_at, by=Actor.of(taken_by))
        return PromiseTaken(made, None)
    _check_owes(locked, party)
    approval = ask_for(
        case=case,
        party=party,
        parts=parts,
        beyond=excess,
        past_due=past_due,
        made_at=made_at,
        by=Actor.of(taken_by),
    )
    _tell_lead(approval, taken_by)
    return PromiseTaken((), approval)


@transaction.atomic
def decide_promise(
    *, approval: Approval, approve: bool, reason: str = "", by: User
) -> tuple[Promise, ...]:
    """Agrees to a promise beyond the taker's limit, or refuses it; agreed, it binds at once.

    It stays the promise of who took it. Returns the promises, none when refused. Raises
    PermissionDenied for who asked and without the right; ValidationError when it is decided
    already, a refusal has no reason, it is beyond the limit of who decides too, or it cannot be
    any more: a day has passed, the case is over.
    """
    asked = asked_promise(approval)
    case = Case.objects.select_related("loan", "portfolio").get(pk=asked.case_id)
    locked = lock_loan(case.loan)
    refuse_card_numbers(reason)
    decide(approval=approval, approve=approve, reason=reason, by=Actor.of(by))
    _tell_taker(approval, by, "approval.approved" if approve else "approval.refused")
    if not approve:
        return ()
    today = clock.local_today(locked.portfolio.time_zone)
    _check_case(case)
    check_no_plan(locked)
    check_parts(asked.parts, locked, made_on=today)
    too_far = beyond(
        parts=asked.parts,
        limits=limits_of(by.role),
        made_on=asked.made_at.astimezone(ZoneInfo(locked.portfolio.time_zone)).date(),
        past_due=asked.past_due,
        currency=locked.portfolio.currency,
        language=get_language() or "en",
    )
    if too_far:
        raise ValidationError(
            _("This is beyond your own limit too: %(why)s")
            % {"why": " ".join(excess.sentence for excess in too_far)}
        )
    assert approval.requested_by is not None
    return _bind(
        case,
        Party.objects.get(pk=asked.party_id),
        asked.parts,
        approval.requested_by,
        asked.made_at,
        by=Actor.of(by),
    )


def _bind(
    case: Case,
    party: Party,
    parts: Sequence[Part],
    taken_by: User,
    made_at: datetime,
    *,
    by: Actor,
) -> tuple[Promise, ...]:
    """Records the parts as the taker's, and withdraws what they replace; judged at the end."""
    loan = case.loan
    replaced = list(
        Promise.objects.open()
        .filter(loan=loan, is_awaiting=False)
        .select_for_update(of=("self",))
        .select_related("loan__portfolio")
        .order_by("pk")
    )
    made = tuple(
        record_promise(
            loan=loan,
            party=party,
            amount=part.amount,
            due_on=part.due_on,
            made_at=made_at,
            method=part.method,
            taken_by=taken_by,
            by=by,
            judge_now=False,
        )
        for part in parts
    )
    kept = {promise.pk for promise in made}
    for promise in replaced:
        if promise.pk not in kept:  # the very same, posted again
            withdraw_promise(promise=promise, reason=REPLACED, by=by, replaced_by=made[0])
    judge_loans(loan_ids=[loan.pk], by=by)
    for promise in made:
        promise.refresh_from_db()
    return made


def check_no_plan(loan: Loan) -> None:
    """Raises ValidationError while instalments of a plan are awaited: they are promised already."""
    if Promise.objects.open().filter(loan=loan, is_instalment=True).exists():
        raise ValidationError(
            _("A plan is in force on this loan. Its instalments are promised already."),
            code="plan_in_force",
        )


def _check_case(case: Case) -> None:
    if Case.objects.filter(pk=case.pk, state=CaseState.OPEN).exists():
        return
    raise ValidationError(_("This case is over: nothing is past due that could be promised."))


def _check_owes(loan: Loan, party: Party) -> None:
    if not LoanParty.objects.filter(loan=loan, party=party, role__in=LIABLE_ROLES).exists():
        raise ValidationError(_("Only somebody who owes the loan can promise to pay it."))


def _past_due(loan: Loan) -> Decimal:
    position = Position.objects.filter(pk=loan.pk).first()
    return position.overdue_amount if position else NOTHING


def _tell_lead(approval: Approval, taken_by: User) -> None:
    """The lead of the taker's team finds it in the inbox; who else may decide, in the list."""
    if taken_by.team_id is None:
        return
    leads = Team.objects.filter(pk=taken_by.team_id, lead__isnull=False).values("lead")
    for lead in User.objects.filter(pk__in=leads).exclude(pk=taken_by.pk):
        _notify(lead, approval, "approval.requested", taken_by)


def _tell_taker(approval: Approval, by: User, key: str) -> None:
    if approval.requested_by is not None:
        _notify(approval.requested_by, approval, key, by)


def _notify(to: User, approval: Approval, key: str, who: User) -> None:
    notify(
        to=[to],
        urgency=Urgency.DO_NOW if key == "approval.requested" else Urgency.KNOW,
        key=key,
        params={"who": who.get_full_name()},
        link=reverse("desk:asked_promise", args=[approval.pk]),
    )
