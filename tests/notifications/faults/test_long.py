"""The long form: thousands of messages under every kind of death, for each kind of provider.

Set FAULTS_MESSAGES, FAULTS_KILLS and FAULTS_SEED for other sizes; the figures go to var/faults.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from config.embedded import secrets
from config.embedded.postgres import EmbeddedPostgres, installation
from tests.notifications.faults.harness import FAULTS, PROFILES, Run, a_run, figures_of, report
from tests.notifications.faults.test_short import PLACES
from tests.notifications.faults.workers import SHORT_TIMES, Beat, wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

MESSAGES = int(os.environ.get("FAULTS_MESSAGES", "10000"))
KILLS = int(os.environ.get("FAULTS_KILLS", "50"))
SEED = os.environ.get("FAULTS_SEED", "2026")
DEATHS_EACH = int(os.environ.get("FAULTS_DEATHS", "20"))
#: How much longer everything may take, on a machine that has much else to do.
PATIENCE = float(os.environ.get("FAULTS_PATIENCE", "1"))
LONGER_THAN_A_LEASE = int(SHORT_TIMES["OUTBOX_LEASE_SECONDS"]) + 4


def judge(run: Run, name: str, begun: float) -> None:
    """Everything settled, nothing lost, doubled or said falsely, and what is held is explained."""
    is_settled = run.settle(seconds=300 * PATIENCE)
    found = run.finding()
    figures = figures_of(run, found, begun)
    report(name, figures)
    assert is_settled, found.states
    assert found.is_clean, figures
    assert found.uncertain <= figures["ambiguous"] + run.cuts


@pytest.mark.parametrize("profile", PROFILES)
def test_workers_killed_frozen_and_without_broker(tmp_path, profile):
    begun = time.monotonic()
    with ExitStack() as stack:
        run = stack.enter_context(
            a_run(tmp_path, seed=SEED, people=MESSAGES, profile=profile, faults=FAULTS)
        )
        for _ in range(2):  # two schedulers, each calling every task five times
            stack.enter_context(Beat(times=5, every=2.0))
        for _ in range(2):
            run.start()
        assert wait_for(lambda: run.sent_count() > 0, seconds=90 * PATIENCE), "no worker sends"
        for number in range(1, KILLS + 1):
            time.sleep(run.chance.uniform(0.2, 4.0))
            if number % 10 == 5:
                run.lose_the_broker()
            if number % 10 == 0:
                run.freeze(run.chance.choice(run.workers), LONGER_THAN_A_LEASE)
            run.kill_one_and_replace()
        wait_for(lambda: not run.open_count(), seconds=1_200 * PATIENCE, every=2)
        judge(run, f"killed-{profile}", begun)


@pytest.mark.parametrize("profile", PROFILES)
def test_dead_at_each_step_many_times(tmp_path, profile):
    begun = time.monotonic()
    faults = {"reset_after": 0.2}
    people = len(PLACES) * DEATHS_EACH * 6
    # Slowly enough that something is left for the last place: starting anew takes seconds.
    with (
        a_run(tmp_path, seed=SEED, people=people, profile=profile, faults=faults, rate=3) as run,
        Beat(),
    ):
        # Asking goes first: at the end nothing may be left to ask about.
        for place in sorted(PLACES, key=lambda place: place != "outbox.after_asking"):
            if place == "outbox.after_asking" and profile == "none":
                continue  # it is asked nothing: there is no such step
            worker = run.start(fail_at=f"{place}:{run.chance.randint(2, 4)}")
            reached = wait_for(lambda w=worker: w.deaths() >= DEATHS_EACH, seconds=240 * PATIENCE)
            run.done[place] = worker.deaths()
            run.cuts += worker.deaths()
            run.kill(worker)
            assert reached, (place, run.done)
        run.start()
        judge(run, f"steps-{profile}", begun)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Outside of pytest's own, which every other run of it closes again to PostgreSQL's account."""
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_database_is_restarted_in_mid_send(open_folder, profile):
    folder, people = open_folder, min(MESSAGES, 1_500)
    begun = time.monotonic()
    with (
        a_database(folder) as server,
        a_run(folder, seed=SEED, people=people, profile=profile, faults=FAULTS) as run,
        Beat(),
    ):
        for _ in range(2):
            run.start()
        for least in (50, 200, 400, 600, 800):
            wait_for(lambda least=least: run.sent_count() >= least, seconds=180 * PATIENCE)
            crash(server)
            run.note("database stopped at once and restarted", cuts=4)
        judge(run, f"database-{profile}", begun)


def crash(server: EmbeddedPostgres) -> None:
    """As `pg_ctl stop -m immediate`, then a start, which recovers what was committed."""
    child = server._child
    assert child is not None
    child.process.send_signal(signal.SIGQUIT)
    child.process.wait(timeout=60)
    connection.close()
    server.start()


@contextmanager
def a_database(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A durable server of its own with a copy of the tests' database; Django is led there."""
    folder.chmod(0o711)
    local = secrets.make()
    server = EmbeddedPostgres(
        home=folder / "postgres", superuser_password=local.postgres_superuser, durable=True
    )
    before = dict(connection.settings_dict)
    server.start()
    try:
        _copy_to(server, before, folder / "dump.sql")
        connection.close()
        connection.settings_dict.update(
            HOST=str(server._socket), PORT="", USER="postgres", NAME="postgres",
            PASSWORD=local.postgres_superuser,
        )  # fmt: skip
        yield server
    finally:
        connection.close()
        connection.settings_dict.update(before)
        server.stop()


def _copy_to(server: EmbeddedPostgres, source: dict, dump: Path) -> None:
    programs = installation() / "bin"
    where = ["-h", str(source["HOST"]), "-U", source["USER"]]
    if source["PORT"]:
        where += ["-p", str(source["PORT"])]
    subprocess.run(
        [programs / "pg_dump", *where, "-O", "-x", "-f", dump, source["NAME"]],
        env=os.environ | {"PGPASSWORD": source["PASSWORD"]},
        check=True,
    )
    subprocess.run(
        [programs / "psql", "-q", "-h", server._socket, "-U", "postgres", "-f", dump, "postgres"],
        env=os.environ | {"PGPASSWORD": server._password},
        stdout=subprocess.DEVNULL,
        check=True,
    )
