"""Files of a small Chinese portfolio, made for the tests of the import."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.encryption.card_numbers import is_resident_id
from loans.borrowers.normalising import resident_check_digit
from loans.contracts.schedules import make_schedule
from loans.contracts.terms import Terms
from loans.imports.models import ImportMode
from loans.imports.personal_cells import vin_check_digit
from loans.imports.requests import ImportOutcome, ImportRequest
from loans.imports.services import import_file
from loans.portfolios.models import Portfolio
from tests.loans.builders import CLERK

STARTED_ON = date(2025, 1, 15)


def resident_id(number: int) -> str:
    """A resident id of Shenzhen with its check digit."""
    first = f"440301199{number % 10}0101{number % 1000:03d}"
    whole = first + resident_check_digit(first)
    assert is_resident_id(whole)
    return whole


def vin(number: int) -> str:
    """A VIN with its check digit."""
    bare = f"LSVAM418_C2{number:06d}".replace("_", "0")
    return bare[:8] + vin_check_digit(bare) + bare[9:]


def csv_bytes(headers: list[str], rows: list[list[Any]], *, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


PARTY_HEADERS = ["客户号", "姓名", "身份证号", "语言"]
LOAN_HEADERS = ["合同号", "客户号", "放款日期", "贷款金额", "币种"]
SCHEDULE_HEADERS = ["合同号", "期数", "应还日期", "应还本金", "应还利息"]
REPAYMENT_HEADERS = ["合同号", "还款日期", "还款金额", "流水号"]


def contract(number: int) -> str:
    return f"AF-{number:06d}"


def party_rows(count: int) -> list[list[Any]]:
    return [[f"C-{n:06d}", f"张伟{n}", resident_id(n), "中文"] for n in range(1, count + 1)]


def loan_rows(count: int) -> list[list[Any]]:
    return [
        [contract(n), f"C-{n:06d}", STARTED_ON.isoformat(), f"{12000 + n}.00", "人民币"]
        for n in range(1, count + 1)
    ]


def instalments(number: int, periods: int = 12) -> Any:
    return make_schedule(
        Terms(
            principal=Decimal(12000 + number),
            periods=periods,
            start_on=STARTED_ON,
            first_due_on=date(2025, 2, 15),
            annual_rate=Decimal("0.12"),
        )
    )


def schedule_rows(count: int, periods: int = 12) -> list[list[Any]]:
    return [
        [contract(n), row.number, row.due_on.isoformat(), row.principal, row.interest]
        for n in range(1, count + 1)
        for row in instalments(n, periods)
    ]


def repayment_rows(count: int, months: int = 3) -> list[list[Any]]:
    return [
        [contract(n), row.due_on.isoformat(), row.principal + row.interest, f"T{n}-{row.number}"]
        for n in range(1, count + 1)
        for row in instalments(n)[:months]
    ]


def write_portfolio_files(folder: Path, count: int, *, encoding: str = "utf-8") -> None:
    """Writes the four files that a small portfolio consists of."""
    files = {
        "parties.csv": (PARTY_HEADERS, party_rows(count)),
        "loans.csv": (LOAN_HEADERS, loan_rows(count)),
        "schedules.csv": (SCHEDULE_HEADERS, schedule_rows(count)),
        "repayments.csv": (REPAYMENT_HEADERS, repayment_rows(count)),
    }
    for name, (headers, rows) in files.items():
        (folder / name).write_bytes(csv_bytes(headers, rows, encoding=encoding))


def bring_in(
    portfolio: Portfolio, kind: str, path: Path, *, good_rows: bool = False, **request: Any
) -> ImportOutcome:
    return import_file(
        request=ImportRequest(
            portfolio=portfolio,
            kind=kind,
            path=path,
            file_name=path.name,
            mode=ImportMode.GOOD_ROWS if good_rows else ImportMode.ALL_OR_NOTHING,
            **request,
        ),
        by=CLERK,
    )


KINDS = ("parties", "loans", "schedules", "repayments")


def bring_in_all(portfolio: Portfolio, folder: Path) -> None:
    for kind in KINDS:
        outcome = bring_in(portfolio, kind, folder / f"{kind}.csv")
        assert not outcome.is_refused, outcome.summary()
