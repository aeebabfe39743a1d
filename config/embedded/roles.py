"""The two database roles, as in production: the owner migrates, the application only uses."""

from __future__ import annotations

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from config.embedded.postgres import EmbeddedPostgres

DATABASE = "makegood"
OWNER_ROLE = "makegood_owner"
APPLICATION_ROLE = "makegood_app"


def ensure_roles(
    *, postgres: EmbeddedPostgres, owner_password: str, application_password: str
) -> None:
    """Creates the roles and the database when missing and sets their passwords."""
    connection = postgres.connect()
    try:
        for role, password in (
            (OWNER_ROLE, owner_password),
            (APPLICATION_ROLE, application_password),
        ):
            _ensure_role(connection, role=role, password=password)
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            _create_database(connection)
    finally:
        connection.close()


def drop_database(*, postgres: EmbeddedPostgres) -> None:
    """Removes the database and everything in it; the roles stay."""
    connection = postgres.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
            )
    finally:
        connection.close()


def _ensure_role(connection: Connection, *, role: str, password: str) -> None:
    exists = _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role)
    verb = "ALTER" if exists else "CREATE"
    statement = sql.SQL(
        "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}"
    ).format(sql.SQL(verb), sql.Identifier(role), sql.Literal(password))
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _create_database(connection: Connection) -> None:
    name, owner, application = map(sql.Identifier, (DATABASE, OWNER_ROLE, APPLICATION_ROLE))
    statements = (
        sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner),
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name),
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, application),
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _exists(connection: Connection, query: str, value: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [value])
        return cursor.fetchone() is not None
