"""Proposing plans, agreeing to them, and ending them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access.decorators import check_right
from accounts.approvals.flow import ApprovalStatus
from accounts.approvals.services import decide, withdraw
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.hardship.models import HardshipTalk
from collections_app.hardship.services import end_hardship_stop
from collections_app.plans.asking import ask_for, tell_lead, tell_proposer
from collections_app.plans.confirmation import confirm_in_writing
from collections_app.plans.flow import LIVE, MOVING, PAID, PlanKind, PlanState
from collections_app.plans.limits import Excess, beyond, limits_of, most_in_year, year_sentence
from collections_app.plans.models import Plan, PlanInstalment
from collections_app.plans.modifications import (
    apply_to_books,
    expected_of,
    keeps_own_books,
    moved_instalments,
    stored,
)
from collections_app.plans.moving import lock_plan, move, tell
from collections_app.plans.queries import affordable_on, granted_in_year, promises_of, standing_of
from collections_app.plans.terms import NOTHING, Standing, Terms, check_terms
from collections_app.promises.instalments import promise_instalments, withdraw_instalments
from collections_app.promises.limits import Part
from core import clock
from core.audit.actors import SYSTEM, Actor
from core.encryption.card_numbers import refuse_card_numbers
from loans.borrowers.models import Party
from loans.contracts.fact_writing import lock_loan
from loans.contracts.models import LIABLE_ROLES, Loan, LoanParty

#: Why an open promise is taken back when a plan takes its place.
REPLACED: Final = "replaced by a plan"


@transaction.atomic
def propose_plan(*, case: Case, party: Party, terms: Terms, by: User) -> Plan:
    """Proposes a plan. Within the limits of the proposer's role an arrangement binds at once.

    Beyond them, and for every change of the contract, a second person is asked: the plan then
    waits, and nothing of it binds. Amounts are in the portfolio's currency.

    Raises ValidationError, and nothing is written, for a case that is over, a person who does not
    owe the loan, terms that cannot be, more of a kind in twelve months than anybody may grant,
    and while another plan is proposed or in force.
    """
    check_right(by, "plan.propose")
    loan = lock_loan(case.loan)
    lapse_stale(loan)
    _check(case, loan, party)
    standing = standing_of(loan)
    check_terms(terms, standing)
    if terms.kind in MOVING and keeps_own_books(loan):
        moved_instalments(loan, kind=terms.kind, months=terms.months)
    _check_year(loan, terms.kind)
    excess = excess_of(case=case, loan=loan, terms=terms, standing=standing, role=by.role)
    plan = _write(case, loan, party, terms, standing, excess, by)
    actor = Actor.of(by)
    if excess:
        plan.approval = ask_for(plan=plan, terms=terms, beyond=excess, by=actor)
        plan.save(update_fields=["approval"])
        tell(plan, by=actor)
        tell_lead(plan, by)
        return plan
    tell(plan, by=actor)
    _bind(plan, by=actor, agreed_by=actor)
    return plan


def excess_of(
    *,
    case: Case,
    loan: Loan,
    terms: Terms,
    standing: Standing,
    role: str,
    but: Plan | None = None,
) -> list[Excess]:
    """Returns which limits of a role the terms go beyond."""
    return beyond(
        terms=terms,
        limits=limits_of(role)[terms.kind],
        standing=standing,
        granted=granted_in_year(loan, terms.kind, but=but),
        affordable=affordable_on(case)[1],
        currency=loan.portfolio.currency,
        language=get_language() or "en",
    )


@transaction.atomic
def decide_plan(*, plan: Plan, approve: bool, reason: str = "", by: User) -> Plan:
    """Agrees to a proposed plan, or refuses it; agreed, it takes effect at once.

    A modification becomes a fact of the books kept here; for a ledger kept elsewhere it waits for
    the lender's feed. Raises PermissionDenied for who proposed it and without the right;
    ValidationError when it is decided already, a refusal has no reason, it is beyond the limit of
    who decides too, or it cannot be any more. Nothing is written then.
    """
    lock_loan(plan.loan)
    locked = lock_plan(plan)
    if locked.approval is None:
        raise ValidationError(_("This plan waits for nobody's decision."))
    refuse_card_numbers(reason)
    actor = Actor.of(by)
    decide(approval=locked.approval, approve=approve, reason=reason, by=actor)
    if not approve:
        move(locked, PlanState.REFUSED, by=actor, reason=reason.strip())
        tell_proposer(locked, by, approved=False)
        return locked
    terms = terms_of(locked)
    standing = standing_of(locked.loan)
    _check(locked.case, locked.loan, locked.party, but=locked)
    check_terms(terms, standing)
    _check_year(locked.loan, terms.kind)
    own = excess_of(
        case=locked.case, loan=locked.loan, terms=terms, standing=standing, role=by.role, but=locked
    )
    # Whether it can be afforded, and that it changes the contract, is what they decide about.
    too_far = [excess for excess in own if excess.what not in ("affordable", "contract")]
    if too_far:
        raise ValidationError(
            _("This is beyond your own limit too: %(why)s")
            % {"why": " ".join(excess.sentence for excess in too_far)}
        )
    _bind(locked, by=Actor.of(_proposer(locked)), agreed_by=actor)
    tell_proposer(locked, by, approved=True)
    return locked


@transaction.atomic
def withdraw_plan(*, plan: Plan, by: User) -> Plan:
    """Takes one's own proposal back before it is decided."""
    lock_loan(plan.loan)
    locked = lock_plan(plan)
    if locked.approval is None:
        raise ValidationError(_("This plan waits for nobody's decision."))
    withdraw(approval=locked.approval, by=Actor.of(by))
    move(locked, PlanState.WITHDRAWN, by=Actor.of(by))
    return locked


