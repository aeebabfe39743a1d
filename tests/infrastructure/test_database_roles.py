"""The application's role reads and writes rows, and changes no structure."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg2 import sql

from core.management.commands.grant_database_roles import grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def role() -> str:
    """A fresh role with the grants of the application; the test's rollback removes it."""
    name = f"test_application_{uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} NOSUPERUSER").format(sql.Identifier(name)))
    grant(alias="default", role=name)
    return name


def run_as(role: str, statement: str) -> object:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        cursor.execute(statement)
        answer = cursor.fetchone() if cursor.description else cursor.rowcount
        cursor.execute("RESET ROLE")
        return answer


def test_it_reads_and_writes_rows(role):
    assert run_as(role, "SELECT count(*) FROM django_session") == (0,)
    assert run_as(role, "INSERT INTO django_session VALUES ('k', 'd', now())") == 1
    assert run_as(role, "UPDATE django_session SET session_data = 'e'") == 1
    assert run_as(role, "DELETE FROM django_session") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE django_session",
        "DROP TABLE django_session",
        "ALTER TABLE django_session ADD COLUMN extra text",
        "ALTER TABLE django_session DISABLE TRIGGER ALL",
        "CREATE TABLE extra (id int)",
        "CREATE INDEX ON django_session (session_data)",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('core', 'x', now())",
        "SET session_replication_role = replica",
        "COPY django_session TO PROGRAM 'cat'",
    ],
)
def test_it_changes_no_structure(role, statement):
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        run_as(role, statement)


def test_it_owns_nothing(role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %s", [role])
        assert cursor.fetchone() == (0,)


def test_tables_made_later_are_covered(role):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made_later (id int)")

    assert run_as(role, "INSERT INTO made_later VALUES (1)") == 1


def test_the_command_refuses_a_role_that_could_do_more():
    me = connection.settings_dict["USER"]

    with pytest.raises(CommandError, match="may change the structure"):
        call_command("grant_database_roles", database="default", role=me)
    with pytest.raises(CommandError, match="does not exist"):
        call_command("grant_database_roles", database="default", role="nobody_here")
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL is not set"):
        call_command("grant_database_roles")
