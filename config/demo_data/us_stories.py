"""Stories of books kept elsewhere: schedules stated anew, and loans that start from a position."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from config.demo_data.book import Book, on_time
from config.demo_data.events import Restate
from config.demo_data.stories import Story
from loans.contracts.due_dates import add_periods
from loans.contracts.terms import MONTHLY

#: How many months of repayments come with a loan that starts from a position.
_HISTORY = 16


def restated(book: Book) -> None:
    """The lender deferred two instalments and stated the rest of the schedule two months later."""
    first = max(1, book.due - 4)
    book.pay_instalments(0, first, on_time)
    on = book.instalments[first].due_on - dt.timedelta(days=6)
    moved = [
        replace(row, due_on=add_periods(row.due_on, period=MONTHLY, count=2))
        if at >= first
        else row
        for at, row in enumerate(book.instalments)
    ]
    rest = tuple(moved[first:])
    book.events.append(Restate(on=on, instalments=rest, reason="Deferral of two months"))
    book.pay_instalments(first, len(moved), lambda _rng: 0, moved)


def opened(book: Book) -> None:
    """Half through when its books came here: earlier instalments are in the opening position."""
    book.pays_from = max(1, book.due - _HISTORY)
    book.pay_instalments(book.pays_from, len(book.instalments), lambda _rng: 0)
    start = book.instalments[book.pays_from - 1].due_on + dt.timedelta(days=5)
    book.events[:] = [event for event in book.events if event.on > start]


OPENED = Story(code="opened", tell=opened, share=25, ages=(22, 34))
LENDERS_BOOKS = (
    Story(code="restated", tell=restated, share=5, ages=(9, 18)),
    OPENED,
)
