"""Whom to claim next: one statement that ranks, locks one and passes over the locked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.worklist.flow import (
    SKIP_RESTS,
    UNLOGGED_SINCE,
    WITHOUT_CALLING,
    Obligation,
)
from collections_app.worklist.points import Band, Factor, points_sql

#: After an abusive call a person later than this is not the next one, if there is another.
HARD_FROM_DAYS: Final = 60
#: The reason that stands first then.
EASIER: Final = "easier"

#: What is read of the one ranked first besides what the points look at.
_READ_ALONG: Final = ("currency", "callback_at", "callback_zone")

#: Cases that may be claimed, each with what is due on it and what the points look at.
_FACTS: Final = """
waiting_replies AS MATERIALIZED (
    SELECT DISTINCT of_loan.loan_id FROM notifications_inboundmessage AS reply
    JOIN loans_loanparty AS of_loan ON of_loan.party_id = reply.party_id
    WHERE reply.handled_at IS NULL
), unlogged AS MATERIALIZED (
    SELECT DISTINCT about.loan_id FROM compliance_attempt AS attempt
    JOIN compliance_attemptloan AS about ON about.attempt_id = attempt.id
    WHERE attempt.made_by_id = %(agent_text)s
      AND attempt.at >= %(unlogged_since)s
      AND NOT EXISTS (SELECT FROM compliance_settlement s WHERE s.attempt_id = attempt.id)
), of_case AS (
    SELECT c.id AS case_id, c.borrower_id, c.portfolio_id, c.loan_id, c.next_step_at,
        step.is_due AS is_step_due,
        agreed.due_at AS callback_at, agreed.time_zone AS callback_zone,
        portfolio.currency,
        position.overdue_amount,
        late.days AS days_past_due,
        range.to_days - late.days + 1 AS days_to_roll,
        last.at IS NULL AS never_contacted,
        greatest(0, extract(epoch FROM %(now)s - coalesce(last.at, c.created_at))::bigint / 86400)
            AS days_without_contact,
        EXISTS (
            SELECT FROM loans_instalment AS first WHERE first.loan_id = c.loan_id
              AND first.number = 1 AND first.satisfied_on IS NULL
              AND first.due_on < portfolio.business_date
        ) AS first_missed,
        promised.broken_on IS NOT NULL AS promise_broken,
        coalesce(warmth.state = 'strained', false) AS relationship_strained,
        coalesce(warmth.state = 'hot', false) AS relationship_hot,
        coalesce(promised.is_ahead, false) AS promise_ahead,
        CASE
            WHEN c.loan_id IN (SELECT loan_id FROM unlogged) THEN 'unlogged'
            WHEN agreed.due_at IS NOT NULL THEN 'callback'
            WHEN promised.broken_on IS NOT NULL AND NOT answered.is_so AND (
                step.is_due OR last.at IS NULL OR last.at <= promised.broken_at
            ) THEN 'broken'
            WHEN c.loan_id IN (SELECT loan_id FROM waiting_replies) THEN 'reply'
            WHEN promised.is_due AND step.is_due THEN 'promise_due'
            ELSE ''
        END AS obligation,
        (promised.broken_on IS NOT NULL OR late.days > %(hard_from_days)s OR EXISTS (
            SELECT FROM collections_app_contact AS contact
            JOIN collections_app_resultcode AS result ON result.id = contact.result_id
            WHERE contact.case_id = c.id AND result.is_abusive
              AND NOT EXISTS (SELECT FROM collections_app_contactwithdrawal AS back
                  WHERE back.contact_id = contact.id)
        )) AS is_hard
    FROM collections_app_case AS c
    JOIN loans_portfolio AS portfolio ON portfolio.id = c.portfolio_id
    JOIN loans_position AS position ON position.loan_id = c.loan_id
    CROSS JOIN LATERAL (SELECT greatest(0, coalesce(
        portfolio.business_date - position.oldest_unsatisfied_due_on
        + portfolio.due_day_counts::int, 0)) AS days
    ) AS late
    CROSS JOIN LATERAL (SELECT coalesce(c.next_step_at <= %(now)s, true) AS is_due) AS step
    LEFT JOIN collections_app_relationshipstate AS warmth
        ON warmth.party_id = c.borrower_id AND warmth.portfolio_id = c.portfolio_id
    LEFT JOIN loans_bucketrange AS range
        ON range.scheme_id = portfolio.bucket_scheme_id AND range.code = position.bucket
        AND range.to_days >= late.days
    LEFT JOIN LATERAL (
        SELECT attempt.at FROM compliance_attemptloan AS about
        JOIN compliance_attempt AS attempt ON attempt.id = about.attempt_id
        WHERE about.loan_id = c.loan_id ORDER BY attempt.at DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN LATERAL (
        -- One that was tried in vain comes back with the next step, not at once.
        SELECT callback.due_at, callback.time_zone FROM collections_app_callback AS callback
        WHERE callback.case_id = c.id AND callback.over_at IS NULL AND callback.due_at <= %(now)s
          AND (callback.owner_id IS NULL OR callback.owner_id = %(agent)s)
          AND (callback.tried_at IS NULL OR step.is_due)
        ORDER BY callback.due_at LIMIT 1
    ) AS agreed ON true
    LEFT JOIN LATERAL (
        SELECT
            max(promise.due_on) FILTER (
                WHERE promise.state IN ('broken', 'partial') AND promise.due_on >= c.opened_on
            ) AS broken_on,
            max(coalesce(promise.judged_at, promise.due_on + 1)) FILTER (
                WHERE promise.state IN ('broken', 'partial') AND promise.due_on >= c.opened_on
            ) AS broken_at,
            bool_or(promise.state = 'open' AND NOT promise.is_awaiting
                AND promise.due_on <= portfolio.business_date) AS is_due,
            bool_or(promise.state = 'open' AND (promise.is_awaiting
                OR promise.due_on > portfolio.business_date)) AS is_ahead
        FROM collections_app_promise AS promise WHERE promise.loan_id = c.loan_id
    ) AS promised ON true
    -- As `promises.queries.with_answers` has it: talked about, or promised anew.
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM collections_app_promise AS newer
        WHERE newer.loan_id = c.loan_id AND newer.made_at > promised.broken_at
          AND newer.state <> 'cancelled'
    ) OR EXISTS (
        SELECT FROM collections_app_contact AS contact
        JOIN collections_app_resultcode AS result ON result.id = contact.result_id
        WHERE contact.case_id = c.id AND contact.at > promised.broken_at
          AND result."group" = 'right_party'
          AND NOT EXISTS (SELECT FROM collections_app_contactwithdrawal AS back
              WHERE back.contact_id = contact.id)
    ) AS is_so) AS answered
    WHERE c.id IN ({scope}) AND {looked_at}
), ranked AS (
    SELECT of_case.*, {points} AS points,
        array_position(%(order)s::text[], obligation) AS pressing
    FROM of_case
), due AS (
    -- Whose promise is still ahead is left in peace; what was planned for later is not early.
    SELECT * FROM ranked WHERE pressing IS NOT NULL OR (is_step_due AND NOT promise_ahead)
)"""

#: What has to be so for a case to be brought at all. Most of a list is planned for later: nothing
#: more is read of it.
_MAY_BE_DUE: Final = """(
    coalesce(c.next_step_at <= %(now)s, true)
    OR c.loan_id IN (SELECT loan_id FROM unlogged)
    OR c.loan_id IN (SELECT loan_id FROM waiting_replies)
    OR EXISTS (
        SELECT FROM collections_app_callback AS callback
        WHERE callback.case_id = c.id AND callback.over_at IS NULL AND callback.due_at <= %(now)s
    )
    OR EXISTS (
        SELECT FROM collections_app_promise AS promise
        WHERE promise.loan_id = c.loan_id AND promise.state IN ('broken', 'partial')
          AND promise.due_on >= c.opened_on
    )
)"""

_IS_FREE: Final = """
NOT EXISTS (
    SELECT FROM collections_app_lease AS lease
    WHERE lease.party_id = item.party_id AND lease.ended_at IS NULL
      AND lease.expires_at > %(now)s
)"""
_IS_RESTED: Final = """
NOT EXISTS (
    SELECT FROM collections_app_lease AS lease
    WHERE lease.party_id = item.party_id AND lease.agent_id = %(agent)s
      AND lease.ended_because = 'skipped' AND lease.ended_at > %(rested)s
)"""
_IS_WORKABLE: Final = """(
    due.obligation = ANY(%(without_calling)s)
    OR (item.workable_from <= %(now)s
        AND (item.workable_until IS NULL OR item.workable_until > %(now)s))
)"""

#: The lock stands on the item, whose `claimed_until` is read again once it is held: of two who
#: look at the same moment the second sees what the first wrote.
_NEXT: Final = (
    "WITH"
    + _FACTS.replace("{looked_at}", _MAY_BE_DUE)
    + """
