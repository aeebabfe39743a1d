"""load_demo: fills an empty database with the demonstration portfolios."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo_data.loader import PORTFOLIOS, AlreadyLoaded, load

OWNER_ONLY = 0o600


class Command(BaseCommand):
    help = (
        "Loads the demonstration portfolios into an empty database: the same seed on the same day "
        "gives the same loans, people and figures. Passwords are random each time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="default 1")
        parser.add_argument(
            "--scale", type=Decimal, default=Decimal(1), help="share of about 3,000 loans"
        )
        parser.add_argument("--only", choices=PORTFOLIOS, default="")
        parser.add_argument(
            "--sign-ins",
            default="",
            metavar="FILE",
            help="writes the accounts to try as JSON, readable by you only; else they are printed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["scale"] <= 0:
            raise CommandError("--scale must be above zero; 1 gives about 3,000 loans.")
        self._begun = time.monotonic()
        try:
            staff = load(
                seed=options["seed"],
                scale=options["scale"],
                only=options["only"] or "",
                say=self._say,
            )
        except AlreadyLoaded as error:
            raise CommandError(str(error)) from None
        if options["sign_ins"]:
            _write(Path(options["sign_ins"]), staff.sign_ins)
            return
        for row in staff.sign_ins:
            self.stdout.write(f"{row['role']:<24} {row['email']:<30} {row['password']}")

    def _say(self, text: str) -> None:
        self.stdout.write(f"    {text} ({time.monotonic() - self._begun:.0f} s)")
        self.stdout.flush()


def _write(path: Path, sign_ins: list[dict[str, str]]) -> None:
    path.touch(mode=OWNER_ONLY)
    path.chmod(OWNER_ONLY)
    path.write_text(json.dumps(sign_ins, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
