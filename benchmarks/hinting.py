"""Refreshing who is workable now, for everybody: as after a night, or under new rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from django.db import connection

from benchmarks.dataset.office import CLOSED_THROUGH, MAIN
from benchmarks.figures import Figure, Stopwatch
from benchmarks.hinting_floor import copy_table, write_again
from benchmarks.reserving import AT
from benchmarks.stage import Stage
from collections_app.worklist.models import WorkItem, workable_at
from collections_app.worklist.services import make_work_items, refresh_due
from core.jobs.processes import share_among

#: Processes that refresh at the same time, as workers do.
PROCESSES = (1, 2)
#: Of a larger book only the most processes are measured: one alone would take half an hour more.
MOST_FOR_ONE = 100_000

#: In the book seven loans in a hundred are late; here everybody is, so that the size of the book
#: is the number of people.
EVERYBODY_IS_LATE = """
INSERT INTO collections_app_case (id, loan_id, portfolio_id, borrower_id, state, opened_on,
    close_reason, undealt_reason, undealt_for, next_step, created_at)
SELECT gen_random_uuid(), loan.id, loan.portfolio_id, role.party_id, 'open', %s, '', '', '', 'call',
    now()
FROM loans_loan AS loan
JOIN loans_portfolio AS portfolio ON portfolio.id = loan.portfolio_id AND portfolio.code = %s
JOIN loans_loanparty AS role ON role.loan_id = loan.id AND role.role = 'borrower'
WHERE NOT EXISTS (
    SELECT FROM collections_app_case AS known WHERE known.loan_id = loan.id AND known.state = 'open'
)
"""


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields, for every size, the seconds of refreshing all hints beside the floor."""
    for loans in stage.sizes:
        for processes in PROCESSES if loans <= MOST_FOR_ONE else PROCESSES[-1:]:
            with stage.book(loans), closing(stage.connect()) as plain:
                people = _open_cases()
                copy_table(plain)
                taken = _refresh(processes)
                workable = WorkItem.objects.filter(workable_at(AT)).count()
                floor = write_again(plain)
                stage.say(f"{people:,} people, {processes}: {taken.seconds:.1f} s")
                yield _figure(people, workable, processes, taken, floor)


def _open_cases() -> int:
    """Opens a case for every loan, and has every hint due at the instant that is measured at."""
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY_IS_LATE, [CLOSED_THROUGH, MAIN])
        make_work_items()
        cursor.execute("UPDATE collections_app_workitem SET look_at = %s", [AT])
        for table in ("collections_app_case", "collections_app_workitem"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("CHECKPOINT")
    refresh_due(at=AT)  # warm: a worker has met its tables before
    return WorkItem.objects.filter(look_at__lte=AT).count()


def _refresh(processes: int) -> Stopwatch:
    taken = Stopwatch()
    share_among(processes, _refresh_all)
    return taken.stop()


def _refresh_all(share: int, of: int) -> None:
    while refresh_due(at=AT):
        pass


def _figure(people: int, workable: int, processes: int, taken: Stopwatch, floor: float) -> Figure:
    python_us = 1e6 * taken.cpu_seconds / max(people, 1)
    name = "process" if processes == 1 else "processes"
    return Figure(
        name=f"workable now, {people:,} people, {processes} {name}",
        measured=taken.seconds,
        floor=floor,
        unit="s",
        limited_by=f"Python: {python_us:,.0f} µs of processor a person",
        details={
            "people": people,
            "workable": workable,
            "people_a_second": round(people / taken.seconds, 1),
            "python_microseconds_per_person": round(python_us, 1),
        },
    )
