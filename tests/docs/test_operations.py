"""docs/operations.md is followed, command by command, on a database nobody has used before."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.urls import reverse

from config.metrics.collector import StateCollector
from config.metrics.series import REGISTRY
from tests.config.test_backups import Target

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGE = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
PATIENCE_SECONDS = 120


def commands(program: str) -> list[list[str]]:
    """The documented commands of one program, in the order of the page."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line))[0] == program]


MANAGE = commands("python")


def named(name: str) -> list[str]:
    return next(words for words in MANAGE if words[2] == name)


class Deployment:
    """One installation: its database with two roles, its folders, its environment."""

    def __init__(self, folder: Path) -> None:
        self.target = Target(folder)
        self.folder = folder
        self.target.make()

    def environment(self) -> dict[str, str]:
        # Browser tests of the same process set this; a server refuses it.
        inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
        return {
            **inherited,
            "DATABASE_URL": self.target.url(self.target.role),
            "DATABASE_OWNER_URL": self.target.url(self.target.owner),
            "MEDIA_ROOT": str(self.target.media),
            "STATIC_ROOT": str(self.folder / "static"),
            "MEDIA_MIN_FREE_MEGABYTES": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "False",
            "SECURE_TRANSPORT": "False",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "LOG_LEVEL": "INFO",
        }

    def run(self, words: list[str], said: str = "") -> str:
        done = subprocess.run(
            [sys.executable, *words[1:]],
            cwd=PROJECT,
            env=self.environment(),
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def remove(self) -> None:
        self.target.remove()


@pytest.fixture
def deployments(tmp_path, db) -> Iterator[list[Deployment]]:
    made = [Deployment(tmp_path / name) for name in ("first", "second")]
    yield made
    for deployment in made:
        deployment.remove()


def test_every_command_of_a_first_deployment_and_a_restore(deployments, tmp_path):
    first, second = deployments
    for name in ("migrate", "grant_database_roles", "compile_catalogues", "collectstatic", "check"):
        first.run(named(name))
    # The scheduler wakes a worker once a minute; the first books are made in the meantime.
    with served(first) as address:
        first.run(named("appoint_administrator"), said="four green kettles sing\n")
        first.run(named("fill_calendars"))
        first.run(named("create_portfolio"))
        first.run(named("rotate_data_keys"))
        every_part_is_well(first, address)

    assert "2026-11-23" in first.run(named("close"))
    assert "us-auto: 1 days and all events" in first.run(named("rebuild_rollups"))
    said = first.run([*named("backup")[:3], str(tmp_path / "backups")])
    folder = said.strip().splitlines()[-1].partition(": ")[2]
    assert "everything is as it was" in second.run([*named("restore")[:3], folder])
    assert "The trail holds" in second.run(named("verify_audit"))
    assert "us-auto: 0 loans, 0 differences" in second.run(named("verify_positions"))


@contextmanager
def served(deployment: Deployment) -> Iterator[str]:
    """Starts web, worker and beat as documented and gives the address of the site."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = deployment.environment()
    del environment["DATABASE_OWNER_URL"]
    changes = {"127.0.0.1:8000": f"127.0.0.1:{port}"}
    changes["/run/makegood/beat-schedule"] = str(deployment.folder / "beat-schedule")
    deployment.folder.mkdir(exist_ok=True)
    started = []
    try:
        for words in commands("gunicorn") + commands("celery"):
            program = str(Path(sys.executable).parent / words[0])
            with (deployment.folder / f"{words[0]}-{len(started)}.log").open("wb") as log:
                started.append(
                    subprocess.Popen(
                        [program, *(changes.get(word, word) for word in words[1:])],
                        cwd=PROJECT,
                        env=environment,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                    )
                )
        assert len(started) == 3
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()


def every_part_is_well(deployment: Deployment, address: str) -> None:
    answer = wait_for(f"{address}/readyz", '"status": "ok"')
    assert '"status": "ok"' in answer, f"{answer}\n{logs(deployment)}"
    assert '"worker": "ok"' in answer, logs(deployment)
    assert "makegood_close_days_behind" in wait_for(f"{address}/metrics", "view=")


def wait_for(address: str, words: str) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    text = ""
    while time.monotonic() < deadline:
        try:
            text = urllib.request.urlopen(address, timeout=10).read().decode()  # noqa: S310
        except (urllib.error.URLError, OSError) as error:
            text = str(error)
        if words in text:
            return text
        time.sleep(0.5)
    return text


def logs(deployment: Deployment) -> str:
    return "\n".join(path.read_text()[-3_000:] for path in deployment.folder.glob("*.log"))


@pytest.mark.django_db
def test_every_metric_it_names_exists():
    known = {family.name for family in StateCollector().collect()}
    known |= {family.name for family in REGISTRY.collect()}
    known |= {f"{name}_total" for name in known}

    assert set(re.findall(r"\bmakegood_[a-z_]*[a-z]\b", PAGE)) - ROLES <= known


ROLES = {"makegood_owner", "makegood_app"}


def test_every_command_it_shows_is_run_here():
    """A command added to the page is added to the test above."""
    assert {words[2] for words in MANAGE} == {
        "migrate",
        "grant_database_roles",
        "compile_catalogues",
        "collectstatic",
        "check",
        "appoint_administrator",
        "fill_calendars",
        "create_portfolio",
        "rotate_data_keys",
        "backup",
        "restore",
        "verify_audit",
        "verify_positions",
        "close",
        "rebuild_rollups",
    }


def test_the_addresses_it_names_are_served():
    assert [reverse(name) for name in ("healthz", "readyz", "metrics")] == [
        "/healthz",
        "/readyz",
        "/metrics",
    ]
