"""Command line of `bin/test`."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from config.embedded import secrets, services
from config.embedded.faults import ServiceError
from config.verification import browser, runner, schema, steps
from config.verification.runner import Result

DESCRIPTION = """\
Run every check: formatting, types, import contracts, templates, migrations, settings, translations
and the tests, on a real PostgreSQL and a real Redis. With anything else on the command line only
pytest runs and is given it: `bin/test tests/loans -x`.
"""


def main() -> int:
    arguments, to_pytest = _arguments()
    begun = time.monotonic()
    results: list[Result] = []
    is_whole = not arguments.chaos and not to_pytest
    try:
        with _services() as environment:
            results += _checks(environment, is_whole=is_whole, is_fast=arguments.fast)
            marks = _marks(arguments)
            with tempfile.TemporaryDirectory(prefix="test-logs-", dir=_var()) as kept:
                logs = Path(kept)
                pytest = steps.pytest_step(marks=marks, arguments=to_pytest, logs=logs)
                results.append(runner.run_shown(pytest, environment=schema.copied(environment)))
                if not to_pytest:
                    step = steps.leaks_step(logs=logs)
                    results.append(runner.run(step, environment=environment))
    except ServiceError as error:
        print(f"\nbin/test: {error}", file=sys.stderr, flush=True)
        return 1
    return _conclude(results, seconds=time.monotonic() - begun)


def _checks(environment: Mapping[str, str], *, is_whole: bool, is_fast: bool) -> list[Result]:
    """Migrates the database of the tests, and meanwhile runs every check that needs no tests."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        migrating = schema.migrating_step(environment)
        migrated = beside.submit(runner.run, migrating, environment=environment)
        results = []
        if is_whole:
            for step in steps.static_steps():
                if step.in_fast_run or not is_fast:
                    results.append(runner.run(step, environment=os.environ))
            for step in steps.database_steps():
                results.append(runner.run(step, environment=environment))
        return [*results, migrated.result()]


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--fast", action="store_true", help="leave out mypy and the browser")
    parser.add_argument("--chaos", action="store_true", help="only the fault injection tests")
    return parser.parse_known_args()


def _marks(arguments: argparse.Namespace) -> str:
    if arguments.chaos:
        return "chaos"
    chromium = browser.find_chromium()
    if chromium is None:
        print("  No Chromium found: the browser journeys are left out (install chromium).")
    if chromium is None or arguments.fast:
        return "not chaos and not browser"
    os.environ.setdefault(browser.VARIABLE, chromium)
    return "not chaos"


@contextmanager
def _services() -> Iterator[dict[str, str]]:
    """Starts the servers of this run under var/ and removes them after it."""
    home = Path(tempfile.mkdtemp(prefix="test-", dir=_var()))
    home.chmod(0o711)  # PostgreSQL's account passes through, nobody lists
    local = secrets.make()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        started = services.start(home=home, secrets=local, durable=False, say=print)
        try:
            yield _environment(started, local)
        finally:
            started.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _var() -> Path:
    var = steps.PROJECT / "var"
    var.mkdir(exist_ok=True)
    return var


def _environment(started: services.Services, local: secrets.LocalSecrets) -> dict[str, str]:
    variables = {**os.environ, **local.for_settings(), **started.environment()}
    variables.pop("DATABASE_OWNER_URL", None)
    if started.postgres is not None:
        # Each test process makes a database of its own, which the application role may not.
        variables["DATABASE_URL"] = started.postgres.superuser_url()
    return variables | {"DEBUG": "False", "SECURE_TRANSPORT": "False"}


def _conclude(results: list[Result], *, seconds: float) -> int:
    failed = [result.step.name for result in results if not result.passed]
    if failed:
        print(f"\n  {len(failed)} of {len(results)} steps failed: {', '.join(failed)}")
    else:
        print(f"\n  All {len(results)} steps passed ({seconds:.0f} s)")
    # Last of all, for whoever reads only the end.
    closing = next((result.closing_line for result in results if result.closing_line), "")
    if closing:
        print(closing, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
