"""E-mail and text messages under the safe harbours of Regulation F."""

from __future__ import annotations

from datetime import date
from typing import Final

from compliance.clocks.counting import days_after

_OPT_OUT_DAYS: Final = 35
_TEXT_DAYS: Final = 60


def opt_out_not_before(notice_sent_on: date) -> date:
    """The earliest last day to opt out that a creditor's notice may name: 35 days after sending.

    12 CFR 1006.6(d)(4)(ii)(C)(5).
    """
    return days_after(notice_sent_on, _OPT_OUT_DAYS)


def texting_good_through(on: date) -> date:
    """The last day for which a text from the consumer, a consent or a check of the number serves.

    60 days, 12 CFR 1006.6(d)(5).
    """
    return days_after(on, _TEXT_DAYS)
