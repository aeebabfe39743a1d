"""A plan that needs a second person: the brief they judge, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.urls import reverse

from accounts.approvals.models import Approval
from accounts.approvals.services import request_approval
from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.models import Team, User
from collections_app.plans.limits import DECIDE_RIGHTS, Excess
from collections_app.plans.models import Plan, PlanKind
from collections_app.plans.terms import Terms
from core.audit.actors import Actor

KIND: Final = "plan.agree"
SUBJECT: Final = "collections_app.Plan"
#: Who must have decided by then; the borrower does not wait longer for an answer.
LAPSES_AFTER: Final = timedelta(days=2)


def ask_for(*, plan: Plan, terms: Terms, beyond: Iterable[Excess], by: Actor) -> Approval:
    """Asks a second person to agree to a plan."""
    return request_approval(
        kind=KIND,
        brief={
            "plan": str(plan.pk),
            "loan": str(plan.loan_id),
            "kind": plan.kind,
            "parts": [
                {"amount": str(part.amount), "due_on": part.due_on.isoformat()}
                for part in terms.parts
            ],
            "months": plan.months,
            "given_up": str(plan.given_up_amount),
            "past_due": str(plan.past_due_amount),
            "outstanding": str(plan.outstanding_amount),
            "beyond": [excess.what for excess in beyond],
        },
        subject_type=SUBJECT,
        subject_id=plan.pk,
        portfolio_id=plan.loan.portfolio_id,
        decide_right=DECIDE_RIGHTS[PlanKind(plan.kind)],
        lapses_after=LAPSES_AFTER,
        by=by,
    )


def tell_lead(plan: Plan, proposer: User) -> None:
    """The lead of the proposer's team finds it in the inbox; who else may decide, in the list."""
    if proposer.team_id is None:
        return
    leads = Team.objects.filter(pk=proposer.team_id, lead__isnull=False).values("lead")
    for lead in User.objects.filter(pk__in=leads).exclude(pk=proposer.pk):
        _notify(lead, plan, "approval.requested", proposer)


def tell_proposer(plan: Plan, by: User, *, approved: bool) -> None:
    """Who proposed the plan hears what was decided."""
    if plan.approval is not None and plan.approval.requested_by is not None:
        key = "approval.approved" if approved else "approval.refused"
        _notify(plan.approval.requested_by, plan, key, by)


def _notify(to: User, plan: Plan, key: str, who: User) -> None:
    notify(
        to=[to],
        urgency=Urgency.DO_NOW if key == "approval.requested" else Urgency.KNOW,
        key=key,
        params={"who": who.get_full_name()},
        link=reverse("plans:plan", args=[plan.pk]),
    )
