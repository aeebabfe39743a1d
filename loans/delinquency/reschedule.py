"""A new schedule on books that a ledger has set: what settled the old instalments carries over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from loans.delinquency.amounts import ZERO
from loans.delinquency.book import Book, due_order, from_schedule
from loans.delinquency.facts import ScheduleStated
from loans.delinquency.instalments import INDEX, OpenInstalment
from loans.delinquency.results import InstalmentKind

_OF_A_SCHEDULE = (InstalmentKind.SCHEDULED, InstalmentKind.DOWN_PAYMENT)


def replace_schedule(book: Book, fact: ScheduleStated) -> None:
    """Instalments from the fact's first number on give way to the fact's.

    1. Instalments that no schedule named are numbered after the new ones.
    2. Charges move to the new period that holds their due date.
    3. What was paid, waived and written off settles the new instalments, oldest first.
    """
    first = min(row.number for row in fact.instalments)
    gone = [i for i in book.instalments if i.number >= first and i.kind in _OF_A_SCHEDULE]
    stay = [i for i in book.instalments if i not in gone]
    added = [from_schedule(row) for row in fact.instalments]
    number = max([*book.by_number, *(i.number for i in added)])
    for extra in stay:
        if extra.kind not in _OF_A_SCHEDULE:
            number += 1
            extra.number = number
    book.instalments = sorted([*stay, *added], key=due_order)
    book.by_number = {i.number: i for i in book.instalments}
    _move_charges(book, gone)
    added.sort(key=due_order)
    for component in INDEX.values():
        _carry_over(gone, added, component, fact.value_on)
    for instalment in book.instalments:
        book.judge(instalment, fact.value_on)


def _move_charges(book: Book, gone: Sequence[OpenInstalment]) -> None:
    moved = [pair for pair in book.charges if pair[1] in gone]
    book.charges = [pair for pair in book.charges if pair not in moved]
    for charge, _ in moved:
        instalment = book.period_of(charge.due_on)
        instalment.charges.append(charge)
        instalment.owe(INDEX[charge.component], charge.amount)
        book.charges.append((charge, instalment))


def _carry_over(
    gone: Sequence[OpenInstalment], added: Sequence[OpenInstalment], component: int, on: date
) -> None:
    waived = sum((i.waived[component] for i in gone), ZERO)
    lost = sum((i.written_off[component] for i in gone), ZERO)
    paid = sum((i.paid[component] for i in gone), ZERO)
    for instalment in added:
        waived -= instalment.waive(component, waived)
        lost -= instalment.write_off(component, lost)
        part = min(paid, instalment.open[component])
        instalment.pay(component, part, on)
        paid -= part
