"""Carries out the events of many loans in the order of their days, through the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from config.demo_data.events import (
    Charge,
    Event,
    Extend,
    GiveBack,
    Loss,
    PauseDays,
    Pay,
    Restate,
    Restructure,
    ResumeEarly,
    Return,
    Settle,
    TakeBack,
    Undo,
    Waive,
)
from core.audit import Actor
from loans.contracts.fact_writing import refresh_in_chunks
from loans.contracts.models import Loan
from loans.contracts.services import extend_loan, reschedule_loan, state_schedule
from loans.delinquency.models import Pause
from loans.delinquency.services import pause_ageing, resume_ageing
from loans.portfolios.models import Portfolio
from loans.repayments.models import Repayment
from loans.repayments.rows import ChargeRow, RepaymentRow
from loans.repayments.services import (
    charge_back,
    record_charges,
    record_repayments,
    refund,
    return_repayment,
    reverse,
    settle_repayment,
    waive,
    write_off,
)

BULK = (Pay, Charge)
#: Rows of one transaction.
CHUNK = 5_000


class Player:
    """Plays the events of one portfolio's loans up to a day; called again, it goes on."""

    def __init__(
        self,
        *,
        portfolio: Portfolio,
        events: Mapping[str, Iterable[Event]],
        by: Actor,
        approver: Actor,
    ) -> None:
        self.portfolio, self.by, self.approver = portfolio, by, approver
        self.waiting: dict[str, list[Event]] = {
            contract_no: sorted(given, key=lambda event: event.on)
            for contract_no, given in events.items()
        }
        self.counts: dict[str, int] = {}
        self._stale: set[UUID] = set()
        self._ids: dict[str, UUID] = {}

    def play(self, *, through: dt.date, ids: Mapping[str, UUID]) -> int:
        """Carries out everything up to a day, both included; returns how many events that were.

        Money goes in bulk as far as each loan's next single step; then the single steps; and again
        until nothing is left.
        """
        self._ids |= ids
        total = 0
        while True:
            bulk, singles = self._take(through)
            self._record(bulk)
            for contract_no, event in singles:
                self._act(contract_no, event)
            total += len(bulk) + len(singles)
            if not bulk and not singles:
                return total

    def refresh(self, ids: Iterable[UUID] = ()) -> None:
        """Replays loans whose facts were written without it."""
        refresh_in_chunks(loan_ids=self._stale | set(ids), cause="repayment")
        self._stale.clear()

    def _take(
        self, through: dt.date
    ) -> tuple[list[tuple[str, Pay | Charge]], list[tuple[str, Event]]]:
        bulk: list[tuple[str, Pay | Charge]] = []
        singles: list[tuple[str, Event]] = []
        for contract_no, events in self.waiting.items():
            at = 0
            while at < len(events) and events[at].on <= through:
                event = events[at]
                if not isinstance(event, BULK):
                    break
                bulk.append((contract_no, event))
                at += 1
            while at < len(events) and events[at].on <= through:
                event = events[at]
                if isinstance(event, BULK):
                    break
                singles.append((contract_no, event))
                at += 1
            del events[:at]
        return bulk, singles

    def _record(self, bulk: list[tuple[str, Pay | Charge]]) -> None:
        payments = [_repayment(no, event) for no, event in bulk if isinstance(event, Pay)]
        charges = [_charge(no, event) for no, event in bulk if isinstance(event, Charge)]
        for start in range(0, len(payments), CHUNK):
            record_repayments(
                portfolio=self.portfolio,
                rows=payments[start : start + CHUNK],
                by=self.by,
                refresh=False,
            )
        record_charges(portfolio=self.portfolio, rows=charges, by=self.by, refresh=False)
        self._count("Pay", len(payments))
        self._count("Charge", len(charges))
        self._stale |= {self._ids[contract_no] for contract_no, _event in bulk}
        self.refresh()

    def _act(self, contract_no: str, event: Event) -> None:
        loan = Loan.objects.select_related("portfolio", "product").get(pk=self._ids[contract_no])
        self._count(type(event).__name__, 1)
        _ACTIONS[type(event)](self, loan, event)

    def _count(self, what: str, number: int) -> None:
        self.counts[what] = self.counts.get(what, 0) + number


