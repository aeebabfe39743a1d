"""Telling people of decisions that wait, and of those that were taken."""

from __future__ import annotations

from accounts.approvals.models import Approval
from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.models import Team, User
from collections_app.cases.models import Case
from core.audit.actors import Actor


def tell_leads(*, case: Case, by: Actor, link: str) -> None:
    """Tells who leads the officer's team, and the case's, that something waits for them."""
    asker = User.objects.get(pk=by.id)
    teams = Team.objects.filter(pk__in=[pk for pk in (asker.team_id, case.team_id) if pk])
    leads = User.objects.filter(pk__in=teams.filter(lead__isnull=False).values("lead"))
    notify(
        to=leads.exclude(pk=asker.pk),
        urgency=Urgency.DO_NOW,
        key="approval.requested",
        params={"who": asker.get_full_name()},
        link=link,
    )


def tell_asker(approval: Approval, *, by: Actor, approved: bool, link: str) -> None:
    """Tells who asked what the second person decided."""
    if approval.requested_by is None:
        return
    notify(
        to=[approval.requested_by],
        urgency=Urgency.KNOW,
        key="approval.approved" if approved else "approval.refused",
        params={"who": by.label},
        link=link,
    )
