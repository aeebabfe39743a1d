"""What each kind of event is read from, and the one statement that stores lines with their sums.

Every reading answers the columns of `COLUMNS`. It is narrowed by a condition that its caller names
(`{only}`): the keys of new facts, or a whole portfolio. Who an event belongs to:

- money: the agent who held the loan's case at the end of the value date, as far as that was known
  when the money was recorded (history of the case, never its present holder);
- attempts, promises taken: the person who made the attempt, took the promise; contacts of before
  go-live name people, and one who is the only one of that name is meant;
- what fell due, changes of bucket: who held the case when the books were taken.
"""

from __future__ import annotations

from typing import Final

COLUMNS: Final = (
    *("kind", "source", "mark", '"on"', "at", "portfolio_id", "loan_id", "product_id"),
    *("place", "to_place", "amount", "team_id", "agent_id"),
)

#: Cash from the debtor. Refunds of dealers and goodwill are the lender's own money.
_CASH: Final = "('regular', 'down_payment', 'settlement', 'recovery')"

# The bucket the books had the loan in on the evening before the day {day}.
_PLACE: Final = """
    LEFT JOIN LATERAL (
        SELECT line.place FROM reporting_bookline AS line
        WHERE line.loan_id = {loan} AND line.from_on < {day}
            AND (line.to_on IS NULL OR line.to_on >= {day})
        ORDER BY line.from_on DESC LIMIT 1
    ) AS evening ON true
"""

# A person by key, or by a name that only one person has.
_PERSON: Final = """
    LEFT JOIN LATERAL (
        SELECT (array_agg(person.id))[1] AS id, (array_agg(person.team_id))[1] AS team_id
        FROM accounts_user AS person
        WHERE CASE WHEN {key} <> '' THEN person.id::text = {key}
            ELSE person.full_name = {name} END
        HAVING count(*) = 1
    ) AS person ON true
"""

MONEY: Final = f"""
SELECT 'money' AS kind, fact.id::text AS source,
    CASE WHEN gone.id IS NOT NULL OR latest.state = 'returned' THEN 'returned'
        ELSE coalesce(latest.state, fact.state) END AS mark,
    fact.value_on AS "on", fact.known_at AS at, loan.portfolio_id, fact.loan_id, loan.product_id,
    coalesce(evening.place, '') AS place, '' AS to_place, fact.amount,
    holder.team_id, holder.id AS agent_id
FROM loans_repayment AS fact
JOIN loans_loan AS loan ON loan.id = fact.loan_id
LEFT JOIN loans_reversal AS gone ON gone.of_kind = 'repayment' AND gone.of_id = fact.id
LEFT JOIN LATERAL (
    SELECT change.state FROM loans_repaymentstatechange AS change
    WHERE change.repayment_id = fact.id
    ORDER BY change.state = 'returned' DESC, change.value_on DESC, change.id DESC LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
    SELECT person.id, person.team_id
    FROM collections_app_case AS one
    JOIN collections_app_caseevent AS event ON event.case_id = one.id
    JOIN accounts_user AS person ON person.id = event.to_user_id
    WHERE one.loan_id = fact.loan_id AND one.opened_on <= fact.value_on
        AND (one.closed_on IS NULL OR one.closed_on >= fact.value_on)
        AND event.kind = 'assigned' AND event."on" <= fact.value_on
        AND event.known_at <= fact.known_at
    ORDER BY event.known_at DESC, event.id DESC LIMIT 1
) AS holder ON true
{_PLACE.format(loan="fact.loan_id", day="fact.value_on")}
WHERE fact.kind IN {_CASH} AND {{only}}
"""  # noqa: S608 only fixed parts are put together

_REACHED: Final = """
    CASE WHEN coalesce(ended.outcome, '') = '' THEN 'missing'
        WHEN ended.outcome IN ('conversation', 'met') THEN 'rpc'
        WHEN ended.outcome IN ('third_party', 'dropped', 'wrong_number') THEN 'connect'
        WHEN ended.outcome = 'not_made' THEN 'not_made'
        ELSE 'none' END
"""

