"""Instalments as the arrays of one schedule row, and back; what makes a list of them sound."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final
from uuid import UUID

from core.audit import Actor
from core.facts.copying import copy_cell
from loans.contracts.even_schedules import EvenSchedule
from loans.contracts.models import Schedule, ScheduleOrigin
from loans.contracts.terms import ScheduledInstalment
from loans.imports.models import ImportBatch
from loans.portfolios.refusals import Refused

#: The columns of `even_schedule_line`.
EVEN_COLUMNS: Final = (
    "loan_id",
    "value_on",
    "batch_id",
    "entered_by",
    "numbers",
    "from_dates",
    "due_dates",
    "principals",
    "interests",
    "fees",
    "version",
    "origin",
    "starts_with_down_payment",
    "external_ref",
    "reason",
)
_FIRST_GENERATED: Final = f"1\t{ScheduleOrigin.GENERATED.value}\tf\t\t"


def check_schedule(
    instalments: Sequence[ScheduledInstalment], *, row_index: int | None = None
) -> None:
    """Raises Refused unless numbers rise, due dates do not fall and no part is negative."""
    if not instalments:
        raise Refused(
            "schedule_empty", "A schedule needs at least one instalment.", row_index=row_index
        )
    for row in instalments:
        if min(row.principal, row.interest, row.fee) < 0 or row.penalty:
            raise Refused(
                "instalment_amounts",
                f"Instalment {row.number}: no part may be negative, and late charges are charges "
                "of their own; correct its amounts.",
                row_index=row_index,
            )
        if row.from_on > row.due_on:
            raise Refused(
                "instalment_dates",
                f"Instalment {row.number} begins on {row.from_on}, after it is due on "
                f"{row.due_on}; correct its dates.",
                row_index=row_index,
            )
    for earlier, later in itertools.pairwise(instalments):
        if later.number <= earlier.number or later.due_on < earlier.due_on:
            raise Refused(
                "instalment_order",
                f"Instalment {later.number} due {later.due_on} follows {earlier.number} due "
                f"{earlier.due_on}; number instalments upwards in order of their due dates.",
                row_index=row_index,
            )


def make_schedule_row(
    *,
    loan_id: UUID,
    version: int,
    origin: str,
    instalments: Sequence[ScheduledInstalment],
    value_on: dt.date,
    by: Actor,
    batch: ImportBatch | None = None,
    external_ref: str = "",
    reason: str = "",
) -> Schedule:
    """Returns the unsaved schedule row of these instalments."""
    return Schedule(
        loan_id=loan_id,
        version=version,
        origin=origin,
        value_on=value_on,
        external_ref=external_ref,
        reason=reason,
        batch=batch,
        entered_by=by.label[:120],
        numbers=[row.number for row in instalments],
        from_dates=[row.from_on for row in instalments],
        due_dates=[row.due_on for row in instalments],
        principals=[row.principal for row in instalments],
        interests=[row.interest for row in instalments],
        fees=[row.fee for row in instalments],
        starts_with_down_payment=instalments[0].is_down_payment,
    )


def even_schedule_line(
    *,
    loan_id: UUID,
    schedule: EvenSchedule,
    value_on: dt.date,
    by: Actor,
    batch: ImportBatch | None = None,
) -> str:
    """Returns the first schedule of a loan, made from even terms, as COPY reads it."""
    count = len(schedule.due_dates)
    cells = (
        str(loan_id),
        value_on.isoformat(),
        copy_cell(batch.pk if batch else None),
        copy_cell(by.label[:120]),
        _array(map(str, range(1, count + 1))),
        _dates(schedule.from_dates),
        _dates(schedule.due_dates),
        _array(map(str, schedule.principals)),
        _array(map(str, schedule.interests)),
        _array(["0"] * count),
        _FIRST_GENERATED,
    )
    return "\t".join(cells)


def _array(cells: Iterable[str]) -> str:
    return "{" + ",".join(cells) + "}"


@lru_cache(maxsize=4_096)
def _dates(days: tuple[dt.date, ...]) -> str:
    """Loans paid out on one day share their dates."""
    return _array([day.isoformat() for day in days])
