"""Which groups of a staged part the check of a kind has to look at, told by one statement.

Rows about people wait sealed; a group of one row whose key is known holds nothing that a check
could find, so it need not be opened for it.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction

from loans.imports.kinds.kind import Context
from loans.imports.parts import Part

_GROUPS: Final = """
    SELECT staged.group_key, staged.row_count FROM (
        SELECT group_key, count(*) AS row_count FROM loans_stagedrow
        WHERE batch_id = %s AND NOT has_error AND {part} GROUP BY group_key
    ) AS staged
    WHERE staged.row_count > 1 {unknown} ORDER BY 1
"""
_UNKNOWN_LOAN: Final = """
    OR (SELECT loan.id FROM loans_loan AS loan
        WHERE loan.portfolio_id = %s AND loan.contract_no = staged.group_key COLLATE "default"
            AND loan.withdrawn_at IS NULL LIMIT 1) IS NULL
"""
_UNKNOWN_CUSTOMER: Final = """
    OR (SELECT party.id FROM loans_party AS party
        WHERE party.namespace = %s AND party.customer_no = staged.group_key COLLATE "default"
        LIMIT 1) IS NULL
"""


def of_several_rows(context: Context, part: Part) -> list[tuple[str, int]]:
    """Returns the groups of a part that have more than one good row."""
    return _found(context, part, "", [])


def of_unknown_loan(context: Context, part: Part) -> list[tuple[str, int]]:
    """Returns the groups with more than one good row, or of a contract that is not here."""
    return _found(context, part, _UNKNOWN_LOAN, [context.portfolio.pk])


def of_unknown_customer(context: Context, part: Part) -> list[tuple[str, int]]:
    """Returns the groups with more than one good row, or of a customer who is not here."""
    return _found(context, part, _UNKNOWN_CUSTOMER, [context.portfolio.customer_namespace])


def _found(context: Context, part: Part, unknown: str, params: list[Any]) -> list[tuple[str, int]]:
    condition, keys = part.condition()
    with transaction.atomic(), connection.cursor() as cursor:
        # Of tables that were filled a moment ago the planner knows nothing yet.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            _GROUPS.format(part=condition, unknown=unknown), [context.batch.pk, *keys, *params]
        )
        return list(cursor.fetchall())
