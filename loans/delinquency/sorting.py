"""In which order the facts of a loan are applied: by what they say, never by when they arrived.

Facts that say the same are interchangeable, and only between those does the id decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from loans.delinquency.amounts import ZERO
from loans.delinquency.facts import (
    Charge,
    Chargeback,
    Disbursement,
    Fact,
    FactId,
    OpeningPosition,
    PositionFigures,
    Refund,
    Repayment,
    ScheduleStated,
    StatedPosition,
    Waiver,
    WriteOff,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack(Fact):
    """Money that a ledger had already counted in its position and that came back afterwards."""

    amount: Decimal


#: Within one value date: what is owed comes before what settles it, a chargeback after the money
#: it takes back, and ledgers speak last.
#: Below that, the lender's own sequence, then the kind of fact.
RANK: Mapping[type[Fact], int] = {
    ScheduleStated: 0,
    Disbursement: 1,
    Charge: 2,
    TakenBack: 3,
    Repayment: 4,
    Chargeback: 5,
    Waiver: 6,
    Refund: 7,
    WriteOff: 8,
    OpeningPosition: 9,
    StatedPosition: 9,
}
_LAST_OF_OWED = 2
_LEDGER_SPEAKS = 9

#: What else a fact says, as texts that compare.
Detail = tuple[str, ...]
SortKey = tuple[date, int, int, int, int, str, Decimal, str, Detail, FactId]
_NOTHING_ELSE: Detail = ()


class Sorting:
    """Sort keys of the facts of one loan; it knows the charges that waivers name."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._charges = {fact.id: fact for fact in facts if type(fact) is Charge}

    def key(self, fact: Fact) -> SortKey:
        """By value date, then by what is owed and what settles it, then by content.

        A source numbers what it sends as it comes, so its reference is the first to decide; where
        references differ by a number only, a shorter one comes first. Of two positions a ledger
        states for one day, the one with the higher reference has the last word.
        """
        kind = type(fact)
        rank = RANK[kind]
        part = 0 if rank <= _LAST_OF_OWED else 1 if rank < _LEDGER_SPEAKS else 2
        amount: Decimal = getattr(fact, "amount", ZERO)
        word: str = getattr(fact, "kind", "")
        # Versions of a schedule are numbered; their references say nothing about their order.
        reference = "" if kind is ScheduleStated else fact.reference
        return (
            fact.value_on,
            part,
            fact.order,
            rank,
            len(reference),
            reference,
            amount,
            word,
            self.detail(fact),
            fact.id,
        )

    def detail(self, fact: Fact) -> Detail:
        """What a fact says beyond its day, its kind, its amount and its reference."""
        if isinstance(fact, Waiver):
            return (fact.component, _number(fact.instalment), *self._named(fact.charge_id))
        describe = _DETAILS.get(type(fact))
        return _NOTHING_ELSE if describe is None else describe(fact)

    def _named(self, charge_id: FactId | None) -> Detail:
        """The charge that a waiver names, by what it says."""
        named = None if charge_id is None else self._charges.get(charge_id)
        if named is None:
            return _NOTHING_ELSE
        return (str(named.value_on), named.reference, str(named.amount), *_charge(named))


def _arrival(fact: Any) -> Detail:
    return (fact.state,)


def _charge(fact: Any) -> Detail:
    return (str(fact.due_on), fact.component, fact.code, _number(fact.instalment))


def _loss(fact: Any) -> Detail:
    return () if fact.amounts is None else tuple(map(str, astuple(fact.amounts)))


def _figures(fact: PositionFigures) -> Detail:
    """An opening position comes before a later statement for its day."""
    said = (
        fact.principal_outstanding,
        fact.oldest_unpaid_due_on,
        fact.days_past_due,
        fact.arrears,
        fact.arrears_total,
        fact.payoff,
        fact.next_due_on,
        fact.next_due_amount,
        fact.is_written_off,
    )
    return (type(fact).__name__, *map(str, said))


def _instalments(fact: Any) -> Detail:
    return (f"{fact.version:06}", repr(fact.instalments))


def _number(instalment: int | None) -> str:
    return "" if instalment is None else f"{instalment:06}"


_DETAILS: Mapping[type[Fact], Callable[[Any], Detail]] = {
    Repayment: _arrival,
    Charge: _charge,
    WriteOff: _loss,
    OpeningPosition: _figures,
    StatedPosition: _figures,
    ScheduleStated: _instalments,
}
