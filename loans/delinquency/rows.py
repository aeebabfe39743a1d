"""What a lender's file says about the position of a loan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """A position as the lender's ledger states it at the end of `value_on`; None: it does not say.

    Amounts are in the currency of the portfolio. `kind` is "stated", or "opening" for the position
    a portfolio starts from.
    """

    contract_no: str
    value_on: dt.date
    principal_outstanding: Decimal
    kind: str = "stated"
    oldest_unpaid_due_on: dt.date | None = None
    days_past_due: int | None = None
    arrears_principal: Decimal | None = None
    arrears_interest: Decimal | None = None
    arrears_fee: Decimal | None = None
    arrears_penalty: Decimal | None = None
    arrears_total: Decimal | None = None
    payoff_amount: Decimal | None = None
    next_due_on: dt.date | None = None
    next_due_amount: Decimal | None = None
    is_written_off: bool = False
    external_ref: str = ""
