"""Holding rollups against their lines, and lines against what they were read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from loans.portfolios.models import Portfolio
from reporting.rollups.event_sql import ATTEMPTS, GATE_STOPS, MONEY, PROMISES
from reporting.rollups.models import BookDay

_BOOK: Final = """
WITH days AS (SELECT "on" FROM reporting_bookday WHERE portfolio_id = %(portfolio)s),
summed AS (
    SELECT days."on", product_id, place, team_id, agent_id, count(*) AS loans,
        sum(overdue_amount) AS overdue, sum(principal_amount) AS principal,
        count(*) FILTER (WHERE is_past_30) AS past_30, count(case_id) AS cases,
        count(*) FILTER (WHERE case_id IS NOT NULL AND is_worked) AS worked
    FROM days JOIN reporting_bookline AS line ON line.portfolio_id = %(portfolio)s
        AND line.from_on <= days."on" AND (line.to_on IS NULL OR line.to_on > days."on")
    GROUP BY 1, 2, 3, 4, 5
), stored AS (
    SELECT "on", product_id, place, team_id, agent_id, loan_count::bigint, overdue_amount,
        principal_amount, past_30_count::bigint, case_count::bigint, worked_count::bigint
    FROM reporting_bookrollup WHERE portfolio_id = %(portfolio)s
)
SELECT count(*) FROM (
    (SELECT * FROM summed EXCEPT ALL SELECT * FROM stored)
    UNION ALL (SELECT * FROM stored EXCEPT ALL SELECT * FROM summed)
) AS differing
"""

_EVENTS: Final = """
WITH summed AS (
    SELECT "on", kind, mark, product_id, place, to_place, team_id, agent_id,
        count(*) AS events, sum(amount) AS amount
    FROM reporting_eventline WHERE portfolio_id = %(portfolio)s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), stored AS (
    SELECT "on", kind, mark, product_id, place, to_place, team_id, agent_id,
        event_count::bigint, amount
    FROM reporting_eventrollup
    WHERE portfolio_id = %(portfolio)s AND (event_count <> 0 OR amount <> 0)
)
SELECT count(*) FROM (
    (SELECT * FROM summed EXCEPT ALL SELECT * FROM stored)
    UNION ALL (SELECT * FROM stored EXCEPT ALL SELECT * FROM summed)
) AS differing
"""

# What a reading answers now, beside the line that stands for it. Teams are of their time.
_READ: Final = """
WITH read AS ({reading})
SELECT count(*) FROM read
FULL JOIN (
    SELECT * FROM reporting_eventline
    WHERE portfolio_id = %(portfolio)s AND kind = ANY(%(kinds)s)
) AS line USING (kind, source)
WHERE (read.mark, read."on", read.amount, read.loan_id, read.agent_id)
    IS DISTINCT FROM (line.mark, line."on", line.amount, line.loan_id, line.agent_id)
"""

_SOURCES: Final = (
    ("money", MONEY, "loan.portfolio_id = %(portfolio)s", ["money"]),
    (
        "attempts",
        ATTEMPTS,
        "fact.portfolio_id = %(portfolio)s",
        ["attempt", "inbound", "unsanctioned"],
    ),
    ("gate stops", GATE_STOPS, "loan.portfolio_id = %(portfolio)s", ["gate_stop"]),
    ("promises", PROMISES, "loan.portfolio_id = %(portfolio)s", ["promise_taken", "promise_due"]),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """One comparison: what was compared, and how many rows differ."""

    what: str
    differences: int


def verify(*, portfolio: Portfolio) -> list[Checked]:
    """Compares every sum with its lines and every event with its facts; writes nothing."""
    parameters = {"portfolio": portfolio.pk}
    days = BookDay.objects.filter(portfolio=portfolio).count()
    checked = [
        Checked(f"sums of the books, {days} days", _count(_BOOK, parameters)),
        Checked("sums of events", _count(_EVENTS, parameters)),
    ]
    for what, reading, only, kinds in _SOURCES:
        statement = _READ.format(reading=reading.format(only=only))
        checked.append(Checked(what, _count(statement, {**parameters, "kinds": kinds})))
    return checked


def _count(statement: str, parameters: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.fetchone()[0])
