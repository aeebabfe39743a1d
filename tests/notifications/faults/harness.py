"""One run: people who are owed messages, a provider with faults, workers that meet their ends."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from kombu import pools

from config.celery import app
from tests.notifications.builders import Post, build_post
from tests.notifications.faults.crowd import gather_crowd, noon_zone, owe_everybody
from tests.notifications.faults.oracle import Finding, Row, compare
from tests.notifications.faults.workers import PROCESSES, Broker, Worker, wait_for
from tests.notifications.faulty_provider import running_provider, taken

#: lookup, whether the provider takes a reference once only.
PROFILES: dict[str, tuple[str, bool]] = {
    "reference": ("reference", False),
    "recipient_date": ("recipient_date", False),
    "none": ("none", False),
    "none_dedupes": ("none", True),
    "reference_dedupes": ("reference", True),
}
#: Shares of calls that go wrong, each of them by itself; about one call in sixteen altogether.
FAULTS = {
    "reset_after": 0.015,
    "error_after": 0.015,
    "hang_after": 0.004,
    "garbage_after": 0.01,
    "busy": 0.015,
}
AMBIGUOUS = ("reset_after", "error_after", "hang_after", "garbage_after")
_OPEN = "SELECT count(*) FROM notifications_message WHERE state IN ('waiting', 'sending')"
_TO_ASK = " OR (state = 'uncertain' AND ask_at IS NOT NULL)"


@dataclass
class Run:
    """What a test acts on. `cuts` counts processes that were killed or frozen while they worked."""

    seed: str
    folder: Path
    post: Post
    url: str
    redis: Broker
    people: list[dict[str, Any]]
    chance: random.Random
    workers: list[Worker] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    cuts: int = 0
    _started: int = 0

    # --- workers --------------------------------------------------------------------------
    def start(self, **how: Any) -> Worker:
        self._started += 1
        log = self.folder / f"worker-{self._started}.log"
        self.workers.append(Worker(log, redis_url=self.redis.url(), **how))
        return self.workers[-1]

    def kill(self, worker: Worker) -> None:
        worker.kill()
        self.workers.remove(worker)
        self.note("kill -9 of a worker", cuts=PROCESSES)

    def kill_one_and_replace(self) -> None:
        self.kill(self.chance.choice(self.workers))
        self.start()

    def freeze(self, worker: Worker, seconds: float) -> None:
        """Stops a worker for longer than its lease, then lets it go on."""
        worker.signal(signal.SIGSTOP)
        time.sleep(seconds)
        worker.signal(signal.SIGCONT)
        self.note("frozen past the lease", cuts=PROCESSES)

    def end(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.workers.clear()

    def lose_the_broker(self) -> None:
        """Kills Redis, and brings it back empty."""
        self.redis.cut()
        time.sleep(self.chance.uniform(0.5, 2.0))
        self.redis.come_back()
        flush(self.redis.url())
        self.note("broker killed, flushed, restarted")

    def note(self, what: str, *, cuts: int = 0) -> None:
        self.done[what] = self.done.get(what, 0) + 1
        self.cuts += cuts

    # --- what stands ----------------------------------------------------------------------
    def open_count(self, *, with_uncertain: bool = False) -> int:
        return int(_value(_OPEN + (_TO_ASK if with_uncertain else "")) or 0)

    def sent_count(self) -> int:
        return len(taken(self.folder / "provider.log"))

    def settle(self, *, seconds: float) -> bool:
        """Waits until nothing waits, is sent or is to be asked about any more."""
        return wait_for(lambda: not self.open_count(with_uncertain=True), seconds=seconds, every=1)

    def rows(self) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT replace(message.id::text, '-', ''), message.state, message.reason,"
                " array_agg(event.word ORDER BY event.id) FROM notifications_message AS message"
                " JOIN notifications_messageevent AS event ON event.message_id = message.id"
                " GROUP BY message.id"
            )
            return [Row(*row) for row in cursor.fetchall()]

    def finding(self) -> Finding:
        return compare(self.rows(), taken(self.folder / "provider.log"))

    def injected(self) -> dict[str, int]:
        with urlopen(f"{self.url}/_told") as answer:  # noqa: S310 - our own
            told: dict[str, int] = json.load(answer)["injected"]
        return told


@contextmanager
def a_run(
    folder: Path,
    *,
    seed: str,
    people: int,
    profile: str = "reference",
    faults: Mapping[str, float] | None = None,
    rate: int = 1_000,
    packs: Sequence[str] = ("US-REGF",),
    steps: Sequence[str] = ("overdue-3",),
) -> Iterator[Run]:
    """Everything up but the workers: owed messages, broker, provider. Ends whatever it started."""
    lookup, dedupes = PROFILES[profile]
    log = folder / "provider.log"
    log.touch()
    sys.stdout.write(f"\nseed {seed}, profile {profile}, {people} messages\n")
    with ExitStack() as stack:
        broker = Broker(home=folder / "redis", password="faults", durable=True)
        broker.start()
        stack.callback(broker.stop)
        stack.enter_context(_tasks_through(broker.url()))
        url = stack.enter_context(
            running_provider(log, seed=seed, faults=faults or {}, dedupe=dedupes)
        )
        _shorten_hanging(url)
        post = build_post(url=url, lookup=lookup, deduplicates=dedupes)
        type(post.portfolio).objects.filter(pk=post.portfolio.pk).update(rule_packs=list(packs))
        type(post.account).objects.filter(pk=post.account.pk).update(rate_per_second=rate)
        crowd = gather_crowd(post, people, zone=noon_zone())
        for step in steps:
            owe_everybody(post, crowd, step=step)
        run = Run(seed, folder, post, url, broker, crowd, random.Random(seed))
        stack.callback(run.end)
        yield run


@contextmanager
def _tasks_through(url: str) -> Iterator[None]:
    """Tasks of this process go through a broker of the run instead of running at once."""
    before = app.conf.task_always_eager, app.conf.broker_url
    app.conf.task_always_eager = False
    app.conf.broker_url = app.conf.broker_write_url = url
    _forget_connections()
    try:
        yield
    finally:
        app.conf.task_always_eager, app.conf.broker_url = before
        app.conf.broker_write_url = before[1]
        _forget_connections()


def _forget_connections() -> None:
    app._pool = app.amqp._producer_pool = None
    pools.reset()  # kombu keeps them by address, closed ones too


def _shorten_hanging(url: str) -> None:
    with urlopen(f"{url}/_faults", data=b'{"hang_seconds": 3}'):  # noqa: S310 - our own
        return


def flush(url: str) -> None:
    redis.Redis.from_url(url).flushall()


def _value(statement: str) -> Any:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    except DatabaseError:
        connection.close()
        return -1  # the database is away: as good as open


def report(name: str, figures: Mapping[str, Any]) -> None:
    """Prints a run's figures and keeps them as JSON under var/faults."""
    home = Path(os.environ.get("FAULTS_REPORT", settings.BASE_DIR / "var" / "faults"))
    home.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"run": name, **figures}, indent=1, sort_keys=True)
    (home / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def figures_of(run: Run, found: Finding, begun: float) -> dict[str, Any]:
    injected = run.injected()
    return {
        "seed": run.seed,
        "injected": injected,
        "ambiguous": sum(injected.get(name, 0) for name in AMBIGUOUS),
        "done": run.done,
        "cut_processes": run.cuts,
        "seconds": round(time.monotonic() - begun, 1),
        **found.figures(),
    }
