"""The one function that says what is owed on a loan: its live facts, in value-date order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal

from loans.delinquency.amounts import NOTHING, ZERO
from loans.delinquency.book import Book, Receipt
from loans.delinquency.conventions import Conventions, PositionPolicy
from loans.delinquency.facts import (
    Charge,
    Chargeback,
    Disbursement,
    Fact,
    OpeningPosition,
    PositionFigures,
    Refund,
    Repayment,
    ScheduleStated,
    StatedPosition,
    Waiver,
    WriteOff,
)
from loans.delinquency.instalments import INDEX, OpenInstalment, amounts_of
from loans.delinquency.live import LiveFacts, in_force, live_facts
from loans.delinquency.rebase import differences, rebase
from loans.delinquency.reschedule import replace_schedule
from loans.delinquency.results import (
    Allocation,
    ChargeState,
    Difference,
    LoanStatus,
    RepaymentOutcome,
    Replay,
    Totals,
)
from loans.delinquency.sorting import Sorting, TakenBack


def replay(
    *,
    facts: Iterable[Fact],
    conventions: Conventions,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Replay:
    """Derive a loan's state from its facts.

    Facts valued after `as_of` or learnt after `known_at` are left out (None: nothing is left out).
    Money is in the loan's currency. The same facts give the same result in whatever order they
    come. Allocation, reversal and rebasing: see allocation, live and rebase.
    """
    facts = tuple(facts)
    live = live_facts(
        facts=facts,
        as_of=as_of,
        known_at=known_at,
        conventions=conventions,
    )
    run = _Run(live, conventions)
    for event in live.events:
        run.apply(event)
    if as_of is not None:
        run.book.pass_time(as_of)
    if conventions.closing_tolerance and live.events:
        run.book.close_small_rest(live.events[-1].value_on)
    return run.conclude(facts, as_of, known_at)


class _Run:
    """Applies events to the books and then reads the result off them."""

    def __init__(self, live: LiveFacts, conventions: Conventions) -> None:
        self.live = live
        self.conventions = conventions
        self.book = Book(schedule=in_force(live.schedules), conventions=conventions)
        self.disbursed = ZERO
        self.differences: list[Difference] = []
        book = self.book
        self.handlers: dict[type[Fact], Callable[..., None]] = {
            Repayment: book.receive,
            Charge: book.add_charge,
            Chargeback: book.charge_back,
            Waiver: book.waive,
            WriteOff: book.write_off,
            Refund: book.refund,
            Disbursement: self.disburse,
            ScheduleStated: self.reschedule,
            TakenBack: self.take_back,
            OpeningPosition: self.hear,
            StatedPosition: self.hear,
        }
        book.note_oldest(date.min)

    def apply(self, event: Fact) -> None:
        """One event on the books."""
        self.book.pass_time(event.value_on)
        self.handlers[type(event)](event)
        if type(event) is not Repayment:
            self.book.recount()
        self.book.note_oldest(event.value_on)

    def disburse(self, fact: Disbursement) -> None:
        self.disbursed += fact.amount

    def reschedule(self, fact: ScheduleStated) -> None:
        replace_schedule(self.book, fact)

    def take_back(self, fact: TakenBack) -> None:
        self.book.take_back(fact.amount, fact.value_on)

    def hear(self, fact: PositionFigures) -> None:
        """A ledger speaks: list what differs, then believe it if the convention says so."""
        self.differences.extend(differences(self.book, fact))
        if (
            isinstance(fact, OpeningPosition)
            or self.conventions.stated_positions is PositionPolicy.REBASE
        ):
            rebase(self.book, fact)

    def conclude(
        self, facts: tuple[Fact, ...], as_of: date | None, known_at: datetime | None
    ) -> Replay:
        """The books as a result."""
        book = self.book
        totals = self._totals()
        overpaid = book.overpaid()
        allocations, repayments = _money(book.receipts)
        return Replay(
            as_of=as_of,
            known_at=known_at,
            status=self._status(totals, overpaid),
            instalments=tuple([i.state() for i in book.instalments]),
            allocations=allocations,
            repayments=repayments,
            charges=_charge_states(book),
            pauses=self.live.pauses,
            totals=totals,
            overpaid=overpaid,
            awaiting_settlement=self.live.awaiting_settlement,
            differences=tuple(self.differences),
            oldest_unsatisfied=tuple(book.oldest),
            facts=facts,
        )

    def _totals(self) -> Totals:
        rows = self.book.instalments
        return Totals(
            disbursed=self.disbursed,
            due=amounts_of(_column_sums([i.due for i in rows])),
            paid=amounts_of(_column_sums([i.paid for i in rows])),
            waived=amounts_of(_column_sums([i.waived for i in rows])),
            written_off=amounts_of(_column_sums([i.written_off for i in rows])),
            open=amounts_of(_column_sums([i.open for i in rows])),
            unscheduled_principal=self.book.unscheduled,
            recovered=self.book.recovered,
            refunded=self.book.refunded,
        )

    def _status(self, totals: Totals, overpaid: Decimal) -> LoanStatus:
        outstanding = totals.open.total + totals.unscheduled_principal
        if self.book.is_written_off:
            return LoanStatus.WRITTEN_OFF
        is_known = self.book.instalments or self.book.is_stated
        if not is_known or outstanding > self.conventions.closing_tolerance:
            return LoanStatus.WRITTEN_OFF if self.book.is_lost else LoanStatus.ACTIVE
        if any(i.satisfied_on is None for i in self.book.instalments):
            return LoanStatus.ACTIVE
        return LoanStatus.OVERPAID if overpaid else LoanStatus.PAID_OFF


def _column_sums(rows: list[list[Decimal]]) -> list[Decimal]:
    return [sum(column, ZERO) for column in zip(*rows, strict=True)] or [ZERO] * 4


def _money(
    receipts: list[Receipt],
) -> tuple[tuple[Allocation, ...], tuple[RepaymentOutcome, ...]]:
    """Where the money of each repayment went."""
    allocations: list[Allocation] = []
    outcomes: list[RepaymentOutcome] = []
    for receipt in receipts:
        fact = receipt.fact
        applied = NOTHING
        for number, parts in receipt.shares.items():
            applied = amounts_of(parts)
            allocations.append(Allocation(repayment_id=fact.id, instalment=number, amounts=applied))
        outcomes.append(
            RepaymentOutcome(
                fact_id=fact.id,
                value_on=fact.value_on,
                kind=fact.kind,
                amount=fact.amount,
                applied=applied if len(receipt.shares) < 2 else amounts_of(receipt.applied),
                from_credit=amounts_of(receipt.from_credit),
                overpaid=receipt.left,
                principal_outstanding_after=receipt.balance_after,
            )
        )
    return tuple(allocations), tuple(outcomes)


def _charge_states(book: Book) -> tuple[ChargeState, ...]:
    """What became of each charge.

    The money of its instalment pays charges in due-date order; a waiver that names a charge is that
    charge's alone, others let off charges in the same order.
    """
    pools: dict[tuple[int, int], list[Decimal]] = {}
    for charge, instalment in book.charges:
        component = INDEX[charge.component]
        key = (instalment.number, component)
        pool = pools.setdefault(key, _pool(instalment, component))
        pool[1] -= book.waived_of_charge.get(charge.id, ZERO)
    states = []
    by_content = Sorting([charge for charge, _instalment in book.charges]).key
    for charge, instalment in sorted(book.charges, key=lambda c: (c[0].due_on, by_content(c[0]))):
        pool = pools[instalment.number, INDEX[charge.component]]
        named = book.waived_of_charge.get(charge.id, ZERO)
        paid = _draw(pool, 0, charge.amount - named)
        waived = named + _draw(pool, 1, charge.amount - named - paid)
        states.append(
            ChargeState(
                fact_id=charge.id,
                component=charge.component,
                code=charge.code,
                due_on=charge.due_on,
                instalment=instalment.number,
                amount=charge.amount,
                paid=paid,
                waived=waived,
                written_off=_draw(pool, 2, charge.amount - paid - waived),
            )
        )
    return tuple(states)


def _pool(instalment: OpenInstalment, component: int) -> list[Decimal]:
    return [
        instalment.paid[component],
        instalment.waived[component],
        instalment.written_off[component],
    ]


def _draw(pool: list[Decimal], index: int, wanted: Decimal) -> Decimal:
    part = min(pool[index], wanted)
    pool[index] -= part
    return part
