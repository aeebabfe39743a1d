-- The instalments as replay would derive them: paid in full below `open_from`, open from there on.
-- Those of a loan lie together, as replay writes them.
-- Parameters: first, last.
INSERT INTO loans_instalment (id, loan_id, number, kind, from_on, due_on, principal, interest, fee,
    penalty, paid_principal, paid_interest, paid_fee, paid_penalty, relieved_principal,
    relieved_interest, relieved_fee, relieved_penalty, satisfied_on)
SELECT (n - 1) * 36::bigint + i, id, i, 'scheduled',
    CASE WHEN i = 1 THEN started_on ELSE bench.due(first_due_on, i - 1) END,
    bench.due(first_due_on, i), due, interest, 0, 0,
    CASE WHEN i < open_from THEN due WHEN i = open_from THEN part_principal ELSE 0 END,
    CASE WHEN i < open_from THEN interest WHEN i = open_from THEN part_interest ELSE 0 END,
    0, 0, 0, 0, 0, 0,
    CASE WHEN i < open_from
        THEN bench.due(first_due_on, i) + bench.days_to_pay(n, i, is_debited) END
FROM bench.loan, generate_series(1, 36) AS i,
    LATERAL (SELECT CASE WHEN i = 36 THEN last_part ELSE part END AS due) AS stated
WHERE n BETWEEN %(first)s AND %(last)s
ORDER BY n, i;
