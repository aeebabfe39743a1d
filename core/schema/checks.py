"""The check of `migrate`: the database has come far enough for migrations that stand for others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def check_database_came_far_enough(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """Reports databases that applied a part of what a consolidated migration stands for.

    The rest of that part is in no file any more. Django leaves such a migration out without a word
    and says that nothing is to be applied.
    """
    if not databases:
        return
    consolidated = MigrationLoader(None, ignore_no_migrations=True).replacements
    for alias in databases:
        applied = MigrationRecorder(connections[alias]).applied_migrations()
        for (app, name), migration in sorted(consolidated.items()):
            missing = [old for old in migration.replaces if old not in applied]
            if missing and len(missing) < len(migration.replaces):
                yield Error(
                    f"The database {alias} stopped amid the migrations that {app}.{name} stands "
                    f"for: {'.'.join(missing[0])} was not applied.",
                    hint="Install the last version that has this migration as a file, run "
                    "migrate there, then install this version again (docs/operations.md, "
                    "Upgrade).",
                    id="core.E002",
                )
