"""Command line of `bin/bench`."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from benchmarks import report
from benchmarks.figures import Figure
from benchmarks.registry import BENCHMARKS, measure_of
from benchmarks.server import Server
from config.embedded import secrets, services
from config.embedded.faults import ServiceError

PROJECT = Path(__file__).resolve().parent.parent
HOME = PROJECT / "var" / "bench"
SIZES = (10_000, 100_000, 1_000_000)
DESCRIPTION = """\
Measure what must stay fast, each figure beside its floor: a fixed script of plain SQL that does the
same work, run in the same run on the same data. The data is built once and kept under var/bench.
DATABASE_URL and REDIS_URL, when set, are used instead of own servers; that role must be allowed to
create databases. docs/benchmarks.md tells what each floor is and which figures were seen.
"""


def main() -> int:
    """Runs the chosen benchmarks and prints one table; 0 when every target was met."""
    arguments = _arguments()
    HOME.mkdir(parents=True, exist_ok=True)
    HOME.chmod(0o711)  # PostgreSQL's account passes through, nobody lists
    try:
        with _alone(), _services() as database_url:
            figures, is_complete = _measure(arguments, database_url)
    except ServiceError as error:
        print(f"\nbin/bench: {error}", file=sys.stderr, flush=True)
        return 1
    is_met = all(figure.is_met is not False for figure in figures)
    return 0 if is_complete and is_met else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "names", nargs="*", default=["all"], choices=["all", *BENCHMARKS], metavar="NAME",
        help=f"which to run: all (the default), {', '.join(BENCHMARKS)}",
    )  # fmt: skip
    parser.add_argument(
        "--loans", type=_sizes, default=SIZES, metavar="N[,N...]",
        help="sizes of the book (default: 10000,100000,1000000)",
    )  # fmt: skip
    parser.add_argument("--fresh", action="store_true", help="build the data anew")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    sizes = sorted({int(part) for part in text.replace("_", "").split(",")})
    if sizes[0] < 100:
        raise argparse.ArgumentTypeError("a book has at least 100 loans")
    return tuple(sizes)


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps two runs of one clone apart: each would take the processor from the other."""
    with HOME.with_name("bench.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ServiceError("it runs already in this folder.") from error
        yield


@contextmanager
def _services() -> Iterator[str]:
    """Starts what DATABASE_URL and REDIS_URL leave open; yields an address of PostgreSQL."""
    local = secrets.load_or_make(HOME / "secrets.json")
    started = services.start(
        home=HOME, secrets=local, durable=True, say=print, postgres_settings=_server_settings()
    )
    try:
        if started.postgres is not None:
            # Databases are made and copied, which the application's role may not.
            started.database_url = started.postgres.superuser_url()
        for name, value in local.for_settings().items():
            os.environ.setdefault(name, value)
        os.environ |= started.environment() | {
            "DEBUG": "False",
            "SECURE_TRANSPORT": "False",
            "REQUIRE_SECOND_FACTOR": "False",
            "LOG_LEVEL": "WARNING",
            "MEDIA_ROOT": str(HOME / "media"),
            "STATIC_ROOT": str(HOME / "static"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        os.environ.pop("DATABASE_OWNER_URL", None)
        yield started.database_url
    finally:
        started.stop()


def _server_settings() -> dict[str, str]:
    """What an administrator of a small database server would set; durability stays as it is."""
    megabytes = report.memory_bytes() // 2**20
    return {
        "shared_buffers": f"{min(megabytes // 6, 8192)}MB",
        "effective_cache_size": f"{megabytes // 2}MB",
        "maintenance_work_mem": "1GB",
        "work_mem": "32MB",
        "max_wal_size": "16GB",
        "checkpoint_timeout": "15min",
    }


def _measure(arguments: argparse.Namespace, database_url: str) -> tuple[list[Figure], bool]:
    """Runs the benchmarks one after another; one that fails is told and the others go on."""
    django.setup()
    from benchmarks.stage import Stage

    server = Server(database_url)
    stage = Stage(server=server, sizes=arguments.loans, home=HOME, fresh=arguments.fresh)
    chosen = list(BENCHMARKS) if "all" in arguments.names else arguments.names
    figures: list[Figure] = []
    failed = []
    for name in chosen:
        print(f"\n{name}", flush=True)
        begun = time.monotonic()
        try:
            figures.extend(measure_of(name)(stage))
        except Exception:
            failed.append(name)
            traceback.print_exc()
        stage.say(f"done ({time.monotonic() - begun:.1f} s)")
    if figures:
        print(f"\n{report.table(figures)}\n")
        path = report.write(figures, server=server, folder=HOME / "runs")
        stage.say(f"Also in {path.relative_to(PROJECT)}")
    if failed:
        print(f"\nbin/bench: failed: {', '.join(failed)}", file=sys.stderr, flush=True)
    return figures, not failed


if __name__ == "__main__":
    sys.exit(main())
