"""The books of one loan while its facts are applied one after another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from loans.contracts.terms import ScheduledInstalment
from loans.delinquency.allocation import Allocator, Shares
from loans.delinquency.amounts import ZERO
from loans.delinquency.conventions import Conventions
from loans.delinquency.facts import (
    Charge,
    Chargeback,
    FactId,
    LossKind,
    Refund,
    Repayment,
    RepaymentKind,
    Waiver,
    WriteOff,
)
from loans.delinquency.instalments import (
    FEE,
    INDEX,
    INTEREST,
    PENALTY,
    PRINCIPAL,
    OpenInstalment,
)
from loans.delinquency.results import InstalmentKind

#: What money that came back makes owed again first: the reverse of how it is usually spent.
_LAST_PAID_FIRST = (PRINCIPAL, INTEREST, FEE, PENALTY)


class Receipt:
    """One live repayment and where its money has gone so far."""

    __slots__ = ("applied", "balance_after", "fact", "from_credit", "is_credit", "left", "shares")

    def __init__(self, fact: Repayment) -> None:
        self.fact = fact
        self.left = fact.amount
        self.applied = [ZERO, ZERO, ZERO, ZERO]
        self.from_credit = [ZERO, ZERO, ZERO, ZERO]
        self.is_credit = False
        self.shares: Shares = {}
        self.balance_after = ZERO

    def record(self, shares: Shares, left: Decimal) -> None:
        """Money went to instalments; `left` found nothing."""
        self.left = left
        for number, parts in shares.items():
            known = self.shares.setdefault(number, [ZERO, ZERO, ZERO, ZERO])
            for component, part in enumerate(parts):
                if part:
                    known[component] += part
                    self.applied[component] += part
                    if self.is_credit:
                        self.from_credit[component] += part


class Book:
    """Instalments sorted by due date, receipts in value-date order, and the sums beside them."""

    def __init__(
        self, *, schedule: Sequence[ScheduledInstalment], conventions: Conventions
    ) -> None:
        self.conventions = conventions
        self.allocator = Allocator(order=conventions.allocation, unit=conventions.money_unit)
        self.instalments = sorted(map(from_schedule, schedule), key=due_order)
        self.by_number = {i.number: i for i in self.instalments}
        self._principal: Decimal | None = None
        self.receipts: list[Receipt] = []
        self.charges: list[tuple[Charge, OpenInstalment]] = []
        self.waived_of_charge: dict[FactId, Decimal] = {}
        self.unscheduled = ZERO
        self.recovered = ZERO
        self.refunded = ZERO
        self.is_stated = False
        self.is_lost = False
        self.is_written_off = False
        self.oldest: list[tuple[date, date | None]] = []
        self._after_maturity: OpenInstalment | None = None
        self._credit_waits = not conventions.allocation.pays_in_advance
        self._credit_spent_to = date.min
        for instalment in self.instalments:
            if not instalment.open_total:
                self.judge(instalment, instalment.from_on)

    # -- what is owed ------------------------------------------------------------------------

    def add_charge(self, fact: Charge) -> None:
        """A charge joins the instalment whose period holds its due date."""
        instalment = self._numbered(fact.instalment) or self.period_of(fact.due_on)
        instalment.charges.append(fact)
        instalment.owe(INDEX[fact.component], fact.amount)
        self.charges.append((fact, instalment))
        self.judge(instalment, fact.value_on)
        self.spend_credit(fact.value_on)

    def charge_back(self, fact: Chargeback) -> None:
        """Money taken back by the payer's bank leaves the credit, else it is owed again."""
        self._pay_out(fact.amount, fact.value_on)

    def period_of(self, on: date) -> OpenInstalment:
        """The instalment whose period (from, due] holds the day; one of its own after maturity."""
        for instalment in self.instalments:
            if instalment.kind is InstalmentKind.DOWN_PAYMENT:
                continue
            if on <= instalment.due_on and instalment is not self._after_maturity:
                return instalment
        extra = self._after_maturity
        if extra is None:
            extra = self._after_maturity = self.add_instalment(InstalmentKind.AFTER_MATURITY, on)
        elif on > extra.due_on:
            extra.due_on = on
        return extra

    def add_instalment(self, kind: InstalmentKind, due_on: date) -> OpenInstalment:
        """An instalment that no schedule names, numbered after the last."""
        number = 1 + max(self.by_number, default=0)
        before = [i.due_on for i in self.instalments if i.due_on < due_on]
        from_on = max(before, default=due_on)
        instalment = OpenInstalment(number, kind, from_on, due_on, [ZERO, ZERO, ZERO, ZERO])
        self.instalments.append(instalment)
        self.by_number[number] = instalment
        self.instalments.sort(key=due_order)
        return instalment

    # -- what settles it ---------------------------------------------------------------------

    def receive(self, fact: Repayment) -> None:
        """Allocate a repayment; what finds nothing stays as credit."""
        receipt = Receipt(fact)
        self.receipts.append(receipt)
        if self.is_lost:
            self.recovered += fact.amount
        if not (self.is_written_off and fact.kind is RepaymentKind.RECOVERY):
            self._apply(receipt, fact.value_on)
        if self.is_written_off:
            receipt.left = ZERO
        receipt.is_credit = True
        receipt.balance_after = self.principal_open()

    def spend_credit(self, on: date) -> None:
        """Credit goes to what has become owed, oldest receipt first."""
        for receipt in self.receipts:
            if receipt.left:
                self._apply(receipt, on)

    def pass_time(self, to: date) -> None:
        """Credit that waits is spent on each due date up to a day."""
        if not self._credit_waits:
            return
        for instalment in list(self.instalments):
            if self._credit_spent_to < instalment.due_on <= to and self.overpaid():
                self.spend_credit(instalment.due_on)
                self.note_oldest(instalment.due_on)
        self._credit_spent_to = max(self._credit_spent_to, to)

    def take_back(self, amount: Decimal, on: date) -> None:
        """Money that a ledger had counted came back: what was paid last is owed again."""
        credit = min(amount, self.overpaid())
        left = amount - self._take_credit(credit)
        for instalment in reversed(self.instalments):
            for component in _LAST_PAID_FIRST:
                if left:
                    left -= instalment.take_back(component, left)
            self.judge(instalment, on)
            if not left:
                return
        self.unscheduled += left

    def refund(self, fact: Refund) -> None:
        """Credit is paid out again; what was paid out beyond it is owed."""
        self.refunded += fact.amount
        self._pay_out(fact.amount, fact.value_on)

    def waive(self, fact: Waiver) -> None:
        """Let off one charge, at most all of it, or a component from the oldest instalment on."""
        left = min(fact.amount, self._of_charge(fact.charge_id, fact.amount))
        component = INDEX[fact.component]
        for instalment in self._to_waive(fact):
            taken = instalment.waive(component, left)
            left -= taken
            self.judge(instalment, fact.value_on)
            if taken and fact.charge_id is not None:
                so_far = self.waived_of_charge.get(fact.charge_id, ZERO)
                self.waived_of_charge[fact.charge_id] = so_far + taken
            if not left:
                break

    def write_off(self, fact: WriteOff) -> None:
        """Book a loss; a write-off also takes the debt away."""
        self.is_lost = True
        if fact.kind is LossKind.CHARGE_OFF:
            return
        self.is_written_off = True
        for component_name, component in INDEX.items():
            left = None if fact.amounts is None else fact.amounts.of(component_name)
            for instalment in self.instalments:
                part = instalment.open[component] if left is None else left
                taken = instalment.write_off(component, part)
                left = None if left is None else left - taken
        for instalment in self.instalments:
            self.judge(instalment, fact.value_on)
        if fact.amounts is None:
            self.unscheduled = ZERO

    def close_small_rest(self, on: date) -> None:
        """A rest within the closing tolerance does not keep the loan open."""
        rest = self.unscheduled + sum((i.open_total for i in self.instalments), ZERO)
        if rest <= self.conventions.closing_tolerance:
            for instalment in self.instalments:
                instalment.satisfied_on = instalment.satisfied_on or on
            self.note_oldest(on)

    # -- what follows ------------------------------------------------------------------------

    def judge(self, instalment: OpenInstalment, on: date) -> None:
        """See whether an instalment is satisfied."""
        conventions = self.conventions
        instalment.judge(on, conventions.tolerance_amount, conventions.tolerance_fraction)

    def note_oldest(self, on: date) -> None:
        """Remember which due date is the oldest not satisfied, if that changed."""
        oldest = next((i.due_on for i in self.instalments if i.satisfied_on is None), None)
        if not self.oldest:
            self.oldest.append((on, oldest))
            return
        since, before = self.oldest[-1]
        if oldest == before:
            return
        if since == on:
            self.oldest.pop()
            if self.oldest and self.oldest[-1][1] == oldest:
                return
        self.oldest.append((on, oldest))

    def principal_open(self) -> Decimal:
        """Principal outstanding, whether or not an instalment names it."""
        if self._principal is None:
            self._principal = sum((i.open[PRINCIPAL] for i in self.instalments), self.unscheduled)
        return self._principal

    def recount(self) -> None:
        """Principal changed otherwise than by a repayment."""
        self._principal = None

    def overpaid(self) -> Decimal:
        """Credit: money that found nothing to pay."""
        return sum((r.left for r in self.receipts if r.left), ZERO)

    def _apply(self, receipt: Receipt, on: date) -> None:
        shares, left = self.allocator.allocate(
            amount=receipt.left, kind=receipt.fact.kind, on=on, instalments=self.instalments
        )
        if left and self.unscheduled:
            part = min(left, self.unscheduled)
            self.unscheduled -= part
            left -= part
            shares.setdefault(0, [ZERO, ZERO, ZERO, ZERO])[PRINCIPAL] += part
        if not shares:
            return
        receipt.record(shares, left)
        for number, parts in shares.items():
            if self._principal is not None:
                self._principal -= parts[PRINCIPAL]
            if number:
                self.judge(self.by_number[number], on)

    def _pay_out(self, amount: Decimal, on: date) -> None:
        """From credit if there is enough of it; else all of it becomes principal of the period that
        holds the day, and what credit there is pays towards that.
        """
        if amount <= self.overpaid():
            self._take_credit(amount)
            return
        instalment = self.period_of(on)
        instalment.owe(PRINCIPAL, amount)
        self.recount()
        self.judge(instalment, on)
        self.spend_credit(on)

    def _take_credit(self, amount: Decimal) -> Decimal:
        left = amount
        for receipt in self.receipts:
            part = min(left, receipt.left)
            receipt.left -= part
            left -= part
        return amount - left

    def _numbered(self, number: int | None) -> OpenInstalment | None:
        return None if number is None else self.by_number.get(number)

    def _of_charge(self, charge_id: FactId | None, otherwise: Decimal) -> Decimal:
        """What is left to let off of a charge; `otherwise` where none is named."""
        if charge_id is None:
            return otherwise
        amount = sum((charge.amount for charge, _i in self.charges if charge.id == charge_id), ZERO)
        return amount - self.waived_of_charge.get(charge_id, ZERO)

    def _to_waive(self, fact: Waiver) -> list[OpenInstalment]:
        if fact.charge_id is not None:
            return [i for charge, i in self.charges if charge.id == fact.charge_id]
        named = self._numbered(fact.instalment)
        return self.instalments if named is None else [named]


def due_order(instalment: OpenInstalment) -> tuple[date, int]:
    """Sort key: by due date, then number."""
    return (instalment.due_on, instalment.number)


def from_schedule(row: ScheduledInstalment) -> OpenInstalment:
    """An instalment with nothing paid yet."""
    kind = InstalmentKind.DOWN_PAYMENT if row.is_down_payment else InstalmentKind.SCHEDULED
    due = [row.penalty, row.fee, row.interest, row.principal]
    return OpenInstalment(row.number, kind, row.from_on, row.due_on, due)
