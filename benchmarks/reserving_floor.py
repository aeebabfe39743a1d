"""The floor of a reservation: the rows that the gate looks at, read, and those it wrote, written.

Two round trips for each contact, as plain text: one transaction reads whatever is on record about
the person and the loan and inserts verdict, attempt and its loan; a second one inserts the outcome.
The inserts go into copies of the tables with all their indexes, checks and foreign keys. Nothing is
decided, locked or worked out.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from psycopg2.extensions import connection as Connection

from benchmarks.closing_floor import foreign_keys
from benchmarks.stage import Stage
from core.jobs.processes import share_among

WRITTEN: Final = (
    "compliance_verdict",
    "compliance_attempt",
    "compliance_attemptloan",
    "compliance_settlement",
)
_READ: Final = """
SELECT * FROM loans_loanparty WHERE loan_id = %(loan)s;
SELECT loan.*, portfolio.* FROM loans_loan AS loan
    JOIN loans_portfolio AS portfolio ON portfolio.id = loan.portfolio_id
    WHERE loan.id = %(loan)s;
SELECT watermark.* FROM loans_feedwatermark AS watermark
    JOIN loans_loan AS loan ON loan.portfolio_id = watermark.portfolio_id
    WHERE loan.id = %(loan)s;
SELECT id, kind, place, time_zones, invalid_since FROM loans_contactpoint
    WHERE party_id = %(party)s;
SELECT id, kind, country, region, time_zones FROM loans_address
    WHERE party_id = %(party)s AND is_current;
SELECT * FROM compliance_stop WHERE party_id = %(party)s AND lifted_at IS NULL;
SELECT * FROM compliance_consent WHERE party_id = %(party)s;
SELECT * FROM compliance_preference WHERE party_id = %(party)s AND ended_at IS NULL;
SELECT * FROM compliance_servednotice WHERE loan_id = %(loan)s AND withdrawn_at IS NULL;
SELECT * FROM compliance_courtorder WHERE loan_id = %(loan)s AND discharged_at IS NULL;
SELECT * FROM compliance_attempt AS attempt
    LEFT JOIN compliance_settlement AS settlement ON settlement.attempt_id = attempt.id
    WHERE attempt.party_id = %(party)s AND attempt.at > %(at)s - INTERVAL '40 days';
SELECT * FROM compliance_attemptloan WHERE loan_id = %(loan)s;
SELECT rule.* FROM compliance_ruleparameters AS rule
    JOIN compliance_rulepackversion AS version ON version.id = rule.version_id
    JOIN compliance_rulepack AS pack ON pack.id = version.pack_id
    JOIN loans_portfolio AS portfolio ON pack.code = ANY(portfolio.rule_packs)
    JOIN loans_loan AS loan ON loan.portfolio_id = portfolio.id
    WHERE loan.id = %(loan)s;
"""
_WRITE_VERDICT: Final = """
INSERT INTO floor.compliance_verdict SELECT * FROM compliance_verdict WHERE id = %(verdict)s;
"""
_WRITE_ATTEMPT: Final = """
INSERT INTO floor.compliance_attempt SELECT * FROM compliance_attempt WHERE id = %(attempt)s;
INSERT INTO floor.compliance_attemptloan
    SELECT * FROM compliance_attemptloan WHERE attempt_id = %(attempt)s;
"""
_SETTLE: Final = """
BEGIN;
SELECT * FROM floor.compliance_attempt WHERE id = %(attempt)s;
INSERT INTO floor.compliance_settlement
    SELECT * FROM compliance_settlement WHERE attempt_id = %(attempt)s;
COMMIT;
"""
#: What the measured side wrote, in the order it was written.
_MADE: Final = """
SELECT verdict.id, verdict.party_id, attempt.id, about.loan_id, verdict.at
FROM compliance_verdict AS verdict
LEFT JOIN compliance_attempt AS attempt ON attempt.verdict_id = verdict.id
LEFT JOIN compliance_attemptloan AS about ON about.attempt_id = attempt.id
WHERE NOT EXISTS (SELECT FROM floor.compliance_verdict AS was WHERE was.id = verdict.id)
ORDER BY verdict.id
"""


def copy_tables(connection: Connection) -> None:
    """Copies the tables of the ledger as they are, with all that makes a write cost what it costs.

    The copies refer to each other as the tables do, so their foreign keys are looked up in them.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor")
        for table in WRITTEN:
            cursor.execute(f"CREATE TABLE floor.{table} (LIKE {table} INCLUDING ALL)")
            cursor.execute(f"INSERT INTO floor.{table} SELECT * FROM {table}")
        for table in WRITTEN:
            for name, definition in foreign_keys(connection, table):
                among = definition.replace("REFERENCES compliance_", "REFERENCES floor.compliance_")
                known = any(f"floor.{other}(" in among for other in WRITTEN)
                cursor.execute(
                    f'ALTER TABLE floor.{table} ADD CONSTRAINT "{name}"'
                    f" {among if known else definition}"
                )
            cursor.execute(f"VACUUM (ANALYZE) floor.{table}")


def write_again(stage: Stage, plain: Connection, connections: int) -> float:
    """Reads and writes again what was made since the tables were copied; returns the seconds."""
    with plain.cursor() as cursor:
        cursor.execute(_MADE)
        made = [
            {"verdict": verdict, "party": party, "attempt": attempt, "loan": loan, "at": at}
            for verdict, party, attempt, loan, at in cursor.fetchall()
        ]
        cursor.execute("CHECKPOINT")
    begun = time.monotonic()
    share_among(connections, lambda share, of: _write(stage, made[share::of]))
    return time.monotonic() - begun


def _write(stage: Stage, made: Sequence[dict[str, object]]) -> None:
    with closing(stage.connect()) as plain, plain.cursor() as cursor:
        for one in made:
            booked = _WRITE_ATTEMPT if one["attempt"] else ""
            cursor.execute(f"BEGIN;{_READ}{_WRITE_VERDICT}{booked}COMMIT;", one)
            if one["attempt"]:
                cursor.execute(_SETTLE, one)
