"""By when a complaint is answered (银行业保险业消费投诉处理管理办法)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from compliance.complaints.flow import ComplaintClock

#: Days after the day of receipt, each counted from receipt: 15; extended to 30; 30 more.
DAYS: Final[dict[ComplaintClock, int]] = {
    ComplaintClock.SIMPLE: 15,
    ComplaintClock.COMPLEX: 30,
    ComplaintClock.EXCEPTIONAL: 60,
}


def due_on(received_on: date, clock: ComplaintClock | str) -> date:
    """The last day for the answer, on the clock that the complaint has come to.

    Simple 15 days from receipt, complex 30, exceptional 30 more. Natural days: the measure does
    not move a last day on a holiday, so neither does this. Raises ValueError for another clock.
    """
    return received_on + timedelta(days=DAYS[ComplaintClock(clock)])
