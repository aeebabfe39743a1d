"""By when a complaint is answered: so many days from receipt, as a rule pack says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from compliance.complaints.flow import ComplaintClock

#: 银行业保险业消费投诉处理管理办法: 15 days; extended to 30; 30 more. Our policy, too, where no
#: pack of a portfolio names days.
MEASURE: Final = (15, 30, 60)


def due_on(received_on: date, clock: ComplaintClock | str, days: Sequence[int] = MEASURE) -> date:
    """The last day for the answer, on the clock that the complaint has come to.

    Each term counts from receipt. Natural days: no text moves a last day on a holiday, so neither
    does this. Raises ValueError for another clock, and for one that the days do not reach.
    """
    step = list(ComplaintClock).index(ComplaintClock(clock))
    if step >= len(days):
        raise ValueError(f"There is no {clock} clock of {len(days)} terms.")
    return received_on + timedelta(days=days[step])
