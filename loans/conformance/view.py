"""What this system has stored at a checkpoint of a conformance case."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from loans.conformance.books import Books, open_books
from loans.conformance.conventions import conventions_of
from loans.conformance.events import day_of, tell
from loans.conformance.late_charges import post_late_charges
from loans.conformance.reading_back import read_back
from loans.conformance.telling import drawings, require_tellable, schedule_of
from loans.conformance.terms import NotExpressible
from loans.contracts.queries import instalments_in_force
from loans.contracts.terms import ScheduledInstalment
from loans.delinquency.amounts import ZERO
from loans.delinquency.conventions import Conventions
from loans.delinquency.models import BucketStay
from loans.delinquency.queries import bucket_history
from loans.delinquency.replay import replay
from loans.delinquency.results import PositionSummary, Replay
from loans.delinquency.summary import summarise
from loans.portfolios.queries import conventions_of as stored_conventions

Row = Mapping[str, Any]
_LAST = Decimal(100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Look at the loan at the end of a date, once an event has been told."""

    as_of: date
    after: Decimal
    expected: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The loan as it is stored at a checkpoint, and the bucket it was last tagged with."""

    case: Row
    books: Books
    conventions: Conventions
    checkpoint: Checkpoint
    contracted: Sequence[ScheduledInstalment]
    replay: Replay
    summary: PositionSummary
    stays: Sequence[BucketStay]
    tag: str


class CaseRun:
    """A case told event by event on books of its own; looks at its checkpoints in their order.

    Raises NotExpressible with the reason where a case cannot be told at all. Must run within a
    transaction that the caller rolls back.
    """

    def __init__(self, case: Row) -> None:
        self.case = case
        self.checkpoints = list(_checkpoints(case))
        conventions = conventions_of(case)
        rows = schedule_of(case)
        require_tellable(case)
        # The parts of a loan drawn in parts are told on books of their own, when looked at.
        self._events = deque(() if drawings(case) else case.get("events") or ())
        days = [day_of(event) for event in self._events]
        started_on = min([row.from_on for row in rows], default=min(days, default=date(2000, 1, 1)))
        self.books = open_books(case, conventions=conventions, first_day=min([started_on, *days]))
        is_paid_out_later = any(event["type"] == "disbursement" for event in self._events)
        if not is_paid_out_later and not drawings(case):
            self.books.move_to(started_on)
            amount = sum((row.principal for row in rows), ZERO) or Decimal("1.00")
            self.books.pay_out(on=started_on, amount=amount, rows=rows)

    def contracted(self) -> list[ScheduledInstalment]:
        """The instalments that the stored contract says."""
        loan = self.books.loan
        return [] if loan is None else instalments_in_force(loan)

    def look(self, checkpoint: Checkpoint) -> View:
        """What is stored at a checkpoint, after the events up to it."""
        books = self.books
        self._tell_until(checkpoint)
        for seq, reason in books.untold.items():
            if seq <= checkpoint.after and not self._must_fail(seq):
                raise NotExpressible(reason)
        books.move_to(checkpoint.as_of)
        if checkpoint.as_of != books.portfolio.business_date:
            raise NotExpressible("a look back at a day that the books have left")
        if self.case.get("as_of") == checkpoint.as_of.isoformat():
            post_late_charges(books)
        conventions = stored_conventions(books.product)
        state, summary = self._stored(conventions, checkpoint.as_of)
        return View(
            case=self.case,
            books=books,
            conventions=conventions,
            checkpoint=checkpoint,
            contracted=self.contracted(),
            replay=state,
            summary=summary,
            stays=[] if books.loan is None else bucket_history(books.loan),
            tag=books.tag,
        )

    def _tell_until(self, checkpoint: Checkpoint) -> None:
        """Events are told in order; one dated after the day of the look is not yet known."""
        while self._events:
            event = self._events[0]
            if Decimal(str(event["seq"])) > checkpoint.after or day_of(event) > checkpoint.as_of:
                return
            tell(self.books, self._events.popleft())

    def _must_fail(self, seq: Decimal) -> bool:
        events = self.case.get("events") or ()
        return any(Decimal(str(e["seq"])) == seq and e.get("must_fail") for e in events)

    def _stored(self, conventions: Conventions, as_of: date) -> tuple[Replay, PositionSummary]:
        loan = self.books.loan
        if loan is not None:
            return read_back(loan)
        nothing = replay(facts=(), conventions=conventions, as_of=as_of)
        return nothing, summarise(replay=nothing, as_of=as_of, conventions=conventions)


def _checkpoints(case: Row) -> Iterator[Checkpoint]:
    """The case's checkpoints; a case without any has one, after everything."""
    listed = case.get("checkpoints")
    if not listed:
        listed = [{"as_of": case.get("as_of"), "expected": case["expected"]}]
    for row in listed:
        as_of = row.get("as_of")
        if as_of and len(as_of) != len("2026-01-31"):
            raise NotExpressible(f"a checkpoint at '{as_of}' is no date")
        after = row.get("after_seq")
        yield Checkpoint(
            as_of=date.fromisoformat(as_of) if as_of else _last_day(case),
            after=_LAST if after is None else Decimal(str(after)) + Decimal("0.9"),
            expected=row["expected"],
        )


def _last_day(case: Row) -> date:
    days = [day_of(event) for event in case.get("events") or ()]
    return max([*days, *(row.from_on for row in schedule_of(case)[:1])], default=date(2000, 1, 1))
