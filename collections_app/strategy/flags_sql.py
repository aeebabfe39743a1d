"""What is known of a loan or its borrower, as flags that the lines of a version may look for.

Only what a line of the version names is looked up: a strategy without flags pays nothing for them.
A stop or complaint of the person is a flag of all their loans, of one loan of that loan alone.
"""

from __future__ import annotations

from typing import Final

#: The instant that counts: now, for a day ahead the moment it begins.
_AT: Final = "greatest(%(now)s, (%(on)s::date)::timestamp AT TIME ZONE %(zone)s)"

_WANTED: Final = """
wanted AS MATERIALIZED (
    SELECT DISTINCT unnest(line.with_flags || line.without_flags)::text AS flag
    FROM collections_app_strategyline AS line WHERE line.version_id = %(version)s
    UNION SELECT 'strained' WHERE %(heated_days)s::int IS NOT NULL
)"""

_IN_FORCE: Final = f"""stop.lifted_at IS NULL AND stop.starts_at <= {_AT}
      AND (stop.ends_at IS NULL OR stop.ends_at > {_AT}) AND EXISTS (SELECT 1 FROM wanted)"""  # noqa: S608 - only constants of this module

_STOPS: Final = f"""
    SELECT late.loan_id, stop.kind::text AS flag
    FROM compliance_stop AS stop
    JOIN wanted ON wanted.flag = stop.kind
    JOIN late ON late.party_id = stop.party_id
        AND (stop.loan_id IS NULL OR stop.loan_id = late.loan_id)
    WHERE {_IN_FORCE}
    UNION ALL
    SELECT late.loan_id, stop.kind::text
    FROM compliance_stop AS stop
    JOIN wanted ON wanted.flag = stop.kind
    JOIN late ON late.loan_id = stop.loan_id
    WHERE stop.party_id IS NULL AND {_IN_FORCE}"""  # noqa: S608 - only constants of this module

_COMPLAINTS: Final = """
    SELECT late.loan_id, 'complaint'
    FROM compliance_complaint AS complaint
    JOIN late ON late.party_id = complaint.party_id
        AND (complaint.loan_id IS NULL OR complaint.loan_id = late.loan_id)
    WHERE complaint.status <> 'closed' AND EXISTS (SELECT 1 FROM wanted WHERE flag = 'complaint')"""

_PROMISES: Final = """
    SELECT late.loan_id, 'promise_open'
    FROM collections_app_promise AS promise
    JOIN late ON late.loan_id = promise.loan_id
    WHERE promise.state = 'open'
      AND (promise.is_awaiting OR coalesce(promise.deadline_on, promise.due_on) >= %(on)s)
      AND EXISTS (SELECT 1 FROM wanted WHERE flag = 'promise_open')"""

#: Its instalments are promises; one that pending money would keep is awaited past its day.
_PLANS: Final = """
    SELECT late.loan_id, 'plan_open'
    FROM collections_app_promise AS promise
    JOIN late ON late.loan_id = promise.loan_id
    WHERE promise.state = 'open' AND promise.is_instalment
      AND EXISTS (SELECT 1 FROM wanted WHERE flag = 'plan_open')"""

#: The first instalment after a down payment, by any version of the schedule that still has it.
_FIRST_PAYMENTS: Final = """
    SELECT late.loan_id, 'first_payment_default'
    FROM late
    JOIN loans_schedule AS schedule ON schedule.loan_id = late.loan_id
    WHERE late.past_due > 0 AND schedule.numbers[1] <= 1
      AND late.oldest = schedule.due_dates[
          CASE WHEN schedule.starts_with_down_payment THEN 2 ELSE 1 END]
      AND EXISTS (SELECT 1 FROM wanted WHERE flag = 'first_payment_default')"""

#: How it stands between us and the person, in this portfolio: a hot one is a strained one too.
_RELATIONSHIPS: Final = """
    SELECT late.loan_id, wanted.flag
    FROM collections_app_relationshipstate AS stands
    JOIN (VALUES ('strained', 'strained'), ('hot', 'strained'), ('hot', 'hot'))
        AS means (state, flag) ON means.state = stands.state
    JOIN wanted ON wanted.flag = means.flag
    JOIN late ON late.party_id = stands.party_id
    WHERE stands.portfolio_id = %(portfolio)s"""

_SOURCES: Final = "\n    UNION ALL".join(
    (_STOPS, _COMPLAINTS, _PROMISES, _PLANS, _FIRST_PAYMENTS, _RELATIONSHIPS)
)

#: Parts of the statement that plans, after `late`: each flagged loan with all its flags.
FLAGGED: Final = f"""{_WANTED},
flagged AS MATERIALIZED (
    SELECT loan_id, array_agg(DISTINCT flag) AS flags FROM ({_SOURCES}
    ) AS known GROUP BY loan_id
)"""  # noqa: S608 - only constants of this module
