"""The dates of a schedule: when instalments fall due and which days each one's interest covers."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from loans.contracts.terms import (
    Accrual,
    DatesFrom,
    DueDay,
    FirstPeriod,
    ImpossibleTerms,
    Period,
    PeriodUnit,
    Shift,
    Terms,
    WorkingDayCalendar,
)

_MONTHS = {PeriodUnit.MONTH: 1, PeriodUnit.YEAR: 12}
_ONE = Decimal(1)
_DAYS = {PeriodUnit.DAY: 1, PeriodUnit.WEEK: 7}


@dataclass(frozen=True)
class AccrualPeriod:
    """One period: interest runs from from_on to to_on and falls due on due_on.

    regular_from, regular_to bound the regular period this one stands for; they differ from the
    accrual dates in an odd first period only.
    """

    from_on: dt.date
    to_on: dt.date
    due_on: dt.date
    regular_from: dt.date
    regular_to: dt.date
    is_separate_stub: bool = False

    @property
    def is_odd(self) -> bool:
        """Whether the period is longer or shorter than a regular one."""
        return (self.regular_from, self.regular_to) != (self.from_on, self.to_on)


def add_periods(
    anchor: dt.date, *, period: Period, count: int, day: int | None = None, sticky: bool = False
) -> dt.date:
    """Date that lies count periods after anchor (before it, when count is negative).

    Months keep the anchor's day, or day when given, and fall back to the last day of a month that
    lacks it. With sticky, an anchor on the last day of its month gives last days only.
    """
    if period.unit in _DAYS:
        return anchor + dt.timedelta(days=_DAYS[period.unit] * period.every * count)
    months = anchor.year * 12 + anchor.month - 1 + _MONTHS[period.unit] * period.every * count
    year, month = divmod(months, 12)
    month += 1
    wanted = 31 if sticky and is_month_end(anchor) else day or anchor.day
    return dt.date(year, month, min(wanted, calendar.monthrange(year, month)[1]))


def is_month_end(date: dt.date) -> bool:
    """Whether the date is the last day of its month."""
    return date.day == calendar.monthrange(date.year, date.month)[1]


def accrual_periods(
    terms: Terms, calendar: WorkingDayCalendar | None = None
) -> tuple[AccrualPeriod, ...]:
    """Periods of the loan in order, the separate stub included where the terms ask for one.

    Raises ImpossibleTerms when a shift has no calendar or makes due dates coincide.
    """
    if calendar is None:
        return _remembered(_dates_alone(terms))
    return _worked_out(terms, calendar)


def _dates_alone(terms: Terms) -> Terms:
    """The terms without what no date depends on: loans paid out on one day share their dates."""
    return replace(
        terms,
        principal=_ONE,
        annual_rate=None,
        rate_per_period=None,
        down_payment=_ONE,
        down_payment_rate=_ONE,
        balloon=_ONE,
        instalment=None,
    )


@lru_cache(maxsize=4096)
def _remembered(terms: Terms) -> tuple[AccrualPeriod, ...]:
    return _worked_out(terms, None)


def _worked_out(terms: Terms, calendar: WorkingDayCalendar | None) -> tuple[AccrualPeriod, ...]:
    periods = tuple(_with_due_dates(terms, _nominal(terms), calendar))
    dates = [terms.start_on, *(period.due_on for period in periods)]
    for earlier, later in pairwise(dates):
        if later <= earlier:
            raise ImpossibleTerms(
                f"due date {later} does not come after {earlier}; "
                "use another holiday convention or periods further apart"
            )
    return periods


def _nth_due(terms: Terms, n: int) -> dt.date:
    """Nominal due date number n, counted from 1; 0 is where the first regular period begins."""
    sticky = terms.due_day is DueDay.END_OF_MONTH
    if terms.dates_from is DatesFrom.START:
        if n == 1:
            return terms.first_due_on
        day = terms.day_of_month or terms.start_on.day
        return add_periods(terms.start_on, period=terms.period, count=n, day=day, sticky=sticky)
    day = terms.day_of_month or terms.first_due_on.day
    return add_periods(terms.first_due_on, period=terms.period, count=n - 1, day=day, sticky=sticky)


def _regular_first(terms: Terms) -> tuple[dt.date, dt.date]:
    """Dates the first period would run between if it were regular.

    A start on the 31st with a first due date on 28 February is a whole month although counting
    back from the 28th gives another day, so counting forwards from the start is tried first.
    """
    sticky = terms.due_day is DueDay.END_OF_MONTH
    one_on = add_periods(
        terms.start_on, period=terms.period, count=1, day=terms.day_of_month, sticky=sticky
    )
    if one_on == terms.first_due_on or terms.dates_from is DatesFrom.START:
        return terms.start_on, one_on
    return _nth_due(terms, 0), terms.first_due_on


def _nominal(terms: Terms) -> Iterator[AccrualPeriod]:
    """Periods before any due date is moved."""
    start, first_due = terms.start_on, terms.first_due_on
    regular_from, regular_to = _regular_first(terms)
    first = AccrualPeriod(start, first_due, first_due, regular_from, regular_to)
    last = terms.periods
    if terms.first_period is FirstPeriod.SEPARATE and first.is_odd:
        if regular_from > start:  # long: the odd days come first, the regular period follows
            stub_end = regular_from
            yield replace(first, to_on=stub_end, due_on=stub_end, is_separate_stub=True)
            first = AccrualPeriod(regular_from, first_due, first_due, regular_from, regular_to)
        else:  # short: it has no room for a whole period, which all follow
            yield replace(first, is_separate_stub=True)
            second = _nth_due(terms, 2)
            first = AccrualPeriod(first_due, second, second, first_due, second)
            last += 1
    yield first
    due = first.to_on
    for n in range(last - terms.periods + 2, last + 1):
        following = _nth_due(terms, n)
        yield AccrualPeriod(due, following, following, due, following)
        due = following


def _with_due_dates(
    terms: Terms, periods: Iterator[AccrualPeriod], calendar: WorkingDayCalendar | None
) -> Iterator[AccrualPeriod]:
    """Move due dates to the stated ones or off holidays, and with them the accrual if adjusted."""
    previous = terms.start_on
    for index, period in enumerate(periods):
        due = _actual_due(terms, index, period.due_on, calendar)
        if terms.accrual is Accrual.UNADJUSTED:
            yield replace(period, due_on=due)
            continue
        # An odd first period keeps the regular bounds that it is measured against.
        odd = index == 0 and period.is_odd
        regular = (period.regular_from, period.regular_to) if odd else (previous, due)
        yield replace(
            period,
            from_on=previous,
            to_on=due,
            due_on=due,
            regular_from=regular[0],
            regular_to=regular[1],
        )
        previous = due


def _actual_due(
    terms: Terms, index: int, nominal: dt.date, calendar: WorkingDayCalendar | None
) -> dt.date:
    """Date on which money is due for the nominal date of the period with this index."""
    if terms.due_dates is not None:
        return terms.due_dates[index]
    if terms.shift is Shift.NONE:
        return nominal
    if calendar is None:
        raise ImpossibleTerms(
            f"due dates move by '{terms.shift}' but there is no holiday calendar; give one, "
            "or set the shift to 'none'"
        )
    return calendar.shift(nominal, terms.shift.value)
