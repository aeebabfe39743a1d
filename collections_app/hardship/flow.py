"""What a household can pay each month: pure arithmetic over what the person said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

NOTHING: Final = Decimal("0.00")
_CENT: Final = Decimal("0.01")
#: What stays with the household out of what is left over: for what nobody foresees.
RESERVE_SHARE: Final = Decimal("0.10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Income and expense of a month, in the currency of the portfolio, as the person said them.

    `net_income` is pay after tax and contributions of everybody who pays into the household.
    `car` is what the car costs without the instalment of the loan that is spoken about.
    """

    net_income: Decimal = NOTHING
    other_income: Decimal = NOTHING
    housing: Decimal = NOTHING
    living: Decimal = NOTHING
    car: Decimal = NOTHING
    other_debts: Decimal = NOTHING

    @property
    def income(self) -> Decimal:
        return self.net_income + self.other_income

    @property
    def expenses(self) -> Decimal:
        return self.housing + self.living + self.car + self.other_debts

    @property
    def left_over(self) -> Decimal:
        """Income less expenses; below zero where the month does not work out."""
        return self.income - self.expenses

    @property
    def reserve(self) -> Decimal:
        """What is left with the household: a share of what is left over."""
        return max(self.left_over, NOTHING) * RESERVE_SHARE

    def stored(self) -> dict[str, str]:
        """Returns the figures as text, for sealing."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Budget:
        """Reads what `stored` wrote; figures that an older release did not ask for are nothing."""
        return cls(
            **{field.name: Decimal(str(stored.get(field.name, "0.00"))) for field in fields(cls)}
        )


def affordable(budget: Budget) -> Decimal:
    """Returns what can be paid on the loan each month, down to the cent, never below zero.

    Formula: (income - expenses) x (1 - reserve share). Source: glossary, affordable; the thought
    behind it is CONC 7.3.8 (leave what the person needs to live on). The share is our convention.
    """
    return max(budget.left_over - budget.reserve, NOTHING).quantize(_CENT, rounding=ROUND_DOWN)
