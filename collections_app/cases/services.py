"""Opening, curing and assigning cases. The only writers of a case's state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.assignment import DealtBecause
from collections_app.cases.dealing import deal_new_cases
from collections_app.cases.flow import CaseState, CloseReason, next_state
from collections_app.cases.handover import Handover, hand_over, lock_dealing
from collections_app.cases.models import Case, CaseEvent, CaseEventKind
from collections_app.cases.queries import late_positions, loans_taken_back, paid_cases
from core import clock
from core.audit.actors import SYSTEM, Actor
from core.audit.services import record
from core.facts.announcements import announce
from core.facts.copying import copy_rows
from core.facts.services import consume
from core.locks import Lock, advisory_lock
from loans.delinquency.ageing import CAUSE as CLOSE
from loans.delinquency.models import LoanStatus, PositionChange
from loans.portfolios.models import Portfolio


# Without a savepoint: whoever holds a transaction already undoes all of it when this fails.
@transaction.atomic(savepoint=False)
def sync_cases(
    *, portfolio: Portfolio, on: date, by: Actor, loan_ids: Sequence[UUID] | None = None
) -> dict[str, int]:
    """Opens a case for every loan past the threshold and ends those whose arrears are paid.

    Arguments: `on`, the business date the arrears are judged at; `loan_ids` narrows it to loans
    that just changed. Run twice it changes nothing. Returns how many were opened, cured, assigned.
    """
    advisory_lock(Lock.CASE, portfolio.pk)
    ended = _end_paid(portfolio, on, by, loan_ids)
    opened = _open_late(portfolio, on, by, loan_ids)
    assigned = deal_new_cases(portfolio=portfolio, by=by)
    if ended or opened or assigned:
        announce(CaseEvent.TOPIC)
    return {"opened": opened, "cured": ended, "assigned": assigned}


def _open_late(portfolio: Portfolio, on: date, by: Actor, loan_ids: Sequence[UUID] | None) -> int:
    now = clock.now()
    rows = late_positions(portfolio=portfolio, on=on, loan_ids=loan_ids)
    cases = [
        Case(
            loan_id=loan_id,
            portfolio=portfolio,
            borrower_id=borrower_id,
            opened_on=on,
            next_step_at=now,
        )
        for loan_id, borrower_id in rows
    ]
    copy_rows(cases)
    _write_events(cases, CaseEventKind.OPENED, on, by)
    if cases:
        record(
            action="case.opened",
            by=by,
            object_type="loans.Portfolio",
            object_id=portfolio.pk,
            portfolio_id=portfolio.pk,
            count=len(cases),
            data={"on": on.isoformat()},
        )
    return len(cases)


def _end_paid(portfolio: Portfolio, on: date, by: Actor, loan_ids: Sequence[UUID] | None) -> int:
    cured: list[Case] = []
    paid_off: list[Case] = []
    void: list[Case] = []
    ended = list(paid_cases(portfolio=portfolio, loan_ids=loan_ids))
    taken_back = loans_taken_back([case.loan_id for case in ended])
    for case in ended:
        if case.loan.withdrawn_at is not None or case.loan_id in taken_back:
            void.append(case)
            continue
        is_paid_off = case.loan.position.status in (LoanStatus.PAID_OFF, LoanStatus.OVERPAID)
        (paid_off if is_paid_off else cured).append(case)
    _end(cured, "cure", CloseReason.CURED, CaseEventKind.CURED, on, by)
    _end(paid_off, "close", CloseReason.PAID_OFF, CaseEventKind.CLOSED, on, by)
    _end(void, "close", CloseReason.VOID, CaseEventKind.CLOSED, on, by)
    total = len(cured) + len(paid_off) + len(void)
    if total:
        record(
            action="case.ended",
            by=by,
            object_type="loans.Portfolio",
            object_id=portfolio.pk,
            portfolio_id=portfolio.pk,
            count=total,
            data={
                "on": on.isoformat(),
                "cured": len(cured),
                "paid_off": len(paid_off),
                "void": len(void),
            },
        )
    return total


def _end(
    cases: list[Case],
    event: str,
    reason: CloseReason,
    kind: CaseEventKind,
    on: date,
    by: Actor,
) -> None:
    if not cases:
        return
    Case.objects.filter(pk__in=[case.pk for case in cases], state=CaseState.OPEN).update(
        state=next_state(CaseState.OPEN, event), closed_on=on, close_reason=reason
    )
    _write_events(cases, kind, on, by, reason=str(reason))


def _write_events(
    cases: Sequence[Case], kind: CaseEventKind, on: date, by: Actor, reason: str = ""
) -> None:
    copy_rows(
        [CaseEvent(case=case, kind=kind, on=on, by=by.label, reason=reason) for case in cases]
    )


@transaction.atomic
def assign(*, case: Case, to: User, reason: str, by: Actor) -> Case:
    """Gives one case to somebody else.

    Raises ValidationError for a case that is over, a person who cannot work cases or does not see
    the portfolio, or a missing reason.
    """
    lock_dealing([case.portfolio_id])
    case = Case.objects.select_related("portfolio").get(pk=case.pk)
    if case.state != CaseState.OPEN:
        raise ValidationError(_("This case is over; there is nothing left to assign."))
    if not reason.strip():
        raise ValidationError(_("Say why the case moves."))
    can_work = to.is_active and has_right(to, "case.work")
    if not can_work or not Portfolio.objects.visible_to(to).filter(pk=case.portfolio_id).exists():
        raise ValidationError(
            _("%(name)s cannot work cases of this portfolio.") % {"name": to.get_full_name()}
        )
    if case.assignee_id != to.pk:
        _hand_over_one(case, to, reason, by)
        announce(CaseEvent.TOPIC)
    case.refresh_from_db()
    return case


def _hand_over_one(case: Case, to: User, reason: str, by: Actor) -> None:
    row = Handover(
        case_id=case.pk,
        portfolio_id=case.portfolio_id,
        from_id=case.assignee_id,
        to_id=to.pk,
        team_id=to.team_id,
        because=DealtBecause.NAMED,
    )
    days = {case.portfolio_id: case.portfolio.business_date}
    hand_over(rows=[row], at=clock.now(), days=days, reason=reason, by=by)
    record(
        action="case.assigned",
        by=by,
        object_type="collections_app.Case",
        object_id=case.pk,
        portfolio_id=case.portfolio_id,
        reason=reason,
    )


@transaction.atomic
def set_next_step(*, case: Case, step: str, at: datetime | None, by: Actor) -> None:
    """Says what happens next on a case and when."""
    case = Case.objects.select_for_update(of=("self",)).select_related("portfolio").get(pk=case.pk)
    case.next_step, case.next_step_at = step, at
    case.save(update_fields=["next_step", "next_step_at"])
    CaseEvent.objects.create(
        case=case,
        kind=CaseEventKind.NEXT_STEP,
        on=case.portfolio.business_date,
        by=by.label,
        data={"step": step, "at": at.isoformat() if at else None},
    )
    announce(CaseEvent.TOPIC)


def follow_positions() -> int:
    """Consumes one batch of changed positions: cases open and end at once, not at night.

    What the close changed is passed over: its own step looks at every loan, by the day it closes.
    Returns how many facts were consumed. Named in settings.FACT_CONSUMERS.
    """
    return consume(
        consumer="cases.follow_positions",
        model=PositionChange,
        handler=_follow_positions,
        passing_over=Q(cause=CLOSE),
    )


def _follow_positions(facts: Sequence[PositionChange]) -> None:
    loans: dict[UUID, set[UUID]] = {}
    for fact in facts:
        loans.setdefault(fact.portfolio_id, set()).add(fact.loan_id)
    # All portfolios before the first deal: the lock of dealing comes after every portfolio's.
    for portfolio_id in sorted(loans):
        advisory_lock(Lock.CASE, portfolio_id)
    for portfolio in Portfolio.objects.filter(pk__in=loans).order_by("pk"):
        sync_cases(
            portfolio=portfolio,
            on=portfolio.business_date,
            loan_ids=sorted(loans[portfolio.pk]),
            by=SYSTEM,
        )
