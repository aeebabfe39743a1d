"""The one way a plan comes to another state: locked, by the table, told and on record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collections_app.plans.flow import may_become
from collections_app.plans.models import Plan, PlanEvent, PlanState
from core.audit.actors import Actor
from core.audit.services import record
from core.facts.announcements import announce


def lock_plan(plan: Plan) -> Plan:
    """Locks a plan's row and returns it fresh, with loan, portfolio and approval."""
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    return Plan.objects.select_related(
        "loan__portfolio", "case", "party", "approval__requested_by"
    ).get(pk=plan.pk)


def move(plan: Plan, state: PlanState, *, by: Actor, reason: str = "", **values: Any) -> None:
    """Puts a locked plan into another state, with other columns that change along.

    Raises ValidationError for a step that the table does not know.
    """
    if not may_become(plan.state, state):
        raise ValidationError(
            _("This plan is %(state)s; that cannot be done any more.")
            % {"state": plan.get_state_display()}
        )
    plan.state = state
    for name, value in values.items():
        setattr(plan, name, value)
    plan.save(update_fields=["state", *values])
    tell(plan, by=by, reason=reason)


def tell(plan: Plan, *, by: Actor, reason: str = "") -> None:
    """Writes the event of the state a plan is in, and the line of the trail."""
    PlanEvent.objects.create(plan=plan, state=plan.state, by=by.label, reason=reason[:200])
    announce(PlanEvent.TOPIC)
    record(
        action=f"plan.{plan.state}",
        by=by,
        object_type="loans.Loan",
        object_id=plan.loan_id,
        portfolio_id=plan.loan.portfolio_id,
        reason=reason,
        data={"plan": str(plan.pk), "kind": plan.kind},
    )
