-- Cases of the loans that are behind, and of those that were within the last 60 days, with their
-- events. Dealt to the agents person by person, by a hash: in turn, some would get nobody, for
-- who is behind follows from the number of the loan.
-- Parameters: through, opens_after (days from the due day to the day a case opens).
CREATE UNLOGGED TABLE bench.episode AS
WITH late AS (
    SELECT n, id AS loan_id, portfolio_id, party_id, person, open_from AS instalment,
        bench.due(first_due_on, open_from) AS due_on, NULL::date AS paid_on
    FROM bench.loan WHERE open_from <= late_through
    UNION ALL
    SELECT n, id, portfolio_id, party_id, person, i, due_on,
        due_on + bench.days_to_pay(n, i, is_debited)
    FROM bench.loan, generate_series(greatest(1, open_from - 3), open_from - 1) AS i,
        LATERAL (SELECT bench.due(first_due_on, i) AS due_on) AS stated
    WHERE bench.days_to_pay(n, i, is_debited) > %(opens_after)s
        AND due_on > %(through)s::date - 60
), agents AS (
    SELECT id, team_id, row_number() OVER (ORDER BY email) - 1 AS turn, count(*) OVER () AS agents
    FROM accounts_user WHERE role = 'agent'
)
SELECT row_number() OVER (ORDER BY due_on, n) AS number, late.*,
    due_on + %(opens_after)s AS opened_on, agents.id AS assignee_id, agents.team_id
FROM late JOIN agents ON agents.turn = abs(hashint8(late.person)::bigint) %% agents.agents
WHERE due_on + %(opens_after)s <= %(through)s;
ALTER TABLE bench.episode ADD PRIMARY KEY (number);
ANALYZE bench.episode;

INSERT INTO collections_app_case (id, loan_id, portfolio_id, borrower_id, state, opened_on,
    closed_on, close_reason, team_id, assignee_id, assigned_at, next_step, next_step_at, created_at)
SELECT bench.id('case', number), loan_id, portfolio_id, party_id,
    CASE WHEN paid_on IS NULL THEN 'open' ELSE 'cured' END, opened_on, paid_on,
    CASE WHEN paid_on IS NULL THEN '' ELSE 'cured' END, team_id, assignee_id,
    opened_on + TIME '17:00', (ARRAY['call', 'call', 'call', 'sms', 'check_payment'])[1 + number %% 5],
    %(through)s + TIME '01:00' + make_interval(hours => (number %% 96)::int - 24),
    opened_on + TIME '17:00'
FROM bench.episode;

INSERT INTO collections_app_caseevent (case_id, kind, "on", by, reason, data, to_user_id, known_at)
SELECT bench.id('case', number), happened.kind, happened.day, 'system',
    CASE happened.kind WHEN 'cured' THEN 'cured' ELSE '' END, '{}',
    CASE happened.kind WHEN 'assigned' THEN assignee_id END, happened.day + TIME '17:00'
FROM bench.episode, LATERAL (VALUES
    ('opened', opened_on), ('assigned', opened_on), ('cured', paid_on)) AS happened (kind, day)
WHERE happened.day IS NOT NULL;
