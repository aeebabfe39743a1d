"""Days that are due: started and ended by stages, entered by hand, counted again, reminded of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collections_app.cases.models import Case
from collections_app.legal.deadlines import CLOCKS, Due, Started, due_of
from collections_app.legal.flow import (
    ANSWERS_ELSEWHERE,
    BY_HAND,
    OF_NOTICES,
    SUES,
    DeadlineKind,
    DeadlineState,
    ProceedingKind,
    Stage,
    Step,
    Whose,
)
from collections_app.legal.limitation import COUNTRY, chinese_days, days_for_pages
from collections_app.legal.models import (
    DeadlineQuerySet,
    LegalDeadline,
    Proceeding,
    ProceedingEvent,
)
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.calendars import WorkingDays

#: A hearing is set by the court, not counted: it stands wherever the court is.
_ANYWHERE: Final = frozenset({DeadlineKind.HEARING})


def start_clocks(
    *, proceeding: Proceeding, step: Step, on: date, said: Mapping[str, str], by: Actor
) -> list[LegalDeadline]:
    """Starts every clock that runs from a stage. Outside China only what the court set."""
    is_chinese = proceeding.case.portfolio.country == COUNTRY
    codes = [code for code in step.starts if is_chinese or code in _ANYWHERE]
    if not codes:
        return []
    working_days = chinese_days() if is_chinese else WorkingDays()
    started = _started(proceeding, on, said)
    found = [due_of(code, started, working_days) for code in codes]
    return [
        _open(proceeding.case, proceeding, due, by)
        for due in found
        if due is not None and not _is_answered(proceeding, due)
    ]


def end_clocks(*, proceeding: Proceeding, step: Step, on: date, by: Actor) -> None:
    """Ends the clocks that a stage answers, or starts anew; the end of all ends every one."""
    rows = LegalDeadline.objects.open().filter(proceeding=proceeding)
    if step.stage == Stage.ENDED:
        _close(rows, DeadlineState.VOID, on, by)
        return
    _close(rows.filter(code__in=step.meets), DeadlineState.MET, on, by)
    _close(rows.filter(code__in=step.starts), DeadlineState.VOID, on, by)


def answer_elsewhere(*, proceeding: Proceeding, on: date, by: Actor) -> None:
    """A suit that is filed answers the thirty days of a measure taken before it, and so on."""
    code = ANSWERS_ELSEWHERE.get(ProceedingKind(proceeding.kind))
    if code is None:
        return
    rows = LegalDeadline.objects.open().filter(case=proceeding.case_id, code=code)
    if proceeding.kind == ProceedingKind.ENFORCEMENT:
        rows = rows.filter(proceeding=proceeding.based_on)
    _close(rows, DeadlineState.MET, on, by)


@transaction.atomic
def add_deadline(
    *,
    proceeding: Proceeding,
    code: str,
    due_on: date,
    by: Actor,
    due_at: datetime | None = None,
    is_hard: bool = False,
) -> LegalDeadline:
    """Enters a day that a court set, or one of our own; the same again is a no-op.

    Raises ValidationError for what a clock counts, a day that has passed, and ended proceedings.
    """
    locked = Proceeding.objects.select_for_update(of=("self",)).select_related("case__portfolio")
    proceeding = locked.get(pk=proceeding.pk)
    if proceeding.is_over:
        raise ValidationError(_("These proceedings have ended."))
    if code not in BY_HAND:
        raise ValidationError(_("This day is counted from the stages, not entered."))
    if due_on < clock.local_today(proceeding.case.portfolio.time_zone):
        raise ValidationError(_("That day has passed."))
    due = Due(
        code=code,
        due_on=due_on,
        due_at=due_at,
        starts_on=due_on,
        whose=Whose.OURS.value,
        citation="",
        is_hard=is_hard,
    )
    deadline = _open(proceeding.case, proceeding, due, by)
    _record(deadline, "legal_deadline.added", by)
    return deadline


@transaction.atomic
def meet_deadline(*, deadline: LegalDeadline, on: date, by: Actor) -> LegalDeadline:
    """Says that what was due is done. Raises ValidationError where it no longer runs, for a day to
    come, and for what only a stage or a served demand can answer."""
    locked = (
        LegalDeadline.objects.select_for_update(of=("self",))
        .select_related("case__portfolio")
        .get(pk=deadline.pk)
    )
    if locked.state != DeadlineState.OPEN:
        raise ValidationError(_("This day no longer runs."))
    if locked.code in (DeadlineKind.LIMITATION, DeadlineKind.GUARANTEE):
        raise ValidationError(_("A demand that arrives or a suit answers this, nothing else."))
    if locked.code in OF_NOTICES:
        raise ValidationError(_("The debtor has until that day; it ends by itself."))
    if on > clock.local_today(locked.case.portfolio.time_zone):
        raise ValidationError(_("That day lies ahead."))
    _end(locked, DeadlineState.MET, on, by)
    _record(locked, "legal_deadline.met", by)
    return locked


@transaction.atomic
def count_again(*, by: Actor, limit: int = 500) -> int:
    """Counts provisional days anew: the holidays of their year may be published by now.

    Returns how many moved or became firm. Safe to repeat.
    """
    working_days = days_for_pages()
    if working_days is None:
        return 0
    rows = (
        LegalDeadline.objects.open()
        .filter(is_provisional=True, proceeding__isnull=False)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("proceeding__case__portfolio")
        .order_by("due_on")[:limit]
    )
    changed = 0
    for row in rows:
        due = _counted(row, working_days)
        if due is None or (due.due_on == row.due_on and due.is_provisional == row.is_provisional):
            continue
        row.due_on, row.due_at, row.is_provisional = due.due_on, due.due_at, due.is_provisional
        row.save(update_fields=["due_on", "due_at", "is_provisional"])
        _record(row, "legal_deadline.counted_again", by)
        changed += 1
    return changed


def open_on_case(*, case: Case, due: Due, by: Actor) -> LegalDeadline:
    """Keeps one open day of a kind on a case: the limitation, or a guarantor's period.

    Another day in its place ends the one before, and reminders begin anew.
    """
    rows = LegalDeadline.objects.open().filter(case=case, proceeding=None, code=due.code)
    same = rows.filter(due_on=due.due_on).first()
    if same is not None:
        return same
    _close(rows, DeadlineState.VOID, clock.local_today(case.portfolio.time_zone), by)
    return _open(case, None, due, by)


def close_on_case(*, case: Case, code: str, met: bool, by: Actor) -> None:
    """Ends the open day of a kind on a case."""
    rows = LegalDeadline.objects.open().filter(case=case, proceeding=None, code=code)
    state = DeadlineState.MET if met else DeadlineState.VOID
    _close(rows, state, clock.local_today(case.portfolio.time_zone), by)


def _counted(row: LegalDeadline, working_days: WorkingDays) -> Due | None:
    """The day as the clock gives it now, from the event that started it."""
    assert row.proceeding is not None
    if row.code not in CLOCKS:
        return None
    for event in ProceedingEvent.objects.filter(proceeding=row.proceeding).order_by("-pk"):
        due = due_of(row.code, _started(row.proceeding, event.on, event.said), working_days)
        if due is not None and due.starts_on == row.starts_on:
            return due
    return None


def _started(proceeding: Proceeding, on: date, said: Mapping[str, str]) -> Started:
    return Started(
        on=on,
        zone=clock.zone_of(proceeding.case.portfolio.time_zone),
        said=said,
        asset=proceeding.asset,
        is_before_suit=proceeding.is_before_suit,
        is_urgent=proceeding.is_urgent,
        security_given_on=proceeding.security_given_on,
    )


def _is_answered(proceeding: Proceeding, due: Due) -> bool:
    """Nobody waits for a suit that is filed already when the measure is taken."""
    if due.code != DeadlineKind.PRESERVATION_FILE_BY:
        return False
    filed = ProceedingEvent.objects.filter(
        proceeding__case=proceeding.case_id, proceeding__kind__in=SUES, stage=Stage.FILED
    )
    return filed.exists()


def _open(case: Case, proceeding: Proceeding | None, due: Due, by: Actor) -> LegalDeadline:
    deadline, _created = LegalDeadline.objects.get_or_create(
        case=case,
        proceeding=proceeding,
        code=due.code,
        due_on=due.due_on,
        state=DeadlineState.OPEN,
        defaults={
            "due_at": due.due_at,
            "starts_on": due.starts_on,
            "is_hard": due.is_hard,
            "whose": due.whose,
            "citation": due.citation,
            "is_provisional": due.is_provisional,
            "made_at": clock.now(),
            "made_by": by.label,
        },
    )
    return deadline


def _close(rows: DeadlineQuerySet, state: DeadlineState, on: date, by: Actor) -> None:
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        _end(row, state, on, by)


def _end(row: LegalDeadline, state: DeadlineState, on: date, by: Actor) -> None:
    row.state, row.closed_on, row.closed_by = state, on, by.label
    row.save(update_fields=["state", "closed_on", "closed_by"])


def _record(deadline: LegalDeadline, action: str, by: Actor) -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.Case",
        object_id=deadline.case_id,
        portfolio_id=deadline.case.portfolio_id,
        data={"code": deadline.code, "due_on": deadline.due_on.isoformat()},
    )
