"""The level instalment of an annuity and the number of instalments a given one takes."""

from collections.abc import Sequence
from decimal import Decimal

from loans.contracts.terms import ZERO, ImpossibleTerms


def level_instalment(
    balance: Decimal, *, factors: Sequence[Decimal], balloon: Decimal = ZERO
) -> Decimal:
    """Equal payment, unrounded, that brings balance down to balloon over periods of these rates.

    factors are each period's rate times its length. With one factor r for all n periods and no
    balloon this is P·r / (1 - (1 + r)^-n).
    """
    growth = Decimal(1)
    payments = ZERO  # what payments of one unit are worth at the end
    for factor in reversed(factors):
        payments += growth
        growth *= 1 + factor
    return (balance * growth - balloon) / payments


def count_instalments(principal: Decimal, *, rate: Decimal, instalment: Decimal) -> int:
    """Number of instalments of a stated amount until the principal is paid, the last one smaller.

    rate is per period. Raises ImpossibleTerms when the instalment never pays the loan off.
    """
    if instalment <= principal * rate:
        raise ImpossibleTerms(
            f"an instalment of {instalment} does not cover the first interest of "
            f"{principal * rate}; state a higher instalment"
        )
    count = 0
    balance = principal
    while balance > 0:
        balance += balance * rate - instalment
        count += 1
    return count
