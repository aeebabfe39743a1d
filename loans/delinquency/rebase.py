"""A ledger says where the loan stands: the books are set to it, and what differed is listed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from loans.delinquency.amounts import ZERO, Amounts
from loans.delinquency.book import Book
from loans.delinquency.conventions import Conventions
from loans.delinquency.facts import OpeningPosition, PositionFigures
from loans.delinquency.instalments import FEE, INDEX, INTEREST, PENALTY, PRINCIPAL, OpenInstalment
from loans.delinquency.results import Difference, InstalmentKind

Figure = Decimal | date | None

#: Arrears without a split are taken to be owed as the schedule owes them, in this order.
_UNSPLIT = (PRINCIPAL, INTEREST, FEE, PENALTY)


def stated_oldest(position: PositionFigures, conventions: Conventions) -> date | None:
    """The oldest unpaid due date that a ledger states, as a date or as days past due."""
    if position.oldest_unpaid_due_on is not None:
        return position.oldest_unpaid_due_on
    if not position.days_past_due:
        return None
    first_day = 1 if conventions.due_day_counts else 0
    return position.value_on - timedelta(days=position.days_past_due - first_day)


def stated_arrears(position: PositionFigures) -> Decimal | None:
    """All that is past due by the ledger, or None if it does not say."""
    if position.arrears_total is not None:
        return position.arrears_total
    return None if position.arrears is None else position.arrears.total


def rebase(book: Book, position: PositionFigures) -> None:
    """Set the books to a stated position, at the end of its value date.

    1. What fell due before the oldest unpaid due date is satisfied.
    2. The arrears stand open on what fell due since, newest first; the rest is owed on the oldest.
    3. What falls due before the next due date stated is satisfied: it was paid ahead.
    4. The principal stated, less the arrears, is what is still to come: the last instalments give
       way when it is less, the last one grows (or principal without a due date) when it is more.
    """
    oldest = stated_oldest(position, book.conventions)
    as_of = position.value_on
    for receipt in book.receipts:
        receipt.left = ZERO
    book.is_stated = True
    for instalment in book.instalments:
        due_on = instalment.due_on
        if due_on < oldest if oldest else _is_past(due_on, as_of, book.conventions):
            _satisfy(instalment)
    if oldest is not None:
        _set_arrears(book, position, oldest)
    if position.next_due_on is not None:
        for instalment in book.instalments:
            if as_of < instalment.due_on < position.next_due_on:
                _satisfy(instalment)
    if position.principal_outstanding is not None:
        _set_principal(book, position.principal_outstanding, as_of)
    book.is_lost = book.is_lost or position.is_written_off
    for instalment in book.instalments:
        book.judge(instalment, as_of)


def differences(book: Book, position: PositionFigures) -> list[Difference]:
    """Every figure that a ledger states and that the books, before they are set to it, do not show.

    An opening position has nothing before it to differ from. The payoff is not compared: it holds
    interest accrued since the last due date, which an instalment does not.
    """
    if isinstance(position, OpeningPosition):
        return []
    return [
        Difference(
            fact_id=position.id,
            as_of=position.value_on,
            figure=figure,
            stated=_text(stated),
            computed=_text(computed),
        )
        for figure, stated, computed in _beside_each_other(book, position)
        if stated != computed
    ]


def _beside_each_other(book: Book, position: PositionFigures) -> list[tuple[str, Figure, Figure]]:
    """Every figure the ledger states, and what the books say."""
    conventions = book.conventions
    as_of = position.value_on
    late = [
        i
        for i in book.instalments
        if i.satisfied_on is None and _is_past(i.due_on, as_of, conventions)
    ]
    ahead = [i for i in book.instalments if i.satisfied_on is None and i.due_on > as_of]
    pairs: list[tuple[str, Figure, Figure]] = []
    if position.principal_outstanding is not None:
        pairs.append(
            ("principal_outstanding", position.principal_outstanding, book.principal_open())
        )
    total = stated_arrears(position)
    if total is not None:
        pairs.append(("arrears_total", total, sum((i.open_total for i in late), ZERO)))
    if position.oldest_unpaid_due_on is not None or position.days_past_due is not None:
        oldest = late[0].due_on if late else None
        pairs.append(("oldest_unpaid_due_on", stated_oldest(position, conventions), oldest))
    if position.next_due_on is not None:
        next_due_on = ahead[0].due_on if ahead else None
        pairs.append(("next_due_on", position.next_due_on, next_due_on))
    if position.arrears is not None:
        for name, index in INDEX.items():
            computed = sum((i.open[index] for i in late), ZERO)
            pairs.append((f"arrears_{name.value}", position.arrears.of(name), computed))
    return pairs


def _text(figure: Figure) -> str:
    if isinstance(figure, Decimal):
        return f"{figure:.2f}"
    return "" if figure is None else figure.isoformat()


def _is_past(due_on: date, as_of: date, conventions: Conventions) -> bool:
    return due_on < as_of or (due_on == as_of and conventions.due_day_counts)


def _satisfy(instalment: OpenInstalment) -> None:
    for component in range(4):
        if instalment.open[component]:
            instalment.state_open(component, ZERO)


def _set_arrears(book: Book, position: PositionFigures, oldest: date) -> None:
    """Step 2. The ledger's oldest due date always stays unpaid, by at least one unit of money."""
    late = [
        i
        for i in book.instalments
        if i.due_on >= oldest and _is_past(i.due_on, position.value_on, book.conventions)
    ]
    first = next((i for i in book.instalments if i.due_on == oldest), None)
    if first is None:
        first = book.add_instalment(InstalmentKind.ARREARS, oldest)
    first.is_unpaid_by_statement = True
    later = [i for i in late if i is not first]
    total = stated_arrears(position)
    if not total:
        _open_unknown(book, position, [first, *later])
        return
    unit = min(book.conventions.money_unit, total)
    if position.arrears is not None and position.arrears.total:
        _set_split_arrears(position.arrears, first, later)
    else:
        left = total - unit
        for instalment in reversed(later):
            left = _leave_open(instalment, left)
        rest = _leave_open(first, left + unit)
        if rest:
            first.state_open(PRINCIPAL, first.open[PRINCIPAL] + rest)
    if not first.open_total and total:
        donor = next(i for i in later if i.open_total)
        component = next(c for c in _UNSPLIT if donor.open[c])
        donor.state_open(component, donor.open[component] - unit)
        first.state_open(component, unit)


