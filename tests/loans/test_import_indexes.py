"""Undoing finds what one import brought without reading the whole table of facts."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from core.ids import uuid7
from loans.contracts.models import Schedule
from loans.delinquency.models import StatedPosition
from loans.imports.undo import _TAKEN_BACK
from loans.repayments.models import Repayment
from tests.loans.builders import build_loan, build_portfolio

pytestmark = pytest.mark.django_db

#: Files of this many rows, and how many of them came after one another.
ROWS, FILES = 4_000, 25
MODELS = {
    Schedule: "schedule_batch",
    Repayment: "repayment_batch",
    StatedPosition: "statedposition_batch",
}
_FILL = """
    INSERT INTO loans_repayment (loan_id, value_on, external_ref, entered_by, amount, kind, state,
                                 method, batch_id)
    SELECT loan.id, '2026-01-01', %s || '-' || n, 'clerk', 1, 'regular', 'settled', '', %s
    FROM loans_loan loan, generate_series(1, %s) n
"""


def plan(rows) -> str:
    statement, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {statement}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_one_file_of_many_is_found_by_the_pages_it_lies_in():
    build_loan(build_portfolio(), contract_no="L-1")
    batches = [uuid7() for _ in range(FILES)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # imports of no file
        for number, batch in enumerate(batches):
            cursor.execute(_FILL, [str(number), batch, ROWS])
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SELECT brin_summarize_new_values('repayment_batch')")
        cursor.execute("ANALYZE loans_repayment")
        cursor.execute("SELECT pg_relation_size('loans_repayment') / 8192")
        (pages,) = cursor.fetchone()

    rows = Repayment.objects.filter(batch=batches[FILES // 2]).order_by().values("loan_id")
    found = plan(rows)

    assert "Bitmap Index Scan on repayment_batch" in found, found
    assert "Seq Scan" not in found
    assert rows.count() == ROWS
    read = int(re.search(r"shared hit=(\d+)", found)[1])
    assert read < pages / 8, f"{read} of {pages} pages were read"


@pytest.mark.parametrize(("model", "index"), MODELS.items())
def test_every_kind_of_fact_that_is_taken_back_has_the_index(model, index):
    assert model in _TAKEN_BACK
    assert set(MODELS) == set(_TAKEN_BACK)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexname = %s",
            [model._meta.db_table, index],
        )
        (definition,) = cursor.fetchone()

    assert "USING brin (batch_id)" in definition
    assert "WHERE (batch_id IS NOT NULL)" in definition
