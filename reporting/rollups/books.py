"""Taking the books of a portfolio at a close: lines, changes of bucket, what falls due, sums."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import connection

from loans.portfolios.models import Portfolio
from reporting.rollups.book_sql import BEGIN_LINES, END_LINES, SUM_BOOK, SUM_ROLL
from reporting.rollups.event_sql import DUES, DUES_JUDGED, MOVES, STORE
from reporting.rollups.models import BookDay, BookRollup, RollRollup
from reporting.rollups.touched_loans import positions_as_of

#: Days between the two closes that a roll matrix compares.
SPANS: Final = (1, 7, 30)
_ONE_DAY: Final = dt.timedelta(days=1)


def take_lines(
    *,
    portfolio: Portfolio,
    on: dt.date,
    closed_at: dt.datetime | None,
    known_at: dt.datetime | None,
) -> None:
    """Brings the lines of a portfolio to a close, with what changed and what falls due next."""
    given = positions_as_of(portfolio=portfolio, on=on, closed_at=closed_at, known_at=known_at)
    parameters: dict[str, Any] = {
        "portfolio": portfolio.pk,
        "on": on,
        "closed_at": closed_at,
        "known_at": known_at,
        **given.parameters(),
    }
    previous = _day_before(portfolio, on)
    if previous is not None:
        # Days that no close was taken of: what falls due on them stands in the last lines.
        _store_dues(portfolio, previous + 2 * _ONE_DAY, on)
    with connection.cursor() as cursor:
        cursor.execute(END_LINES, parameters)
        cursor.execute(BEGIN_LINES, parameters)
    _store(MOVES, {"portfolio": portfolio.pk, "on": on})
    judged_through = on - _ONE_DAY * (not portfolio.due_day_counts)
    _store(DUES_JUDGED, {"portfolio": portfolio.pk, "through_due": judged_through})
    _store_dues(portfolio, on + _ONE_DAY, on + _ONE_DAY)


def sum_day(*, portfolio: Portfolio, on: dt.date) -> None:
    """Makes the sums of one close anew: the books, and where its loans stood before."""
    BookRollup.objects.filter(portfolio=portfolio, on=on).delete()
    RollRollup.objects.filter(portfolio=portfolio, on=on).delete()
    with connection.cursor() as cursor:
        cursor.execute(SUM_BOOK, {"portfolio": portfolio.pk, "on": on})
        for span in SPANS:
            from_on = day_at_or_before(portfolio=portfolio, day=on - span * _ONE_DAY)
            if from_on is not None:
                cursor.execute(
                    SUM_ROLL,
                    {"portfolio": portfolio.pk, "on": on, "span": span, "from_on": from_on},
                )


def day_at_or_before(*, portfolio: Portfolio, day: dt.date) -> dt.date | None:
    """Returns the latest day on or before a day whose books were taken, or None."""
    days = BookDay.objects.filter(portfolio=portfolio, on__lte=day)
    return days.order_by("-on").values_list("on", flat=True).first()


def _day_before(portfolio: Portfolio, on: dt.date) -> dt.date | None:
    return day_at_or_before(portfolio=portfolio, day=on - _ONE_DAY)


def _store_dues(portfolio: Portfolio, from_due: dt.date, through_due: dt.date) -> None:
    if from_due <= through_due:
        _store(
            DUES,
            {"portfolio": portfolio.pk, "from_due": from_due, "through_due": through_due},
        )


def _store(reading: str, parameters: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STORE.format(reading=reading), parameters)
