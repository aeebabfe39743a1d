"""The statement that plans a portfolio's messages of one day, for however many people.

Steps, each a named part:

1. `late`: every standing loan with what it owes and how many days before or past due it is.
2. `flagged`: what else is known of such a loan, as far as a line asks (`flags_sql`).
3. `fitting`: loans that a line speaks of, with the borrower.
4. `chosen`: one line for each person, the first in the strategy's order. Only where none is left,
   the first that leaves them out for how it stands between us and them: that message is not sent,
   and says so.
5. `about`: all of the person's loans that the chosen line's purpose is about, summed up; none with
   a flag that the line leaves out.
6. `reachable`: the best number or address of each person for the line's channel; none that a
   letter came back from.
7. what was said to the person too lately is left out; where only the longer rest of a heated
   relationship says so, the message is not sent, and says so.
8. messages, their loans and their first event are written; what is owed already stays.
"""

from __future__ import annotations

from typing import Final

from collections_app.strategy.flags_sql import FLAGGED

_LATE: Final = """
late AS MATERIALIZED (
    SELECT loan.id AS loan_id, loan.product_id, owes.party_id, position.bucket,
        position.overdue_amount - position.pending_amount AS past_due,
        position.next_due_on, position.next_due_amount,
        position.oldest_unsatisfied_due_on AS oldest,
        CASE WHEN position.oldest_unsatisfied_due_on IS NOT NULL
            THEN %(on)s::date - position.oldest_unsatisfied_due_on + %(due_day_counts)s END
            AS days_past_due,
        position.next_due_on - %(on)s::date AS days_to_due,
        CASE WHEN who.language = '' THEN %(language)s ELSE who.language END AS language
    FROM loans_position AS position
    JOIN loans_loan AS loan ON loan.id = position.loan_id AND loan.withdrawn_at IS NULL
    JOIN loans_loanparty AS owes ON owes.loan_id = loan.id AND owes.role = 'borrower'
    JOIN loans_party AS who ON who.id = owes.party_id
    WHERE position.portfolio_id = %(portfolio)s AND position.status = 'active'
      AND NOT position.is_set_aside
      AND (position.oldest_unsatisfied_due_on IS NOT NULL OR position.next_due_on <= %(horizon)s)
)"""

_FITTING: Final = """
fitting AS (
    SELECT late.*, line.id AS line_id, line.position AS rank, line.trigger,
        temper.without_flags, temper.is_too_hot,
        coalesce('strained' = ANY(flagged.flags), false) AS is_heated,
        promise.id AS promise_id, promise.amount AS promised, promise.due_on AS promised_on,
        promise.last_day
    FROM collections_app_strategyline AS line
    JOIN late ON (cardinality(line.buckets) = 0 OR late.bucket = ANY(line.buckets))
        AND (cardinality(line.languages) = 0 OR late.language = ANY(line.languages))
        AND (NOT EXISTS (SELECT 1 FROM collections_app_strategyline_products AS any_product
                 WHERE any_product.strategyline_id = line.id)
             OR EXISTS (SELECT 1 FROM collections_app_strategyline_products AS of_line
                 WHERE of_line.strategyline_id = line.id AND of_line.product_id = late.product_id))
    LEFT JOIN flagged ON flagged.loan_id = late.loan_id
    LEFT JOIN LATERAL (
        SELECT open.id, open.amount, open.due_on, open.is_awaiting,
            coalesce(open.deadline_on, open.due_on) AS last_day
        FROM collections_app_promise AS open
        WHERE open.loan_id = late.loan_id AND open.party_id = late.party_id
          AND open.state = CASE WHEN line.trigger IN ('promise_broken', 'plan_broken')
              THEN 'broken' ELSE 'open' END
          AND CASE WHEN line.trigger IN ('promise_broken', 'days_to_promise')
              THEN NOT open.is_instalment
              WHEN line.trigger IN ('plan_broken', 'days_to_plan') THEN open.is_instalment
              ELSE true END
          -- Of several parts the next one is spoken of, and the last one leaves in peace.
          AND (line.trigger NOT IN ('days_to_promise', 'days_to_plan') OR open.due_on >= %(on)s)
        ORDER BY CASE WHEN line.trigger IN ('days_to_promise', 'days_to_plan')
            THEN open.due_on END, open.due_on DESC LIMIT 1
    ) AS promise ON true
    CROSS JOIN LATERAL (
        SELECT ARRAY(SELECT flag FROM unnest(line.without_flags::text[]) AS flag
                WHERE flag <> ALL(%(of_relationship)s)) AS without_flags,
            coalesce(flagged.flags && ARRAY(SELECT flag FROM unnest(line.without_flags::text[])
                AS flag WHERE flag = ANY(%(of_relationship)s)), false) AS is_too_hot
    ) AS temper
    CROSS JOIN LATERAL (
        SELECT CASE line.trigger
            WHEN 'days_to_due' THEN late.days_to_due
            WHEN 'days_past_due' THEN late.days_past_due
            WHEN 'days_to_promise' THEN promise.due_on - %(on)s::date
            WHEN 'days_to_plan' THEN promise.due_on - %(on)s::date
            WHEN 'promise_broken' THEN %(on)s::date - promise.last_day
            WHEN 'plan_broken' THEN %(on)s::date - promise.last_day
        END AS day
    ) AS counted
    WHERE line.version_id = %(version)s AND line.action = 'message'
      AND counted.day BETWEEN line.first_day AND line.last_day
      AND (counted.day - line.first_day) %% line.every_days = 0
      AND (line.trigger <> 'days_past_due' OR late.past_due > 0)
      AND (line.trigger <> 'days_to_due' OR late.next_due_amount > 0)
      AND (cardinality(line.with_flags) = 0
           OR coalesce(flagged.flags && line.with_flags::text[], false))
      AND NOT coalesce(flagged.flags && temper.without_flags, false)
      AND (line.least_amount IS NULL OR late.past_due >= line.least_amount)
      AND (NOT line.without_open_promise
           OR line.trigger IN ('days_to_promise', 'promise_broken', 'days_to_plan', 'plan_broken')
           OR promise.id IS NULL OR (promise.last_day < %(on)s AND NOT promise.is_awaiting))
      AND (line.trigger NOT IN ('days_to_promise', 'days_to_plan') OR NOT promise.is_awaiting)
)"""