ATTEMPTS: Final = f"""
SELECT kinds.kind, fact.id::text AS source, {_REACHED} AS mark,
    (fact.at AT TIME ZONE books.time_zone)::date AS "on", fact.at, fact.portfolio_id,
    about.loan_id, loan.product_id, coalesce(evening.place, '') AS place, '' AS to_place,
    0 AS amount, person.team_id, person.id AS agent_id
FROM compliance_attempt AS fact
JOIN loans_portfolio AS books ON books.id = fact.portfolio_id
JOIN LATERAL (
    SELECT loan_id FROM compliance_attemptloan WHERE attempt_id = fact.id ORDER BY loan_id LIMIT 1
) AS about ON true
JOIN loans_loan AS loan ON loan.id = about.loan_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN fact.direction = 'outbound' THEN 'attempt' ELSE 'inbound' END AS kind
    UNION ALL SELECT 'unsanctioned' WHERE fact.is_unsanctioned
) AS kinds
LEFT JOIN LATERAL (
    SELECT settlement.outcome FROM compliance_settlement AS settlement
    WHERE settlement.attempt_id = fact.id ORDER BY settlement.sequence DESC LIMIT 1
) AS ended ON true
{_PERSON.format(key="fact.made_by_id", name="fact.made_by")}
{_PLACE.format(loan="about.loan_id", day="(fact.at AT TIME ZONE books.time_zone)::date")}
WHERE {{only}}
"""  # noqa: S608 only fixed parts are put together

GATE_STOPS: Final = f"""
SELECT 'gate_stop' AS kind, fact.id::text AS source, '' AS mark,
    (fact.at AT TIME ZONE books.time_zone)::date AS "on", fact.at, loan.portfolio_id,
    loan.id AS loan_id, loan.product_id, coalesce(evening.place, '') AS place, '' AS to_place,
    0 AS amount, person.team_id, person.id AS agent_id
FROM compliance_verdict AS fact
JOIN loans_loan AS loan ON loan.id = (fact.facts_seen #>> '{{request,loan_ids,0}}')::uuid
JOIN loans_portfolio AS books ON books.id = loan.portfolio_id
{_PERSON.format(key="''", name="fact.asked_by")}
{_PLACE.format(loan="loan.id", day="(fact.at AT TIME ZONE books.time_zone)::date")}
WHERE NOT fact.is_allowed
    AND NOT EXISTS (SELECT FROM compliance_attempt AS passed WHERE passed.verdict_id = fact.id)
    AND {{only}}
""".replace("{request,loan_ids,0}", "{{request,loan_ids,0}}")  # noqa: S608 only fixed parts

#: A promise whose entry was undone within its seconds: nobody promised, and no measure counts it.
SLIP: Final = "slip"

PROMISES: Final = f"""
SELECT kinds.kind, fact.id::text AS source, kinds.mark, kinds."on", fact.made_at AS at,
    loan.portfolio_id, fact.loan_id, loan.product_id, coalesce(evening.place, '') AS place,
    '' AS to_place, fact.amount, person.team_id, person.id AS agent_id
FROM collections_app_promise AS fact
JOIN loans_loan AS loan ON loan.id = fact.loan_id
JOIN loans_portfolio AS books ON books.id = loan.portfolio_id
CROSS JOIN LATERAL (
    SELECT 'promise_taken', CASE WHEN fact.is_slip THEN '{SLIP}' ELSE '' END,
        (fact.made_at AT TIME ZONE books.time_zone)::date
    UNION ALL SELECT 'promise_due',
        CASE WHEN fact.stays_in_rate THEN 'taken_back' ELSE fact.state END, fact.due_on
) AS kinds (kind, mark, "on")
{_PERSON.format(key="fact.taken_by_id", name="fact.taken_by")}
{_PLACE.format(loan="fact.loan_id", day="(fact.made_at AT TIME ZONE books.time_zone)::date")}
WHERE {{only}}
"""  # noqa: S608 only fixed parts are put together

# Where places stand in order: current is 0, paid off before it, written off after all.
_RANKS: Final = """
WITH ranks AS (
    SELECT range.code, range.from_days AS rank, range.from_days = 0 AS is_current
    FROM loans_portfolio AS books
    JOIN loans_bucketrange AS range ON range.scheme_id = books.bucket_scheme_id
    WHERE books.id = %(portfolio)s
)
"""

#: Loans whose place changed at the close. Parameters: portfolio, on.
MOVES: Final = f"""
{_RANKS}
SELECT 'move' AS kind, after.loan_id || ':' || after.from_on AS source,
    CASE WHEN after.place LIKE '~%%' THEN substr(after.place, 2)
        WHEN coalesce(now.is_current, false)
            THEN CASE WHEN before.place LIKE '~%%' THEN 'back' ELSE 'cure' END
        WHEN coalesce(was.is_current, before.place = '~paid_off') THEN 'entry'
        WHEN before.place = '~written_off' OR now.rank < was.rank THEN 'back'
        ELSE 'forward' END AS mark,
    after.from_on AS "on", NULL::timestamptz AS at, after.portfolio_id, after.loan_id,
    after.product_id, before.place, after.place AS to_place, before.principal_amount AS amount,
    CASE WHEN after.case_id IS NULL THEN before.team_id ELSE after.team_id END AS team_id,
    CASE WHEN after.case_id IS NULL THEN before.agent_id ELSE after.agent_id END AS agent_id
FROM reporting_bookline AS before
JOIN reporting_bookline AS after
    ON after.loan_id = before.loan_id AND after.from_on = before.to_on
LEFT JOIN ranks AS was ON was.code = before.place
LEFT JOIN ranks AS now ON now.code = after.place
WHERE before.portfolio_id = %(portfolio)s AND before.to_on = %(on)s
    AND before.place <> after.place AND before.place <> '' AND after.place <> ''
"""  # noqa: S608 only fixed parts are put together

