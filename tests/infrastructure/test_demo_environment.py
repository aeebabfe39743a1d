"""bin/manage sees the data of bin/demo, as the application's role."""

from __future__ import annotations

import stat
import subprocess

from config.demo.home import Home
from config.demo.supervisor import Supervisor
from config.embedded import secrets
from config.embedded.services import Services


def test_the_environment_is_written_for_a_shell_and_for_its_owner_only(tmp_path):
    home = Home(tmp_path / "demo")
    home.make_folders()

    home.write_environment({"A": "it's $HOME & more", "B": "2"})

    said = subprocess.run(
        ["bash", "-c", 'source "$0"; printf "%s|%s" "$A" "$B"', str(home.environment)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "it's $HOME & more|2"
    assert stat.S_IMODE(home.environment.stat().st_mode) == 0o600


def test_commands_run_as_the_application_not_as_the_owner(tmp_path):
    home = Home(tmp_path / "demo")
    home.make_folders()
    supervisor = Supervisor(home=home, port=8000)
    supervisor.services = Services(
        database_url="postgres://app@/x", owner_url="postgres://owner@/x", redis_url="redis://h"
    )

    environment = supervisor._environment(secrets.make())

    written = home.environment.read_text()
    assert environment["DATABASE_OWNER_URL"] == "postgres://owner@/x"
    assert "owner@" not in written
    assert "export DATABASE_URL=postgres://app@/x\n" in written
    assert "export DJANGO_SETTINGS_MODULE=config.settings\n" in written
