"""The plan of a case on its page: what is agreed, what comes next, where another is proposed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.approvals.flow import ApprovalStatus
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.plans.flow import PlanKind, PlanState
from collections_app.plans.presentation import MARKS, state_name, summary
from collections_app.plans.queries import is_live


def plan_context(case: Case, user: User) -> dict[str, Any]:
    """Returns what `desk/case_plan.html` shows, as `case_for` read it: no query."""
    facts: dict[str, Any] | None = case.plan  # type: ignore[attr-defined]
    if not has_right(user, "plan.view"):
        return {"plan": None, "propose_plan_href": "", "hardship_href": ""}
    may_propose = case.state == CaseState.OPEN and has_right(user, "plan.propose")
    has_live = facts is not None and (
        is_live(facts["state"]) and facts["approval"] != ApprovalStatus.EXPIRED
    )
    return {
        "plan": _plan(facts, case.portfolio.currency) if facts else None,
        "propose_plan_href": reverse("desk:propose_plan", args=[case.pk])
        if may_propose and not has_live
        else "",
        "hardship_href": reverse("desk:hardship_talk", args=[case.pk]) if may_propose else "",
    }


def _plan(facts: dict[str, Any], currency: str) -> dict[str, Any]:
    state = PlanState(facts["state"])
    is_waiting = state == PlanState.PROPOSED and facts["approval"] == ApprovalStatus.PENDING
    following = facts["next_due_on"]
    return {
        "href": reverse("plans:plan", args=[facts["pk"]]),
        "kind": PlanKind(facts["kind"]).label,
        "summary": summary(
            kind=facts["kind"],
            total=Decimal(facts["total"]),
            given_up=Decimal(facts["given_up"]),
            months=facts["months"],
            currency=currency,
        ),
        "mark": MARKS[state],
        "state_name": state_name(state, early=facts["is_early"], approval=facts["approval"] or ""),
        "next_on": date.fromisoformat(following) if following else None,
        "next_amount": Decimal(facts["next_amount"]) if following else None,
        "answer_href": reverse("plans:answer", args=[facts["pk"]]) if is_waiting else "",
    }
