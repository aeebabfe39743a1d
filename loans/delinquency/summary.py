"""How late a replayed loan is on a day, and when that changes next without new facts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from loans.delinquency.amounts import NOTHING, ZERO, Amounts
from loans.delinquency.conventions import BucketDays, Conventions, PauseCounting
from loans.delinquency.facts import RepaymentKind
from loans.delinquency.pauses import paused_days, running
from loans.delinquency.results import (
    InstalmentState,
    PausePeriod,
    PositionSummary,
    Replay,
)

#: Money that came from the borrower's side, not a credit given.
_FROM_THE_BORROWER = frozenset(
    {
        RepaymentKind.REGULAR,
        RepaymentKind.DOWN_PAYMENT,
        RepaymentKind.SETTLEMENT,
        RepaymentKind.RECOVERY,
    }
)


def days_past_due(*, oldest: date | None, as_of: date, conventions: Conventions) -> int:
    """Business date less the oldest unpaid due date, floor 0; one more if the due day is day 1."""
    if oldest is None:
        return 0
    first_day = 1 if conventions.due_day_counts else 0
    return max(0, (as_of - oldest).days + first_day)


def delinquent_days(
    *, oldest: date | None, as_of: date, pauses: Sequence[PausePeriod], conventions: Conventions
) -> int:
    """Days past due less paused days (and grace, where the convention takes it off), floor 0."""
    days = days_past_due(oldest=oldest, as_of=as_of, conventions=conventions)
    if not days:
        return 0
    off = paused_days(pauses, oldest=oldest, as_of=as_of, conventions=conventions)
    if conventions.grace_reduces_delinquent_days:
        off += conventions.grace_days
    return max(0, days - off)


def bucket_days(
    *, oldest: date | None, as_of: date, pauses: Sequence[PausePeriod], conventions: Conventions
) -> int:
    """The count of days that chooses the bucket."""
    if conventions.bucket_days is BucketDays.DAYS_PAST_DUE:
        return days_past_due(oldest=oldest, as_of=as_of, conventions=conventions)
    return delinquent_days(oldest=oldest, as_of=as_of, pauses=pauses, conventions=conventions)


def bucket_code(days: int, conventions: Conventions) -> str:
    """The code of the range that holds the days; empty when no range does."""
    for bucket in conventions.buckets:
        if bucket.min_days <= days and (bucket.max_days is None or days <= bucket.max_days):
            return bucket.code
    return ""


def summarise(*, replay: Replay, as_of: date, conventions: Conventions) -> PositionSummary:
    """The position of a loan at the end of a business date.

    `replay` must have been made as of that date, or hold no fact valued after it that bears on it.
    Overdue is what is open on unsatisfied instalments due before the date (or on it, if the due
    day counts).
    """
    open_ones = [i for i in replay.instalments if i.satisfied_on is None]
    late = [i for i in open_ones if _is_late(i, as_of, conventions)]
    to_come = [i for i in open_ones if not _is_late(i, as_of, conventions)]
    ahead = to_come[0] if to_come else None
    oldest = late[0].due_on if late else None
    pauses = replay.pauses
    dpd = days_past_due(oldest=oldest, as_of=as_of, conventions=conventions)
    days = bucket_days(oldest=oldest, as_of=as_of, pauses=pauses, conventions=conventions)
    pause = running(pauses, as_of) if oldest else None
    paused = paused_days(pauses, oldest=oldest, as_of=as_of, conventions=conventions)
    paused_from = None
    if pause and oldest:
        from_due = conventions.pause_counting is PauseCounting.AFTER_DUE
        paused_from = max(pause.starts_on, oldest) if from_due else pause.starts_on
    outstanding = _outstanding(replay)
    last = next((r for r in reversed(replay.repayments) if r.kind in _FROM_THE_BORROWER), None)
    return PositionSummary(
        as_of=as_of,
        status=replay.status,
        days_past_due=dpd,
        delinquent_days=delinquent_days(
            oldest=oldest, as_of=as_of, pauses=pauses, conventions=conventions
        ),
        paused_days=paused,
        ended_paused_days=paused - ((as_of - paused_from).days if paused_from else 0),
        paused_from=paused_from,
        oldest_unsatisfied_due_on=oldest,
        overdue=_sum([i.open for i in late]),
        outstanding=outstanding,
        total_outstanding=outstanding.total,
        overpaid=replay.overpaid,
        awaiting_settlement=replay.awaiting_settlement,
        next_due_on=ahead.due_on if ahead else None,
        next_due_amount=sum(
            (i.open.total for i in to_come if ahead and i.due_on == ahead.due_on), ZERO
        ),
        next_due_number=ahead.number if ahead and _rise_together(to_come) else None,
        bucket_code=bucket_code(days, conventions),
        next_transition_on=next_transition_on(
            replay=replay, as_of=as_of, oldest=oldest, ahead=ahead, conventions=conventions
        ),
        last_repayment_on=last.value_on if last else None,
        last_repayment_amount=last.amount if last else None,
    )


def next_transition_on(
    *,
    replay: Replay,
    as_of: date,
    oldest: date | None,
    ahead: InstalmentState | None,
    conventions: Conventions,
) -> date | None:
    """The first day after `as_of` on which a figure changes without a new fact.

    What `next_transition` says, or the day on which a fact already known takes effect.
    """
    known = [
        fact.value_on
        for fact in replay.facts
        if fact.value_on > as_of and (replay.known_at is None or fact.known_at <= replay.known_at)
    ]
    by_itself = next_transition(
        as_of=as_of,
        oldest=oldest,
        ahead=ahead.due_on if ahead else None,
        pauses=replay.pauses,
        conventions=conventions,
    )
    return min((day for day in (by_itself, *known) if day is not None), default=None)


def next_transition(
    *,
    as_of: date,
    oldest: date | None,
    ahead: date | None,
    pauses: Sequence[PausePeriod],
    conventions: Conventions,
) -> date | None:
    """The first day after `as_of` on which a figure changes by the passing of time alone.

    An instalment becomes late, a bucket is entered, a pause begins or ends, or grace runs out.
    Arguments: the oldest unpaid due date and the next one that is not late.
    """
    days: list[date] = []
    late_after = timedelta(days=0 if conventions.due_day_counts else 1)
    if ahead is not None:
        days.append(ahead + late_after)
    if oldest is not None:
        days.append(oldest + late_after + timedelta(days=conventions.grace_days))
        days.extend(next_bucket_on(pauses, as_of, oldest, conventions))
    for pause in pauses:
        days.extend((pause.starts_on, pause.ends_on))
    return min((d for d in days if d > as_of), default=None)


def next_bucket_on(
    pauses: Sequence[PausePeriod], as_of: date, oldest: date, conventions: Conventions
) -> Iterator[date]:
    """The first day on which the next bucket's lower bound is reached, if there is one.

    Days grow by at most one a day, so stepping by what is still missing never oversteps.
    """
    now = bucket_days(oldest=oldest, as_of=as_of, pauses=pauses, conventions=conventions)
    above = [b.min_days for b in conventions.buckets if b.min_days > now]
    if not above:
        return
    wanted = min(above)
    day = max(as_of, oldest)
    now = bucket_days(oldest=oldest, as_of=day, pauses=pauses, conventions=conventions)
    while now < wanted:
        day += timedelta(days=wanted - now)
        now = bucket_days(oldest=oldest, as_of=day, pauses=pauses, conventions=conventions)
    yield day


def _is_late(instalment: InstalmentState, as_of: date, conventions: Conventions) -> bool:
    if conventions.due_day_counts:
        return instalment.due_on <= as_of
    return instalment.due_on < as_of


def _rise_together(instalments: Sequence[InstalmentState]) -> bool:
    """Whether each is numbered above the one before it and falls due on a later day."""
    return all(
        one.number < other.number and one.due_on < other.due_on
        for one, other in itertools.pairwise(instalments)
    )


def _sum(parts: Sequence[Amounts]) -> Amounts:
    return sum(parts, NOTHING)


def _outstanding(replay: Replay) -> Amounts:
    totals = replay.totals
    if not totals.unscheduled_principal:
        return totals.open
    return totals.open + Amounts(principal=totals.unscheduled_principal)
