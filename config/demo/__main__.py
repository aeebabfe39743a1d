"""Command line of `bin/demo`."""

from __future__ import annotations

import argparse
import os
import sys
import time

from config.demo.home import PROJECT, Home
from config.demo.supervisor import FIRST_PORT, StopRequested, Supervisor
from config.embedded.faults import ServiceError

DESCRIPTION = """\
Start Makegood on this machine with demonstration portfolios: PostgreSQL, Redis, the web server,
a worker and the scheduler. Everything is kept under var/demo and stays between starts.
Ctrl-C stops all of it. DATABASE_URL and REDIS_URL, when set, are used instead of own servers.
"""


def main() -> int:
    arguments = _arguments()
    home = Home()
    begun = time.monotonic()
    try:
        held = home.acquire()
    except ServiceError as error:
        return _fail(error)
    if arguments.reset:
        if os.environ.get("DATABASE_URL"):
            return _fail(
                "--reset empties var/demo only. Empty the database of DATABASE_URL"
                " yourself, then start without --reset."
            )
        home.clear()
        print("  Everything of the last start is removed", flush=True)
    supervisor = Supervisor(home=home, port=arguments.port)
    status = 0
    try:
        address = supervisor.start()
        home.announce(held, address)
        _welcome(home, address=address, seconds=time.monotonic() - begun)
        supervisor.watch()
    except (StopRequested, KeyboardInterrupt):
        print("\n  Stopping ...", flush=True)
    except ServiceError as error:
        status = _fail(error)
    finally:
        supervisor.stop()
    home.announce(held, "")
    print("  Stopped. The data is kept in var/demo.", flush=True)
    return status


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/demo",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--reset", action="store_true", help="start over with fresh data")
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help=f"first port to try (default: {FIRST_PORT})"
    )
    return parser.parse_args()


def _welcome(home: Home, *, address: str, seconds: float) -> None:
    print(f"\n  Makegood is ready at {address}  ({seconds:.1f} s)\n")
    sign_ins = home.read_sign_ins()
    if sign_ins:
        role, email = (max(len(getattr(row, n)) for row in sign_ins) for n in ("role", "email"))
        for row in sign_ins:
            print(f"    {row.role:<{role}}  {row.email:<{email}}  {row.password}")
        print(f"\n  (also in {home.sign_ins.relative_to(PROJECT)})")
    print("  Commands on this data: bin/manage NAME, for example bin/manage verify_positions")
    print("  Press Ctrl-C to stop.", flush=True)


def _fail(reason: object) -> int:
    print(f"\nbin/demo: {reason}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
