"""Which of a loan's facts count, as of a date and as known at a moment, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from loans.contracts.terms import ScheduledInstalment
from loans.delinquency.amounts import ZERO
from loans.delinquency.conventions import Conventions, PositionPolicy
from loans.delinquency.facts import (
    Charge,
    Fact,
    FactId,
    OpeningPosition,
    Pause,
    PositionFigures,
    Repayment,
    RepaymentState,
    RepaymentStateChanged,
    Resume,
    Reversal,
    ScheduleStated,
    StatedPosition,
    Waiver,
)
from loans.delinquency.results import PausePeriod
from loans.delinquency.sorting import RANK, Sorting, TakenBack


@dataclass(slots=True)
class LiveFacts:
    """The facts that count, sorted. `schedules` hold from the beginning, in order of version."""

    schedules: list[ScheduleStated] = field(default_factory=list)
    events: list[Fact] = field(default_factory=list)
    pauses: tuple[PausePeriod, ...] = ()
    awaiting_settlement: Decimal = ZERO


def live_facts(
    *,
    facts: Iterable[Fact],
    as_of: date | None,
    known_at: datetime | None,
    conventions: Conventions,
) -> LiveFacts:
    """Select the facts that count.

    A reversed fact is gone, as is a returned repayment. A pending one counts only if the convention
    says so. The first schedule holds from the beginning, whatever its value date, and so do later
    ones, as if money had always been allocated to them; only those stated after a ledger set the
    books replace instalments on their own date.
    """
    known = [f for f in facts if known_at is None or f.known_at <= known_at]
    dated = [f for f in known if as_of is None or f.value_on <= as_of]
    reversed_by = _reversals(dated)
    states = _repayment_states(dated, reversed_by)
    live = LiveFacts()
    rebased = _rebased_on(dated, reversed_by, conventions)
    for fact in dated:
        if fact.id in reversed_by:
            _reverse(live, fact, reversed_by[fact.id], rebased)
        elif isinstance(fact, Repayment):
            _add_repayment(live, fact, states.get(fact.id), conventions.pending_counts, rebased)
        elif type(fact) in RANK:
            live.events.append(fact)
    live.schedules = _schedules(known, live.events, reversed_by, rebased)
    held = {schedule.id for schedule in live.schedules}
    live.events = [f for f in live.events if f.id not in held]
    live.events.sort(key=Sorting(dated).key)
    live.pauses = _pauses(dated, known, reversed_by)
    return live


def _reversals(facts: Sequence[Fact]) -> dict[FactId, Reversal]:
    """Which fact is taken back by which; a reversal may itself be reversed."""
    reversals = {f.id: f for f in facts if isinstance(f, Reversal)}
    if not reversals:
        return {}
    void = {r.reverses for r in reversals.values() if r.reverses in reversals}
    standing = [r for r in reversals.values() if r.id not in void]
    standing.sort(key=lambda r: (r.value_on, r.order, r.id), reverse=True)
    return {r.reverses: r for r in standing}


def _repayment_states(
    facts: Sequence[Fact], reversed_by: dict[FactId, Reversal]
) -> dict[FactId, RepaymentStateChanged]:
    """The latest change of state of each repayment; returned is final."""
    latest: dict[FactId, RepaymentStateChanged] = {}
    for fact in facts:
        if isinstance(fact, RepaymentStateChanged) and fact.id not in reversed_by:
            before = latest.get(fact.repayment_id)
            if before is None or _state_key(fact) > _state_key(before):
                latest[fact.repayment_id] = fact
    return latest


def _state_key(fact: RepaymentStateChanged) -> tuple[bool, date, int, FactId]:
    return (fact.state is RepaymentState.RETURNED, fact.value_on, fact.order, fact.id)


def _rebased_on(
    facts: Sequence[Fact], reversed_by: dict[FactId, Reversal], conventions: Conventions
) -> list[date]:
    """The days at whose end a ledger set the books, in order."""
    kinds: tuple[type[PositionFigures], ...] = (OpeningPosition,)
    if conventions.stated_positions is PositionPolicy.REBASE:
        kinds = (OpeningPosition, StatedPosition)
    return sorted(f.value_on for f in facts if isinstance(f, kinds) and f.id not in reversed_by)


def _reverse(live: LiveFacts, fact: Fact, by: Fact, rebased: Sequence[date]) -> None:
    """Drop the fact; but what a ledger has counted must be taken back where it stands now."""
    if not any(fact.value_on <= day < by.value_on for day in rebased):
        return
    if isinstance(fact, Repayment):
        live.events.append(
            TakenBack(
                id=by.id,
                value_on=by.value_on,
                known_at=by.known_at,
                order=by.order,
                amount=fact.amount,
            )
        )
    elif isinstance(fact, Charge):
        live.events.append(
            Waiver(
                id=by.id,
                value_on=by.value_on,
                known_at=by.known_at,
                order=by.order,
                amount=fact.amount,
                component=fact.component,
            )
        )


def _add_repayment(
    live: LiveFacts,
    fact: Repayment,
    change: RepaymentStateChanged | None,
    pending_counts: bool,
    rebased: Sequence[date],
) -> None:
    state = fact.state if change is None else change.state
    if state is RepaymentState.PENDING:
        live.awaiting_settlement += fact.amount
        if not pending_counts:
            return
    if state is RepaymentState.RETURNED:
        if change is not None:
            _reverse(live, fact, change, rebased)
        return
    live.events.append(fact)


def _schedules(
    known: Sequence[Fact],
    dated: Sequence[Fact],
    reversed_by: dict[FactId, Reversal],
    rebased: Sequence[date],
) -> list[ScheduleStated]:
    """The versions that hold from the beginning, in order; at least the first of all."""
    every = [f for f in known if isinstance(f, ScheduleStated) and f.id not in reversed_by]
    if len(every) > 1:
        every.sort(key=_version_key)
    begun = {f.id for f in dated if not rebased or f.value_on <= rebased[0]}
    return every[:1] + [f for f in every[1:] if f.id in begun]


def _version_key(schedule: ScheduleStated) -> tuple[int, date, str, FactId]:
    return (schedule.version, schedule.value_on, repr(schedule.instalments), schedule.id)


def in_force(schedules: Sequence[ScheduleStated]) -> list[ScheduledInstalment]:
    """The instalments after every version has replaced those from its first number on."""
    standing: list[ScheduledInstalment] = []
    for schedule in schedules:
        first = min((i.number for i in schedule.instalments), default=0)
        standing = [i for i in standing if i.number < first]
        standing.extend(schedule.instalments)
    return standing


def _pauses(
    dated: Sequence[Fact], known: Sequence[Fact], reversed_by: dict[FactId, Reversal]
) -> tuple[PausePeriod, ...]:
    """Pauses with their early ends. One that is agreed but has not begun is listed too."""
    agreed = [f for f in known if isinstance(f, Pause) and f.id not in reversed_by]
    if not agreed:
        return ()
    agreed.sort(key=lambda p: (p.value_on, p.ends_on, p.id))
    periods = {p.id: PausePeriod(starts_on=p.value_on, ends_on=p.ends_on) for p in agreed}
    resumes = [f for f in dated if isinstance(f, Resume) and f.id not in reversed_by]
    for resume in sorted(resumes, key=lambda r: (r.value_on, r.order, r.id)):
        paused = resume.pause_id or _running(periods, resume.value_on)
        period = periods.get(paused) if paused else None
        if paused and period and period.starts_on <= resume.value_on < period.ends_on:
            periods[paused] = replace(period, ends_on=resume.value_on)
    return tuple(sorted(periods.values(), key=lambda p: (p.starts_on, p.ends_on)))


def _running(periods: dict[FactId, PausePeriod], on: date) -> FactId | None:
    """The pause that runs on a day; of two that touch, the later."""
    running = [key for key, p in periods.items() if p.starts_on <= on <= p.ends_on]
    return running[-1] if running else None
