"""Moving people from one agent to others in one step, and taking it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.dealing_facts import absence, leave_around
from collections_app.cases.flow import CaseState
from collections_app.cases.handover import Handover, hand_over, lock_dealing
from collections_app.cases.models import Case, CaseEvent
from collections_app.cases.move_plan import (
    MovePlan,
    MoveRequest,
    Stays,
    cases_to_move,
    plan_move,
)
from collections_app.cases.moves import UNDO_WITHIN, CaseMove, CaseMoveRow, MoveOutcome
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.facts.announcements import announce
from loans.portfolios.models import Portfolio

_CHUNK = 2_000


class PlanChanged(Exception):
    """Since the preview something changed; nothing was moved. Carries the new plan."""

    def __init__(self, plan: MovePlan) -> None:
        super().__init__("The plan changed since its preview.")
        self.plan = plan


@transaction.atomic
def apply_move(*, request: MoveRequest, digest: str, reason: str) -> CaseMove:
    """Does exactly what a preview showed, as one batch.

    Arguments: digest of the previewed plan. Raises PlanChanged, with the plan of now, when it
    would do anything else, and ValidationError without a reason, when nothing would move or the
    named person cannot take cases.
    """
    if not reason.strip():
        raise ValidationError(_("Say why they move."), code="reason")
    check_target(request)
    portfolios = set(cases_to_move(request).order_by().values_list("portfolio_id", flat=True))
    lock_dealing(portfolios)
    at = clock.now()
    plan = plan_move(request=request, at=at)
    if plan.digest != digest or not plan.portfolios <= portfolios:
        raise PlanChanged(plan)
    if not plan.moving:
        raise ValidationError(_("Nothing of this can be moved: see why below."), code="nothing")
    move = CaseMove.objects.create(
        from_user=request.from_user,
        reason=reason.strip()[:200],
        digest=digest,
        people_count=plan.people_count,
        case_count=len(plan.moving),
        made_by=request.asked_by,
        made_at=at,
    )
    _write_rows(move, plan)
    hand_over(
        rows=_handovers(plan),
        at=at,
        days=_business_dates(plan.portfolios),
        by=Actor.of(request.asked_by),
        reason=move.reason,
        move_id=move.pk,
    )
    _record(move, "case.moved", request.asked_by, len(plan.moving), staying=len(plan.staying))
    return move


def check_target(request: MoveRequest) -> None:
    """Raises ValidationError when the named person cannot take anything now."""
    target = request.to_user
    if target is None:
        return
    if not has_right(target, "case.work"):
        raise ValidationError(
            _("%(name)s works no cases. Name somebody else.") % {"name": target.full_name},
            code="target",
        )
    now = clock.now()
    away_until, _back = absence(target, leave_around([target.pk], now).get(target.pk, ()), now)
    if away_until is not None:
        raise ValidationError(
            _("%(name)s is away until %(day)s. Name somebody else.")
            % {"name": target.full_name, "day": away_until.isoformat()},
            code="away",
        )


def _write_rows(move: CaseMove, plan: MovePlan) -> None:
    CaseMoveRow.objects.bulk_create(
        (
            CaseMoveRow(
                move=move,
                case=row.case,
                from_user_id=row.case.assignee_id,
                to_user_id=row.to_id,
                outcome=MoveOutcome.MOVED if row.moves else MoveOutcome.STAYED,
                why=row.why,
                why_for=row.why_for,
            )
            for row in plan.rows
        ),
        batch_size=_CHUNK,
    )


def _handovers(plan: MovePlan) -> list[Handover]:
    return [
        Handover(
            case_id=row.case.pk,
            portfolio_id=row.case.portfolio_id,
            from_id=row.case.assignee_id,
            to_id=row.to_id,
            team_id=plan.targets[row.to_id].team_id,
            because=row.why,
        )
        for row in plan.moving
        if row.to_id is not None
    ]


def _business_dates(portfolios: set[UUID]) -> dict[UUID, date]:
    return dict(Portfolio.objects.filter(pk__in=portfolios).values_list("pk", "business_date"))


@dataclass(frozen=True, slots=True)
class UndoRow:
    """One moved case: goes back, or stays with whoever has it, and why."""

    row: CaseMoveRow
    why: str = ""

    @property
    def returns(self) -> bool:
        return not self.why


def plan_undo(*, move: CaseMove) -> list[UndoRow]:
    """Says for every moved case whether it can go back. Writes nothing.

    Only people who are still where the move put them go back, each as a whole.
    """
    rows = list(
        move.rows.filter(outcome=MoveOutcome.MOVED).select_related(
            "case__loan__position", "case__portfolio", "case__borrower", "from_user", "to_user"
        )
    )
    people: defaultdict[UUID, list[CaseMoveRow]] = defaultdict(list)
    for row in rows:
        people[row.case.borrower_id].append(row)
    answers = {row.pk: why for theirs in people.values() for row, why in _judge(theirs)}
    return [UndoRow(row, answers[row.pk]) for row in rows]


def _judge(theirs: Sequence[CaseMoveRow]) -> list[tuple[CaseMoveRow, str]]:
    still_open = [row for row in theirs if row.case.state == CaseState.OPEN]
    moved_on = any(row.case.assignee_id != row.to_user_id for row in still_open)
    gone = any(row.from_user and not has_right(row.from_user, "case.work") for row in theirs)
    person = Stays.MOVED_ON if moved_on else Stays.LEFT if gone else ""
    return [(row, str(person) if row in still_open else str(Stays.OVER)) for row in theirs]


def may_undo(*, move: CaseMove, at: datetime) -> bool:
    """Tells whether a move can be taken back: within a day, or when who was away is back."""
    if move.undone_at is not None:
        return False
    return at - move.made_at <= UNDO_WITHIN or is_back(move=move, at=at)


def is_back(*, move: CaseMove, at: datetime) -> bool:
    """Tells whether the agent whose people moved has been away lately and works again."""
    agent = move.from_user
    if agent is None or not has_right(agent, "case.work"):
        return False
    away_until, back_since = absence(agent, leave_around([agent.pk], at).get(agent.pk, ()), at)
    return away_until is None and back_since is not None and back_since >= move.made_at.date()


@transaction.atomic
def undo_move(*, move: CaseMove, by: User) -> CaseMove:
    """Gives back every person who is still where the move put them; the others stay, with why.

    A case opened since follows its person. Raises ValidationError when it was taken back already,
    when the day is over, or when nobody is left to give back.
    """
    lock_dealing(set(move.rows.order_by().values_list("case__portfolio_id", flat=True)))
    locked = CaseMove.objects.select_for_update(of=("self",)).get(pk=move.pk)
    at = clock.now()
    if locked.undone_at is not None:
        raise ValidationError(_("This move was taken back already."), code="undone")
    if not may_undo(move=locked, at=at):
        raise ValidationError(
            _("More than a day has passed. Make a new move in the other direction."), code="late"
        )
    plan = plan_undo(move=locked)
    returning = [row for row in plan if row.returns]
    if not returning:
        raise ValidationError(_("Nobody is where this move put them any more."), code="nothing")
    handovers = _back(returning) + _opened_since(returning)
    hand_over(
        rows=handovers,
        at=at,
        days=_business_dates({row.portfolio_id for row in handovers}),
        by=Actor.of(by),
        reason=_("taken back: %(reason)s") % {"reason": locked.reason[:150]},
        move_id=locked.pk,
    )
    for row in plan:
        row.row.outcome = MoveOutcome.RETURNED if row.returns else MoveOutcome.KEPT
        row.row.why = row.why or row.row.why
    CaseMoveRow.objects.bulk_update(
        [row.row for row in plan], ["outcome", "why"], batch_size=_CHUNK
    )
    locked.undone_at, locked.undone_by = at, by
    locked.save(update_fields=["undone_at", "undone_by"])
    _record(locked, "case.move_undone", by, len(handovers), kept=len(plan) - len(returning))
    return locked


def _back(rows: Sequence[UndoRow]) -> list[Handover]:
    return [
        Handover(
            case_id=row.row.case_id,
            portfolio_id=row.row.case.portfolio_id,
            from_id=row.row.to_user_id,
            to_id=row.row.from_user_id,
            team_id=row.row.from_user.team_id if row.row.from_user else None,
        )
        for row in rows
    ]


def _opened_since(rows: Sequence[UndoRow]) -> list[Handover]:
    """Open cases of the returning people that came to their new agent after the move."""
    of_person = {row.row.case.borrower_id: row.row for row in rows}
    newer = Case.objects.open().filter(borrower__in=of_person, assignee__isnull=False)
    return [
        Handover(
            case_id=case.pk,
            portfolio_id=case.portfolio_id,
            from_id=case.assignee_id,
            to_id=row.from_user_id,
            team_id=row.from_user.team_id if row.from_user else None,
        )
        for case in newer.exclude(pk__in=[row.row.case_id for row in rows])
        if case.assignee_id == (row := of_person[case.borrower_id]).to_user_id
    ]


def _record(move: CaseMove, action: str, by: User, count: int, **data: int) -> None:
    record(
        action=action,
        by=Actor.of(by),
        object_type="collections_app.CaseMove",
        object_id=move.pk,
        reason=move.reason,
        count=count,
        data={
            "from": str(move.from_user_id) if move.from_user_id else None,
            "people": move.people_count,
            **data,
        },
    )
    announce(CaseEvent.TOPIC)
