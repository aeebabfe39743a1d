"""`conformance KIND FILE`: run scenarios whose outcome is known through the real code."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string


class ScenarioResult(Protocol):
    """What a kind's run function yields for each scenario."""

    @property
    def lines(self) -> tuple[str, ...]: ...

    @property
    def mismatches(self) -> tuple[str, ...]: ...


class Command(BaseCommand):
    """Prints a line per mismatch and per scenario skipped, and the counts last.

    Which kinds there are is in settings.CONFORMANCE_KINDS: a name and the dotted path of a function
    that takes a file and yields results. Each stores nothing, or rolls back what it stores. A kind
    whose results say why a scenario was skipped has those counted apart.
    """

    help = "Run scenarios with known outcomes through the real code; stores nothing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(settings.CONFORMANCE_KINDS))
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, kind: str, file: Path, **options: Any) -> None:
        run: Callable[[Path], Iterable[ScenarioResult]] = import_string(
            settings.CONFORMANCE_KINDS[kind]
        )
        passed = failed = 0
        skipped: int | None = None
        try:
            for result in run(file):
                for line in result.lines:
                    self.stdout.write(line)
                why_skipped = getattr(result, "skipped", None)
                if why_skipped is not None:
                    skipped = (skipped or 0) + bool(why_skipped)
                failed += bool(result.mismatches)
                passed += not why_skipped and not result.mismatches
        except ValueError as error:
            raise CommandError(str(error)) from error
        counts = f"{passed} passed, {failed} failed"
        self.stdout.write(counts if skipped is None else f"{counts}, {skipped} skipped")
        if failed:
            raise SystemExit(1)
