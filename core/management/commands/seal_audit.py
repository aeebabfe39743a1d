"""seal_audit: seals the trail now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.audit.sealer import seal_trail


class Command(BaseCommand):
    help = "Seals the entries of the trail that are not sealed yet, as beat does all day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{seal_trail()} entries sealed.")