SELECT item.id AS item_id, due.*
FROM due JOIN collections_app_workitem AS item
  ON item.party_id = due.borrower_id AND item.portfolio_id = due.portfolio_id
WHERE (item.claimed_until IS NULL OR item.claimed_until <= %(now)s)
  AND item.party_id <> ALL(%(passed)s::uuid[])
  AND """
    + _IS_FREE
    + " AND "
    + _IS_RESTED
    + " AND "
    + _IS_WORKABLE
    + """
ORDER BY CASE WHEN %(easier)s THEN due.is_hard AND due.obligation <> 'unlogged' END,
    due.pressing, CASE WHEN due.obligation = 'callback' THEN due.callback_at END,
    due.points DESC, due.next_step_at NULLS FIRST, due.case_id
LIMIT 1 FOR NO KEY UPDATE OF item {locking}"""
)

_WHO_WAITS: Final = """,
person AS (
    SELECT r.borrower_id AS party_id, min(opening.at) AS opens_at,
        bool_or(opening.is_open) AS is_open
    FROM ranked AS r JOIN collections_app_workitem AS item
      ON item.party_id = r.borrower_id AND item.portfolio_id = r.portfolio_id
    CROSS JOIN LATERAL (SELECT
        CASE WHEN r.pressing IS NOT NULL OR r.promise_ahead IS FALSE THEN
            greatest(
                item.workable_from,
                CASE WHEN r.pressing IS NULL THEN r.next_step_at END,
                %(now)s
            ) END AS at,
        (r.pressing IS NOT NULL OR (r.is_step_due AND NOT r.promise_ahead))
        AND (r.obligation = ANY(%(without_calling)s)
             OR (item.workable_from <= %(now)s
                 AND (item.workable_until IS NULL OR item.workable_until > %(now)s))) AS is_open,
        item.workable_from
    ) AS opening
    WHERE item.workable_from IS NOT NULL OR opening.is_open
    GROUP BY r.borrower_id
), item AS (SELECT party_id, opens_at, is_open,
        EXISTS (
            SELECT FROM collections_app_lease AS lease
            WHERE lease.party_id = person.party_id AND lease.ended_at IS NULL
              AND lease.expires_at > %(now)s AND lease.agent_id <> %(agent)s
        ) AS is_held,
        EXISTS (
            SELECT FROM collections_app_lease AS lease
            WHERE lease.party_id = person.party_id AND lease.agent_id = %(agent)s
              AND lease.ended_because = 'skipped' AND lease.ended_at > %(rested)s
        ) AS is_skipped
    FROM person)
