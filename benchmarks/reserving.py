"""Reserving contacts and settling them: how many a second, on one connection and on several."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from datetime import time as wall_time
from typing import Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

from django.db import connection

from benchmarks.dataset.office import BUSINESS_DATE, MAIN
from benchmarks.figures import Figure
from benchmarks.reserving_floor import copy_tables, write_again
from benchmarks.stage import Stage
from compliance.attempts.models import Attempt, Outcome
from compliance.attempts.services import ContactRefused, reserve, settle
from compliance.gate.facts import Channel, ContactRequest
from core import clock
from core.audit import SYSTEM
from core.jobs.processes import share_among
from loans.borrowers.models import ContactPoint
from loans.contracts.models import LoanParty, PartyRole

#: Ten in the morning where the people are: the hours are open.
AT: Final = datetime.combine(
    BUSINESS_DATE, wall_time(10), tzinfo=ZoneInfo("Asia/Shanghai")
).astimezone(UTC)
CONNECTIONS: Final = (1, 2, 8)
#: Contacts for each number of connections, each with a person of its own.
SAMPLE = 1_000


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields the milliseconds from one settled contact to the next, beside the floor."""
    with stage.book(stage.largest), closing(stage.connect()) as plain:
        asked = _requests(SAMPLE * (len(CONNECTIONS) + 1))
        share = len(asked) // (len(CONNECTIONS) + 1)
        _contact(asked[:share][:100], 0, 1)  # warm: a worker has met its tables before
        for turn, connections in enumerate(CONNECTIONS, start=1):
            some = asked[turn * share : (turn + 1) * share]
            copy_tables(plain)
            seconds = _timed(some, connections)
            booked = Attempt.objects.filter(party__in=[one.party_id for one in some], at=AT)
            yield _figure(
                connections=connections,
                contacts=len(some),
                booked=booked.count(),
                seconds=seconds,
                floor_seconds=write_again(stage, plain, connections),
            )


def _figure(
    *, connections: int, contacts: int, booked: int, seconds: float, floor_seconds: float
) -> Figure:
    each = "connection" if connections == 1 else "connections"
    return Figure(
        name=f"contact reserved and settled, {connections} {each}",
        measured=1000 * seconds / contacts,
        floor=1000 * floor_seconds / contacts,
        unit="ms",
        limited_by=f"{contacts / seconds:,.0f} a second; Python, on {os.cpu_count()} cores",
        details={
            "contacts": contacts,
            "booked": booked,
            "a_second": round(contacts / seconds, 1),
            "floor_a_second": round(contacts / floor_seconds, 1),
        },
    )


def _requests(count: int) -> list[ContactRequest]:
    """Calls to borrowers of the main portfolio about one loan each, spread over the book."""
    phones = dict(ContactPoint.objects.filter(kind="phone").values_list("party_id", "pk"))
    rows = LoanParty.objects.filter(role=PartyRole.BORROWER, loan__portfolio__code=MAIN)
    pairs = list(rows.order_by("pk").values_list("party_id", "loan_id"))
    step = max(1, len(pairs) // count)
    seen: dict[object, ContactRequest] = {}
    for party_id, loan_id in pairs[::step]:
        if party_id in phones:
            request = ContactRequest(party_id, (loan_id,), Channel.CALL, AT, phones[party_id])
            seen.setdefault(party_id, request)
    return list(seen.values())[:count]


def _timed(asked: Sequence[ContactRequest], connections: int) -> float:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    begun = time.monotonic()
    share_among(connections, lambda share, of: _contact(asked, share, of))
    return time.monotonic() - begun


def _contact(asked: Sequence[ContactRequest], share: int, of: int) -> None:
    # A permission is for now: the clock stands where the hours of the book's people are open.
    with patch.object(clock, "now", return_value=AT):
        for request in asked[share::of]:
            try:
                attempt = reserve(request=request, by=SYSTEM)
            except ContactRefused:
                continue
            settle(attempt=attempt, outcome=Outcome.NO_ANSWER, by=SYSTEM)
