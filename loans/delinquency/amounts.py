"""Money by component: what of a sum is principal, interest, fee or penalty."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal("0.00")


class Component(StrEnum):
    """What a sum of money is owed as."""

    PENALTY = "penalty"
    FEE = "fee"
    INTEREST = "interest"
    PRINCIPAL = "principal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Sums of money by component, in the currency of the loan."""

    principal: Decimal = ZERO
    interest: Decimal = ZERO
    fee: Decimal = ZERO
    penalty: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest + self.fee + self.penalty

    def of(self, component: Component) -> Decimal:
        """The sum owed as one component."""
        amount: Decimal = getattr(self, component.value)
        return amount

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            principal=self.principal + other.principal,
            interest=self.interest + other.interest,
            fee=self.fee + other.fee,
            penalty=self.penalty + other.penalty,
        )

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(
            principal=self.principal - other.principal,
            interest=self.interest - other.interest,
            fee=self.fee - other.fee,
            penalty=self.penalty - other.penalty,
        )


NOTHING = Amounts()
