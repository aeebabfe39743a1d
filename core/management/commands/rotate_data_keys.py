"""rotate_data_keys: wraps all data keys under the youngest master key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.audit import SYSTEM
from core.encryption.rotation import rotate_data_keys


class Command(BaseCommand):
    help = (
        "Wraps every data key under the highest version in DATA_KEYS. Can be stopped and "
        "started again; afterwards older versions may be removed from DATA_KEYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total = rotate_data_keys(
            by=SYSTEM, progress=lambda count: self.stdout.write(f"{count} keys wrapped anew")
        )
        self.stdout.write(f"Done: {total} data keys now stand under the current master key.")