SELECT
    min(opens_at) FILTER (WHERE opens_at > %(now)s AND NOT is_open) AS opens_at,
    count(*) FILTER (WHERE opens_at > %(now)s AND NOT is_open) AS waiting,
    count(*) FILTER (WHERE is_open AND is_held) AS held,
    count(*) FILTER (WHERE is_open AND NOT is_held AND is_skipped) AS skipped,
    count(*) FILTER (WHERE is_open AND NOT is_held AND NOT is_skipped) AS free
FROM item"""

_WAITING: Final = "WITH" + _FACTS.replace("{looked_at}", "true") + _WHO_WAITS


@dataclass(frozen=True, slots=True)
class Candidate:
    """The person the ranking puts first, their work item locked: by which case and why."""

    item_id: int
    case_id: UUID
    party_id: UUID
    portfolio_id: UUID
    loan_id: UUID
    obligation: str
    points: int
    facts: dict[str, Any]

    @property
    def needs_calling(self) -> bool:
        return self.obligation not in WITHOUT_CALLING


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who is not to be had now: waiting for an hour or a day, with others, skipped, or free."""

    opens_at: datetime | None
    waiting: int
    held: int
    skipped: int
    free: int


def claimable_cases(agent: User) -> QuerySet[Case]:
    """Returns the open cases Next may bring: one's own, and those nobody holds that one sees.

    What somebody else holds comes to them; whoever needs it moves it or opens it by hand.
    """
    seen = Case.objects.visible_to(agent).open()
    return seen.filter(Q(assignee=agent) | Q(assignee__isnull=True))


