"""Gives the application's database role what it needs to run; structure stays the owner's."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction
from psycopg2 import sql

DEFAULT_ALIAS = "default"
OWNER_ALIAS = "owner"

# {0} is the application's role. TRUNCATE, REFERENCES and TRIGGER are left out on purpose:
# they would get past the triggers that keep the trail append-only.
GRANTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {0}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {0}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {0}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {0}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {0}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {0}",
    # Which migrations have run is for the owner to say.
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {0}",
)


class Command(BaseCommand):
    help = "Grant the application's database role its rights. Run as the owner, after migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--database",
            default=OWNER_ALIAS,
            help="the connection that owns the tables (default: owner, from DATABASE_OWNER_URL)",
        )
        parser.add_argument("--role", help="the application's role (default: DATABASE_URL's user)")

    def handle(self, *args: Any, **options: Any) -> None:
        alias, role = options["database"], options["role"]
        if alias not in connections:
            raise CommandError("DATABASE_OWNER_URL is not set: only the owner can grant rights.")
        role = role or connections[DEFAULT_ALIAS].settings_dict["USER"]
        _refuse_unfit(alias=alias, role=role)
        grant(alias=alias, role=role)
        if options["verbosity"] > 0:
            self.stdout.write(f"{role} may read and write rows, and change no structure")


def grant(*, alias: str, role: str) -> None:
    """Runs the grants over the connection `alias`, all or none."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(role)))


def _refuse_unfit(*, alias: str, role: str) -> None:
    """Raises CommandError when the role is missing, the owner itself, or a superuser."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolname = current_user FROM pg_roles WHERE rolname = %s", [role]
        )
        found = cursor.fetchone()
    if found is None:
        raise CommandError(f"The role {role!r} does not exist. Create it, then run this again.")
    is_superuser, is_owner = found
    if is_superuser or is_owner:
        raise CommandError(
            f"The role {role!r} may change the structure; give DATABASE_URL a role of its own."
        )
