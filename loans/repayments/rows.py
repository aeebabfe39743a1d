"""What a file, a form or the API says about money, before it is checked and stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentRow:
    """Money received for a contract. The reference of the source makes it known when seen again."""

    contract_no: str
    amount: Decimal
    value_on: dt.date
    external_ref: str = ""
    kind: str = "regular"
    state: str = "settled"
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """A fee or late charge of a contract."""

    contract_no: str
    kind: str
    amount: Decimal
    due_on: dt.date
    value_on: dt.date | None = None
    external_ref: str = ""
    code: str = ""
    reason: str = ""
    instalment_number: int | None = None
