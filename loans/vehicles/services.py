"""Registers vehicles of loans that are already open, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from django.db import transaction

from core.audit import Actor, record
from core.facts.among import among_ids
from core.facts.copying import copy_rows
from loans.contracts.fact_writing import loans_by_number
from loans.contracts.opening import make_vehicle
from loans.contracts.rows import VehicleRow
from loans.delinquency.refresh import lock_loans
from loans.imports.models import ImportBatch
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused
from loans.vehicles.models import Vehicle

_FIELDS: Final = tuple(field.name for field in fields(VehicleRow))


@dataclass(slots=True)
class VehicleCounts:
    """What a registration did with its rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@transaction.atomic
def register_vehicles(
    *,
    portfolio: Portfolio,
    rows: Sequence[tuple[str, VehicleRow]],
    by: Actor,
    batch: ImportBatch | None = None,
) -> VehicleCounts:
    """Registers cars by contract number, or notes what is new about those that are here.

    A car is known again by its VIN, else by its plate, else, where either side has neither, by
    being the only one of its loan. What a row leaves empty stays as it is. Raises Refused for an
    unknown contract; nothing is written then.
    """
    counts = VehicleCounts()
    loans = loans_by_number(portfolio=portfolio, contract_nos=[number for number, _row in rows])
    lock_loans([loan.pk for loan in loans.values()])
    known: dict[object, list[Vehicle]] = {}
    of_loans = among_ids("loan_id", (loan.pk for loan in loans.values()))
    for vehicle in Vehicle.objects.filter(of_loans):
        known.setdefault(vehicle.loan_id, []).append(vehicle)
    added: list[Vehicle] = []
    changed: list[Vehicle] = []
    for index, (contract_no, row) in enumerate(rows):
        if row.value_amount is not None and row.value_amount < 0:
            raise Refused("vehicle_value", "A car's value cannot be negative.", row_index=index)
        fresh = make_vehicle(loans[contract_no], row)
        of_loan = known.setdefault(fresh.loan_id, [])
        before = _same_car(of_loan, fresh)
        if before is None:
            of_loan.append(fresh)
            added.append(fresh)
            counts.created += 1
        elif _take_over(before, fresh):
            if not before._state.adding and before not in changed:
                changed.append(before)
            counts.updated += 1
        else:
            counts.unchanged += 1
    copy_rows(added)
    if changed:
        Vehicle.objects.bulk_update(changed, _FIELDS, batch_size=1000)
    if added or changed:
        record(
            action="vehicle.register",
            by=by,
            object_type="loans.Portfolio",
            object_id=portfolio.pk,
            portfolio_id=portfolio.pk,
            data={"created": len(added), "updated": len(changed)}
            | ({"batch": str(batch.pk)} if batch else {}),
            count=len(added) + len(changed),
        )
    return counts


def _same_car(of_loan: Sequence[Vehicle], fresh: Vehicle) -> Vehicle | None:
    for name in ("vin", "plate"):
        value = getattr(fresh, name)
        for vehicle in of_loan:
            if value and getattr(vehicle, name) == value:
                return vehicle
    unnamed = [vehicle for vehicle in of_loan if not (vehicle.vin and fresh.vin)]
    return unnamed[0] if len(of_loan) == 1 and unnamed else None


def _take_over(vehicle: Vehicle, fresh: Vehicle) -> bool:
    is_changed = False
    for name in _FIELDS:
        value = getattr(fresh, name)
        if value not in ("", None) and getattr(vehicle, name) != value:
            setattr(vehicle, name, value)
            is_changed = True
    return is_changed
