"""What every service that writes a fact about a loan shares: checks of dates, locking, numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from core.audit import Actor, record
from core.facts.among import among
from loans.contracts.models import Loan, LoanFact
from loans.delinquency.models import Position
from loans.delinquency.refresh import RefreshOutcome, SetAside, lock_loans, refresh_loans
from loans.imports.models import ImportState
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused

#: Books may stand a few days behind the calendar after a holiday; money dated later than that is a
#: slip of the pen.
VALUE_DATE_MAY_LEAD_BY: Final = dt.timedelta(days=7)
REFRESH_CHUNK: Final = 1000
_LARGEST: Final = Decimal("999999999999.99")


@dataclass(slots=True)
class RecordedCounts:
    """What a bulk service did: facts written, facts known already, loans set aside by replay."""

    recorded: int = 0
    already_known: int = 0
    set_aside: list[SetAside] = field(default_factory=list)


def lock_loan(loan: Loan) -> Loan:
    """Locks a loan's row and returns it fresh, with its portfolio."""
    lock_loans([loan.pk])
    return Loan.objects.select_related("portfolio").get(pk=loan.pk)


def loans_by_number(*, portfolio: Portfolio, contract_nos: Sequence[str]) -> dict[str, Loan]:
    """Returns the portfolio's loans by contract number; Refused names the first unknown one."""
    found = {
        loan.contract_no: loan
        for loan in Loan.objects.standing().filter(
            among("contract_no", set(contract_nos)), portfolio=portfolio
        )
    }
    for index, contract_no in enumerate(contract_nos):
        if contract_no not in found:
            raise Refused(
                "contract_unknown",
                f"There is no contract {contract_no} in {portfolio.code}; import its loan first.",
                row_index=index,
            )
    return found


def came_with_undone_import(fact: LoanFact) -> bool:
    """Says whether the import that brought a fact was undone, so that it may be brought again."""
    return fact.batch is not None and fact.batch.state == ImportState.UNDONE


def check_amount(
    amount: Decimal, *, what: str = "The amount", row_index: int | None = None
) -> None:
    """Raises Refused unless the amount is positive money with at most two decimals."""
    if not isinstance(amount, Decimal):
        raise TypeError("Money is Decimal only; make the Decimal from the text, not from a float.")
    if not amount.is_finite() or amount <= 0:
        raise Refused(
            "amount_not_positive",
            f"{what} must be above zero, not {amount}; to take money back, reverse the entry.",
            row_index=row_index,
        )
    if amount > _LARGEST or amount != amount.quantize(Decimal("0.01")):
        raise Refused(
            "amount_unreadable",
            f"{what} {amount} has more than two decimals or is too large; check the figure.",
            row_index=row_index,
        )


def check_value_date(
    *, value_on: dt.date, started_on: dt.date, books_on: dt.date, row_index: int | None = None
) -> None:
    """Raises Refused for a value date before the loan or too far ahead of the books.

    Money counts at once, so a date in the future would pay today with tomorrow's money.
    """
    latest = books_on + VALUE_DATE_MAY_LEAD_BY
    if value_on > latest:
        raise Refused(
            "value_date_future",
            f"The value date {value_on} is after {latest}, and the books are on {books_on}; enter "
            "it when that day has come, or correct the date.",
            row_index=row_index,
        )
    if value_on < started_on:
        raise Refused(
            "value_date_before_loan",
            f"The value date {value_on} is before the loan began on {started_on}; correct it.",
            row_index=row_index,
        )


def require_reason(reason: str) -> str:
    """Returns the reason without spaces at its ends, or raises Refused when there is none."""
    text = " ".join(reason.split())
    if not text:
        raise Refused("reason_missing", "Say why; the reason is kept with the entry.")
    if len(text) > 200:
        raise Refused("reason_long", "A reason has at most 200 characters; shorten it.")
    return text


def entered_by(by: Actor) -> str:
    """Returns who is written beside a fact."""
    return by.label[:120]


def record_on_loan(
    loan: Loan, action: str, by: Actor, data: Mapping[str, Any], reason: str = ""
) -> None:
    """Writes the line of the trail that belongs to a fact about a loan."""
    record(
        action=action,
        by=by,
        object_type="loans.Loan",
        object_id=loan.pk,
        portfolio_id=loan.portfolio_id,
        reason=reason,
        data=data,
    )


def refresh_in_chunks(
    *, loan_ids: Iterable[UUID], cause: str, new_loans_wait: bool = False
) -> RefreshOutcome:
    """Refreshes any number of loans, a chunk at a time, in the order of their ids.

    Arguments: new_loans_wait leaves out those never replayed, for a later `replay_new_loans`.
    """
    total = RefreshOutcome()
    ordered = sorted(set(loan_ids))
    if new_loans_wait:
        known = Position.objects.filter(pk__in=ordered).order_by("pk")
        ordered = list(known.values_list("pk", flat=True))
    for start in range(0, len(ordered), REFRESH_CHUNK):
        chunk: Collection[UUID] = ordered[start : start + REFRESH_CHUNK]
        outcome = refresh_loans(loan_ids=chunk, cause=cause)
        total.refreshed += outcome.refreshed
        total.changed += outcome.changed
        total.set_aside += outcome.set_aside
    return total
