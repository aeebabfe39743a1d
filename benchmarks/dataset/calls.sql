-- The calls made on each case: one every six days, for as long as it was open or for two months.
-- Parameters: through.
CREATE UNLOGGED TABLE bench.call AS
SELECT row_number() OVER (ORDER BY number, at) AS call, number, n, loan_id, portfolio_id, party_id,
    person, assignee_id, day + TIME '02:00' + make_interval(mins => (number %% 360)::int) AS at,
    bench.chance(number::int, (day - opened_on) %% 64, 8) AS luck
FROM bench.episode,
    LATERAL (SELECT coalesce(paid_on, %(through)s::date) AS last_on) AS over,
    LATERAL (SELECT opened_on + step AS day
        FROM generate_series(1, least(last_on - opened_on, 60), 6) AS step) AS days,
    LATERAL (SELECT day + TIME '02:00' AS at) AS moment;
ALTER TABLE bench.call ADD PRIMARY KEY (call);
ANALYZE bench.call;

