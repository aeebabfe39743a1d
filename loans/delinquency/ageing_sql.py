"""The statement that ages positions by set: what `summarise` does in Python, for many loans.

Instalments, pauses and totals do not change by the passing of days, so a position on a later date
follows from the stored rows alone, as long as no known fact takes effect in between (loans with one
are replayed instead). A test compares every column with `summarise` on random loans.
"""

from __future__ import annotations

from typing import Final

#: How the statement is planned. Its loans are named in the order in which their rows lie, so each
#: is looked up by its key from one table to the next: reading whole tables of a million loans for
#: the twenty thousand of an ordinary day, as joining by hash does, takes longer than ageing them.
#: Where the server may, it would compile the statement, which costs more than running it.
PLANNED_AS: Final = (
    "SET LOCAL jit = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
)
PLANNED_AS_USUAL: Final = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on"

#: Parameters: on, now, loan_ids and, one element per product, product_ids, first_days, all_pauses,
#: grace_days, grace_off, by_delinquent_days; one element for each day from which a product has
#: another bucket, step_products, step_days, step_codes, step_nexts (the lower bound of the bucket
#: above). Returns one row: how many rows it changed, how many loans moved to another bucket, and
#: whether arrears of any loan changed.
#:
#: What was late stays late, so only the instalments that fell due since are added to it: of each
#: loan those from the one due next up to the first that is still to come, as a rule two rows, by
#: the index on their numbers. Where numbers and due dates do not rise together that cannot be read
#: so; such a loan is left as it is, and so is one that is marked to be replayed.
AGE_POSITIONS: Final = """
WITH counting AS MATERIALIZED (
    SELECT c.*, days, codes, nexts
    FROM unnest(
        %(product_ids)s::uuid[], %(first_days)s::int[], %(all_pauses)s::boolean[],
        %(grace_days)s::int[], %(grace_off)s::boolean[], %(by_delinquent_days)s::boolean[]
    ) AS c (product_id, first_day, all_pauses, grace_days, grace_off, by_delinquent_days)
    JOIN (
        SELECT product_id, array_agg(day ORDER BY day) AS days,
            array_agg(code ORDER BY day) AS codes, array_agg(next ORDER BY day) AS nexts
        FROM unnest(
            %(step_products)s::uuid[], %(step_days)s::int[], %(step_codes)s::text[],
            %(step_nexts)s::int[]
        ) AS step (product_id, day, code, next)
        GROUP BY product_id
    ) AS steps USING (product_id)
), late AS (
    -- 1. What is late, and what comes next.
    SELECT was.loan_id, was.pause_starts, was.pause_ends, was.facts_ahead,
        was.bucket AS bucket_before, was.overdue_amount AS overdue_before,
        was.oldest_unsatisfied_due_on AS oldest_before, counting.*,
        coalesce(was.oldest_unsatisfied_due_on, due.oldest) AS oldest,
        was.overdue_principal + due.principal AS principal,
        was.overdue_interest + due.interest AS interest,
        was.overdue_fee + due.fee AS fee,
        was.overdue_penalty + due.penalty AS penalty,
        CASE WHEN has_come THEN due.next_on ELSE was.next_due_on END AS next_due_on,
        CASE WHEN has_come THEN coalesce(due.next_amount, 0)
            ELSE was.next_due_amount END AS next_due_amount,
        CASE WHEN has_come THEN due.next_number ELSE was.next_due_number END AS next_due_number
    FROM unnest(%(loan_ids)s::uuid[]) AS asked (loan_id)
    JOIN loans_position AS was ON was.loan_id = asked.loan_id
    JOIN loans_loan AS loan ON loan.id = asked.loan_id
    JOIN counting USING (product_id)
    CROSS JOIN LATERAL (
        SELECT coalesce(was.next_due_on < %(on)s + first_day, false) AS has_come
    ) AS next
    CROSS JOIN LATERAL (
        SELECT min(due_on) FILTER (WHERE is_late) AS oldest,
            coalesce(sum(principal) FILTER (WHERE is_late), 0) AS principal,
            coalesce(sum(interest) FILTER (WHERE is_late), 0) AS interest,
            coalesce(sum(fee) FILTER (WHERE is_late), 0) AS fee,
            coalesce(sum(penalty) FILTER (WHERE is_late), 0) AS penalty,
            min(number) FILTER (WHERE NOT is_late) AS next_number,
            min(due_on) FILTER (WHERE NOT is_late) AS next_on,
            (array_agg(principal + interest + fee + penalty ORDER BY number)
                FILTER (WHERE NOT is_late))[1] AS next_amount
        FROM (
            SELECT i.number, i.due_on, i.due_on < %(on)s + first_day AS is_late,
                i.principal - i.paid_principal - i.relieved_principal AS principal,
                i.interest - i.paid_interest - i.relieved_interest AS interest,
                i.fee - i.paid_fee - i.relieved_fee AS fee,
                i.penalty - i.paid_penalty - i.relieved_penalty AS penalty
            FROM loans_instalment AS i
            WHERE i.loan_id = asked.loan_id AND i.number >= was.next_due_number
                AND i.due_on >= was.next_due_on AND i.satisfied_on IS NULL
            ORDER BY i.number
            -- Due dates rise, so no more of them than days; and the first that has not come.
            LIMIT CASE WHEN has_come THEN %(on)s + first_day - was.next_due_on + 1 ELSE 0 END
        ) AS open
    ) AS due
    WHERE (was.next_due_number IS NOT NULL OR NOT has_come)
        -- Marked to be replayed since the loans were chosen: that mark must not get lost.
        AND NOT was.is_set_aside AND was.next_transition_on > DATE '0001-01-01'
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
), placed AS MATERIALIZED (
    -- 3. The bucket, and the lower bound of the next one.
    SELECT counted.*, codes[step.at] AS bucket, nexts[step.at] AS wanted,
        CASE WHEN running_since IS NULL THEN NULL WHEN all_pauses THEN running_since
            ELSE greatest(running_since, oldest) END AS paused_from
    FROM counted, LATERAL (
        SELECT width_bucket(CASE WHEN NOT by_delinquent_days OR dpd = 0 THEN dpd
            ELSE greatest(0, dpd - paused - CASE WHEN grace_off THEN grace_days ELSE 0 END)
            END, days) AS at
    ) AS step
), aged AS MATERIALIZED (
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
        next_due_number = aged.next_due_number,
        next_transition_on = aged.next_transition_on
    FROM aged
    WHERE aged.loan_id = position.loan_id
        AND (position.oldest_unsatisfied_due_on, position.paused_days, position.paused_from,
            position.bucket, position.overdue_principal, position.overdue_interest,
            position.overdue_fee, position.overdue_penalty, position.next_due_on,
            position.next_due_amount, position.next_due_number, position.next_transition_on)
        IS DISTINCT FROM (aged.oldest, aged.ended_paused_days, aged.paused_from, aged.bucket,
            aged.principal, aged.interest, aged.fee, aged.penalty, aged.next_due_on,
            aged.next_due_amount, aged.next_due_number, aged.next_transition_on)
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
    RETURNING loan_id
), left_stay AS (
    UPDATE loans_bucketstay AS stay SET left_on = %(on)s
    FROM changed
    WHERE changed.bucket <> changed.bucket_before AND stay.loan_id = changed.loan_id
        AND stay.left_on IS NULL AND stay.superseded_at IS NULL AND stay.entered_on < %(on)s
    RETURNING stay.loan_id
), entered_stay AS (
    -- Counts what was left before it begins, so that a stay ends before the next one begins.
    INSERT INTO loans_bucketstay (loan_id, bucket, entered_on, recorded_at)
    SELECT loan_id, bucket, %(on)s, %(now)s FROM changed
    WHERE bucket <> bucket_before AND (SELECT count(*) FROM left_stay) >= 0
    RETURNING loan_id
)
SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM entered_stay),
    EXISTS (SELECT FROM told)
"""
