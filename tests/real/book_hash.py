"""The hash of a portfolio's books together with the cases and closes that stand on them."""

import hashlib

from django.db import connection

from tests.loans.table_hash import hash_of_tables

# Business columns only, as in tests/loans/table_hash.py: no surrogate keys, no moments.
_TABLES = {
    "books": "SELECT p.business_date FROM loans_portfolio p WHERE p.id = %s",
    "cases": """
        SELECT l.contract_no, c.state, c.opened_on, c.closed_on, c.close_reason, c.next_step
        FROM collections_app_case c JOIN loans_loan l ON l.id = c.loan_id
        WHERE c.portfolio_id = %s""",
    "case_events": """
        SELECT l.contract_no, c.opened_on, e.kind, e."on", e.by, e.reason
        FROM collections_app_caseevent e JOIN collections_app_case c ON c.id = e.case_id
        JOIN loans_loan l ON l.id = c.loan_id
        WHERE c.portfolio_id = %s""",
    "closes": """
        SELECT r.business_date, r.state, r.error FROM collections_app_closerun r
        WHERE r.portfolio_id = %s""",
    "set_aside": """
        SELECT r.business_date, l.contract_no, s.error
        FROM collections_app_closesetaside s JOIN collections_app_closerun r ON r.id = s.run_id
        JOIN loans_loan l ON l.id = s.loan_id
        WHERE r.portfolio_id = %s""",
    "steps": """
        SELECT j.name, j.business_date, j.shard, j.state
        FROM core_jobrun j JOIN loans_portfolio p ON p.code = j.scope
        WHERE p.id = %s""",
    "position_changes": """
        SELECT l.contract_no, c."on", c.overdue_before, c.overdue_after, c.oldest_before,
               c.oldest_after
        FROM loans_positionchange c JOIN loans_loan l ON l.id = c.loan_id
        WHERE c.portfolio_id = %s""",
    "trail": """
        SELECT a.action, sum(a.count) FROM core_auditentry a
        WHERE a.portfolio_id = %s AND a.action NOT LIKE 'import.%%'
        GROUP BY a.action""",
}


def hash_of_books(portfolio):
    """Returns "rows:digest" for each table by its name here; equal hashes mean equal books."""
    hashes = dict(hash_of_tables(portfolio=portfolio))
    with connection.cursor() as cursor:
        for name, select in _TABLES.items():
            cursor.execute(
                f'SELECT t::text FROM ({select}) t ORDER BY t::text COLLATE "C"', [portfolio.pk]
            )
            lines = [line for (line,) in cursor.fetchall()]
            digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
            hashes[name] = f"{len(lines)}:{digest}"
    return hashes


def rows_of(hashes):
    """Returns the number of rows behind each hash."""
    return {name: int(value.partition(":")[0]) for name, value in hashes.items()}