def _open_unknown(book: Book, position: PositionFigures, late: list[OpenInstalment]) -> None:
    """The ledger does not say how much is late: what it calls unpaid is open as contracted."""
    for instalment in late:
        if not instalment.open_total:
            _leave_open(instalment, sum(instalment.due, ZERO))
    if not late[0].open_total:
        amount = position.next_due_amount or book.conventions.money_unit
        late[0].state_open(PRINCIPAL, amount)


def _set_split_arrears(
    arrears: Amounts, first: OpenInstalment, later: list[OpenInstalment]
) -> None:
    for name, component in INDEX.items():
        left = arrears.of(name)
        for instalment in reversed(later):
            part = min(left, _contracted(instalment, component))
            instalment.state_open(component, part)
            left -= part
        first.state_open(component, left)


def _leave_open(instalment: OpenInstalment, left: Decimal) -> Decimal:
    """Open what the schedule owes up to `left`, the rest counts as paid; returns what is left."""
    for component in _UNSPLIT:
        part = min(left, _contracted(instalment, component))
        instalment.state_open(component, part)
        left -= part
    return left


def _contracted(instalment: OpenInstalment, component: int) -> Decimal:
    relieved = instalment.waived[component] + instalment.written_off[component]
    return instalment.due[component] - relieved


def _set_principal(book: Book, stated: Decimal, as_of: date) -> None:
    """Step 4."""
    ahead = [i for i in book.instalments if i.due_on > as_of]
    late = sum((i.open[PRINCIPAL] for i in book.instalments if i.due_on <= as_of), ZERO)
    to_come = max(ZERO, stated - late)
    book.unscheduled = ZERO
    surplus = sum((i.open[PRINCIPAL] for i in ahead), ZERO) - to_come
    for instalment in reversed(ahead):
        part = min(max(surplus, ZERO), instalment.open[PRINCIPAL])
        if part:
            instalment.state_open(PRINCIPAL, instalment.open[PRINCIPAL] - part)
            surplus -= part
    if surplus < 0 and ahead:
        ahead[-1].state_open(PRINCIPAL, ahead[-1].open[PRINCIPAL] - surplus)
    elif surplus < 0:
        book.unscheduled = -surplus
