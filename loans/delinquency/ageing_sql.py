"""The statement that ages positions by set: what `summarise` does in Python, for many loans.

Instalments, pauses and totals do not change by the passing of days, so a position on a later date
follows from the stored rows alone, as long as no known fact takes effect in between (loans with one
are replayed instead). A test compares every column with `summarise` on random loans.
"""

from __future__ import annotations

from typing import Final

#: Parameters: on, loan_ids and, one element per product, product_ids, first_days, all_pauses,
#: grace_days, grace_off, by_delinquent_days; one element per bucket, bucket_products, bucket_codes,
#: bucket_mins, bucket_maxes. Returns one row: how many rows it changed, how many loans moved to
#: another bucket, these loans and their new buckets as array literals to be passed on unread, and
#: whether arrears of any loan changed.
#:
#: The instalments are read by two lookups for each loan, so the cost does not depend on how many
#: loans there are; amounts are worked out only for the few instalments that are late or next.
AGE_POSITIONS: Final = """
WITH counting AS (
    SELECT * FROM unnest(
        %(product_ids)s::uuid[], %(first_days)s::int[], %(all_pauses)s::boolean[],
        %(grace_days)s::int[], %(grace_off)s::boolean[], %(by_delinquent_days)s::boolean[]
    ) AS c (product_id, first_day, all_pauses, grace_days, grace_off, by_delinquent_days)
), buckets AS (
    SELECT * FROM unnest(
        %(bucket_products)s::uuid[], %(bucket_codes)s::text[], %(bucket_mins)s::int[],
        %(bucket_maxes)s::int[]
    ) AS b (product_id, code, min_days, max_days)
), late AS (
    -- 1. What is late and what comes next, from the instalments that are not satisfied.
    SELECT position.loan_id, position.portfolio_id, position.pause_starts, position.pause_ends,
        position.facts_ahead, position.bucket AS bucket_before,
        position.overdue_amount AS overdue_before,
        position.oldest_unsatisfied_due_on AS oldest_before, counting.*, open.*,
        coalesce(next.amount, 0) AS next_due_amount
    FROM unnest(%(loan_ids)s::uuid[]) AS asked (loan_id)
    JOIN loans_position AS position ON position.loan_id = asked.loan_id
    JOIN loans_loan AS loan ON loan.id = asked.loan_id
    JOIN counting USING (product_id)
    CROSS JOIN LATERAL (
        SELECT min(i.due_on) FILTER (WHERE i.due_on < %(on)s + first_day) AS oldest,
            coalesce(sum(i.principal - i.paid_principal - i.relieved_principal)
                FILTER (WHERE i.due_on < %(on)s + first_day), 0) AS principal,
            coalesce(sum(i.interest - i.paid_interest - i.relieved_interest)
                FILTER (WHERE i.due_on < %(on)s + first_day), 0) AS interest,
            coalesce(sum(i.fee - i.paid_fee - i.relieved_fee)
                FILTER (WHERE i.due_on < %(on)s + first_day), 0) AS fee,
            coalesce(sum(i.penalty - i.paid_penalty - i.relieved_penalty)
                FILTER (WHERE i.due_on < %(on)s + first_day), 0) AS penalty,
            min(i.due_on) FILTER (WHERE i.due_on >= %(on)s + first_day) AS next_due_on
        FROM loans_instalment AS i
        WHERE i.loan_id = asked.loan_id AND i.satisfied_on IS NULL
    ) AS open
    CROSS JOIN LATERAL (
        SELECT sum(i.principal + i.interest + i.fee + i.penalty
            - i.paid_principal - i.paid_interest - i.paid_fee - i.paid_penalty
            - i.relieved_principal - i.relieved_interest - i.relieved_fee - i.relieved_penalty
            ) AS amount
        FROM loans_instalment AS i
        WHERE i.loan_id = asked.loan_id AND i.satisfied_on IS NULL AND i.due_on = open.next_due_on
    ) AS next
), counted AS (
    -- 2. Days past due, and how many of them a pause takes off.
    SELECT late.*,
        CASE WHEN oldest IS NULL THEN 0 ELSE greatest(0, %(on)s - oldest + first_day) END AS dpd,
        CASE WHEN oldest IS NULL OR cardinality(pause_starts) = 0 THEN 0
            ELSE loans_paused_days(pause_starts, pause_ends,
                CASE WHEN all_pauses THEN DATE '0001-01-01' ELSE oldest END, %(on)s) END AS paused,
        CASE WHEN oldest IS NOT NULL AND cardinality(pause_starts) > 0 THEN (
            SELECT max(pause.starts_on)
            FROM unnest(pause_starts, pause_ends) AS pause (starts_on, ends_on)
            WHERE pause.starts_on <= %(on)s AND %(on)s < pause.ends_on
        ) END AS running_since
    FROM late
), placed AS (
    -- 3. The bucket, and the lower bound of the next one.
    SELECT counted.*,
        coalesce((SELECT b.code FROM buckets AS b
            WHERE b.product_id = counted.product_id AND b.min_days <= days.count
                AND (b.max_days IS NULL OR days.count <= b.max_days)
            ORDER BY b.min_days LIMIT 1), '') AS bucket,
        (SELECT min(b.min_days) FROM buckets AS b
            WHERE b.product_id = counted.product_id AND b.min_days > days.count) AS wanted,
        CASE WHEN running_since IS NULL THEN NULL WHEN all_pauses THEN running_since
            ELSE greatest(running_since, oldest) END AS paused_from
    FROM counted, LATERAL (
        SELECT CASE WHEN NOT by_delinquent_days OR dpd = 0 THEN dpd
            ELSE greatest(0, dpd - paused - CASE WHEN grace_off THEN grace_days ELSE 0 END)
            END AS count
    ) AS days
), aged AS (
    -- 4. The first later day on which one of these changes by itself. Each part is later already,
    -- or is left out; LEAST passes over parts that are null.
    SELECT placed.*, paused - CASE WHEN paused_from IS NULL THEN 0
            ELSE %(on)s - paused_from END AS ended_paused_days,
        least(
            next_due_on + 1 - first_day,
            CASE WHEN oldest + 1 - first_day + grace_days > %(on)s
                THEN oldest + 1 - first_day + grace_days END,
            CASE WHEN oldest IS NULL OR wanted IS NULL THEN NULL
                WHEN NOT by_delinquent_days OR (cardinality(pause_starts) = 0 AND NOT grace_off)
                    THEN oldest - first_day + wanted
                ELSE (SELECT min(candidate::date) FROM generate_series(
                    %(on)s + 1,
                    oldest - first_day + wanted + grace_days + (
                        SELECT coalesce(sum(pause.ends_on - pause.starts_on), 0)::int
                        FROM unnest(pause_starts, pause_ends) AS pause (starts_on, ends_on)),
                    INTERVAL '1 day') AS candidate
                    WHERE candidate::date - oldest + first_day
                        - CASE WHEN grace_off THEN grace_days ELSE 0 END
                        - loans_paused_days(pause_starts, pause_ends,
                            CASE WHEN all_pauses THEN DATE '0001-01-01' ELSE oldest END,
                            candidate::date) >= wanted) END,
            CASE WHEN cardinality(pause_starts) > 0 OR cardinality(facts_ahead) > 0 THEN (
                SELECT min(day) FROM unnest(pause_starts || pause_ends || facts_ahead) AS day
                WHERE day > %(on)s) END
        ) AS next_transition_on
    FROM placed
), changed AS (
    UPDATE loans_position AS position SET
        aged_on = %(on)s,
        oldest_unsatisfied_due_on = aged.oldest,
        paused_days = aged.ended_paused_days,
        paused_from = aged.paused_from,
        bucket = aged.bucket,
        overdue_principal = aged.principal,
        overdue_interest = aged.interest,
        overdue_fee = aged.fee,
        overdue_penalty = aged.penalty,
        overdue_amount = aged.principal + aged.interest + aged.fee + aged.penalty,
        next_due_on = aged.next_due_on,
        next_due_amount = aged.next_due_amount,
        next_transition_on = aged.next_transition_on
    FROM aged
    WHERE aged.loan_id = position.loan_id
        AND (position.oldest_unsatisfied_due_on, position.paused_days, position.paused_from,
            position.bucket, position.overdue_principal, position.overdue_interest,
            position.overdue_fee, position.overdue_penalty, position.next_due_on,
            position.next_due_amount, position.next_transition_on)
        IS DISTINCT FROM (aged.oldest, aged.ended_paused_days, aged.paused_from, aged.bucket,
            aged.principal, aged.interest, aged.fee, aged.penalty, aged.next_due_on,
            aged.next_due_amount, aged.next_transition_on)
    RETURNING position.loan_id, position.portfolio_id, position.bucket, aged.bucket_before,
        position.overdue_amount, aged.overdue_before, position.oldest_unsatisfied_due_on,
        aged.oldest_before
), told AS (
    INSERT INTO loans_positionchange (loan_id, portfolio_id, "on", cause, overdue_before,
        overdue_after, oldest_before, oldest_after)
    SELECT loan_id, portfolio_id, %(on)s, 'close', overdue_before, overdue_amount, oldest_before,
        oldest_unsatisfied_due_on
    FROM changed
    WHERE (overdue_before, oldest_before)
        IS DISTINCT FROM (overdue_amount, oldest_unsatisfied_due_on)
)
SELECT count(*),
    count(*) FILTER (WHERE bucket <> bucket_before),
    (array_agg(loan_id) FILTER (WHERE bucket <> bucket_before))::text,
    (array_agg(bucket) FILTER (WHERE bucket <> bucket_before))::text,
    coalesce(bool_or((overdue_before, oldest_before)
        IS DISTINCT FROM (overdue_amount, oldest_unsatisfied_due_on)), false)
FROM changed
"""

MOVE_STAYS_OUT: Final = """
UPDATE loans_bucketstay AS stay SET left_on = %(on)s
FROM unnest(%(loan_ids)s::uuid[]) AS moved (loan_id)
WHERE stay.loan_id = moved.loan_id AND stay.left_on IS NULL AND stay.superseded_at IS NULL
    AND stay.entered_on < %(on)s
"""

MOVE_STAYS_IN: Final = """
INSERT INTO loans_bucketstay (loan_id, bucket, entered_on, recorded_at)
SELECT loan_id, bucket, %(on)s, %(now)s
FROM unnest(%(loan_ids)s::uuid[], %(buckets)s::text[]) AS moved (loan_id, bucket)
"""
