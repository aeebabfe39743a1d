"""verify_audit: checks the trail against its seals."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.audit.verification import verify_trail


class Command(BaseCommand):
    help = "Checks every entry of the trail against its seal. Exit status 1 on the first fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect-head",
            default="",
            metavar="HASH",
            help="Hash of a seal noted outside the database earlier; shows a trail that was cut.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify_trail(expected_head=options["expect_head"])
        self.stdout.write(
            f"{result.seal_count} seals over {result.entry_count} entries checked, "
            f"{result.unsealed_count} entries not sealed yet."
        )
        if not result.holds:
            self.stderr.write(self.style.ERROR(result.fault))
            sys.exit(1)
        self.stdout.write(f"The trail holds. Head: {result.head}")
