-- Positions at the end of the day that was closed last, and the buckets the loans have been in.
-- Parameters: first, last, through, grace (days of grace of both portfolios).
INSERT INTO loans_position (loan_id, portfolio_id, status, aged_on, oldest_unsatisfied_due_on,
    paused_days, paused_from, pause_starts, pause_ends, facts_ahead, bucket, overdue_principal,
    overdue_interest, overdue_fee, overdue_penalty, overdue_amount, outstanding_principal,
    outstanding_amount, overpaid_amount, pending_amount, next_due_on, next_due_amount, next_due_number,
    last_repayment_on, last_repayment_amount, next_transition_on, replayed_at, is_set_aside, error)
WITH counted AS (
    SELECT *, greatest(0, late_through - open_from + 1) AS late,
        greatest(open_from, late_through + 1) AS next,
        CASE WHEN open_from <= late_through THEN bench.due(first_due_on, open_from) END AS oldest
    FROM bench.loan WHERE n BETWEEN %(first)s AND %(last)s
), judged AS (
    SELECT *, coalesce(%(through)s - oldest, 0) AS days,
        CASE WHEN next <= 36 THEN bench.due(first_due_on, next) END AS next_due_on,
        late * part + CASE WHEN late_through = 36 AND late > 0 THEN last_part - part ELSE 0 END
            - CASE WHEN late > 0 THEN part_principal ELSE 0 END AS late_principal,
        late * interest - CASE WHEN late > 0 THEN part_interest ELSE 0 END AS late_interest,
        CASE WHEN open_from > 36 THEN 0
            ELSE principal - (open_from - 1) * part - part_principal END AS owed_principal,
        (37 - open_from) * interest - part_interest AS owed_interest
    FROM counted
)
SELECT judged.id, judged.portfolio_id, CASE WHEN open_from > 36 THEN 'paid_off' ELSE 'active' END,
    %(through)s, oldest, 0, NULL, '{}', '{}', '{}', bucket.code, late_principal, late_interest,
    0, 0, late_principal + late_interest, owed_principal, owed_principal + owed_interest, 0, 0,
    next_due_on,
    CASE WHEN next > 36 THEN 0 ELSE interest + CASE WHEN next = 36 THEN last_part ELSE part END END,
    CASE WHEN next <= 36 THEN next END,
    CASE WHEN part_paid_on IS NOT NULL THEN part_paid_on WHEN open_from > 1
        THEN bench.due(first_due_on, open_from - 1)
            + bench.days_to_pay(n, open_from - 1, is_debited) END,
    CASE WHEN part_paid_on IS NOT NULL THEN part_principal + part_interest WHEN open_from > 1
        THEN interest + CASE WHEN open_from = 37 THEN last_part ELSE part END END,
    least(
        next_due_on + 1,
        CASE WHEN oldest + 1 + %(grace)s > %(through)s THEN oldest + 1 + %(grace)s END,
        oldest + bucket.days_to_next),
    %(through)s + TIME '18:00', false, ''
FROM judged
JOIN loans_portfolio AS books ON books.id = judged.portfolio_id
JOIN (
    SELECT scheme_id, code, from_days, to_days,
        lead(from_days) OVER (PARTITION BY scheme_id ORDER BY from_days) AS days_to_next
    FROM loans_bucketrange
) AS bucket ON bucket.scheme_id = books.bucket_scheme_id AND bucket.from_days <= judged.days
    AND (bucket.to_days IS NULL OR judged.days <= bucket.to_days);

INSERT INTO loans_bucketstay (loan_id, bucket, entered_on, left_on, recorded_at)
WITH entries AS (
    SELECT n, id, portfolio_id, started_on AS entered_on, 0 AS days FROM bench.loan
    WHERE n BETWEEN %(first)s AND %(last)s
    UNION ALL
    -- A payment two days late or more: in the first late bucket from the day after the due day
    -- until the money came.
    SELECT n, id, portfolio_id, due_on + step.after, step.days
    FROM bench.loan, generate_series(1, open_from - 1) AS i,
        LATERAL (SELECT bench.due(first_due_on, i) AS due_on,
            bench.days_to_pay(n, i, is_debited) AS late) AS paid,
        LATERAL (VALUES (1, 1), (paid.late, 0)) AS step (after, days)
    WHERE n BETWEEN %(first)s AND %(last)s AND paid.late >= 2
    UNION ALL
    -- Behind still: every bucket entered since.
    SELECT n, loan.id, loan.portfolio_id, bench.due(first_due_on, open_from) + bucket.from_days,
        bucket.from_days
    FROM bench.loan JOIN loans_portfolio AS books ON books.id = loan.portfolio_id
    JOIN loans_bucketrange AS bucket ON bucket.scheme_id = books.bucket_scheme_id
    WHERE n BETWEEN %(first)s AND %(last)s AND open_from <= late_through AND bucket.from_days > 0
        AND bench.due(first_due_on, open_from) + bucket.from_days <= %(through)s
)
SELECT entries.id, bucket.code, entered_on,
    lead(entered_on) OVER (PARTITION BY n ORDER BY entered_on), entered_on + TIME '18:00'
FROM entries
JOIN loans_portfolio AS books ON books.id = entries.portfolio_id
JOIN loans_bucketrange AS bucket ON bucket.scheme_id = books.bucket_scheme_id
    AND bucket.from_days <= entries.days
    AND (bucket.to_days IS NULL OR entries.days <= bucket.to_days)
ORDER BY n, entered_on;
