"""One hash over what books say, whatever ids and moments the rows were given.

`hash_of_tables()` hashes everything, `hash_of_tables(portfolio=...)` one portfolio without its
code, so that two portfolios filled in different ways can be compared.
"""

import hashlib

from django.db import connection

# Business columns only: no surrogate keys, no moments, no ciphertext (each sealing is different;
# the blind index beside it says whether the content is the same).
_TABLES = {
    "parties": """
        SELECT p.customer_no, p.kind, p.full_name, p.language, p.salutation,
               encode(p.id_number_index, 'hex'), p.born_on IS NOT NULL
        FROM loans_party p
        WHERE {party}""",
    "contact_points": """
        SELECT p.customer_no, c.kind, c.place, encode(c.value_index, 'hex'), c.masked,
               c.time_zones, c.verified_on, c.invalid_since
        FROM loans_contactpoint c JOIN loans_party p ON p.id = c.party_id
        WHERE {party}""",
    "addresses": """
        SELECT p.customer_no, a.kind, a.masked, a.country, a.region, a.city, a.time_zones,
               a.is_current
        FROM loans_address a JOIN loans_party p ON p.id = a.party_id
        WHERE {party}""",
    "loans": """
        SELECT r.code, l.contract_no, l.started_on, l.principal_amount, l.terms, l.region,
               l.attributes
        FROM loans_loan l
        JOIN loans_product r ON r.id = l.product_id
        WHERE l.portfolio_id {chosen}""",
    "loan_parties": """
        SELECT l.contract_no, p.customer_no, s.role, s.relationship
        FROM loans_loanparty s JOIN loans_loan l ON l.id = s.loan_id
        JOIN loans_party p ON p.id = s.party_id
        WHERE l.portfolio_id {chosen}""",
    "vehicles": """
        SELECT l.contract_no, v.vin, v.plate, v.make, v.model, v.model_year, v.condition,
               v.value_amount, v.valued_on
        FROM loans_vehicle v JOIN loans_loan l ON l.id = v.loan_id
        WHERE l.portfolio_id {chosen}""",
    "schedules": """
        SELECT l.contract_no, s.version, s.origin, s.value_on, s.numbers, s.from_dates,
               s.due_dates, s.principals, s.interests, s.fees
        FROM loans_schedule s JOIN loans_loan l ON l.id = s.loan_id
        WHERE l.portfolio_id {chosen}""",
    "repayments": """
        SELECT l.contract_no, r.value_on, r.external_ref, r.amount, r.kind, r.state, r.method
        FROM loans_repayment r JOIN loans_loan l ON l.id = r.loan_id
        WHERE l.portfolio_id {chosen}""",
    "repayment_changes": """
        SELECT l.contract_no, r.external_ref, c.value_on, c.state
        FROM loans_repaymentstatechange c JOIN loans_repayment r ON r.id = c.repayment_id
        JOIN loans_loan l ON l.id = r.loan_id
        WHERE l.portfolio_id {chosen}""",
    "statements": """
        SELECT l.contract_no, s.value_on, s.external_ref, s.kind, s.principal_outstanding,
               s.oldest_unpaid_due_on, s.days_past_due, s.arrears_total, s.is_written_off
        FROM loans_statedposition s JOIN loans_loan l ON l.id = s.loan_id
        WHERE l.portfolio_id {chosen}""",
    "instalments": """
        SELECT l.contract_no, i.number, i.due_on, i.principal, i.interest, i.fee, i.penalty,
               i.paid_principal, i.paid_interest, i.paid_fee, i.paid_penalty, i.relieved_principal,
               i.satisfied_on
        FROM loans_instalment i JOIN loans_loan l ON l.id = i.loan_id
        WHERE l.portfolio_id {chosen}""",
    "allocations": """
        SELECT l.contract_no, r.external_ref, a.instalment_number, a.principal, a.interest, a.fee,
               a.penalty
        FROM loans_allocation a JOIN loans_loan l ON l.id = a.loan_id
        JOIN loans_repayment r ON r.id = a.repayment_id
        WHERE l.portfolio_id {chosen}""",
    "positions": """
        SELECT l.contract_no, p.status, p.aged_on, p.oldest_unsatisfied_due_on, p.paused_days,
               p.bucket, p.overdue_principal, p.overdue_interest, p.overdue_fee, p.overdue_penalty,
               p.outstanding_principal, p.outstanding_amount, p.overpaid_amount, p.pending_amount,
               p.next_due_on, p.next_due_amount, p.last_repayment_on, p.next_transition_on,
               p.is_set_aside
        FROM loans_position p JOIN loans_loan l ON l.id = p.loan_id
        WHERE l.portfolio_id {chosen}""",
    "bucket_stays": """
        SELECT l.contract_no, b.bucket, b.entered_on, b.left_on
        FROM loans_bucketstay b JOIN loans_loan l ON l.id = b.loan_id
        WHERE b.superseded_at IS NULL AND l.portfolio_id {chosen}""",
    "suspense": """
        SELECT s.external_ref, s.amount, s.value_on, s.state, s.reason FROM loans_suspenseitem s
        WHERE s.portfolio_id {chosen}""",
    "watermarks": """
        SELECT w.feed, w.through_on
        FROM loans_feedwatermark w
        WHERE w.portfolio_id {chosen}""",
    "imports": """
        SELECT b.kind, b.sha256, b.state, b.row_count, b.good_count, b.bad_count, b.totals,
               b.done_count, b.created_count, b.updated_count, b.unchanged_count, b.through_on
        FROM loans_importbatch b
        WHERE b.portfolio_id {chosen}""",
    "staged": """
        SELECT count(*) FROM loans_stagedrow r JOIN loans_importbatch b ON b.id = r.batch_id
        WHERE b.portfolio_id {chosen}""",
    "import_errors": """
        SELECT e.row_no, e.column, e.value, e.code
        FROM loans_rowerror e JOIN loans_importbatch b ON b.id = e.batch_id
        WHERE b.portfolio_id {chosen}""",
}


_OF_ALL = {"chosen": "IS NOT NULL", "party": "TRUE"}
_OF_ONE = {
    "chosen": "= %(id)s",
    "party": "p.namespace = %(namespace)s",
}


def hash_of_tables(*, portfolio=None, leave_out=()):
    """Returns a hash for each table by its name here; equal hashes mean equal books."""
    scope, values = _OF_ALL, {}
    if portfolio is not None:
        scope = _OF_ONE
        values = {"id": portfolio.pk, "namespace": portfolio.customer_namespace}
    hashes = {}
    with connection.cursor() as cursor:
        for name, select in _TABLES.items():
            if name in leave_out:
                continue
            # Sorted as text in the C collation, so that the order of insertion does not count.
            cursor.execute(
                f'SELECT t::text FROM ({select.format(**scope)}) t ORDER BY t::text COLLATE "C"',
                values,
            )
            digest, count = hashlib.sha256(), 0
            for (line,) in cursor.fetchall():
                digest.update(line.encode() + b"\n")
                count += 1
            hashes[name] = f"{count}:{digest.hexdigest()[:16]}"
    return hashes
