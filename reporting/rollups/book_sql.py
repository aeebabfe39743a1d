"""The statements that take the books of one portfolio at a close, set by set.

`_CURRENT` says where every loan stood. It reads stored positions as long as nothing has touched
them since the close; loans that were touched are replayed as of that day by the caller and given
as arrays. All statements take the same parameters: portfolio, on, closed_at (aware datetime or
None: every loan is given), known_at and the arrays given_ids, given_places, given_overdue,
given_principal, given_oldest, given_next_on, given_next_amounts.
"""

from __future__ import annotations

from typing import Final

_CURRENT: Final = """
WITH books AS (
    SELECT id, time_zone, due_day_counts::int AS first_day
    FROM loans_portfolio WHERE id = %(portfolio)s
), given AS (
    SELECT * FROM unnest(
        %(given_ids)s::uuid[], %(given_places)s::text[], %(given_overdue)s::numeric[],
        %(given_principal)s::numeric[], %(given_oldest)s::date[], %(given_next_on)s::date[],
        %(given_next_amounts)s::numeric[]
    ) AS g (loan_id, place, overdue_amount, principal_amount, oldest_on, next_due_on,
        next_due_amount)
), placed AS (
    SELECT position.loan_id,
        CASE WHEN position.status IN ('paid_off', 'overpaid') THEN '~paid_off'
            WHEN position.status = 'written_off' THEN '~written_off'
            ELSE position.bucket END AS place,
        position.overdue_amount, position.outstanding_principal AS principal_amount,
        position.oldest_unsatisfied_due_on AS oldest_on, position.next_due_on,
        position.next_due_amount
    FROM loans_position AS position
    WHERE position.portfolio_id = %(portfolio)s
        AND position.aged_on <= %(on)s AND position.replayed_at <= %(closed_at)s
    UNION ALL SELECT * FROM given
), worked AS (
    SELECT DISTINCT ON (one.loan_id) one.loan_id, one.id AS case_id,
        CASE WHEN one.assigned_at <= %(closed_at)s OR one.assignee_id IS NULL
            THEN one.assignee_id ELSE earlier.id END AS agent_id,
        CASE WHEN one.assigned_at <= %(closed_at)s OR one.assignee_id IS NULL
            THEN one.team_id ELSE earlier.team_id END AS team_id,
        EXISTS (
            SELECT FROM compliance_attemptloan AS about
            JOIN compliance_attempt AS attempt ON attempt.id = about.attempt_id
            WHERE about.loan_id = one.loan_id AND attempt.direction = 'outbound'
                AND attempt.at <= %(closed_at)s
                AND (attempt.at AT TIME ZONE books.time_zone)::date >= one.opened_on
        ) AS is_worked
    FROM collections_app_case AS one
    CROSS JOIN books
    LEFT JOIN LATERAL (
        -- Who held it when the day was closed, where it has been moved since.
        SELECT person.id, person.team_id
        FROM collections_app_caseevent AS event
        JOIN accounts_user AS person ON person.id = event.to_user_id
        WHERE one.assigned_at > %(closed_at)s AND event.case_id = one.id
            AND event.kind = 'assigned' AND event.known_at <= %(known_at)s
        ORDER BY event.known_at DESC, event.id DESC LIMIT 1
    ) AS earlier ON true
    WHERE one.portfolio_id = %(portfolio)s AND one.opened_on <= %(on)s
        AND (one.closed_on IS NULL OR one.closed_on > %(on)s)
    ORDER BY one.loan_id, one.opened_on DESC, one.id
), current AS (
    SELECT loan.id AS loan_id, loan.product_id, placed.place, placed.overdue_amount,
        placed.principal_amount,
        coalesce(%(on)s - placed.oldest_on + books.first_day > 30, false) AS is_past_30,
        placed.next_due_on, placed.next_due_amount, worked.case_id,
        coalesce(worked.is_worked, false) AS is_worked, worked.team_id, worked.agent_id
    FROM placed
    JOIN loans_loan AS loan ON loan.id = placed.loan_id
    CROSS JOIN books
    LEFT JOIN worked ON worked.loan_id = loan.id
)
"""

