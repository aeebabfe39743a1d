"""Compiles the translation catalogues without any system package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

_SILENT = 0


class Command(BaseCommand):
    help = "Compile every .po file under LOCALE_PATHS into the .mo file beside it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="also fail on entries marked fuzzy or without a translation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        problems: list[str] = []
        catalogues = [
            path for folder in settings.LOCALE_PATHS for path in sorted(Path(folder).rglob("*.po"))
        ]
        for path in catalogues:
            try:
                catalogue = polib.pofile(str(path), check_for_duplicates=True)
            except (OSError, ValueError) as error:
                raise CommandError(f"{path}: {error}") from error
            if options["check"]:
                problems += _incomplete(path, catalogue)
            _write(catalogue, path.with_suffix(".mo"))
        if problems:
            raise CommandError("\n".join(problems))
        if options["verbosity"] > _SILENT:
            self.stdout.write(f"{len(catalogues)} catalogues compiled")


def _write(catalogue: polib.POFile, target: Path) -> None:
    """Writes the binary catalogue whole, and only when it changed."""
    binary = catalogue.to_binary()
    if target.exists() and target.read_bytes() == binary:
        return
    draft = target.with_suffix(".mo.draft")
    draft.write_bytes(binary)
    draft.replace(target)


def _incomplete(path: Path, catalogue: polib.POFile) -> list[str]:
    waiting = [*catalogue.fuzzy_entries(), *catalogue.untranslated_entries()]
    return [f"{path}:{entry.linenum}: translate {entry.msgid!r}" for entry in waiting]
