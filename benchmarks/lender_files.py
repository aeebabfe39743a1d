"""Files as a lender sends them when its portfolio is brought in: one folder, split by size.

Every value follows from the number of the loan, so two runs import the very same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from loans.contracts.due_dates import add_periods
from loans.contracts.schedules import make_schedule
from loans.contracts.terms import MONTHLY, ScheduledInstalment, Terms
from loans.imports.personal_cells import vin_check_digit

PERIODS = 36
#: A file stays below the limit of rows, so larger ones come in parts.
PART_ROWS = 500_000
#: Loans began in each of the last so many months, so that half of all instalments have fallen due.
_MONTHS = 36
#: One loan in so many has missed its last two instalments, one in so many paid the last in part.
_MISSED, _PART_PAID = 13, 7

_FIRST = ("James", "Mary", "Robert", "Linda", "John", "Maria", "David", "Susan", "Carlos", "Karen")
_LAST = ("Smith", "Johnson", "Brown", "Garcia", "Miller", "Davis", "Lopez", "Wilson", "Nguyen")
_MAKES = (("Toyota", "Camry"), ("Honda", "Civic"), ("Ford", "F-150"), ("Nissan", "Rogue"))
_AREAS = ("212", "312", "404", "512", "602", "702", "813", "916")
_STATES = ("NY", "IL", "GA", "TX", "AZ", "NV", "FL", "CA")


def write_files(
    folder: Path, *, loans: int, books_on: dt.date, stated: bool = False
) -> dict[str, int]:
    """Writes the folder of a portfolio of `loans` loans; returns its rows by kind.

    For each loan: a borrower with an id number, a mobile number, a car, terms from which 36
    monthly instalments are made, and one repayment for every instalment due before `books_on` (36
    months of vintages, so 18 on average), some late, some in part, some missing. With `stated` the
    lender's own schedule as well: 36 further rows for each loan.
    """
    numbers = range(1, loans + 1)
    tables: dict[str, tuple[str, Iterable[list[Any]]]] = {
        "parties": ("customer_no,full_name,kind,id_number,born_on", map(_party, numbers)),
        "loans": (
            "contract_no,customer_no,product,started_on,principal_amount,currency,region,"
            "annual_rate,periods,first_due_on",
            (_loan(n, books_on) for n in numbers),
        ),
        "contact_points": ("customer_no,phone,place,verified_on", map(_contact_point, numbers)),
        "vehicles": (
            "contract_no,vin,plate,make,model,model_year,condition,value_amount",
            map(_vehicle, numbers),
        ),
        "schedules": (
            "contract_no,number,due_on,principal,interest",
            (row for n in numbers for row in _schedule(n, books_on)),
        ),
        "repayments": (
            "contract_no,value_on,amount,reference,method",
            (row for n in numbers for row in _repayments(n, books_on)),
        ),
    }
    return {
        kind: _write(folder, kind, header.split(","), rows)
        for kind, (header, rows) in tables.items()
        if stated or kind != "schedules"
    }


def _write(folder: Path, kind: str, header: list[str], rows: Iterable[list[Any]]) -> int:
    total, left = 0, iter(rows)
    for part in itertools.count(1):
        chunk = list(itertools.islice(left, PART_ROWS))
        if not chunk:
            return total
        with (folder / f"{kind}_{part:02}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *chunk])
        total += len(chunk)
    raise AssertionError("the parts have no end")


def _contract(number: int) -> str:
    return f"AF-{number:07}"


def _customer(number: int) -> str:
    return f"C-{number:07}"


def _party(number: int) -> list[Any]:
    name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number // 7 % len(_LAST)]}"
    born = dt.date(1955, 1, 1) + dt.timedelta(days=number % 17_000)
    ssn = f"{100 + number % 565:03}-{1 + number // 565 % 98:02}-{1000 + number % 8999:04}"
    return [_customer(number), name, "person", ssn, born]


def _contact_point(number: int) -> list[Any]:
    area = _AREAS[number % len(_AREAS)]
    line = number * 7 % 10_000
    return [_customer(number), f"({area}) {200 + number % 700}-{line:04}", "mobile", "2026-01-05"]


def _vehicle(number: int) -> list[Any]:
    make, model = _MAKES[number % len(_MAKES)]
    bare = f"1HGCM8260{'ABCDEFGHJK'[number % 10]}{number:07}"
    vin = bare[:8] + vin_check_digit(bare) + bare[9:]
    plate = f"{'ABCDEFGH'[number % 8]}{number % 10_000_000:07}"
    return [_contract(number), vin, plate, make, model, 2018 + number % 8, "used", "21500.00"]


def _started_on(number: int, books_on: dt.date) -> dt.date:
    months_ago = 1 + number % _MONTHS
    first = add_periods(books_on.replace(day=1), period=MONTHLY, count=-months_ago)
    return first.replace(day=1 + number // _MONTHS % 28)


def _terms(number: int, books_on: dt.date) -> Terms:
    started_on = _started_on(number, books_on)
    return Terms(
        principal=Decimal(8_000 + number % 400 * 50),
        periods=PERIODS,
        start_on=started_on,
        first_due_on=add_periods(started_on, period=MONTHLY, count=1),
        annual_rate=Decimal(4 + number % 12) / 100,
    )


def _loan(number: int, books_on: dt.date) -> list[Any]:
    terms = _terms(number, books_on)
    state = _STATES[number % len(_STATES)]
    return [
        _contract(number), _customer(number), "auto", terms.start_on, terms.principal, "USD", state,
        terms.annual_rate, terms.periods, terms.first_due_on,
    ]  # fmt: skip


@lru_cache(maxsize=20_000)
def _instalments(number: int, books_on: dt.date) -> tuple[ScheduledInstalment, ...]:
    return make_schedule(_terms(number, books_on))


def _schedule(number: int, books_on: dt.date) -> Iterator[list[Any]]:
    for row in _instalments(number, books_on):
        yield [_contract(number), row.number, row.due_on, row.principal, row.interest]


def _repayments(number: int, books_on: dt.date) -> Iterator[list[Any]]:
    due = [row for row in _instalments(number, books_on) if row.due_on < books_on]
    paid = due[:-2] if number % _MISSED == 0 else due
    for row in paid:
        amount = row.principal + row.interest
        if row is paid[-1] and number % _PART_PAID == 0:
            amount = (amount / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
        days_late = (number + row.number) % 9 if row.number % 5 == 0 else 0
        on = min(row.due_on + dt.timedelta(days=days_late), books_on - dt.timedelta(days=1))
        yield [_contract(number), on, amount, f"T{number:07}-{row.number:02}", "ach"]
