"""Bringing in a lender's portfolio: a folder of files, read, checked, loaded and replayed.

For each loan a borrower, a number, a car, terms that make 36 instalments, and the repayments of the
instalments that have fallen due (18 on average): what `lender_files` writes. The clock runs over
what `manage.py import_portfolio --portfolio CODE FOLDER` does, from the first byte read to the
last position stored. Writing the files and opening the portfolio are not in it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command

from benchmarks.figures import Figure
from benchmarks.importing_floor import TABLES, copy_again, dump, row_count
from benchmarks.lender_files import PERIODS, write_files
from benchmarks.stage import Stage
from core.audit import SYSTEM
from loans.delinquency.unreplayed import replay_new_loans
from loans.imports.folders import files_in
from loans.imports.models import ImportBatch
from loans.imports.requests import ImportRequest
from loans.imports.services import import_file
from loans.portfolios.models import Portfolio

_MOST_LOANS: Final = 100_000
_BOOKS_ON: Final = dt.date(2026, 11, 24)
_LIMITED_BY: Final = "staging, then Python, on IMPORT_PROCESSES cores; the floor is one connection"


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields the seconds of the import beside those of COPY of the rows it left."""
    loans = min(_MOST_LOANS, stage.largest)
    home = stage.home / "import"
    shutil.rmtree(home, ignore_errors=True)
    files, rows = home / "files", home / "rows"
    files.mkdir(parents=True)
    rows.mkdir()
    counts = write_files(files, loans=loans, books_on=_BOOKS_ON)
    stage.say(f"Files written: {sum(counts.values()):,} rows")
    with stage.empty():
        portfolio = _open_portfolio()
        seconds = _import(stage, portfolio, files)
        split = _split() | {"replay": seconds["replay"]}
        with closing(stage.connect()) as plain:
            stored = {table: row_count(plain, table) for table in TABLES}
            dump(plain, rows)
    assert stored["loans_instalment"] == loans * PERIODS, stored
    assert stored["loans_position"] == loans, stored
    with stage.empty(), closing(stage.connect()) as plain:
        floor = copy_again(plain, rows)
    shutil.rmtree(home)
    total, of_floor = sum(seconds.values()), sum(floor.values())
    _tell(stage, seconds, floor)
    yield Figure(
        name=f"import of {loans:,} loans by {PERIODS}",
        measured=total,
        floor=of_floor,
        unit="s",
        most_ratio=2,
        limited_by=_LIMITED_BY,
        details={
            "rows_read": sum(counts.values()),
            "rows_stored": sum(stored.values()),
            "rows_read_per_second": round(sum(counts.values()) / total),
            "rows_stored_per_second": round(sum(stored.values()) / total),
            "processes": settings.IMPORT_PROCESSES,
            **{f"{name}_s": round(value, 1) for name, value in split.items()},
        },
    )


def _open_portfolio() -> Portfolio:
    call_command(
        "create_portfolio",
        "bench",
        ledger="external",
        currency="USD",
        country="US",
        time_zone="America/New_York",
        business_date=_BOOKS_ON,
        buckets="us-30",
        product="auto",
        verbosity=0,
    )
    return Portfolio.objects.get(code="bench")


def _import(stage: Stage, portfolio: Portfolio, folder: Path) -> dict[str, float]:
    """What the command does with a folder; returns seconds by file, and of the replay."""
    seconds: dict[str, float] = {}
    for file in files_in(folder):
        begun = time.monotonic()
        outcome = import_file(
            request=ImportRequest(
                portfolio=portfolio,
                kind=file.kind,
                path=file.path,
                file_name=file.path.name,
                new_loans_wait=True,
                processes=settings.IMPORT_PROCESSES,
            ),
            by=SYSTEM,
        )
        assert not outcome.is_refused, outcome.summary()
        seconds[file.path.stem] = time.monotonic() - begun
        stage.say(f"{file.path.name}: {outcome.batch.row_count:,} rows ({_shown(seconds)})")
    begun = time.monotonic()
    replay_new_loans(portfolio=portfolio, processes=settings.IMPORT_PROCESSES)
    seconds["replay"] = time.monotonic() - begun
    return seconds


def _shown(seconds: dict[str, float]) -> str:
    return f"{list(seconds.values())[-1]:.1f} s"


def _split() -> dict[str, float]:
    """Seconds of all files: reading, checking and staging; and loading."""
    checked = loaded = 0.0
    for batch in ImportBatch.objects.all():
        assert batch.started_at is not None
        assert batch.finished_at is not None
        checked += (batch.started_at - batch.created_at).total_seconds()
        loaded += (batch.finished_at - batch.started_at).total_seconds()
    return {"read_and_check": checked, "load": loaded}


def _tell(stage: Stage, seconds: dict[str, float], floor: dict[str, float]) -> None:
    for what, values in (("import", seconds), ("floor", floor)):
        parts = ", ".join(f"{name} {value:.1f}" for name, value in values.items())
        stage.say(f"{what}, seconds: {parts}")
