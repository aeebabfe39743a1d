"""The checks, fast ones first, and the environment each of them needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import secrets
from config.verification import leaks

PROJECT = Path(__file__).resolve().parent.parent.parent

# Settings as on a server, for what only inspects them: nothing connects to these addresses.
_SERVER = {
    "DATABASE_URL": "postgres://makegood_app:unused@database.internal/makegood",
    "REDIS_URL": "redis://broker.internal:6379/0",
    "ALLOWED_HOSTS": "collections.example",
    "DEBUG": "False",
    "SECURE_TRANSPORT": "True",
    "LOG_LEVEL": "WARNING",
}
_DROPPED = ("EMBEDDED_SERVICES", "DATABASE_OWNER_URL", "CACHE_URL")


@dataclass(frozen=True)
class Step:
    """One check: a name for people, a command, and what it adds to the environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    in_fast_run: bool = True


def server_environment() -> dict[str, str]:
    """Returns production-like settings with throw-away secrets."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    return {**kept, **secrets.make().for_settings(), **_SERVER}


def static_steps() -> list[Step]:
    """Returns every check that needs no server."""
    server = server_environment()
    # fmt: off
    return [
        Step("ruff", _module("ruff", "check", "--quiet", ".")),
        Step("ruff format", _module("ruff", "format", "--check", "--quiet", ".")),
        Step("import-linter", (_script("lint-imports"), "--no-cache"), server),
        Step("djLint", (_script("djlint"), "templates", "--lint", "--quiet")),
        Step("mypy", _module("mypy", "."), server, in_fast_run=False),
        Step("check --deploy", manage("check", "--deploy", "--fail-level", "WARNING"), server),
        Step("translations", manage("compile_catalogues", "--check"), server),
    ]
    # fmt: on


def database_steps() -> list[Step]:
    """Returns the checks that read a database but need no test run."""
    return [Step("makemigrations --check", manage("makemigrations", "--check", "--dry-run"))]


def pytest_step(*, marks: str, arguments: list[str], logs: Path | None = None) -> Step:
    """Returns the test run; `marks` leaves out what cannot run here, `logs` keeps its log."""
    spread = [] if _chooses_processes(arguments) else ["-n", "2"]
    kept = {leaks.VARIABLE: str(logs)} if logs else {}
    # The slowest are named, for the run has a budget of time.
    slowest = ("--durations", "20", "--durations-min", "5")
    return Step("pytest", _module("pytest", *spread, *slowest, "-m", marks, *arguments), kept)


def leaks_step(*, logs: Path) -> Step:
    """Returns the search of that log for every personal value the tests used."""
    return Step("no personal data in logs", _module("config.verification.leaks", str(logs)))


def _chooses_processes(arguments: list[str]) -> bool:
    return any(part.startswith("-n") or part == "--pdb" for part in arguments)


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def _script(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def manage(*arguments: str) -> tuple[str, ...]:
    """Returns the command line of a management command."""
    return (sys.executable, "manage.py", *arguments)
