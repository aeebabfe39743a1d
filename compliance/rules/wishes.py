"""Days and hours that a person named, on their own clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from compliance.gate.facts import PreferenceFact


def covers(wish: PreferenceFact, local: datetime) -> bool:
    """Says whether a wish covers an instant on the wall clock; hours over midnight count to the
    day they begin on.
    """
    today, clock = local.date(), local.time()
    opens, closes = wish.opens or time.min, wish.closes
    if closes is None or opens < closes:
        inside = opens <= clock and (closes is None or clock < closes)
        return inside and _on(wish, today)
    if clock >= opens:
        return _on(wish, today)
    return clock < closes and _on(wish, today - timedelta(days=1))


def _on(wish: PreferenceFact, day: date) -> bool:
    return day.weekday() in wish.days and (wish.until is None or day <= wish.until)
