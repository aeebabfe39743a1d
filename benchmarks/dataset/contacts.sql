-- What was tried on each case: calls the gate allowed, how they ended, what was logged, promises.
-- Parameters: through.
INSERT INTO compliance_verdict (id, party_id, channel, at, is_allowed, findings, facts_seen,
    rule_packs, asked_by, known_at)
SELECT bench.id('verdict', call), party_id, 'call', at, true, '[]', '{}', '["CN"]', 'Agent', at
FROM bench.call;

INSERT INTO compliance_attempt (id, portfolio_id, party_id, channel, direction, contact_point_id,
    at, verdict_id, is_unsanctioned, is_history, made_by, made_by_id, known_at)
SELECT bench.id('attempt', call), portfolio_id, party_id, 'call', 'outbound',
    bench.id('phone', person), at, bench.id('verdict', call), false, false, 'Agent',
    assignee_id::text, at
FROM bench.call;

INSERT INTO compliance_attemptloan (attempt_id, loan_id)
SELECT bench.id('attempt', call), loan_id FROM bench.call;

INSERT INTO compliance_settlement (attempt_id, sequence, outcome, at, settled_by, known_at)
SELECT bench.id('attempt', call), 1,
    CASE WHEN luck < 300 THEN 'conversation' WHEN luck < 400 THEN 'third_party' ELSE 'no_answer' END,
    at + INTERVAL '3 minutes', 'Agent', at + INTERVAL '3 minutes'
FROM bench.call;

INSERT INTO collections_app_contact (id, case_id, attempt_id, result_id, note, next_step,
    next_step_at, at, logged_by_id, known_at)
SELECT bench.id('contact', call), bench.id('case', number), bench.id('attempt', call), result.id,
    note.sealed, result.next_step, at + make_interval(hours => result.next_step_after_hours),
    at + INTERVAL '3 minutes', assignee_id, at + INTERVAL '3 minutes'
FROM bench.call
JOIN collections_app_resultcode AS result ON result.code =
    CASE WHEN luck < 60 THEN 'RPC-PTP' WHEN luck < 300 THEN 'RPC-REF' WHEN luck < 400 THEN 'TP'
        ELSE 'NA' END
LEFT JOIN bench.note USING (call);

INSERT INTO collections_app_promise (id, loan_id, party_id, amount, due_on, made_at, method,
    taken_by, source, state)
SELECT bench.id('promise', call), loan_id, call.party_id, interest + part, at::date + 5, at,
    'bank transfer', 'Agent', '', CASE WHEN at::date + 5 <= %(through)s THEN 'broken' ELSE 'open' END
FROM bench.call JOIN bench.loan USING (n)
WHERE luck < 60;
