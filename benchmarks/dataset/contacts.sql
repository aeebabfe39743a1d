-- What was logged about each call, and what was promised.
-- Parameters: through.
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
