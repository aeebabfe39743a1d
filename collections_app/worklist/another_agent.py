"""Another voice for a person: asked for by who talks with them, given by who may move people.

The request is an approval of one subject at a time, so that it stands until somebody decides; the
move itself is one of `cases.moving`, with its history and its way back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access.decorators import check_right
from accounts.approvals.models import Approval, ApprovalQuerySet
from accounts.approvals.services import decide, request_approval
from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.cases.move_plan import MoveRequest, next_in_team, plan_move
from collections_app.cases.moves import CaseMove
from collections_app.cases.moving import PlanChanged, apply_move, check_target
from collections_app.cases.wording import why_text
from collections_app.worklist.flow import AnotherVoice, SkipReason
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.leases import LeaseLost, lease_of, skip
from collections_app.worklist.skips import leads_of, note_of
from core import clock
from core.audit.actors import Actor

KIND: Final = "case.another_agent"
SUBJECT: Final = "collections_app.Case"
#: Who must have decided by then; the person rests with whoever asked for two hours only.
LAPSES_AFTER: Final = timedelta(days=2)
ASKED: Final = "another_agent.asked"
GIVEN: Final = "another_agent.given"
KEPT: Final = "another_agent.kept"

register_texts(
    {
        ASKED: gettext_lazy("%(who)s asks for another agent for %(contract_no)s. Decide who."),
        GIVEN: gettext_lazy("%(contract_no)s is with %(who)s now, as you asked."),
        KEPT: gettext_lazy("%(contract_no)s stays with you; %(who)s says why."),
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that stands, and the case it is about."""

    approval: Approval
    case: Case

    @property
    def reason(self) -> str:
        """Why, in the reader's language."""
        return str(AnotherVoice(self.approval.brief["reason"]).label)


@transaction.atomic
def ask_for_another_agent(*, agent: User, case: Case, reason: str, note: str = "") -> Approval:
    """Asks the lead to let somebody else speak with the person, and passes them on meanwhile.

    Arguments: reason, one of `AnotherVoice`; note, what the lead should know, sealed with the skip.
    Raises LeaseLost for who does not have the person, ValidationError for a case that is over, a
    request that stands already, a call without its outcome, or too little said. Nothing is written
    then.
    """
    check_right(agent, "approval.request")
    if reason not in AnotherVoice.values:
        raise ValidationError({"reason": _("Choose why.")})
    if reason == AnotherVoice.OTHER and not note.strip():
        raise ValidationError({"note": _("Say in a few words what it is.")})
    if case.state != CaseState.OPEN:
        raise ValidationError(_("This case is over; nobody needs to speak with them."))
    lease = lease_of(case.borrower_id)
    if lease is None or lease.agent_id != agent.pk:
        raise LeaseLost(lease.agent if lease else None)
    approval = request_approval(
        kind=KIND,
        brief={
            "reason": reason,
            "lease": str(lease.pk),
            "assignee": str(case.assignee_id or ""),
        },
        subject_type=SUBJECT,
        subject_id=case.pk,
        portfolio_id=case.portfolio_id,
        decide_right="case.assign",
        lapses_after=LAPSES_AFTER,
        by=Actor.of(agent),
    )
    skip(agent=agent, lease_token=lease.token, reason=SkipReason.NEEDS_LEAD, note=note)
    _tell(approval, case, ASKED, to=leads_of(agent), who=agent)
    return approval


@transaction.atomic
def give_another_agent(*, approval: Approval, to: User, reason: str, by: User) -> CaseMove:
    """Agrees, and moves the whole person to somebody else in the same piece.

    Raises PermissionDenied for who may not move people or asked themselves, ValidationError when it
    is decided already or the one named cannot take the person; nothing is written then.
    """
    case = case_of(approval, by)
    decide(approval=approval, by=Actor.of(by), approve=True, reason=reason)
    request = MoveRequest(asked_by=by, case_ids=(case.pk,), to_user=to)
    check_target(request)
    plan = plan_move(request=request, at=clock.now())
    if not plan.moving:
        why = {why_text(row.why, row.why_for) for row in plan.staying}
        raise ValidationError({"to": sorted(why)})
    words = reason.strip() or Asked(approval, case).reason
    try:
        move = apply_move(request=request, digest=plan.digest, reason=words)
    except PlanChanged as changed:
        raise ValidationError(_("Somebody moved them just now. Look again.")) from changed
    _tell(approval, case, GIVEN, to=_asker(approval), who=to)
    return move


