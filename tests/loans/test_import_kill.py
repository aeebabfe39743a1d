"""An import killed with SIGKILL anywhere goes on to the very books of an undisturbed run."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from loans.imports.models import ImportBatch, StagedRow
from tests.loans.builders import build_portfolio, build_product
from tests.loans.import_files import KINDS, bring_in, bring_in_all, write_portfolio_files
from tests.loans.table_hash import hash_of_tables

ROOT = Path(django_settings.BASE_DIR)
PATIENCE = 60

#: Where the process dies while it imports a kind; several in a row for one file.
DEATHS = {
    "parties": ["import.after_staging_chunk:1", "import.after_staging"],
    "loans": ["import.after_checking", "import.before_loading", "import.inside_batch:1"],
    "schedules": ["import.inside_batch:2", "import.after_batch:1", "import.after_batch:2"],
    "repayments": ["import.after_batch:1", "import.before_finish", "import.after_finish"],
}


def build(code):
    portfolio = build_portfolio(
        code=code, ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio, code="auto")
    return portfolio


def import_and_die(portfolio, kind, folder, place, media):
    host = connection.settings_dict
    url = f"postgres://{host['USER']}:{host['PASSWORD']}@/{host['NAME']}?host={host['HOST']}"
    if not host["HOST"].startswith("/"):
        url = (
            f"postgres://{host['USER']}:{host['PASSWORD']}@{host['HOST']}:{host['PORT'] or 5432}"
            f"/{host['NAME']}"
        )
    run = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "import_portfolio",
            "--skip-checks",
            str(folder / f"{kind}.csv"),
            "--portfolio",
            portfolio.code,
            "--kind",
            kind,
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "MAKEGOOD_FAIL_AT": place,
            "DEBUG": "True",
            "IMPORT_BATCH_ROWS": "40",
            "MEDIA_ROOT": str(media),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == -signal.SIGKILL, run.stdout + run.stderr
    wait_for_its_session_to_end()


def wait_for_its_session_to_end():
    """PostgreSQL hears of a death when it next writes to the dead; its locks are held till then."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                " WHERE datname = current_database() AND locktype = 'advisory'"
                " AND pid <> pg_backend_pid()"
            )
            if not cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("The session of the killed process goes on.")


@pytest.mark.django_db(transaction=True)
def test_killed_at_eleven_places_the_books_are_those_of_an_undisturbed_run(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IMPORT_BATCH_ROWS = 40
    folder = tmp_path / "files"
    folder.mkdir()
    write_portfolio_files(folder, 12)
    quiet, killed = build("quiet"), build("killed")
    bring_in_all(quiet, folder)

    for kind in KINDS:
        for place in DEATHS[kind]:
            import_and_die(killed, kind, folder, place, settings.MEDIA_ROOT)
        outcome = bring_in(killed, kind, folder / f"{kind}.csv")
        assert not outcome.is_refused, outcome.summary()

    assert hash_of_tables(portfolio=killed) == hash_of_tables(portfolio=quiet)
    assert ImportBatch.objects.filter(portfolio=killed).count() == len(KINDS)
    assert StagedRow.objects.count() == 0


def test_a_failpoint_does_nothing_outside_development(settings, monkeypatch):
    from core.jobs.failpoints import failpoint

    settings.DEBUG = False
    monkeypatch.setenv("MAKEGOOD_FAIL_AT", "import.after_batch:1")

    failpoint("import.after_batch")