def _repayment(contract_no: str, event: Pay) -> RepaymentRow:
    return RepaymentRow(
        contract_no=contract_no,
        amount=event.amount,
        value_on=event.on,
        external_ref=event.mark,
        kind=event.kind,
        state=event.state,
        method=event.method,
    )


def _charge(contract_no: str, event: Charge) -> ChargeRow:
    return ChargeRow(
        contract_no=contract_no,
        kind=event.kind,
        amount=event.amount,
        due_on=event.on,
        value_on=event.on,
        external_ref=f"{contract_no}-{event.code}-{event.on:%Y%m%d}",
        code=event.code,
        reason=event.reason,
    )


def _repayment_of(loan: Loan, event: Event) -> Repayment:
    return Repayment.objects.select_related("loan__portfolio").get(
        loan=loan, external_ref=event.mark
    )


def _settle(player: Player, loan: Loan, event: Settle) -> None:
    settle_repayment(repayment=_repayment_of(loan, event), value_on=event.on, by=player.by)


def _return(player: Player, loan: Loan, event: Return) -> None:
    return_repayment(
        repayment=_repayment_of(loan, event),
        value_on=event.on,
        by=player.by,
        reason=event.reason,
    )


def _undo(player: Player, loan: Loan, event: Undo) -> None:
    fact = _repayment_of(loan, event)
    reverse(fact=fact, reason=event.reason, by=player.by, value_on=event.on)


def _take_back(player: Player, loan: Loan, event: TakeBack) -> None:
    charge_back(
        loan=loan,
        amount=event.amount,
        by=player.by,
        value_on=event.on,
        repayment=_repayment_of(loan, event),
        reason=event.reason,
    )


def _waive(player: Player, loan: Loan, event: Waive) -> None:
    waive(
        loan=loan,
        component=event.component,
        amount=event.amount,
        reason=event.reason,
        by=player.approver,
        value_on=event.on,
    )


def _pause(player: Player, loan: Loan, event: PauseDays) -> None:
    pause_ageing(
        loan=loan, value_on=event.on, ends_on=event.ends_on, reason=event.reason, by=player.approver
    )


def _resume(player: Player, loan: Loan, event: ResumeEarly) -> None:
    pause = Pause.objects.select_related("loan__portfolio").filter(loan=loan).latest("value_on")
    resume_ageing(pause=pause, value_on=event.on, by=player.approver, reason=event.reason)


def _lose(player: Player, loan: Loan, event: Loss) -> None:
    write_off(
        loan=loan, reason=event.reason, by=player.approver, kind=event.kind, value_on=event.on
    )


def _give_back(player: Player, loan: Loan, event: GiveBack) -> None:
    refund(loan=loan, amount=event.amount, by=player.by, value_on=event.on, reason=event.reason)


def _extend(player: Player, loan: Loan, event: Extend) -> None:
    extend_loan(
        loan=loan,
        months=event.months,
        value_on=event.on,
        reason=event.reason,
        by=player.by,
        approved_by=player.approver,
    )


def _restructure(player: Player, loan: Loan, event: Restructure) -> None:
    reschedule_loan(
        loan=loan,
        instalments=event.instalments,
        value_on=event.on,
        reason=event.reason,
        by=player.by,
        approved_by=player.approver,
    )


def _restate(player: Player, loan: Loan, event: Restate) -> None:
    state_schedule(
        loan=loan,
        instalments=event.instalments,
        value_on=event.on,
        by=player.by,
        reason=event.reason,
    )


_ACTIONS: Mapping[type[Event], Callable[[Player, Loan, Any], None]] = {
    Settle: _settle,
    Return: _return,
    Undo: _undo,
    TakeBack: _take_back,
    Waive: _waive,
    PauseDays: _pause,
    ResumeEarly: _resume,
    Loss: _lose,
    GiveBack: _give_back,
    Extend: _extend,
    Restructure: _restructure,
    Restate: _restate,
}
