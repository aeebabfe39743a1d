"""Both services together: the given addresses when set, else embedded ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import roles
from config.embedded.postgres import EmbeddedPostgres
from config.embedded.processes import Child
from config.embedded.redis import EmbeddedRedis
from config.embedded.secrets import LocalSecrets


@dataclass
class Services:
    """The addresses to use, and the servers this process started for them."""

    database_url: str = ""
    owner_url: str = ""
    redis_url: str = ""
    postgres: EmbeddedPostgres | None = None
    redis: EmbeddedRedis | None = None
    children: list[Child] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """Returns the variables that make the settings use these services."""
        variables = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "EMBEDDED_SERVICES": "True",
        }
        if self.owner_url:
            variables["DATABASE_OWNER_URL"] = self.owner_url
        return variables

    def stop(self) -> None:
        """Stops what was started here, the broker before the database."""
        for server in (self.redis, self.postgres):
            if server is not None:
                server.stop()


def start(
    *,
    home: Path,
    secrets: LocalSecrets,
    durable: bool,
    say: Callable[[str], None],
    postgres_settings: Mapping[str, str] | None = None,
) -> Services:
    """Starts what DATABASE_URL and REDIS_URL leave open; stops it all again on failure.

    Arguments: postgres_settings, beyond those every embedded PostgreSQL has.
    """
    services = Services(
        database_url=os.environ.get("DATABASE_URL", ""),
        owner_url=os.environ.get("DATABASE_OWNER_URL", ""),
        redis_url=os.environ.get("REDIS_URL", ""),
    )
    try:
        if not services.database_url:
            postgres = EmbeddedPostgres(
                home=home / "postgres",
                superuser_password=secrets.postgres_superuser,
                durable=durable,
                settings=postgres_settings,
            )
            _start_postgres(services, postgres=postgres, secrets=secrets, say=say)
        if not services.redis_url:
            services.redis = EmbeddedRedis(
                home=home / "redis", password=secrets.redis, durable=durable
            )
            services.children.append(services.redis.start())
            services.redis_url = services.redis.url()
    except BaseException:
        services.stop()
        raise
    return services


def _start_postgres(
    services: Services,
    *,
    postgres: EmbeddedPostgres,
    secrets: LocalSecrets,
    say: Callable[[str], None],
) -> None:
    services.postgres = postgres
    services.children.append(postgres.start())
    for notice in postgres.notices:
        say(notice)
    roles.ensure_roles(
        postgres=postgres,
        owner_password=secrets.postgres_owner,
        application_password=secrets.postgres_application,
    )
    services.database_url = postgres.url(
        role=roles.APPLICATION_ROLE, password=secrets.postgres_application, database=roles.DATABASE
    )
    services.owner_url = postgres.url(
        role=roles.OWNER_ROLE, password=secrets.postgres_owner, database=roles.DATABASE
    )