@transaction.atomic
def keep_the_agent(*, approval: Approval, reason: str, by: User) -> Approval:
    """Leaves the person where they are; who asked is told why.

    Raises PermissionDenied and ValidationError as `accounts.approvals.services.decide` does.
    """
    case = case_of(approval, by)
    decided = decide(approval=approval, by=Actor.of(by), approve=False, reason=reason)
    _tell(approval, case, KEPT, to=_asker(approval), who=by)
    return decided


def requests_seen_by(user: User) -> ApprovalQuerySet:
    """Returns the requests of every state about cases that the user sees."""
    seen = Case.objects.visible_to(user).order_by().annotate(key=Cast("pk", TextField()))
    rows = Approval.objects.visible_to(user).filter(kind=KIND, subject_type=SUBJECT)
    return rows.filter(subject_id__in=seen.values("key"))


def standing_requests(user: User) -> list[Asked]:
    """Returns what waits for a decision, the oldest first: two queries.

    A case that is over, or that somebody else works by now, needs none.
    """
    rows = list(
        Approval.objects.visible_to(user)
        .pending()
        .filter(kind=KIND, subject_type=SUBJECT, expires_at__gt=clock.now())
        .select_related("requested_by")
        .order_by("requested_at")[:50]
    )
    if not rows:
        return []
    cases = {
        str(case.pk): case
        for case in Case.objects.visible_to(user)
        .open()
        .filter(pk__in=[row.subject_id for row in rows])
        .select_related("loan", "borrower", "portfolio")
    }
    found = [Asked(row, cases[row.subject_id]) for row in rows if row.subject_id in cases]
    return [asked for asked in found if stands(asked)]


def stands(asked: Asked) -> bool:
    """Tells whether a request still asks for something: undecided, and nobody moved them since."""
    approval, case = asked.approval, asked.case
    return (
        approval.is_pending
        and (approval.expires_at is None or approval.expires_at > clock.now())
        and case.state == CaseState.OPEN
        and approval.brief["assignee"] == str(case.assignee_id or "")
    )


def request_about(case: Case) -> Asked | None:
    """Returns the request that stands about a case, if any; one query."""
    row = (
        Approval.objects.pending()
        .filter(kind=KIND, subject_type=SUBJECT, subject_id=str(case.pk))
        .select_related("requested_by")
        .first()
    )
    asked = Asked(row, case) if row else None
    return asked if asked is not None and stands(asked) else None


def words_of(approval: Approval) -> str:
    """Returns what the lead should know, as it was said; nothing where nothing was."""
    lease = Lease.objects.select_related("party__data_key").get(pk=approval.brief["lease"])
    return note_of(lease)


def proposed_agent(asked: Asked) -> UUID | None:
    """Returns who of the asker's team is next by the rules of dealing; nobody where none can."""
    asker = asked.approval.requested_by
    if asker is None or asker.team is None:
        return None
    without = {asker.pk, asked.case.assignee_id}
    return next_in_team(case=asked.case, team=asker.team, without=without, at=clock.now())


def case_of(approval: Approval, user: User) -> Case:
    """Returns the case a request is about. Raises Case.DoesNotExist out of scope."""
    rows = Case.objects.visible_to(user).select_related("loan", "borrower", "portfolio")
    return rows.get(pk=approval.subject_id)


def _asker(approval: Approval) -> list[User]:
    return [approval.requested_by] if approval.requested_by else []


def _tell(approval: Approval, case: Case, key: str, *, to: list[User], who: User) -> None:
    is_asked = key == ASKED
    notify(
        to=to,
        urgency=Urgency.DO_NOW if is_asked else Urgency.KNOW,
        key=key,
        params={"who": who.get_full_name(), "contract_no": case.loan.contract_no},
        link=reverse("worklist:another_agent", args=[approval.pk])
        if is_asked
        else reverse("desk:another_agent", args=[case.pk]),
    )
