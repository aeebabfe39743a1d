"""One instalment while facts are being replayed: mutable, private to the replay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from loans.delinquency.amounts import NOTHING, ZERO, Amounts, Component
from loans.delinquency.facts import Charge
from loans.delinquency.results import InstalmentKind, InstalmentState

#: Index of each component in the four-element lists below.
PENALTY, FEE, INTEREST, PRINCIPAL = range(4)
INDEX = {
    Component.PENALTY: PENALTY,
    Component.FEE: FEE,
    Component.INTEREST: INTEREST,
    Component.PRINCIPAL: PRINCIPAL,
}


def amounts_of(parts: Iterable[Decimal]) -> Amounts:
    """The four sums of a list as amounts by component."""
    penalty, fee, interest, principal = parts
    if not (penalty or fee or interest or principal):
        return NOTHING
    return Amounts(principal=principal, interest=interest, fee=fee, penalty=penalty)


class OpenInstalment:
    """Sums by component, in the order penalty, fee, interest, principal."""

    __slots__ = (
        "charges",
        "due",
        "due_on",
        "from_on",
        "is_relieved",
        "is_unpaid_by_statement",
        "kind",
        "late",
        "number",
        "open",
        "open_total",
        "paid",
        "paid_early",
        "satisfied_on",
        "waived",
        "written_off",
    )

    def __init__(
        self, number: int, kind: InstalmentKind, from_on: date, due_on: date, due: list[Decimal]
    ) -> None:
        self.number = number
        self.kind = kind
        self.from_on = from_on
        self.due_on = due_on
        self.due = due
        self.open = due.copy()
        self.open_total = due[0] + due[1] + due[2] + due[3]
        self.paid = [ZERO, ZERO, ZERO, ZERO]
        self.waived = [ZERO, ZERO, ZERO, ZERO]
        self.written_off = [ZERO, ZERO, ZERO, ZERO]
        self.paid_early = ZERO
        self.late = ZERO
        self.satisfied_on: date | None = None
        self.is_relieved = False
        self.is_unpaid_by_statement = False
        self.charges: list[Charge] = []

    def pay(self, component: int, amount: Decimal, on: date) -> None:
        """Money arrives; `amount` is at most what is open."""
        self.paid[component] += amount
        self._close(component, amount)
        if on < self.due_on:
            self.paid_early += amount
        elif on > self.due_on:
            self.late += amount

    def waive(self, component: int, amount: Decimal) -> Decimal:
        """Let off up to `amount`; returns what was let off."""
        taken = min(amount, self.open[component])
        self.waived[component] += taken
        self.is_relieved = True
        self._close(component, taken)
        return taken

    def write_off(self, component: int, amount: Decimal) -> Decimal:
        """Take up to `amount` away as a loss; returns what was taken."""
        taken = min(amount, self.open[component])
        self.written_off[component] += taken
        self.is_relieved = True
        self._close(component, taken)
        return taken

    def owe(self, component: int, amount: Decimal) -> None:
        """More falls due with this instalment."""
        self.due[component] += amount
        self.open[component] += amount
        self.open_total += amount

    def take_back(self, component: int, amount: Decimal) -> Decimal:
        """Undo up to `amount` of what was paid; returns what was undone."""
        taken = min(amount, self.paid[component])
        self.paid[component] -= taken
        self.open[component] += taken
        self.open_total += taken
        left = sum(self.paid, ZERO)
        self.late = min(self.late, left)
        self.paid_early = min(self.paid_early, left)
        return taken

    def state_open(self, component: int, amount: Decimal) -> None:
        """A ledger says this much is open: what was paid follows; more than was due is added."""
        relieved = self.waived[component] + self.written_off[component]
        self.due[component] = max(self.due[component], amount + relieved)
        self.paid[component] = self.due[component] - relieved - amount
        self.open_total += amount - self.open[component]
        self.open[component] = amount

    def part_due(self, component: int, on: date, charges_on_own_date: bool) -> Decimal:
        """What of a component is due on a date; a charge may be due before its instalment."""
        if self.due_on <= on:
            return self.open[component]
        if not charges_on_own_date or component > FEE:
            return ZERO
        ripe = ZERO
        for charge in self.charges:
            if charge.due_on <= on and INDEX[charge.component] == component:
                ripe += charge.amount
        settled = self.due[component] - self.open[component]
        return max(ZERO, ripe - settled)

    def judge(self, on: date, tolerance_amount: Decimal, tolerance_fraction: Decimal) -> None:
        """Note from which value date on the instalment is satisfied, or that it is not."""
        left = self.open_total
        is_open = bool(left) and (
            self.is_unpaid_by_statement
            or not self._tolerates(left, tolerance_amount, tolerance_fraction)
        )
        if is_open:
            self.satisfied_on = None
        elif self.satisfied_on is None:
            self.satisfied_on = on
            self.is_unpaid_by_statement = False

    def state(self) -> InstalmentState:
        """The instalment as a result."""
        due = amounts_of(self.due)
        return InstalmentState(
            number=self.number,
            kind=self.kind,
            from_on=self.from_on,
            due_on=self.due_on,
            due=due,
            paid=due if self.paid == self.due else amounts_of(self.paid),
            waived=amounts_of(self.waived) if self.is_relieved else NOTHING,
            written_off=amounts_of(self.written_off) if self.is_relieved else NOTHING,
            open=due if self.open == self.due else amounts_of(self.open),
            paid_in_advance=self.paid_early,
            paid_late=self.late,
            satisfied_on=self.satisfied_on,
        )

    def _close(self, component: int, amount: Decimal) -> None:
        self.open[component] -= amount
        self.open_total -= amount

    def _tolerates(self, left: Decimal, amount: Decimal, fraction: Decimal) -> bool:
        if left <= amount:
            return True
        return bool(fraction) and left <= sum(self.due, ZERO) * fraction
