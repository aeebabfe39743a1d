"""Pages through gunicorn at the largest size: queries, milliseconds, and their bare SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import cycle, islice
from statistics import median, quantiles

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg2.extensions import connection as Connection

from accounts.models import User
from benchmarks.figures import Figure
from benchmarks.pages import Page, pages_of, people
from benchmarks.paging_floor import replay_seconds
from benchmarks.stage import Stage
from benchmarks.web import Web, serve

MOST_P95_MS = 150.0
REQUESTS = 60
_WARM_REQUESTS = 24


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields for each page its queries, and p95 one after another and two at once."""
    call_command("compile_catalogues", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with stage.book(stage.largest), closing(stage.connect()) as plain:
        clients = {email: _signed_in(user) for email, user in people().items()}
        cookies = {email: _cookie(client) for email, client in clients.items()}
        pages = pages_of()
        statements = {page.name: _statements(clients[page.who], page) for page in pages}
        logs = stage.home / "logs"
        with serve(environment=stage.environment(), cookies=cookies, logs=logs) as web:
            for page in pages:
                yield from _figures(stage, page, web, plain, statements[page.name])


def _signed_in(user: User) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def _cookie(client: Client) -> str:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def _statements(client: Client, page: Page) -> list[list[str]]:
    """Returns what each address of a page asks the database, as it was sent."""
    asked = []
    for address in page.addresses:
        client.get(address)  # what a process asks once (zones, permissions) is no cost of a page
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code in (200, 302), f"{address} answered {answer.status_code}"
        asked.append([query["sql"] for query in queries.captured_queries])
    return asked


def _figures(
    stage: Stage, page: Page, web: Web, plain: Connection, statements: Sequence[list[str]]
) -> Iterator[Figure]:
    name = f"{page.name}, {stage.largest:,} loans"
    most = max(map(len, statements))
    yield Figure(name=f"{name}: queries", measured=most, unit="queries", most=page.most_queries)
    addresses = list(islice(cycle(page.addresses), REQUESTS))
    web.seconds_of(addresses[:_WARM_REQUESTS], who=page.who, at_once=2)
    alone = web.seconds_of(addresses, who=page.who)
    together = web.seconds_of(addresses, who=page.who, at_once=2)
    bare = [replay_seconds(plain, sent) for _round in range(3) for sent in statements]
    for how, taken in (("one at a time", alone), ("two at once", together)):
        yield Figure(
            name=f"{name}: p95, {how}",
            measured=_p95(taken),
            floor=_p95(bare),
            unit="ms",
            most=MOST_P95_MS,
            limited_by=_limit(median(taken), median(bare)),
            details={
                "p50_ms": round(1000 * median(taken), 1),
                "floor_p50_ms": round(1000 * median(bare), 1),
                "requests": len(taken),
            },
        )


def _p95(taken: Sequence[float]) -> float:
    return 1000 * (quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0])


def _limit(page: float, bare: float) -> str:
    share = round(100 * bare / page) if page else 0
    return f"p50 {1000 * page:.0f} ms; SQL is {share}% of it, the rest Python and the template"
