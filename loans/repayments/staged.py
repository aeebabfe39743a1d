"""Repayments of an import in whole sets: from staging into the ledger without leaving PostgreSQL.

Only what is plainly new and plainly right goes this way: several rows of loans that are here and
were never replayed, no reference among them known, nothing returned. Everything else is read, and
refused where it must be, row by row (`loans.imports.kinds.repayments`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.audit import Actor, record
from loans.contracts.fact_writing import entered_by
from loans.delinquency.refresh import lock_loan_array
from loans.imports.models import ImportBatch
from loans.imports.parts import Part
from loans.portfolios.models import Portfolio

#: The good rows of a part by contract. {part} is the condition on their keys.
_GROUPS: Final = """
    WITH said AS (
        SELECT group_key, payload->>'reference' AS reference,
            (payload->>'value_on')::date AS value_on,
            coalesce(payload->>'state', '') = 'returned' AS came_back
        FROM loans_stagedrow WHERE batch_id = %s AND NOT has_error AND {part}
    ), money AS MATERIALIZED (
        SELECT group_key, count(*) AS row_count, count(DISTINCT reference) AS reference_count,
            array_agg(reference) AS references_said, min(value_on) AS first_on,
            max(value_on) AS last_on, bool_or(came_back) AS came_back
        FROM said GROUP BY group_key
    )
"""
#: Loans are looked up one by one, for joined, the whole ledger could be read for each part; and by
#: their indexes, which the planner, who knows nothing of new tables, would do without.
_BY_INDEX: Final = "SET LOCAL enable_seqscan = off"
_LOAN: Final = """
    LEFT JOIN LATERAL (
        SELECT id, started_on FROM loans_loan
        WHERE portfolio_id = %s AND contract_no = money.group_key COLLATE "default"
            AND withdrawn_at IS NULL LIMIT 1
    ) AS loan ON true
"""
_IS_SOUND: Final = """
    loan.id IS NOT NULL AND money.row_count = money.reference_count
    AND money.first_on >= loan.started_on AND money.last_on <= %s
    AND (SELECT known.id FROM loans_repayment AS known
         WHERE known.loan_id = loan.id AND known.external_ref <> ''
             AND known.external_ref = ANY (money.references_said) LIMIT 1) IS NULL
"""
_IS_FIRST: Final = """
    NOT money.came_back
    AND (SELECT place.loan_id FROM loans_position AS place WHERE place.loan_id = loan.id) IS NULL
"""
_RECORD: Final = """
    WITH taken AS (
        DELETE FROM loans_stagedrow
        WHERE batch_id = %s AND NOT has_error AND {part} AND group_key = ANY(%s)
        RETURNING group_key, row_no, payload
    )
    INSERT INTO loans_repayment (loan_id, value_on, external_ref, batch_id, entered_by, amount,
        kind, state, method, edition)
    SELECT loan.id, (payload->>'value_on')::date, payload->>'reference', %s, %s,
        (payload->>'amount')::numeric, coalesce(payload->>'kind', 'regular'),
        coalesce(payload->>'state', 'settled'), coalesce(payload->>'method', ''), 0
    FROM taken JOIN unnest(%s::text[], %s::uuid[]) AS loan (contract_no, id)
        ON loan.contract_no = taken.group_key
    ORDER BY taken.group_key COLLATE "C", taken.row_no
"""


def doubtful_contracts(
    *, portfolio: Portfolio, batch: ImportBatch, part: Part, latest_on: dt.date
) -> list[tuple[str, int]]:
    """Returns the contracts of which a staged payment may be wrong or known, and their rows.

    Arguments: latest_on, the last day a payment may count from. One query. Of all others every
    good row is new, of a loan that is here, and lies between its start and that day.
    """
    condition, keys = part.condition()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BY_INDEX)
        cursor.execute(
            f"{_GROUPS.format(part=condition)} "  # noqa: S608 - constants of this module
            "SELECT money.group_key, money.row_count "
            f"FROM money {_LOAN} WHERE ({_IS_SOUND}) IS NOT TRUE ORDER BY 1",
            [batch.pk, *keys, portfolio.pk, latest_on],
        )
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class _Plain:
    """Loans of a part whose staged rows may be written as they stand."""

    contract_nos: list[str]
    loan_ids: list[UUID]


def record_staged(
    *, portfolio: Portfolio, batch: ImportBatch, part: Part, latest_on: dt.date, by: Actor
) -> int:
    """Moves the plain rows of a part from staging into the ledger; returns how many.

    Arguments: latest_on, the last day a payment may count from. The caller's transaction also
    writes how far the import is; its loans wait for `replay_new_loans`.
    """
    condition, keys = part.condition()
    plain = _lock_plain(portfolio, batch, part, latest_on)
    if not plain.loan_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD.format(part=condition),
            [
                batch.pk,
                *keys,
                plain.contract_nos,
                batch.pk,
                entered_by(by),
                plain.contract_nos,
                plain.loan_ids,
            ],
        )
        recorded: int = cursor.rowcount
    record(
        action="repayment.record",
        by=by,
        object_type="loans.Portfolio",
        object_id=portfolio.pk,
        portfolio_id=portfolio.pk,
        data={"batch": str(batch.pk)},
        count=recorded,
    )
    return recorded


def _lock_plain(portfolio: Portfolio, batch: ImportBatch, part: Part, latest_on: dt.date) -> _Plain:
    """Locks the loans that look plain, then sees which of them are."""
    condition, keys = part.condition()
    sql = (
        f"{_GROUPS.format(part=condition)} "  # noqa: S608 - constants of this module
        "SELECT money.group_key, loan.id, money.row_count "
        f"FROM money {_LOAN} WHERE ({_IS_SOUND}) AND ({_IS_FIRST}) ORDER BY 1"
    )
    params = [batch.pk, *keys, portfolio.pk, latest_on]
    with connection.cursor() as cursor:
        cursor.execute(_BY_INDEX)
        cursor.execute(sql, params)
        lock_loan_array("{" + ",".join([str(row[1]) for row in cursor.fetchall()]) + "}")
        # What landed on them until they were locked is seen now.
        cursor.execute(sql, params)
        found = cursor.fetchall()
    if sum(row[2] for row in found) < 2:  # a single entry is named in the trail: not this way
        return _Plain([], [])
    return _Plain([row[0] for row in found], [row[1] for row in found])