def next_candidate(
    *,
    agent: User,
    at: datetime,
    bands: Sequence[Band],
    passed: Collection[UUID] = (),
    wait: bool = False,
    easier: bool = False,
) -> Candidate | None:
    """Ranks whom the agent may claim and locks the first whom nobody else is locking.

    Arguments: bands of the points table; passed are people tried already; wait for the locks of
    others instead of passing over them; easier puts people who are hard to talk to behind all
    others. Needs a transaction.
    """
    statement = _NEXT.replace("{locking}", "" if wait else "SKIP LOCKED")
    gone = set(passed)
    while (row := _row(statement, agent, at, bands, passed=gone, easier=easier)) is not None:
        person = row["borrower_id"]
        # Ranking many takes a while: in it somebody may have had the person, planned the next step
        # and gone. Locked now, and looked at anew, they are as they are.
        if fresh := _row(statement, agent, at, bands, passed=gone, easier=easier, only=person):
            return _candidate(fresh)
        gone.add(person)
    return None


def _candidate(row: dict[str, Any]) -> Candidate:
    facts = {name: row[name] for name in (*_READ_ALONG, *Factor.values)}
    return Candidate(
        item_id=row["item_id"],
        case_id=row["case_id"],
        party_id=row["borrower_id"],
        portfolio_id=row["portfolio_id"],
        loan_id=row["loan_id"],
        obligation=row["obligation"],
        points=int(row["points"]),
        facts=facts | {"overdue_amount": Decimal(row["overdue_amount"])},
    )


def who_waits(*, agent: User, at: datetime, bands: Sequence[Band]) -> Waiting:
    """Counts whom the agent cannot claim now, and from when the first of them; one query."""
    row = _row(_WAITING, agent, at, bands)
    assert row is not None  # an aggregate always answers
    return Waiting(**row)


def _row(
    statement: str,
    agent: User,
    at: datetime,
    bands: Sequence[Band],
    *,
    passed: Collection[UUID] = (),
    easier: bool = False,
    only: UUID | None = None,
) -> dict[str, Any] | None:
    cases = claimable_cases(agent).order_by().values("pk")
    if only is not None:
        cases = cases.filter(borrower=only)
    scope, scope_values = cases.query.sql_with_params()
    values: dict[str, Any] = {
        "agent": agent.pk,
        "agent_text": str(agent.pk),
        "now": at,
        "unlogged_since": at - UNLOGGED_SINCE,
        "rested": at - SKIP_RESTS,
        "order": [str(name) for name in Obligation],
        "without_calling": [str(name) for name in WITHOUT_CALLING],
        "passed": list(passed),
        "easier": easier,
        "hard_from_days": HARD_FROM_DAYS,
    }
    # The scope is compiled with its values in order; here they go by name.
    names = {f"scope_{number}": value for number, value in enumerate(scope_values)}
    scope = scope % tuple(f"%({name})s" for name in names)
    statement = statement.replace("{scope}", scope).replace("{points}", points_sql(bands))
    with connection.cursor() as cursor:
        cursor.execute(statement, values | names)
        found = cursor.fetchone()
        columns = [column.name for column in cursor.description]
    return None if found is None else dict(zip(columns, found, strict=True))
