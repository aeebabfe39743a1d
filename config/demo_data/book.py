"""One loan as its story sees it: the schedule, the day it is told on, and ways to pay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from config.demo_data.events import Event, Pay
from loans.contracts.terms import ScheduledInstalment, Terms

Lateness = Callable[[Random], int]


@dataclass(slots=True)
class Book:
    """The schedule of one loan, and what has happened to it so far."""

    contract_no: str
    terms: Terms
    instalments: Sequence[ScheduledInstalment]
    today: dt.date
    rng: Random
    methods: tuple[str, ...]
    is_chinese: bool
    events: list[Event] = field(default_factory=list)
    method: str = ""
    pays_from: int = 0

    def __post_init__(self) -> None:
        self.method = self.rng.choice(self.methods)

    @property
    def due(self) -> int:
        """How many instalments are due before today."""
        return sum(row.due_on < self.today for row in self.instalments)

    def say(self, chinese: str, english: str) -> str:
        """Returns a sentence in the language of the portfolio."""
        return chinese if self.is_chinese else english

    def pay(self, on: dt.date, amount: Decimal, **how: str) -> str:
        """Books a repayment, unless its day has not come; returns its reference."""
        mark = f"{self.contract_no}-{len(self.events) + 1:03d}"
        if on <= self.today:
            method = how.pop("method", self.method)
            self.events.append(Pay(on=on, mark=mark, amount=amount, method=method, **how))
        return mark

    def pay_instalments(
        self,
        first: int,
        last: int,
        late: Lateness,
        rows: Sequence[ScheduledInstalment] | None = None,
    ) -> None:
        """Pays instalments first to last (from 0, the last not included), each some days late."""
        for row in (rows if rows is not None else self.instalments)[first:last]:
            on = max(row.due_on + dt.timedelta(days=late(self.rng)), self.terms.start_on)
            self.pay(on, row.total)

    def pay_together(self, first: int, last: int, on: dt.date) -> None:
        """Pays several instalments in one sum."""
        total = sum((row.total for row in self.instalments[first:last]), Decimal("0.00"))
        if total:
            self.pay(on, total)


def on_time(rng: Random) -> int:
    """Days after the due day: mostly the very day, some a few days before."""
    return rng.choice((0, 0, 0, 0, 0, -1, -2, -3))


def somewhat_late(rng: Random) -> int:
    """Days after the due day of somebody who pays when the salary comes."""
    return rng.choice((-1, 0, 0, 1, 2, 3, 4, 5, 7, 9))
