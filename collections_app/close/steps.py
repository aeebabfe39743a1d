"""The steps of the close, in order. Each is small, set-based and safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from collections_app.cases.services import sync_cases
from collections_app.close.models import CloseDone, CloseRun, CloseSetAside, CloseState
from collections_app.plans.watching import watch_portfolio
from collections_app.promises.judging import judge_portfolio
from collections_app.strategy.planning import expect_day, plan_day
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.facts.announcements import announce
from core.jobs.services import Step
from loans.delinquency.ageing import SharedByShards, age_portfolio
from loans.delinquency.due_loans import Shard
from loans.portfolios.models import Portfolio
from loans.portfolios.services import set_business_date

#: Loans are aged in at most this many parts, each a transaction that a restart skips when done.
SHARDS = 16
#: What the first shard counts, so that a close that goes on divides the loans as it began to.
SHARD_COUNT = "shards"


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step works on; `part`, (index, of), is its share of what is left to do."""

    run: CloseRun
    portfolio: Portfolio
    on: date
    by: Actor
    shard: int
    shards: int
    part: Shard
    shared: SharedByShards


def age_positions(context: StepContext, step: Step) -> None:
    """Brings the shard's positions and bucket history to the end of the day.

    A loan whose facts cannot be replayed is listed and keeps its last position; the rest go on.
    """
    counts = age_portfolio(
        portfolio=context.portfolio,
        on=context.on,
        shard=context.part,
        shared=context.shared,
    )
    CloseSetAside.objects.bulk_create(
        (
            CloseSetAside(run=context.run, loan_id=failed.loan_id, error=failed.error[:500])
            for failed in counts.set_aside
        ),
        ignore_conflicts=True,
    )
    step.count("aged", counts.aged)
    step.count("changed", counts.changed)
    step.count("moved", counts.bucket_moves)
    step.count("replayed", counts.replayed)
    step.count("set_aside", len(counts.set_aside))
    if context.shard == 0:
        step.count(SHARD_COUNT, context.shards)


def sync_all_cases(context: StepContext, step: Step) -> None:
    """Opens, ends and deals cases by the positions of the day."""
    for name, number in sync_cases(
        portfolio=context.portfolio, on=context.on, by=context.by
    ).items():
        step.count(name, number)


def judge_promises(context: StepContext, step: Step) -> None:
    """Judges the open promises by the money known at the end of the day."""
    counts = judge_portfolio(portfolio=context.portfolio, on=context.on, by=context.by)
    for state, number in sorted(counts.items()):
        step.count(f"promises_{state}", number)


def judge_plans(context: StepContext, step: Step) -> None:
    """Judges the plans by their instalments; proposals that nobody decided in time lapse."""
    counts = watch_portfolio(portfolio=context.portfolio, on=context.on, by=context.by)
    for state, number in sorted(counts.items()):
        step.count(f"plans_{state}", number)


def plan_messages(context: StepContext, step: Step) -> None:
    """Owes the messages of the day that now begins.

    A day that is over where the portfolio is gets none: what it would have brought is counted, and
    nothing is sent late.
    """
    day = context.on + timedelta(days=1)
    if day < clock.local_today(context.portfolio.time_zone):
        expected = expect_day(portfolio=context.portfolio, on=day)
        step.count("not_sent", sum(row.count for row in expected))
        return
    step.count("messages", plan_day(portfolio=context.portfolio, on=day, by=context.by))


def advance_business_date(context: StepContext, step: Step) -> None:
    """Puts the books on the next day and ends the run, both or neither."""
    set_business_date(portfolio=context.portfolio, to=context.on + timedelta(days=1), by=context.by)
    run = context.run
    run.state, run.finished_at, run.error = CloseState.DONE, clock.now(), ""
    run.save(update_fields=["state", "finished_at", "error"])
    CloseDone.objects.create(portfolio=context.portfolio, business_date=context.on)
    announce(CloseDone.TOPIC)
    record(
        action="close.done",
        by=context.by,
        object_type="collections_app.CloseRun",
        object_id=run.pk,
        portfolio_id=context.portfolio.pk,
        data={"on": context.on.isoformat()},
    )
    step.count("days")


Act = Callable[[StepContext, Step], None]
#: (name, most shards, what it does)
STEPS: tuple[tuple[str, int, Act], ...] = (
    ("close.age_positions", SHARDS, age_positions),
    ("close.sync_cases", 1, sync_all_cases),
    ("close.judge_promises", 1, judge_promises),
    ("close.judge_plans", 1, judge_plans),
    ("close.plan_messages", 1, plan_messages),
    ("close.advance_business_date", 1, advance_business_date),
)
LAST_STEP: Final = STEPS[-1][0]
