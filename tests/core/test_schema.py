"""Migrations that stand for others: what a database that applied those is told."""

from __future__ import annotations

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import CreateModel
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from core.schema.operations import CreateModels

pytestmark = pytest.mark.django_db


@pytest.fixture
def consolidated():
    """The consolidated migrations, in a database that knows only what they stand for."""
    found = MigrationExecutor(connection).loader.replacements
    recorder = MigrationRecorder(connection)
    for app, name in found:
        recorder.record_unapplied(app, name)
    return found


def _refusals() -> list[str]:
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [message.msg for message in found if message.id == "core.E002"]


def test_a_database_of_the_version_before_has_nothing_to_apply_and_gets_the_names(consolidated):
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    assert {app for app, _name in consolidated} <= {app for app, _name in leaves}

    assert executor.migration_plan(leaves) == []
    executor.migrate(leaves)

    assert set(consolidated) <= set(MigrationRecorder(connection).applied_migrations())
    assert _refusals() == []


def test_a_database_that_stopped_amid_what_they_stand_for_is_refused(consolidated):
    assert _refusals() == []
    for migration in consolidated.values():
        if len(migration.replaces) > 1:
            MigrationRecorder(connection).record_unapplied(*migration.replaces[-1])

    refusals = _refusals()

    amid = [migration for migration in consolidated.values() if len(migration.replaces) > 1]
    assert len(refusals) == len(amid) > 0
    for message, migration in zip(refusals, sorted(amid, key=lambda m: m.app_label), strict=True):
        assert ".".join(migration.replaces[-1]) in message


def test_many_tables_are_made_together_and_taken_away_again():
    parent = CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])
    to_parent = models.ForeignKey("core.Shelf", models.PROTECT)
    child = CreateModel("Book", [("id", models.BigAutoField(primary_key=True)), ("on", to_parent)])
    both = CreateModels(operations=[parent, child])
    before = ProjectState()
    # Built already, as they are between the operations of a migration.
    assert before.apps.get_models() == []
    after = before.clone()
    both.state_forwards("core", after)

    with connection.schema_editor() as editor:
        both.database_forwards("core", editor, before, after)
    with connection.cursor() as cursor:
        made = set(connection.introspection.table_names(cursor))
        keys = connection.introspection.get_relations(cursor, "core_book")
    with connection.schema_editor() as editor:
        both.database_backwards("core", editor, after, before)
    with connection.cursor() as cursor:
        left = set(connection.introspection.table_names(cursor))

    assert made - left == {"core_shelf", "core_book"}
    assert keys["on_id"][:2] == ("id", "core_shelf")
