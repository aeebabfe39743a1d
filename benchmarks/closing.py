"""The close of a day at every size: the day after most loans fell due, and an ordinary one."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

from psycopg2.extensions import connection as Connection

from benchmarks.closing_floor import COPIED, Floor, copy_tables, write_again
from benchmarks.dataset.office import BUSINESS_DATE, MAIN, SIDE
from benchmarks.figures import Figure
from benchmarks.stage import Stage
from collections_app.close.services import close
from core.audit import SYSTEM
from core.jobs.models import JobRun
from loans.portfolios.models import Portfolio

#: Day of the books -> its name in the table.
DAYS = (
    (BUSINESS_DATE, "due day"),
    (BUSINESS_DATE + timedelta(days=1), "ordinary day"),
)
MOST_RATIO = 2.0


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields, for every size and day, the seconds of the close beside its floor."""
    for loans in stage.sizes:
        with stage.book(loans), closing(stage.connect()) as plain:
            _warm_up()
            copy_tables(plain)
            for on, name in DAYS:
                seconds, steps = _close(plain, on)
                floor = write_again(plain)
                stage.say(
                    f"{loans:,} loans, {name}: {floor.positions:,} transitions, {seconds:.2f} s"
                )
                yield _figure(f"close, {loans:,} loans, {name}", seconds, steps, floor)


def _warm_up() -> None:
    """Closes a day of the small portfolio, so that the clock finds a process already at work.

    A worker loads its code, connects to the broker and meets its tables once, not with every close;
    the connection of the floor has met them too, by copying them.
    """
    close(portfolio=Portfolio.objects.get(code=SIDE), on=BUSINESS_DATE, by=SYSTEM)


def _close(plain: Connection, on: date) -> tuple[float, dict[str, float]]:
    """Closes the main portfolio; returns the seconds of all of it and of each step."""
    portfolio = Portfolio.objects.get(code=MAIN)
    with plain.cursor() as cursor:
        for table in COPIED:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("CHECKPOINT")
    begun = time.monotonic()
    close(portfolio=portfolio, on=on, by=SYSTEM)
    seconds = time.monotonic() - begun
    steps: dict[str, float] = defaultdict(float)
    for run in JobRun.objects.filter(scope=MAIN, business_date=on, finished_at__isnull=False):
        assert run.finished_at is not None
        steps[run.name] += (run.finished_at - run.started_at).total_seconds()
    return seconds, dict(steps)


def _figure(name: str, seconds: float, steps: dict[str, float], floor: Floor) -> Figure:
    per_transition = 1e6 * seconds / max(floor.positions, 1)
    return Figure(
        name=name,
        measured=seconds,
        floor=floor.seconds,
        unit="s",
        most_ratio=MOST_RATIO,
        limited_by=f"{floor.positions:,} transitions at {per_transition:,.0f} µs",
        details={
            "transitions": floor.positions,
            "microseconds_per_transition": round(per_transition, 1),
            "floor_update_only_seconds": round(floor.update_seconds, 3),
            "rows_written_by_floor": floor.rows,
            **{step: round(taken, 3) for step, taken in steps.items()},
        },
    )
