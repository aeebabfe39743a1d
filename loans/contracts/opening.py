"""Opens loans: one with its parties, cars and schedule, or thousands in a few statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from core.audit import Actor, record
from core.calendars import WorkingDays
from core.facts.among import among
from core.facts.copying import copy_cell, copy_lines, copy_rows
from core.ids import uuid7
from loans.contracts.even_schedules import EvenSchedule
from loans.contracts.fact_writing import check_amount, check_value_date, refresh_in_chunks
from loans.contracts.models import Loan, LoanParty, PartyRole, Schedule, ScheduleOrigin
from loans.contracts.rows import LoanRow, VehicleRow
from loans.contracts.schedule_rows import (
    EVEN_COLUMNS,
    check_schedule,
    even_schedule_line,
    make_schedule_row,
)
from loans.contracts.schedules import make_even_schedule, make_row_by_row
from loans.contracts.terms import ImpossibleTerms, ScheduledInstalment
from loans.delinquency.refresh import OPENING
from loans.imports.models import ImportBatch
from loans.portfolios.models import Portfolio
from loans.portfolios.queries import working_days_of
from loans.portfolios.refusals import Refused
from loans.portfolios.stored_settings import write_settings
from loans.vehicles.models import Vehicle

_VIN = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")
CAUSE = OPENING
_SIGNATURE = ("loan_id", "party_id", "role", "relationship")


def open_loan(
    *, portfolio: Portfolio, row: LoanRow, by: Actor, batch: ImportBatch | None = None
) -> Loan:
    """Opens one loan; see `open_loans`."""
    opened = open_loans(portfolio=portfolio, rows=[row], by=by, batch=batch)
    return Loan.objects.select_related("portfolio", "product").get(pk=opened[row.contract_no])


@transaction.atomic
def open_loans(
    *,
    portfolio: Portfolio,
    rows: Sequence[LoanRow],
    by: Actor,
    batch: ImportBatch | None = None,
    refresh: bool = True,
) -> dict[str, UUID]:
    """Opens loans with their parties, vehicles and first schedules; returns ids by contract number.

    The number of statements does not depend on the number of rows. `refresh` False leaves the
    positions to a later `refresh_loans`. Raises Refused, naming the row, for a contract that is
    already here, impossible terms or amounts, or a loan without exactly one borrower; nothing is
    written then.
    """
    if not rows:
        return {}
    calendar = working_days_of(portfolio)
    _check_numbers(portfolio, rows)
    loans: dict[str, Loan] = {}
    schedules: list[Schedule] = []
    even_lines: list[str] = []
    for index, row in enumerate(rows):
        instalments = _check_row(portfolio, row, calendar, index)
        loan = loans[row.contract_no] = _make_loan(portfolio, row, batch)
        if isinstance(instalments, EvenSchedule):
            even_lines.append(
                even_schedule_line(
                    loan_id=loan.pk,
                    schedule=instalments,
                    value_on=row.started_on,
                    by=by,
                    batch=batch,
                )
            )
        elif instalments:
            schedules.append(_first_schedule(loan, row, instalments, by, batch))
    copy_rows(list(loans.values()))
    copy_lines(LoanParty._meta.db_table, _SIGNATURE, _signatures(rows, loans))
    copy_rows(_vehicles(rows, loans))
    copy_rows(schedules)
    copy_lines(Schedule._meta.db_table, EVEN_COLUMNS, even_lines)
    _record(portfolio, loans, by, batch)
    ids = {contract_no: loan.pk for contract_no, loan in loans.items()}
    if refresh:
        refresh_in_chunks(loan_ids=ids.values(), cause=CAUSE)
    return ids


def _check_numbers(portfolio: Portfolio, rows: Sequence[LoanRow]) -> None:
    numbers = [row.contract_no for row in rows]
    known = set(
        Loan.objects.standing()
        .filter(among("contract_no", numbers), portfolio=portfolio)
        .values_list("contract_no", flat=True)
    )
    for index, number in enumerate(numbers):
        if not number.strip() or len(number) > 60:
            raise Refused(
                "contract_no_invalid",
                "A contract number has 1 to 60 characters; it is what everything else refers to.",
                row_index=index,
            )
        if number in known:
            raise Refused(
                "contract_exists",
                f"Contract {number} is already in {portfolio.code}; a loan is opened once.",
                row_index=index,
            )
        known.add(number)


def _check_row(
    portfolio: Portfolio, row: LoanRow, calendar: WorkingDays | None, index: int
) -> tuple[ScheduledInstalment, ...] | EvenSchedule:
    """Refuses what cannot be; returns the instalments, stated or made from the terms."""
    check_amount(row.principal_amount, what="The amount financed", row_index=index)
    check_value_date(
        value_on=row.started_on,
        started_on=row.started_on,
        books_on=portfolio.business_date,
        row_index=index,
    )
    if row.product.portfolio_id != portfolio.pk:
        raise Refused(
            "product_elsewhere",
            f"Product {row.product.code} belongs to another portfolio; choose one of this one.",
            row_index=index,
        )
    if sum(signatory.role == PartyRole.BORROWER for signatory in row.parties) != 1:
        raise Refused(
            "borrower_missing",
            f"Contract {row.contract_no} needs exactly one borrower; others are co-borrowers.",
            row_index=index,
        )
    for vehicle in row.vehicles:
        _check_vehicle(vehicle, index)
    if row.schedule:
        check_schedule(row.schedule, row_index=index)
        return row.schedule
    if row.terms is None:
        return ()
    try:
        even = make_even_schedule(row.terms, calendar)
        return make_row_by_row(row.terms, calendar) if even is None else even
    except ImpossibleTerms as error:
        raise Refused(
            "terms_impossible", f"{row.contract_no}: {error}.", row_index=index
        ) from error


def _check_vehicle(vehicle: VehicleRow, index: int) -> None:
    if vehicle.vin and not _VIN.match(vehicle.vin.upper()):
        raise Refused(
            "vin_invalid",
            "A VIN has 17 letters and digits without I, O and Q; leave it empty if not known.",
            row_index=index,
        )
    if vehicle.value_amount is not None and vehicle.value_amount < 0:
        raise Refused("vehicle_value", "A car's value cannot be negative.", row_index=index)


def _make_loan(portfolio: Portfolio, row: LoanRow, batch: ImportBatch | None) -> Loan:
    return Loan(
        id=uuid7(),
        portfolio=portfolio,
        product=row.product,
        contract_no=row.contract_no,
        started_on=row.started_on,
        principal_amount=row.principal_amount,
        terms={} if row.terms is None else write_settings(row.terms),
        region=row.region,
        attributes=dict(row.attributes or {}),
        batch=batch,
    )


def _first_schedule(
    loan: Loan,
    row: LoanRow,
    instalments: Sequence[ScheduledInstalment],
    by: Actor,
    batch: ImportBatch | None,
) -> Schedule:
    return make_schedule_row(
        loan_id=loan.pk,
        version=1,
        origin=ScheduleOrigin.STATED if row.schedule else ScheduleOrigin.GENERATED,
        instalments=instalments,
        value_on=row.started_on,
        by=by,
        batch=batch,
    )


def _signatures(rows: Iterable[LoanRow], loans: dict[str, Loan]) -> list[str]:
    """Who signed, as COPY reads it."""
    return [
        f"{loans[row.contract_no].pk}\t{signatory.party_id}\t{copy_cell(signatory.role)}"
        f"\t{copy_cell(signatory.relationship)}"
        for row in rows
        for signatory in row.parties
    ]


def _vehicles(rows: Iterable[LoanRow], loans: dict[str, Loan]) -> list[Vehicle]:
    return [
        make_vehicle(loans[row.contract_no], vehicle) for row in rows for vehicle in row.vehicles
    ]


def make_vehicle(loan: Loan, row: VehicleRow) -> Vehicle:
    """Returns the unsaved vehicle of a loan, its VIN in capitals and its plate without spaces."""
    return Vehicle(
        loan=loan,
        vin=row.vin.upper(),
        plate=re.sub(r"[\s·•-]", "", row.plate).upper(),
        make=row.make,
        model=row.model,
        model_year=row.model_year,
        condition=row.condition,
        value_amount=row.value_amount,
        valued_on=row.valued_on,
        insurer=row.insurer,
        insured_until=row.insured_until,
        gps_device=row.gps_device,
    )


def _record(
    portfolio: Portfolio, loans: dict[str, Loan], by: Actor, batch: ImportBatch | None
) -> None:
    is_one = len(loans) == 1
    one: Any = next(iter(loans.values()))
    record(
        action="loan.open",
        by=by,
        object_type="loans.Loan" if is_one else "loans.Portfolio",
        object_id=one.pk if is_one else portfolio.pk,
        portfolio_id=portfolio.pk,
        data={"batch": str(batch.pk)} if batch else {},
        count=len(loans),
    )
