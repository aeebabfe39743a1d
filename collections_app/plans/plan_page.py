"""The page of a plan: what was agreed, how it stands, and the decision of the second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right, signed_in_user
from accounts.models import User
from collections_app.hardship.flow import affordable
from collections_app.hardship.queries import budget_of
from collections_app.plans.confirmation import confirmations_of
from collections_app.plans.flow import MOVING, PAID, PlanState
from collections_app.plans.forms import CancelPlanForm, DecidePlanForm
from collections_app.plans.limits import DECIDE_RIGHTS
from collections_app.plans.models import Plan, PlanKind
from collections_app.plans.modifications import keeps_own_books
from collections_app.plans.outlook import consequence_sentences
from collections_app.plans.presentation import (
    answer_of,
    beyond_text,
    early_text,
    instalment_rows,
    mark_of,
    name_of,
    received_text,
    summary_of,
    told_end,
)
from collections_app.plans.queries import instalments_of, standing_of
from collections_app.plans.services import terms_of
from loans.borrowers.presentation import lang_of, shown_name


def plan_for(request: HttpRequest, pk: UUID) -> Plan:
    """Returns a plan that the user may see, with what its page needs; else 404."""
    rows = Plan.objects.visible_to(signed_in_user(request)).select_related(
        "loan__portfolio",
        "case__portfolio",
        "party",
        "talk__party__data_key",
        "approval__requested_by",
        "approval__decided_by",
    )
    return get_object_or_404(rows, pk=pk)


def plan_page(
    request: HttpRequest,
    found: Plan,
    *,
    form: DecidePlanForm | None = None,
    cancel_form: CancelPlanForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Shows a plan; a form that was refused comes with its status."""
    user = signed_in_user(request)
    is_waiting = bool(
        found.state == PlanState.PROPOSED and found.approval and found.approval.is_pending
    )
    is_own = found.proposed_by_id == str(user.pk)
    may_decide = is_waiting and not is_own and has_right(user, DECIDE_RIGHTS[PlanKind(found.kind)])
    may_cancel = found.state in (PlanState.ACTIVE, PlanState.WAITING_FEED)
    context = {
        **answer_of(found, is_on_its_page=True),
        **_facts(found, user),
        "form": (form or DecidePlanForm(auto_id="decide_%s")) if may_decide else None,
        "decide_href": reverse("plans:decide", args=[found.pk]),
        "withdraw_href": reverse("desk:withdraw_plan", args=[found.pk])
        if is_waiting and is_own
        else "",
        "cancel_form": (cancel_form or CancelPlanForm(auto_id="cancel_%s"))
        if may_cancel and has_right(user, "plan.propose")
        else None,
        "cancel_href": reverse("desk:cancel_plan", args=[found.pk]),
        # Who has agreed it with the person goes on from here.
        "next_href": reverse("worklist:next")
        if is_own and has_right(user, "worklist.claim")
        else "",
    }
    return TemplateResponse(request, "collections_app/plans/plan.html", context, status=status)


def _facts(found: Plan, user: User) -> dict[str, Any]:
    loan = found.loan
    rows = instalment_rows(instalments_of(found))
    return {
        "case_href": reverse("desk:case", args=[found.case_id]),
        "list_href": reverse("plans:list"),
        "contract_no": loan.contract_no,
        "who": {"name": shown_name(found.party), "lang": lang_of(found.party.full_name)},
        "kind_name": capfirst(found.get_kind_display()),
        "state_name": name_of(found),
        "mark": mark_of(found),
        "summary": summary_of(found),
        "currency": loan.portfolio.currency,
        "total": found.total_amount if found.kind in PAID else None,
        "given_up": found.given_up_amount or None,
        "past_due": found.past_due_amount,
        "outstanding": found.outstanding_amount,
        "beyond": beyond_text(found),
        "proposer": {"text": found.proposed_by, "lang": lang_of(found.proposed_by)},
        "proposed_at": found.proposed_at,
        "agreed_by": {"text": found.agreed_by, "lang": lang_of(found.agreed_by)},
        "agreed_at": found.agreed_at,
        "ended_on": found.ended_on,
        "received": received_text(rows, loan.portfolio.currency) if found.agreed_at else "",
        "early": early_text(found, rows),
        "end_reason": {"text": told_end(found.end_reason), "lang": lang_of(found.end_reason)},
        "lapses_at": found.approval.expires_at if found.approval else None,
        "rows": rows,
        "sentences": _sentences(found),
        "affordable": _affordable(found, user),
        "confirmations": [
            {
                "at": message.planned_at,
                "channel": message.get_channel_display(),
                "state": message.get_state_display(),
            }
            for message in confirmations_of(found)
        ],
        "is_agreed": found.agreed_at is not None,
        "books_note": _books_note(found),
    }


def _sentences(found: Plan) -> list[str]:
    """What it would do, as long as it is not done."""
    if found.state != PlanState.PROPOSED:
        return []
    try:
        return consequence_sentences(found.loan, terms_of(found), standing_of(found.loan))
    except ValidationError:
        return []


def _affordable(found: Plan, user: User) -> Any:
    if found.talk is None or not has_right(user, "plan.propose"):
        return None
    budget = budget_of(found.talk)
    return affordable(budget) if budget else None


def _books_note(found: Plan) -> str:
    """What happens with the contract, in a sentence; an arrangement leaves it alone."""
    if found.kind == PlanKind.ARRANGEMENT:
        return _("It changes how we collect, not the contract: days past due are counted on.")
    if found.state == PlanState.WAITING_FEED:
        return _("Agreed. It counts as made when the lender's books say so in their feed.")
    if not keeps_own_books(found.loan):
        return _("The lender keeps the books: the change is made there.")
    if found.kind in MOVING and found.state == PlanState.APPLIED:
        return _("The schedule was changed by a fact in the books.")
    return ""
