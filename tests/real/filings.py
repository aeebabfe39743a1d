"""The real loan files, whole or a part of them, and the commands that take them in."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from collections import defaultdict
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection

FILES = Path(__file__).parent.parent / "data" / "abs_ee"
ROOT = Path(settings.BASE_DIR)


def world_omni(folder: Path, loans: int | None = None) -> Path:
    """The World Omni tape of July 2020, or its first loans."""
    path = folder / f"world_omni_{loans or 'whole'}.csv"
    with gzip.open(FILES / "world_omni_2020A_tape.csv.gz", "rt") as packed:
        path.write_text("".join(islice(packed, loans + 1 if loans else None)))
    return path


def americredit(folder: Path, loans: int | None = None) -> Path:
    """The AmeriCredit histories, or those of the first loans."""
    whole = FILES / "americredit_72_loans_monthly.csv"
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    by_loan = defaultdict(list)
    for line in lines[1:]:
        by_loan[line.split(",")[2]].append(line)
    path = folder / f"americredit_{loans or 'whole'}.csv"
    chosen = islice(by_loan.values(), loans)
    path.write_text(lines[0] + "".join(line for rows in chosen for line in rows))
    return path


def run_command(*arguments: str, media: Path, fail_at: str = "") -> subprocess.CompletedProcess:
    """Runs a management command as an operator does, in a process of its own, on the test data.

    With `fail_at` the process must die there by SIGKILL; without it, it must succeed.
    """
    run = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": _database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MAKEGOOD_FAIL_AT": fail_at,
            "DEBUG": "True",
            "LOG_LEVEL": "WARNING",
            "IMPORT_BATCH_ROWS": "20",
            "CLOSE_LOANS_PER_SHARD": "1",
            "MEDIA_ROOT": str(media),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    expected = -signal.SIGKILL if fail_at else 0
    assert run.returncode == expected, f"{arguments} at {fail_at or 'no failpoint'}\n" + (
        run.stdout + run.stderr
    )
    return run


def _database_url() -> str:
    host = connection.settings_dict
    login = f"postgres://{host['USER']}:{host['PASSWORD']}@"
    if host["HOST"].startswith("/"):
        return f"{login}/{host['NAME']}?host={host['HOST']}"
    return f"{login}{host['HOST']}:{host['PORT'] or 5432}/{host['NAME']}"
