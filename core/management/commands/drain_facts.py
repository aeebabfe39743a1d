"""drain_facts: runs the consumers of facts until nothing is left."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.facts import drain, request_retry


class Command(BaseCommand):
    help = "Runs the consumers of one topic, or of all, until they find nothing new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("topic", nargs="?", help="A topic of settings.FACT_CONSUMERS.")
        parser.add_argument(
            "--retry",
            metavar="CONSUMER",
            help="Has this consumer try the facts again that it set aside.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        topic = options["topic"]
        if topic and topic not in settings.FACT_CONSUMERS:
            known = ", ".join(settings.FACT_CONSUMERS) or "none"
            raise CommandError(f"{topic!r} is not a topic; known are: {known}.")
        if options["retry"]:
            count = request_retry(consumer=options["retry"])
            self.stdout.write(f"{count} facts set aside will be tried again.")
        for name in [topic] if topic else settings.FACT_CONSUMERS:
            self.stdout.write(f"{name}: {drain(name)} facts consumed.")
