"""Brings the database, the catalogues and the static files up to date, in one process.

Run as `python -m config.demo.prepare [--load SIGN_INS]` with the demonstration's environment.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--load", type=Path, metavar="SIGN_INS")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    owner = "owner" if "owner" in connections else "default"
    _step("Database migrated", call_command, "migrate", database=owner, verbosity=0)
    if owner == "owner":
        _step("Application role granted", call_command, "grant_database_roles", verbosity=0)
    _step("Translations compiled", call_command, "compile_catalogues", verbosity=0)
    _step("Static files collected", call_command, "collectstatic", verbosity=0, interactive=False)
    if arguments.load:
        print("  Loading the demonstration portfolios ...", flush=True)
        _step("Portfolios loaded", call_command, "load_demo", sign_ins=str(arguments.load))


def _step(done: str, call: Callable[..., Any], *args: Any, **options: Any) -> None:
    begun = time.monotonic()
    call(*args, **options)
    print(f"  {done} ({time.monotonic() - begun:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
