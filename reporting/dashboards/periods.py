"""The days a report covers, as words people choose from. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

ONE_DAY: Final = dt.timedelta(days=1)
#: A year and a day: the longest a report looks at.
LONGEST_DAYS: Final = 366


class PeriodName(models.TextChoices):
    YESTERDAY = "yesterday", _("Yesterday")
    TODAY = "today", _("Today")
    WEEK = "week", _("Last 7 days")
    MONTH = "month", _("Last 30 days")
    CUSTOM = "custom", _("Dates")


@dataclass(frozen=True, slots=True)
class Period:
    """Business dates from `start` to `end`, both included."""

    name: PeriodName
    start: dt.date
    end: dt.date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def period_of(
    *,
    name: PeriodName,
    last_closed: dt.date,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Period:
    """Returns the days a period means.

    Arguments: last_closed, the last business date the books were closed for: "yesterday"; today is
    the day after it, and weeks and months end with it. start and end, for dates of one's own.
    """
    if name == PeriodName.CUSTOM and start and end:
        return Period(name, start, end)
    lengths = {PeriodName.WEEK: 7, PeriodName.MONTH: 30}
    if name == PeriodName.TODAY:
        return Period(name, last_closed + ONE_DAY, last_closed + ONE_DAY)
    if name in lengths:
        return Period(name, last_closed - (lengths[name] - 1) * ONE_DAY, last_closed)
    return Period(PeriodName.YESTERDAY, last_closed, last_closed)
