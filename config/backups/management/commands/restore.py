"""restore: puts a backup into an empty database and checks that it is whole."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backups.faults import BackupRefused
from config.backups.restoring import restore_backup


class Command(BaseCommand):
    help = (
        "Restores a backup into an empty database and an empty MEDIA_ROOT, then checks rows,"
        " trail, files and positions. Refuses a damaged backup, other keys, a filled database."
        " Exit status 1 when anything is not as it was."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="BACKUP")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = restore_backup(folder=options["folder"].absolute(), say=self.stdout.write)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} things are not as they were.", returncode=1)
        self.stdout.write(self.style.SUCCESS("Restored: everything is as it was."))
