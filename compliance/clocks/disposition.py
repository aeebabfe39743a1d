"""After the car is taken: the notice before its sale, and what is owed to the borrower."""

from __future__ import annotations

from datetime import date
from typing import Final

from compliance.clocks.counting import days_after

_POLICY_DAYS: Final = 10
#: Where the law of a state asks for more (Cal. Civ. 2983.2).
_STATE_DAYS: Final[dict[str, int]] = {"CA": 15}
_EXPLANATION_DAYS: Final = 14
_COMPULSORY_SALE_DAYS: Final = 90

#: UCC 9-612(b): ten days are a safe harbour for transactions other than consumer ones only.
SAFE_HARBOUR_FOR_CONSUMERS: Final = False


def sale_from(notice_sent_on: date, state: str = "") -> date:
    """The first day of a sale after notice: 10 days as policy, 15 in California (UCC 9-611)."""
    return days_after(notice_sent_on, _STATE_DAYS.get(state, _POLICY_DAYS))


def explanation_by(asked_on: date) -> date:
    """The last day to explain surplus or deficiency: 14 days after the request (UCC 9-616)."""
    return days_after(asked_on, _EXPLANATION_DAYS)


def compulsory_sale_by(taken_on: date) -> date:
    """The last day to sell where 60% of the price is paid: 90 days (UCC 9-620(e), (f))."""
    return days_after(taken_on, _COMPULSORY_SALE_DAYS)