_CHOSEN: Final = """
chosen AS (
    SELECT DISTINCT ON (party_id) * FROM fitting
    ORDER BY party_id, is_too_hot, rank, oldest NULLS LAST, next_due_on, loan_id
)"""

_ABOUT: Final = """
about AS (
    SELECT chosen.party_id, array_agg(late.loan_id ORDER BY late.loan_id) AS loan_ids,
        CASE chosen.trigger
            WHEN 'days_to_due' THEN sum(late.next_due_amount)
            WHEN 'days_to_promise' THEN max(chosen.promised)
            WHEN 'days_to_plan' THEN max(chosen.promised)
            ELSE sum(late.past_due) END AS amount,
        min(late.oldest) AS oldest
    FROM chosen
    JOIN late ON late.party_id = chosen.party_id AND CASE chosen.trigger
        WHEN 'days_to_due' THEN late.next_due_on = chosen.next_due_on AND late.next_due_amount > 0
        WHEN 'days_past_due' THEN late.past_due > 0
        ELSE late.loan_id = chosen.loan_id END
    LEFT JOIN flagged ON flagged.loan_id = late.loan_id
    WHERE NOT coalesce(flagged.flags && chosen.without_flags, false)
    GROUP BY chosen.party_id, chosen.trigger
)"""

_REACHABLE: Final = """
reachable AS (
    SELECT chosen.party_id, point.id AS contact_point_id, address.id AS address_id
    FROM chosen
    JOIN collections_app_strategyline AS line ON line.id = chosen.line_id
    JOIN notifications_messagetemplate AS template ON template.id = line.template_id
    LEFT JOIN LATERAL (
        SELECT id FROM loans_contactpoint
        WHERE party_id = chosen.party_id AND invalid_since IS NULL AND template.channel <> 'letter'
          AND kind = CASE template.channel WHEN 'email' THEN 'email' ELSE 'phone' END
          AND (template.channel <> 'sms' OR place IN ('mobile', ''))
        ORDER BY (place = 'mobile') DESC, verified_on DESC NULLS LAST, id LIMIT 1
    ) AS point ON true
    LEFT JOIN LATERAL (
        SELECT id FROM loans_address
        WHERE party_id = chosen.party_id AND is_current AND template.channel = 'letter'
          AND NOT EXISTS (
            SELECT 1 FROM notifications_message AS tried
            JOIN notifications_letter AS letter ON letter.message_id = tried.id
            WHERE tried.address_id = loans_address.id AND letter.failure = 'came_back')
        ORDER BY (kind = 'mail') DESC, (kind = 'home') DESC, id LIMIT 1
    ) AS address ON true
    WHERE point.id IS NOT NULL OR address.id IS NOT NULL
)"""

#: A key that sorts by its moment, made in the database; PostgreSQL has its own from 18 on only.
_UUID7: Final = """
encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
    FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid"""

