"""The three ways principal comes back: annuity, equal principal, flat.

Each yields one row per period; what rounding leaves over is settled by the schedule afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from loans.contracts.annuity import level_instalment
from loans.contracts.due_dates import AccrualPeriod
from loans.contracts.rates import RatedPeriod, nominal_factor, splitting_factor
from loans.contracts.terms import ZERO, ImpossibleTerms, Levelling, Residue, Shortfall, Terms


@dataclass(frozen=True)
class Row:
    """One period with what it brings, before it gets its number."""

    period: AccrualPeriod
    principal: Decimal
    interest: Decimal


def round_money(terms: Terms, amount: Decimal) -> Decimal:
    """Round a principal or interest part."""
    return terms.money_rounding.apply(amount, terms.money_unit)


def round_instalment(terms: Terms, amount: Decimal) -> Decimal:
    """Round the equal instalment or the equal part."""
    return terms.instalment_rounding.apply(amount, terms.instalment_unit)


def annuity_rows(terms: Terms, financed: Decimal, periods: list[RatedPeriod]) -> Iterator[Row]:
    """Equal instalments: what interest on the balance leaves of each is principal."""
    balance = financed
    level = _annuity_instalment(terms, balance, periods[terms.principal_grace :])
    owed = ZERO
    last = len(periods) - 1
    for index, rated in enumerate(periods):
        interest = round_money(terms, balance * rated.factor)
        if index < terms.principal_grace:
            yield Row(rated.period, ZERO, interest)
            continue
        if terms.levelling is Levelling.EACH_PERIOD:
            level = _annuity_instalment(terms, balance, periods[index:])
        within = round_money(terms, balance * splitting_factor(terms, rated))
        paid, principal = _split(terms, level, owed + within, rated.period)
        if index == last:
            paid, principal = owed + within, principal + terms.balloon
        else:
            _require_later_parts(terms, rated.period, balance - principal)
            principal = min(principal, balance)
        owed += within - paid
        balance -= principal
        yield Row(rated.period, principal, interest - within + paid)
        if not balance:
            return


def _split(
    terms: Terms, level: Decimal, due: Decimal, period: AccrualPeriod
) -> tuple[Decimal, Decimal]:
    """Split an instalment into interest and principal; what it does not cover may be carried on."""
    if due > level and terms.shortfall is Shortfall.REFUSE:
        raise ImpossibleTerms(
            f"instalment {level} does not cover the interest of {due} due on {period.due_on}; "
            "raise the instalment, charge a long first period on top, or carry the shortfall"
        )
    paid = min(due, round_money(terms, level))
    return paid, max(round_money(terms, level - paid), ZERO)


def _annuity_instalment(terms: Terms, balance: Decimal, periods: list[RatedPeriod]) -> Decimal:
    """Equal instalment for the rest of the term, rounded unless it is solved anew each period."""
    if terms.instalment is not None:
        return terms.instalment
    nominal = nominal_factor(terms)
    if terms.levelling is Levelling.OWN_PERIODS:
        factors = [splitting_factor(terms, rated) for rated in periods]
    else:
        factors = [nominal if rated.regular_factor else ZERO for rated in periods]
    level = level_instalment(balance, factors=factors, balloon=terms.balloon)
    return level if terms.levelling is Levelling.EACH_PERIOD else round_instalment(terms, level)


def equal_principal_rows(
    terms: Terms, financed: Decimal, periods: list[RatedPeriod]
) -> Iterator[Row]:
    """Equal principal parts, interest on the balance."""
    balance = financed
    part = round_instalment(terms, _equal_part(terms, financed))
    last = len(periods) - 1
    for index, rated in enumerate(periods):
        interest = round_money(terms, balance * rated.factor)
        if terms.levelling is Levelling.EACH_PERIOD:
            part = round_instalment(terms, _rest_of_part(terms, balance, index))
        principal = ZERO if index < terms.principal_grace else part
        if index == last:
            principal += terms.balloon
        else:
            _require_later_parts(terms, rated.period, balance - principal)
        balance -= principal
        yield Row(rated.period, principal, interest)


def flat_rows(terms: Terms, financed: Decimal, periods: list[RatedPeriod]) -> Iterator[Row]:
    """Equal principal parts and interest on the amount financed, in every period."""
    balance = financed
    part = _equal_part(terms, financed)
    interests = _flat_interest(terms, financed, periods)
    last = len(periods) - 1
    for index, rated in enumerate(periods):
        covered = round_money(terms, financed * splitting_factor(terms, rated))
        if terms.levelling is Levelling.EACH_PERIOD:
            covered = interests[index]
            part = _rest_of_part(terms, balance, index)
        principal = ZERO
        if index >= terms.principal_grace:
            instalment = terms.instalment or round_instalment(terms, part + covered)
            principal = instalment - covered
            if principal < 0:
                raise ImpossibleTerms(
                    f"instalment {instalment} does not cover the flat interest of {covered}; "
                    "raise it, or round it to a smaller unit"
                )
        if index == last:
            principal += terms.balloon
        else:
            _require_later_parts(terms, rated.period, balance - principal)
            principal = min(principal, balance)
        balance -= principal
        yield Row(rated.period, principal, interests[index])


def _flat_interest(terms: Terms, financed: Decimal, periods: list[RatedPeriod]) -> list[Decimal]:
    """Interest of each period; the parts add up to P·r·t, rounded once as it is quoted."""
    if terms.levelling is Levelling.EACH_PERIOD:
        return _flat_interest_levelled(terms, financed, periods)
    left = round_money(terms, financed * sum((rated.factor for rated in periods), ZERO))
    absorbing = len(periods) - 1 if terms.residue is Residue.LAST else 0
    interests = []
    for index, rated in enumerate(periods):
        part = round_money(terms, financed * rated.factor) if index != absorbing else ZERO
        interests.append(min(part, left))
        left -= interests[index]
    interests[absorbing] = left
    return interests


def _flat_interest_levelled(
    terms: Terms, financed: Decimal, periods: list[RatedPeriod]
) -> list[Decimal]:
    """Interest of each period as its share of the interest left; odd days come on top."""
    shares = [splitting_factor(terms, rated) for rated in periods]
    left = round_money(terms, financed * sum(shares, ZERO))
    interests = []
    for index, (rated, share) in enumerate(zip(periods, shares, strict=True)):
        rest = sum(shares[index:], ZERO)
        part = round_money(terms, left * share / rest) if rest else ZERO
        odd_days = round_money(terms, financed * (rated.factor - share))
        interests.append(max(part + odd_days, ZERO))
        left -= part
    return interests


def _equal_part(terms: Terms, financed: Decimal) -> Decimal:
    return (financed - terms.balloon) / (terms.periods - terms.principal_grace)


def _rest_of_part(terms: Terms, balance: Decimal, index: int) -> Decimal:
    """Equal part of what is left, over the periods left that pay principal."""
    left = terms.periods - max(index, terms.principal_grace)
    return (balance - terms.balloon) / left


def _require_later_parts(terms: Terms, period: AccrualPeriod, left: Decimal) -> None:
    """A stated instalment may end a loan early; a computed one that does is rounded too far."""
    if terms.instalment is None and (left < terms.balloon or left == 0):
        raise ImpossibleTerms(
            f"rounding the instalment to {terms.instalment_unit} pays the loan off on "
            f"{period.due_on} already, before its last period; use a smaller unit"
        )
