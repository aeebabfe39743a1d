"""Writes the PDFs of letters that wait to be posted into a folder, for a printer to take."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.audit.actors import SYSTEM, Actor
from notifications.letters.models import LetterBatch
from notifications.letters.posting import mark_posted
from notifications.letters.services import export_batch


class Command(BaseCommand):
    help = "Writes every batch of letters that was not posted yet into a folder, as it was made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--posted", type=date.fromisoformat, help="the day they went out")
        parser.add_argument("--by", default="", help="who, for the trail")

    def handle(self, *args: Any, **options: Any) -> None:
        by = Actor("system", "export_letters", options["by"]) if options["by"] else SYSTEM
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        for batch in LetterBatch.objects.filter(posted_on=None).select_related("file", "account"):
            target = export_batch(batch=batch, folder=folder, by=by)
            if options["posted"]:
                try:
                    mark_posted(batch=batch, on=options["posted"], by=by)
                except ValidationError as error:
                    raise CommandError("; ".join(error.messages)) from None
            self.stdout.write(f"{target.name}: {batch.letter_count} letters")
