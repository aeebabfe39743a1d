-- The ledger of the calls: each allowed by a verdict, and how it ended.
-- Parameters: none.
INSERT INTO compliance_verdict (id, portfolio_id, party_id, channel, at, is_allowed, findings,
    facts_seen, rule_packs, used, asked_by, known_at)
SELECT bench.id('verdict', call), portfolio_id, party_id, 'call', at, true, '[]', '{}', '["CN"]',
    '[]', 'Agent', at
FROM bench.call;

INSERT INTO compliance_attempt (id, portfolio_id, party_id, channel, direction, contact_point_id,
    at, verdict_id, content, is_unsanctioned, is_history, made_by, made_by_id,
    known_at)
SELECT bench.id('attempt', call), portfolio_id, party_id, 'call', 'outbound',
    bench.id('phone', person), at, bench.id('verdict', call), '{}', false, false, 'Agent',
    assignee_id::text, at
FROM bench.call;

INSERT INTO compliance_attemptloan (attempt_id, loan_id)
SELECT bench.id('attempt', call), loan_id FROM bench.call;

INSERT INTO compliance_settlement (attempt_id, sequence, outcome, at, settled_by, known_at)
SELECT bench.id('attempt', call), 1,
    CASE WHEN luck < 300 THEN 'conversation' WHEN luck < 400 THEN 'third_party' ELSE 'no_answer' END,
    at + INTERVAL '3 minutes', 'Agent', at + INTERVAL '3 minutes'
FROM bench.call;
