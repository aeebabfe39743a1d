"""What a backup or a restore refuses, in a sentence that says what to do."""

from __future__ import annotations


class BackupRefused(Exception):
    """Nothing was written, or what was begun has been taken away again."""
