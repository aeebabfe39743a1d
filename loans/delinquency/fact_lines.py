"""Everything on record about a loan, one line for each fact, from one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, DateField, DecimalField, F, Model, QuerySet, Value
from django.db.models.functions import Cast

from core.statements.kept import KeptStatement
from loans.acceleration.models import Acceleration, AccelerationWithdrawal
from loans.contracts.models import Loan, Schedule
from loans.delinquency.models import BucketStay, Pause, Resume, StatedPosition
from loans.repayments.models import (
    Charge,
    Chargeback,
    Refund,
    Repayment,
    RepaymentStateChange,
    Reversal,
    Waiver,
    WriteOff,
)

BUCKET = "bucket"


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact: `kind` of what, the day it counts from, when it was known, and its words.

    `detail` is the fact's own code (component, state, kind of fact taken back); `until` ends a
    pause; `fact_id` is the fact's number within its kind.
    """

    kind: str
    fact_id: int
    value_on: dt.date
    known_at: dt.datetime
    amount: Decimal | None
    detail: str
    until: dt.date | None
    reason: str
    entered_by: str


#: kind -> model, and the columns of amount, detail, end and reason where the model has them.
_SOURCES: Final[tuple[tuple[str, type[Model], str, str, str, str], ...]] = (
    ("schedule", Schedule, "", "origin", "", "reason"),
    ("repayment", Repayment, "amount", "method", "", ""),
    ("repayment_state", RepaymentStateChange, "", "state", "", "reason"),
    ("charge", Charge, "amount", "kind", "", "reason"),
    ("waiver", Waiver, "amount", "component", "", "reason"),
    ("write_off", WriteOff, "", "kind", "", "reason"),
    ("refund", Refund, "amount", "", "", "reason"),
    ("chargeback", Chargeback, "amount", "", "", "reason"),
    ("reversal", Reversal, "", "of_kind", "", "reason"),
    ("pause", Pause, "", "", "ends_on", "reason"),
    ("resume", Resume, "", "", "", "reason"),
    ("acceleration", Acceleration, "called_amount", "document_ref", "", "reason"),
    ("acceleration_taken_back", AccelerationWithdrawal, "", "", "", "reason"),
    ("stated_position", StatedPosition, "principal_outstanding", "kind", "", ""),
)


_MONEY: Final = DecimalField(max_digits=18, decimal_places=2)
# Cast, or PostgreSQL takes the bare NULL of the first part for text.
_NO_AMOUNT: Final = Cast(Value(None), _MONEY)
_NO_DAY: Final = Cast(Value(None), DateField())


def fact_lines(loan: Loan, *, leave_out: frozenset[str] = frozenset()) -> list[FactLine]:
    """Returns the facts of a loan and its stays in buckets, the latest first; one query.

    Arguments: `leave_out`, kinds the caller reads in another way.
    """
    lines = [FactLine(*row) for row in _LINES.rows(loan=loan.pk, leave_out=leave_out)]
    return sorted(
        lines, key=lambda line: (line.value_on, line.known_at, line.fact_id), reverse=True
    )


def _lines(loan: UUID, leave_out: frozenset[str]) -> QuerySet[Any, Any]:
    parts = [_columns(*source, loan=loan) for source in _SOURCES if source[0] not in leave_out]
    if BUCKET not in leave_out:
        parts.append(_stays(loan))
    return parts[0].union(*parts[1:], all=True)


_LINES: Final = KeptStatement(_lines)


def _columns(
    kind: str,
    model: type[Model],
    amount: str,
    detail: str,
    until: str,
    reason: str,
    *,
    loan: UUID,
) -> QuerySet[Any, Any]:
    rows: QuerySet[Any] = model._default_manager.filter(loan=loan)
    return rows.values_list(
        Value(kind, CharField()),
        "pk",
        "value_on",
        "known_at",
        Cast(F(amount), _MONEY) if amount else _NO_AMOUNT,
        Cast(F(detail), CharField()) if detail else Value("", CharField()),
        F(until) if until else _NO_DAY,
        Cast(F(reason), CharField()) if reason else Value("", CharField()),
        "entered_by",
    )


def _stays(loan: UUID) -> QuerySet[Any, Any]:
    return BucketStay.objects.filter(loan=loan, superseded_at__isnull=True).values_list(
        Value(BUCKET, CharField()),
        "pk",
        "entered_on",
        "recorded_at",
        _NO_AMOUNT,
        Cast("bucket", CharField()),
        _NO_DAY,
        Value("", CharField()),
        Value("", CharField()),
    )
