-- The plan of the book: one row per loan, from which every other table follows by arithmetic alone.
-- Chance is a hash of the loan's number, so that the same book is built every time.
-- Parameters: loans, side (loans of the second portfolio), through (the day that was closed last),
-- main and side portfolio and product.
CREATE SCHEMA bench;

-- A number from 0 to 999 that follows from a loan, a part of it and a purpose.
CREATE FUNCTION bench.chance(loan int, part int, purpose int) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(loan::bigint * 64 + part, purpose) & 65535)::int * 1000 / 65536 $$;

-- An identifier of version 7: the first part grows with the number, the rest is a hash.
CREATE FUNCTION bench.id(kind text, number bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (lpad(to_hex(1672531200000 + number * 60000), 12, '0') || '7'
    || substr(md5(kind || number), 1, 3) || '8' || substr(md5(kind || number), 4, 15))::uuid $$;

-- How many days after its due date an instalment is paid, where it is paid. Loans that are debited
-- on the 15th are booked on the 16th at the earliest: the bank's results arrive the next morning.
-- Drawn from 64 equal chances; each argument is used once, so that the planner writes the function
-- out where it is called.
CREATE FUNCTION bench.days_to_pay(loan int, instalment int, debited boolean) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE WHEN debited THEN array_fill(1, ARRAY[60]) || '{3,6,12,20}'::int[]
        ELSE '{-5,-4,-3,-2,-1,-5,-4,-3,-2,-1}'::int[] || array_fill(0, ARRAY[48])
            || '{1,2,3,6,12,20}'::int[]
        END)[1 + (hashint8extended(loan::bigint * 64 + instalment, 1) & 63)::int]
$$;

CREATE FUNCTION bench.due(first_due_on date, instalment int) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (first_due_on + make_interval(months => instalment - 1))::date $$;

CREATE UNLOGGED TABLE bench.loan AS
WITH drawn AS (
    SELECT n, n > %(loans)s AS is_side,
        bench.chance(n, 0, 2) < 500 AS is_debited,
        1 + bench.chance(n, 0, 3) * 28 / 1000 AS any_day,
        -- Young books grow: most loans are in their first year.
        1 + (36 * power(bench.chance(n, 0, 4) / 1000.0, 2))::int %% 36 AS fallen,
        (30000 + 500 * (bench.chance(n, 0, 5) / 2))::numeric(14,2) AS principal,
        bench.chance(n, 0, 6) AS fate
    FROM generate_series(1, %(loans)s + %(side)s) AS n
), dated AS (
    SELECT *, CASE WHEN is_debited THEN 15 ELSE any_day END AS due_day,
        trunc(principal / 36, 2) AS part,
        round(principal * (4 + bench.chance(n, 0, 7) %% 5) / 1200, 2) AS interest,
        CASE WHEN fate < 45 THEN 1 WHEN fate < 57 THEN 2 WHEN fate < 63 THEN 3
            WHEN fate < 70 THEN 4 + fate %% 9 ELSE 0 END
            + CASE WHEN is_debited AND fate < 70 THEN 1 ELSE 0 END AS tail
    FROM drawn
), placed AS (
    SELECT *, (date_trunc('month', %(through)s::date)
        - make_interval(months => (due_day > extract(day FROM %(through)s::date))::int
            + fallen - 1, days => 1 - due_day))::date AS first_due_on
    FROM dated
), paid AS (
    -- `open_from` is the number of the first instalment that is not paid; 37 when all are.
    SELECT *, bench.due(first_due_on, fallen) AS last_due_on, CASE
        WHEN tail > 0 THEN greatest(1, fallen - tail + 1)
        WHEN bench.due(first_due_on, fallen) + bench.days_to_pay(n, fallen, is_debited)
            > %(through)s THEN fallen
        WHEN fallen < 36 AND bench.due(first_due_on, fallen + 1)
            + bench.days_to_pay(n, fallen + 1, is_debited) <= %(through)s THEN fallen + 2
        ELSE fallen + 1 END AS open_from
    FROM placed
), parted AS (
    -- Every third loan behind has paid a part of the instalment it stands at.
    SELECT *, CASE WHEN tail > 0 AND n %% 3 = 0 AND open_from <= fallen
            AND bench.due(first_due_on, open_from) + 5 + n %% 5 <= %(through)s
        THEN bench.due(first_due_on, open_from) + 5 + n %% 5 END AS part_paid_on
    FROM paid
)
SELECT n, bench.id('loan', n) AS id,
    CASE WHEN is_side THEN %(side_portfolio)s ELSE %(main_portfolio)s END::uuid AS portfolio_id,
    CASE WHEN is_side THEN %(side_product)s ELSE %(main_product)s END::uuid AS product_id,
    is_side,
    -- Every tenth loan is the second one of the person before.
    n - (n %% 10 = 0)::int AS person, bench.id('party', n - (n %% 10 = 0)::int) AS party_id,
    is_debited, principal, part, principal - 35 * part AS last_part, interest, fallen,
    first_due_on, (first_due_on - INTERVAL '1 month')::date AS started_on,
    fallen - (last_due_on = %(through)s)::int AS late_through,
    open_from, part_paid_on,
    CASE WHEN part_paid_on IS NULL THEN 0.00
        ELSE round((part + interest) * 0.4, 2) - interest END AS part_principal,
    CASE WHEN part_paid_on IS NULL THEN 0.00 ELSE interest END AS part_interest,
    coalesce(sum(open_from - 1 + (part_paid_on IS NOT NULL)::int)
        OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint
        AS repayments_before
FROM parted;
ALTER TABLE bench.loan ADD PRIMARY KEY (n);
ANALYZE bench.loan;
