-- Loans of the numbers from first to last, who signed them, the cars, the schedules as stated.
-- Parameters: first, last.
INSERT INTO loans_loan (id, portfolio_id, product_id, contract_no, started_on, principal_amount,
    terms, region, attributes, created_at)
SELECT id, portfolio_id, product_id,
    CASE WHEN is_side THEN 'PR-' ELSE 'MG' END || lpad(n::text, 8, '0'), started_on, principal,
    '{}', CASE WHEN is_side THEN 'TX' ELSE (ARRAY['广东', '江苏', '浙江', '四川', '湖南'])[1 + n %% 5] END,
    '{}', started_on + TIME '09:00'
FROM bench.loan WHERE n BETWEEN %(first)s AND %(last)s;

INSERT INTO loans_loanparty (loan_id, party_id, role, relationship)
SELECT id, party_id, 'borrower', '' FROM bench.loan WHERE n BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT loan.id, other.party_id, 'guarantor', ''
FROM bench.loan AS loan JOIN bench.loan AS other ON other.n = loan.n - 3
WHERE loan.n BETWEEN %(first)s AND %(last)s AND loan.n %% 20 = 7 AND NOT loan.is_side;

INSERT INTO loans_vehicle (id, loan_id, vin, plate, make, model, model_year, condition,
    value_amount, valued_on, insurer, gps_device)
SELECT bench.id('vehicle', n), id,
    CASE WHEN is_side THEN '1FT' ELSE 'LSV' END || upper(substr(md5('vin' || n), 1, 14)),
    CASE WHEN is_side THEN upper(substr(md5('plate' || n), 1, 3)) || lpad((n %% 10000)::text, 4, '0')
        ELSE (ARRAY['粤B', '苏A', '浙A', '川A', '湘A'])[1 + n %% 5]
            || '·' || upper(substr(md5('plate' || n), 1, 5)) END,
    (ARRAY['Volkswagen', 'Toyota', 'BYD', 'Honda', 'Geely', 'Nissan'])[1 + n %% 6],
    (ARRAY['Lavida', 'Corolla', 'Qin', 'Accord', 'Emgrand', 'Sylphy'])[1 + n %% 6],
    extract(year FROM started_on)::int - n %% 4, CASE WHEN n %% 4 = 0 THEN 'new' ELSE 'used' END,
    principal * 1.3, started_on, '', CASE WHEN n %% 2 = 0 THEN 'GPS' || n ELSE '' END
FROM bench.loan WHERE n BETWEEN %(first)s AND %(last)s;

INSERT INTO loans_schedule (loan_id, value_on, known_at, external_ref, entered_by, version, origin,
    numbers, from_dates, due_dates, principals, interests, fees, starts_with_down_payment, reason)
SELECT id, started_on, started_on + TIME '09:00', '', 'Lender feed', 1, 'stated',
    ARRAY(SELECT generate_series(1, 36)),
    started_on || ARRAY(SELECT bench.due(first_due_on, i) FROM generate_series(1, 35) AS i),
    ARRAY(SELECT bench.due(first_due_on, i) FROM generate_series(1, 36) AS i),
    array_fill(part, ARRAY[35]) || last_part, array_fill(interest, ARRAY[36]),
    array_fill(0.00, ARRAY[36]), false, ''
FROM bench.loan WHERE n BETWEEN %(first)s AND %(last)s;