#: What falls due on days after the close, as the books stand. Parameters: portfolio, on, from_due,
#: through_due.
DUES: Final = """
SELECT 'due' AS kind, line.loan_id || ':' || line.next_due_on AS source, 'open' AS mark,
    line.next_due_on AS "on", NULL::timestamptz AS at, line.portfolio_id, line.loan_id,
    line.product_id, line.place, '' AS to_place, line.next_due_amount AS amount,
    line.team_id, line.agent_id
FROM reporting_bookline AS line
WHERE line.portfolio_id = %(portfolio)s AND line.to_on IS NULL AND line.place NOT LIKE '~%%'
    AND line.next_due_on BETWEEN %(from_due)s AND %(through_due)s
"""

#: How the days that fell due went. Parameters: portfolio, through_due (judged up to this day).
DUES_JUDGED: Final = f"""
{_RANKS}
SELECT due.kind, due.source,
    CASE WHEN NOT coalesce(was.is_current, true) THEN 'behind'
        WHEN coalesce(now.is_current, true) THEN 'met'
        ELSE 'late' END AS mark,
    due."on", due.at, due.portfolio_id, due.loan_id, due.product_id, due.place, due.to_place,
    due.amount, due.team_id, due.agent_id
FROM reporting_eventline AS due
JOIN reporting_bookline AS line ON line.loan_id = due.loan_id AND line.to_on IS NULL
LEFT JOIN ranks AS was ON was.code = due.place
LEFT JOIN ranks AS now ON now.code = line.place
WHERE due.portfolio_id = %(portfolio)s AND due.kind = 'due' AND due.mark = 'open'
    AND due."on" BETWEEN %(through_due)s - 400 AND %(through_due)s
"""  # noqa: S608 only fixed parts are put together

_NAMES: Final = ", ".join(COLUMNS)
_KEYS: Final = 'portfolio_id, "on", kind, mark, product_id, place, to_place, team_id, agent_id'

#: Stores what a reading answers: new lines are added, and of those known only what became of them
#: and the amount change; whose and where an event was stays as it was first seen. The sums follow
#: in the same statement.
STORE: Final = f"""
WITH wanted AS MATERIALIZED ({{reading}}
), before AS (
    SELECT line.* FROM reporting_eventline AS line
    JOIN wanted ON wanted.kind = line.kind AND wanted.source = line.source
), written AS (
    INSERT INTO reporting_eventline AS line ({_NAMES})
    SELECT {_NAMES} FROM wanted
    ON CONFLICT (kind, source) DO UPDATE SET mark = excluded.mark, amount = excluded.amount
    WHERE (line.mark, line.amount) IS DISTINCT FROM (excluded.mark, excluded.amount)
    RETURNING *
), changes AS (
    SELECT {_KEYS}, 1 AS event_count, amount FROM written
    UNION ALL
    SELECT {_KEYS}, -1, -amount FROM before WHERE id IN (SELECT id FROM written)
)
INSERT INTO reporting_eventrollup AS sums ({_KEYS}, event_count, amount)
SELECT {_KEYS}, sum(event_count), sum(amount) FROM changes
GROUP BY {_KEYS} HAVING sum(event_count) <> 0 OR sum(amount) <> 0
ON CONFLICT ({_KEYS}) DO UPDATE SET
    event_count = sums.event_count + excluded.event_count, amount = sums.amount + excluded.amount
"""  # noqa: S608 only names of columns are put in

#: Makes the sums of one portfolio's events anew. Parameter: portfolio.
SUM_EVENTS: Final = f"""
INSERT INTO reporting_eventrollup ({_KEYS}, event_count, amount)
SELECT {_KEYS}, count(*), sum(amount) FROM reporting_eventline
WHERE portfolio_id = %(portfolio)s GROUP BY {_KEYS}
"""  # noqa: S608 only names of columns are put in
