"""What a dossier says of plans: what was agreed, by whom, and what became of it."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.plans.models import Plan
from collections_app.plans.presentation import told_end
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject


def plans(subject: Subject) -> Section:
    """Every plan for the person's loans, with its instalments and what happened to it."""
    found = list(
        Plan.objects.filter(
            Q(loan__in=subject.own_loans) | Q(party=subject.party, loan__in=subject.loans)
        )
        .select_related("loan__portfolio")
        .prefetch_related("instalments", "events")
        .order_by("proposed_at", "pk")
    )
    return Section(
        key="plans",
        heading=_("Plans"),
        columns=[
            Column(pgettext("when a plan was", "proposed")),
            Column(pgettext("a plan", "by whom")),
            Column(_("contract"), kind="id"),
            Column(_("kind")),
            Column(_("to be paid"), kind="money"),
            Column(_("given up"), kind="money"),
            Column(_("months")),
            Column(_("currency")),
            Column(_("instalments")),
            Column(_("proposed by")),
            Column(_("agreed by")),
            Column(_("agreed")),
            Column(_("state")),
            Column(_("ended on")),
            Column(_("why it ended")),
            Column(_("what happened")),
            Column(_("plan"), kind="id"),
        ],
        rows=[_row(subject, plan) for plan in found],
        records={
            "collections_app.Plan": [plan.pk for plan in found],
            "collections_app.PlanInstalment": [
                row.pk for plan in found for row in plan.instalments.all()
            ],
            "collections_app.PlanEvent": [row.pk for plan in found for row in plan.events.all()],
        },
    )


def _row(subject: Subject, plan: Plan) -> Row:
    instalments = sorted(plan.instalments.all(), key=lambda row: row.number)
    events = sorted(plan.events.all(), key=lambda event: (event.known_at, event.pk))
    return (
        plan.proposed_at,
        subject.who(plan.party_id),
        plan.loan.contract_no,
        str(plan.get_kind_display()),
        plan.total_amount,
        plan.given_up_amount,
        plan.months,
        plan.loan.portfolio.currency,
        "; ".join(f"{row.due_on} {row.amount}" for row in instalments),
        plan.proposed_by,
        plan.agreed_by,
        plan.agreed_at,
        str(plan.get_state_display()),
        plan.ended_on,
        Said(told_end(plan.end_reason)),
        "; ".join(
            f"{event.known_at:%Y-%m-%d %H:%M} UTC {event.get_state_display()} ({event.by})"
            for event in events
        ),
        str(plan.pk),
    )
