-- The money that came: one repayment for each paid instalment, and the parts paid of open ones.
-- Parameters: first, last.
INSERT INTO loans_repayment (id, loan_id, value_on, known_at, external_ref, entered_by, amount,
    kind, state, method)
SELECT repayments_before + i, id, paid_on, paid_on + TIME '10:00',
    'R' || (repayments_before + i), 'Lender feed', amount, 'regular', 'settled',
    CASE WHEN is_debited THEN 'direct debit' ELSE 'bank transfer' END
FROM bench.loan, generate_series(1, open_from - 1 + (part_paid_on IS NOT NULL)::int) AS i,
    LATERAL (SELECT
        CASE WHEN i = open_from THEN part_paid_on
            ELSE bench.due(first_due_on, i) + bench.days_to_pay(n, i, is_debited) END AS paid_on,
        CASE WHEN i = open_from THEN part_principal + part_interest
            ELSE interest + CASE WHEN i = 36 THEN last_part ELSE part END END AS amount) AS came
WHERE n BETWEEN %(first)s AND %(last)s;

INSERT INTO loans_allocation (id, loan_id, repayment_id, instalment_number, principal, interest,
    fee, penalty)
SELECT repayments_before + i, id, repayments_before + i, i,
    CASE WHEN i = open_from THEN part_principal WHEN i = 36 THEN last_part ELSE part END,
    interest, 0, 0
FROM bench.loan, generate_series(1, open_from - 1 + (part_paid_on IS NOT NULL)::int) AS i
WHERE n BETWEEN %(first)s AND %(last)s;