_COMPARED: Final = (
    "place",
    "overdue_amount",
    "principal_amount",
    "is_past_30",
    "next_due_on",
    "next_due_amount",
    "case_id",
    "is_worked",
    "team_id",
    "agent_id",
)
_LINE: Final = ", ".join(f"line.{name}" for name in _COMPARED)
_NOW: Final = ", ".join(f"current.{name}" for name in _COMPARED)

#: Ends the lines that no longer say what the books say.
END_LINES: Final = f"""{_CURRENT}
UPDATE reporting_bookline AS line SET to_on = %(on)s
FROM current
WHERE line.portfolio_id = %(portfolio)s AND line.loan_id = current.loan_id
    AND line.to_on IS NULL AND line.from_on < %(on)s
    AND ({_LINE}) IS DISTINCT FROM ({_NOW})
"""  # noqa: S608 only names of columns are put in

#: Begins a line for every loan that has none in force.
BEGIN_LINES: Final = f"""{_CURRENT}
INSERT INTO reporting_bookline (portfolio_id, loan_id, product_id, from_on, {", ".join(_COMPARED)})
SELECT %(portfolio)s, current.loan_id, current.product_id, %(on)s, {_NOW}
FROM current
LEFT JOIN reporting_bookline AS line
    ON line.loan_id = current.loan_id AND line.to_on IS NULL
WHERE line.id IS NULL
"""  # noqa: S608 only names of columns are put in

#: Sums the lines in force at a close. Parameters: portfolio, on.
SUM_BOOK: Final = """
INSERT INTO reporting_bookrollup (portfolio_id, "on", product_id, place, team_id, agent_id,
    loan_count, overdue_amount, principal_amount, past_30_count, past_30_principal,
    case_count, worked_count)
SELECT portfolio_id, %(on)s, product_id, place, team_id, agent_id,
    count(*), sum(overdue_amount), sum(principal_amount),
    count(*) FILTER (WHERE is_past_30),
    coalesce(sum(principal_amount) FILTER (WHERE is_past_30), 0),
    count(case_id), count(*) FILTER (WHERE case_id IS NOT NULL AND is_worked)
FROM reporting_bookline
WHERE portfolio_id = %(portfolio)s AND from_on <= %(on)s AND (to_on IS NULL OR to_on > %(on)s)
GROUP BY portfolio_id, product_id, place, team_id, agent_id
"""

#: Where the loans of a close stood before. Parameters: portfolio, on, span, from_on.
#: Whose they are is read from the later day, or the earlier one where they have no case any more.
SUM_ROLL: Final = """
INSERT INTO reporting_rollrollup (portfolio_id, "on", span, from_on, product_id, from_place,
    to_place, team_id, agent_id, loan_count, principal_amount)
SELECT after.portfolio_id, %(on)s, %(span)s, %(from_on)s, after.product_id, before.place,
    after.place,
    CASE WHEN after.case_id IS NULL THEN before.team_id ELSE after.team_id END AS team_id,
    CASE WHEN after.case_id IS NULL THEN before.agent_id ELSE after.agent_id END AS agent_id,
    count(*), sum(before.principal_amount)
FROM reporting_bookline AS before
JOIN reporting_bookline AS after ON after.loan_id = before.loan_id
WHERE before.portfolio_id = %(portfolio)s AND before.from_on <= %(from_on)s
    AND (before.to_on IS NULL OR before.to_on > %(from_on)s)
    AND before.place NOT LIKE '~%%' AND before.place <> '' AND after.place <> ''
    AND after.portfolio_id = %(portfolio)s AND after.from_on <= %(on)s
    AND (after.to_on IS NULL OR after.to_on > %(on)s)
GROUP BY 1, 5, 6, 7, 8, 9
"""
