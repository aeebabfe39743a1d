"""Extensions a lender granted before its books came here: booked as of the day they held from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Max

from core.audit import Actor
from loans.contracts.due_dates import add_periods
from loans.contracts.fact_writing import check_value_date, lock_loan, record_on_loan
from loans.contracts.models import Loan, Schedule, ScheduleOrigin
from loans.contracts.queries import instalments_in_force
from loans.contracts.schedule_rows import make_schedule_row
from loans.contracts.terms import MONTHLY, ScheduledInstalment
from loans.delinquency.loading import load_facts
from loans.delinquency.replay import replay
from loans.delinquency.results import InstalmentKind
from loans.imports.models import ImportBatch
from loans.portfolios.models import Ledger
from loans.portfolios.refusals import Refused

REASON = "Extension granted by the lender, taken over with its history."


@dataclass(frozen=True, slots=True, kw_only=True)
class PastExtension:
    """An extension by whole months that held from `value_on`; `external_ref` makes it one."""

    months: int
    value_on: dt.date
    external_ref: str


@transaction.atomic
def record_past_extension(
    *, loan: Loan, extension: PastExtension, by: Actor, batch: ImportBatch | None = None
) -> Schedule | None:
    """Moves every instalment that was open at the end of the day by whole months.

    Unlike `extend_loan` it looks at the loan as it stood on that day, not as it stands now, and
    needs nobody's approval: the lender decided it then. Extensions of a loan are recorded in the
    order of their days; the loan is not replayed here. Returns None for one that is known, or
    where nothing was open. Raises Refused for an external ledger or an impossible length or date.
    """
    locked = lock_loan(loan)
    _check(locked, extension)
    versions = Schedule.objects.filter(loan=locked)
    if versions.filter(external_ref=extension.external_ref).exists():
        return None
    moved = _moved(locked, extension)
    if not moved:
        return None
    schedule = make_schedule_row(
        loan_id=locked.pk,
        version=(versions.aggregate(latest=Max("version"))["latest"] or 0) + 1,
        origin=ScheduleOrigin.EXTENSION,
        instalments=moved,
        value_on=extension.value_on,
        by=by,
        batch=batch,
        external_ref=extension.external_ref,
        reason=REASON,
    )
    schedule.save(force_insert=True)
    data = {"months": extension.months, "value_on": extension.value_on.isoformat()}
    record_on_loan(locked, "schedule.past_extension", by, data, REASON)
    return schedule


def _check(loan: Loan, extension: PastExtension) -> None:
    if loan.portfolio.ledger != Ledger.MAKEGOOD:
        raise Refused(
            "ledger_external",
            f"The lender keeps the books of {loan.portfolio.code}; its statements say what an "
            "extension did.",
        )
    if not 1 <= extension.months <= 12:
        raise Refused("extension_months", "An extension moves the dates by 1 to 12 months.")
    check_value_date(
        value_on=extension.value_on,
        started_on=loan.started_on,
        books_on=loan.portfolio.business_date,
    )


def _moved(loan: Loan, extension: PastExtension) -> list[ScheduledInstalment]:
    """The instalments open at the end of the day, each later by the months; none where all is paid.

    The first keeps the day its period began on, so that no gap opens in the schedule.
    """
    first_open = _first_open(loan, extension.value_on)
    rows = [
        row
        for row in instalments_in_force(loan)
        if first_open is not None and row.number >= first_open
    ]
    return [
        replace(
            row,
            from_on=row.from_on if at == 0 else _later(row.from_on, extension.months),
            due_on=_later(row.due_on, extension.months),
        )
        for at, row in enumerate(rows)
    ]


def _first_open(loan: Loan, on: dt.date) -> int | None:
    """The number of the oldest scheduled instalment not satisfied at the end of a day."""
    loaded = load_facts([loan.pk])[loan.pk]
    state = replay(facts=loaded.facts, conventions=loaded.conventions, as_of=on)
    return min(
        (
            row.number
            for row in state.instalments
            if row.satisfied_on is None and row.kind is InstalmentKind.SCHEDULED
        ),
        default=None,
    )


def _later(day: dt.date, months: int) -> dt.date:
    return add_periods(day, period=MONTHLY, count=months)
