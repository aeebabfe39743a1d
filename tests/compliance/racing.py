"""Many collectors at once, each on a connection of their own, for the last contact permitted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from django.db import connection

from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.services import ContactRefused, reserve
from compliance.gate.facts import ContactRequest
from core import clock
from loans.borrowers.models import ContactPoint, Party
from loans.contracts.models import Loan, LoanParty
from loans.portfolios.models import Portfolio
from tests.compliance.builders import call_request, reachable_loan
from tests.loans.builders import CLERK, build_party, us_party_row

#: Endings that use up a call of every text the rounds race under.
_COUNTED = ("no_answer", "voicemail", "limited_message", "dropped")


class Crowd:
    """Threads that keep their connection from one round to the next and start together."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pool = ThreadPoolExecutor(max_workers=size)
        self.start = threading.Barrier(size)

    def ask(self, requests: Sequence[ContactRequest], rng: Random) -> list[Any]:
        """Reserves all requests at once; returns yes, no or the error of each."""
        delays = [rng.random() * 0.003 for _request in requests]
        return list(self.pool.map(self._ask_one, requests, delays))

    def _ask_one(self, request: ContactRequest, delay: float) -> str | Exception:
        self.start.wait(30)
        time.sleep(delay)
        try:
            reserve(request=request, by=CLERK)
        except ContactRefused:
            return "no"
        except Exception as error:
            return error
        return "yes"

    def close(self) -> None:
        """Lets every thread close its own connection, then ends them."""
        for done in [self.pool.submit(self._leave) for _thread in range(self.size)]:
            done.result(30)
        self.pool.shutdown()

    def _leave(self) -> None:
        self.start.wait(30)
        connection.close()


@contextmanager
def crowd_of(size: int) -> Iterator[Crowd]:
    crowd = Crowd(size)
    try:
        yield crowd
    finally:
        crowd.close()


@dataclass(frozen=True)
class LastCall:
    """A loan of two people, about which one more call is permitted to each, or to both together."""

    loan: Loan
    phones: tuple[ContactPoint, ...]

    def requests(self, count: int) -> list[ContactRequest]:
        return [
            call_request(self.loan, self.phones[number % len(self.phones)])
            for number in range(count)
        ]


def one_call_left(portfolio: Portfolio, rng: Random) -> LastCall:
    """A borrower called six times in the last six days: Regulation F leaves one call."""
    loan, phone = reachable_loan(portfolio)
    _called(loan, phone, rng, times=6)
    return LastCall(loan, (phone,))


def one_call_left_to_two(portfolio: Portfolio, rng: Random) -> LastCall:
    """A loan of two, called about once this week: Massachusetts leaves one call to either."""
    loan, phone = reachable_loan(portfolio)
    other = _co_borrower(portfolio, loan)
    _called(loan, rng.choice((phone, other)), rng, times=1)
    return LastCall(loan, (phone, other))


def _co_borrower(portfolio: Portfolio, loan: Loan) -> ContactPoint:
    row = us_party_row(full_name="Luis Ortiz")
    party: Party = build_party(
        portfolio,
        customer_no=row.customer_no,
        full_name=row.full_name,
        contact_points=row.contact_points,
        addresses=row.addresses,
    )
    LoanParty.objects.create(loan=loan, party=party, role="co_borrower")
    return party.contact_points.get(kind="phone")


def _called(loan: Loan, phone: ContactPoint, rng: Random, *, times: int) -> None:
    now = clock.now()
    record_history(
        contacts=[
            HistoricContact(
                portfolio_id=loan.portfolio_id,
                party_id=phone.party_id,
                loan_id=loan.pk,
                channel="call",
                direction="outbound",
                outcome=rng.choice(_COUNTED),
                at=now - timedelta(days=rng.randrange(1, 6), minutes=number),
            )
            for number in range(times)
        ],
        by=CLERK,
    )