@transaction.atomic
def cancel_plan(*, plan: Plan, reason: str, by: Actor) -> Plan:
    """Ends a plan that is in force or waits for the lender's feed; what is owed stays owed.

    What was to be said about its instalments is taken back along. Raises ValidationError without a
    reason and for a plan that is over, or whose change of the contract is made already.
    """
    why = reason.strip()
    if not why:
        raise ValidationError(_("Say why the plan is cancelled."))
    if len(why) > 200:
        raise ValidationError(_("Say it in at most 200 characters."))
    refuse_card_numbers(why)
    lock_loan(plan.loan)
    locked = lock_plan(plan)
    if locked.state not in (PlanState.ACTIVE, PlanState.WAITING_FEED):
        raise ValidationError(
            _("This plan is %(state)s; there is nothing to cancel.")
            % {"state": locked.get_state_display()}
        )
    end_plan(plan=locked, state=PlanState.CANCELLED, reason=why, by=by)
    return locked


def end_plan(*, plan: Plan, state: PlanState, reason: str, by: Actor) -> None:
    """Puts a locked plan to its end; instalments still awaited are taken back with it."""
    ended = {"ended_on": today_at(plan), "end_reason": reason, "is_early": False}
    move(plan, state, by=by, reason=reason, **ended)
    ids = list(promises_of(plan).order_by("pk").values_list("pk", flat=True))
    withdraw_instalments(promise_ids=ids, reason=reason, by=by)


def today_at(plan: Plan) -> date:
    """The day where the portfolio is."""
    return clock.local_today(plan.loan.portfolio.time_zone)


def lapse_stale(loan: Loan) -> int:
    """Ends proposals on a locked loan that nobody decided in time; returns how many."""
    stale = Plan.objects.filter(loan=loan, state=PlanState.PROPOSED, approval__isnull=False)
    count = 0
    for plan in stale.filter(approval__status=ApprovalStatus.EXPIRED):
        move(lock_plan(plan), PlanState.LAPSED, by=SYSTEM)
        count += 1
    return count


def terms_of(plan: Plan) -> Terms:
    """Returns what a plan says, as it was proposed."""
    rows = plan.instalments.order_by("number").values_list("amount", "due_on")
    return Terms(
        kind=PlanKind(plan.kind),
        parts=tuple(Part(amount, due_on) for amount, due_on in rows),
        months=plan.months,
        given_up=plan.given_up_amount if plan.kind == PlanKind.WAIVER else NOTHING,
    )


