"""Vehicles: the cars of the loans, found by contract and VIN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from django.utils.translation import gettext_lazy as _

from core.encryption import mask_plate, mask_vin
from loans.contracts.rows import VehicleRow
from loans.imports import cells, personal_cells
from loans.imports.columns import Column
from loans.imports.doubts import of_unknown_loan
from loans.imports.kinds.contract_column import (
    CONTRACT_NO,
    by_contract,
    loans_of_groups,
    unknown_contracts,
)
from loans.imports.kinds.kind import (
    Context,
    Counts,
    Group,
    Kind,
    ReadRow,
    RowProblem,
)
from loans.vehicles.services import register_vehicles

_CONDITIONS = {
    "new": "new",
    "used": "used",
    "新车": "new",
    "二手车": "used",
    "1": "new",
    "2": "used",
}

COLUMNS = (
    CONTRACT_NO,
    Column(
        name="vin",
        label=_("VIN"),
        parse=personal_cells.vin,
        mask=mask_vin,
        refuses_cards=False,
        limit=17,
        synonyms=("chassis number", "车架号", "车辆识别代号", "车辆识别码"),
        example="LSVAM4187C2184847",
    ),
    Column(
        name="plate",
        label=_("plate"),
        parse=cells.text,
        mask=mask_plate,
        limit=16,
        synonyms=("license plate", "registration", "车牌", "车牌号", "车牌号码"),
    ),
    Column(name="make", label=_("make"), parse=cells.text, limit=60, synonyms=("品牌", "车辆品牌")),
    Column(
        name="model",
        label=_("model"),
        parse=cells.text,
        limit=80,
        synonyms=("型号", "车型", "车辆型号"),
    ),
    Column(
        name="model_year",
        label=_("model year"),
        parse=cells.whole_number,
        synonyms=("year", "年款", "年份"),
    ),
    Column(
        name="condition",
        label=_("condition"),
        parse=cells.choice,
        choices=_CONDITIONS,
        synonyms=("new used", "新旧", "车辆性质"),
    ),
    Column(
        name="value_amount",
        label=_("value"),
        parse=cells.money,
        is_money=True,
        synonyms=("vehicle value", "车辆价值", "评估价", "车价"),
    ),
    Column(name="valued_on", label=_("valued on"), parse=cells.day, synonyms=("评估日期",)),
    Column(
        name="insurer",
        label=_("insurer"),
        parse=cells.text,
        limit=120,
        synonyms=("insurance company", "保险公司"),
    ),
    Column(
        name="insured_until",
        label=_("insured until"),
        parse=cells.day,
        synonyms=("insurance expiry", "保险到期日"),
    ),
    Column(
        name="gps_device",
        label=_("GPS device"),
        parse=cells.identifier,
        limit=60,
        refuses_cards=False,
        synonyms=("gps", "gps设备号", "gps编号"),
    ),
)


_FIELDS = tuple(field.name for field in fields(VehicleRow))


def _check(context: Context, groups: Sequence[Group]) -> Iterator[RowProblem]:
    yield from unknown_contracts(groups, loans_of_groups(context, groups))


def _load(context: Context, groups: Sequence[Group]) -> Counts:
    counts = register_vehicles(
        portfolio=context.portfolio,
        rows=[(group.key, vehicle_row(row)) for group in groups for row in group.rows],
        by=context.by,
        batch=context.batch,
    )
    return Counts(counts.created, counts.updated, counts.unchanged)


def vehicle_row(row: ReadRow) -> VehicleRow:
    """Returns the car that a row describes; what it leaves out stays as it is known."""
    said = {name: row.values[name] for name in _FIELDS if row.values[name] is not None}
    return VehicleRow(**said)


KIND = Kind(
    code="vehicles",
    label=_("Vehicles"),
    columns=COLUMNS,
    group_of=by_contract,
    unique=("plate", "vin"),
    check=_check,
    load=_load,
    doubtful=of_unknown_loan,
    order=40,
    refuses_older=True,
)
