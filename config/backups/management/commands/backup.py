"""backup: the database as of one moment and the encrypted files, with their hashes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backups.faults import BackupRefused
from config.backups.making import make_backup


class Command(BaseCommand):
    help = (
        "Writes a backup into a new folder below FOLDER: the database (pg_dump), the encrypted"
        " files, and a manifest with hashes. Keys are never in it; keep them elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = make_backup(folder=options["folder"].absolute(), say=self.stdout.write)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(self.style.SUCCESS(f"Backup: {made}"))