def _write(
    case: Case,
    loan: Loan,
    party: Party,
    terms: Terms,
    standing: Standing,
    excess: Sequence[Excess],
    by: User,
) -> Plan:
    talk: HardshipTalk | None = affordable_on(case)[0]
    given_up = terms.given_up
    if terms.kind == PlanKind.SETTLEMENT:
        given_up = standing.outstanding - terms.total
    plan = Plan.objects.create(
        case=case,
        loan=loan,
        party=party,
        talk=talk,
        kind=terms.kind,
        total_amount=terms.total,
        given_up_amount=given_up,
        months=terms.months,
        past_due_amount=standing.past_due,
        outstanding_amount=standing.outstanding,
        beyond=[found.what for found in excess],
        proposed_by=by.get_full_name(),
        proposed_by_id=str(by.pk),
        proposed_at=clock.now(),
    )
    PlanInstalment.objects.bulk_create(
        PlanInstalment(plan=plan, number=number, amount=part.amount, due_on=part.due_on)
        for number, part in enumerate(sorted(terms.parts, key=lambda p: p.due_on), 1)
    )
    return plan


def _bind(plan: Plan, *, by: Actor, agreed_by: Actor) -> None:
    """Makes an agreed plan so: its instalments are promised, or the contract is changed."""
    values: dict[str, Any] = {"agreed_by": agreed_by.label, "agreed_at": clock.now()}
    if plan.kind in PAID:
        move(plan, PlanState.ACTIVE, by=agreed_by, **values)
        _promise(plan, by)
    elif keeps_own_books(plan.loan):
        facts = apply_to_books(plan=plan, by=by, approved_by=agreed_by)
        on = today_at(plan)
        move(plan, PlanState.APPLIED, by=agreed_by, facts=facts, ended_on=on, **values)
    else:
        expected = stored(expected_of(plan))
        move(plan, PlanState.WAITING_FEED, by=agreed_by, expected=expected, **values)
    end_hardship_stop(party=plan.party, reason=_("a plan was agreed"), by=agreed_by)
    confirm_in_writing(plan=plan, by=agreed_by)


def _promise(plan: Plan, by: Actor) -> None:
    rows = list(plan.instalments.order_by("number"))
    made = promise_instalments(
        loan=plan.loan,
        party=plan.party,
        parts=[Part(row.amount, row.due_on) for row in rows],
        taken_by=_proposer(plan),
        made_at=plan.proposed_at,
        replaced_reason=REPLACED,
        by=by,
    )
    for row, promise in zip(rows, made, strict=True):
        row.promise = promise
    PlanInstalment.objects.bulk_update(rows, ["promise"])


def _proposer(plan: Plan) -> User:
    proposer: User = User.objects.get(pk=plan.proposed_by_id)
    return proposer


def _check(case: Case, loan: Loan, party: Party, *, but: Plan | None = None) -> None:
    if not Case.objects.filter(pk=case.pk, state=CaseState.OPEN).exists():
        raise ValidationError(_("This case is over: nothing is past due."))
    if not LoanParty.objects.filter(loan=loan, party=party, role__in=LIABLE_ROLES).exists():
        raise ValidationError(_("Only somebody who owes the loan can agree to a plan."))
    others = Plan.objects.filter(loan=loan, state__in=LIVE)
    other = others.exclude(pk=but.pk).first() if but else others.first()
    if other is not None:
        raise ValidationError(
            _("This loan has a plan already: %(kind)s, %(state)s.")
            % {"kind": other.get_kind_display(), "state": other.get_state_display()},
            code="plan_exists",
        )


def _check_year(loan: Loan, kind: str) -> None:
    granted, most = granted_in_year(loan, kind), most_in_year(kind)
    if granted >= most:
        raise ValidationError(year_sentence(kind, granted, most), code="year")