_PLANNED: Final = f"""
planned AS MATERIALIZED (
    SELECT {_UUID7} AS id,
        CASE WHEN chosen.is_too_hot THEN 'relationship'
            WHEN chosen.is_heated AND lately.was_in_longer_rest THEN 'relationship_rest'
            ELSE '' END AS left_out,
        chosen.party_id, reachable.contact_point_id, reachable.address_id,
        template.id AS template_id, template.channel, template.purpose, chosen.language,
        CASE chosen.trigger
            WHEN 'days_to_due' THEN 'due:' || chosen.next_due_on
            WHEN 'days_past_due' THEN 'due:' || about.oldest
            ELSE 'promise:' || chosen.promise_id END AS anchor,
        line.code || CASE WHEN line.last_day > line.first_day THEN
            '@' || CASE chosen.trigger WHEN 'days_to_due' THEN chosen.days_to_due
                WHEN 'days_past_due' THEN chosen.days_past_due
                WHEN 'promise_broken' THEN %(on)s - chosen.last_day
                WHEN 'plan_broken' THEN %(on)s - chosen.last_day
                ELSE %(on)s - chosen.promised_on END
            ELSE '' END AS step,
        about.amount, about.loan_ids,
        CASE chosen.trigger WHEN 'days_to_due' THEN chosen.next_due_on
            WHEN 'days_past_due' THEN about.oldest ELSE chosen.promised_on END AS due_on,
        (%(on)s::date + line.send_at) AT TIME ZONE %(zone)s AS send_at,
        (%(on)s::date + line.send_at) AT TIME ZONE %(zone)s
            + make_interval(hours => line.useful_hours) AS expires_at
    FROM chosen
    JOIN about USING (party_id)
    JOIN reachable USING (party_id)
    JOIN collections_app_strategyline AS line ON line.id = chosen.line_id
    JOIN notifications_messagetemplate AS template ON template.id = line.template_id
    LEFT JOIN LATERAL (
        SELECT bool_or(message.state <> 'suppressed' AND message.send_at > %(quiet_from)s
                AND message.send_at < %(quiet_to)s) AS was_in_rest,
            bool_or(message.state <> 'suppressed') AS was_in_longer_rest,
            bool_or(message.state = 'suppressed' AND message.send_at >= %(morning)s
                AND message.send_at < %(night)s) AS was_left_out
        FROM notifications_message AS message
        WHERE message.party_id = chosen.party_id AND message.portfolio_id = %(portfolio)s
          AND message.planned_at > %(lately)s AND message.batch_id IS NOT NULL
          AND (message.state NOT IN ('suppressed', 'cancelled', 'expired', 'failed')
               OR (message.state = 'suppressed' AND message.reason LIKE 'relationship%%'))
          AND message.send_at > %(heated_from)s AND message.send_at < %(heated_to)s
    ) AS lately ON true
    WHERE about.amount > 0 AND NOT coalesce(lately.was_in_rest, false)
      -- Whom a message of the day was not sent to for that reason is not told of again.
      AND NOT (coalesce(lately.was_left_out, false) AND (chosen.is_too_hot
          OR chosen.is_heated AND lately.was_in_longer_rest))
)"""  # noqa: S608 - only constants of this module

_COMMON: Final = ",".join((_LATE, FLAGGED, _FITTING, _CHOSEN, _ABOUT, _REACHABLE, _PLANNED))

#: Counts what would be planned, by line and channel; writes nothing.
PREVIEW: Final = f"""WITH {_COMMON}
SELECT step, channel, count(*) FILTER (WHERE left_out = ''),
    coalesce(sum(cardinality(loan_ids)) FILTER (WHERE left_out = ''), 0),
    count(*) FILTER (WHERE left_out <> '')
FROM planned GROUP BY 1, 2"""  # noqa: S608 - only constants of this module

#: Some of those whom one line would write to.
SAMPLE: Final = f"""WITH {_COMMON}
SELECT party_id, contact_point_id, loan_ids, send_at, language FROM planned
WHERE split_part(step, '@', 1) = %(code)s AND left_out = '' ORDER BY party_id LIMIT %(most)s"""  # noqa: S608 - only constants of this module

PLAN: Final = f"""WITH {_COMMON}, owed AS (
    INSERT INTO notifications_message (id, portfolio_id, party_id, contact_point_id, address_id,
        channel, purpose, anchor, step, template_id, language, amount, due_on, batch_id,
        planned_by, planned_at, send_at, expires_at, state, reason, reason_values,
        attempt_count, asked_count, provider_ref)
    SELECT id, %(portfolio)s, party_id, contact_point_id, address_id, channel, purpose, anchor,
        step, template_id, language, amount, due_on, %(batch)s, %(by)s, %(now)s, send_at,
        expires_at, CASE left_out WHEN '' THEN 'waiting' ELSE 'suppressed' END, left_out,
        '{{}}', 0, 0, ''
    FROM planned WHERE expires_at > %(now)s
    ORDER BY party_id -- all are found before the first is written: looking is not slowed by it
    ON CONFLICT ON CONSTRAINT message_obligation_once DO NOTHING
    RETURNING id, state, reason
), loans AS (
    INSERT INTO notifications_messageloan (message_id, loan_id)
    SELECT planned.id, loan_id
    FROM planned JOIN owed USING (id), unnest(planned.loan_ids) AS loan_id
), told AS (
    INSERT INTO notifications_messageevent (message_id, state, at, word, "values", by)
    SELECT id, state, %(now)s, reason, '{{}}', %(by)s FROM owed
)
SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FROM owed"""  # noqa: S608 - only constants of this module
