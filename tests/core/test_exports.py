"""Exports: exact, safe to open, recorded."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from core.audit import AuditEntry
from core.exports import Column, TooManyRows, export, write_csv, write_xlsx
from core.exports import writers as export_writers

COLUMNS = [Column("Name"), Column("Id number", kind="id"), Column("Amount", kind="money")]
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x",
    '=cmd|"/c calc"!A1', "=HYPERLINK(\"http://x\",\"y\")",
]  # fmt: skip


def as_csv(*rows, columns=COLUMNS, **other) -> list[list[str]]:
    out = io.BytesIO()
    write_csv(rows=rows, columns=columns, out=out, **other)
    text = out.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def as_sheet(*rows, columns=COLUMNS, **other):
    out = io.BytesIO()
    write_xlsx(rows=rows, columns=columns, out=out, **other)
    return load_workbook(io.BytesIO(out.getvalue())).active


def test_csv_has_bom_crlf_and_exact_values():
    out = io.BytesIO()
    count = write_csv(rows=[('张伟, "小张"', "A1", Decimal("1204.10"))], columns=COLUMNS, out=out)
    assert count == 1
    assert out.getvalue().startswith(b"\xef\xbb\xbfName,Id number,Amount\r\n")
    assert out.getvalue().decode("utf-8-sig").endswith('"张伟, ""小张""",A1,1204.10\r\n')
    assert not out.closed


@pytest.mark.parametrize("formula", FORMULAS)
def test_csv_text_never_starts_a_formula(formula):
    (_heading, row) = as_csv((formula, formula, None))
    assert row[0].startswith("'")
    assert row[1].startswith("'")
    assert row[2] == ""


@pytest.mark.parametrize("formula", FORMULAS)
def test_xlsx_text_is_text(formula):
    sheet = as_sheet((formula, formula, None))
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].data_type == "s"
    assert sheet["A2"].value.strip() == formula.strip()


def test_headings_are_safe_too():
    assert as_csv(columns=[Column("=x")])[0] == ["'=x"]
    assert as_sheet(columns=[Column("=x")])["A1"].data_type == "s"


def test_numbers_stay_numbers_also_negative_ones():
    assert as_csv(("a", "b", Decimal("-20.00")))[1][2] == "-20.00"
    assert as_csv(("a", "b", Decimal("1E+3")))[1][2] == "1000"
    cell = as_sheet(("a", "b", Decimal("-20.50")))["C2"]
    assert (cell.data_type, cell.value, cell.number_format) == ("n", -20.5, "#,##0.00")


@pytest.mark.parametrize(
    ("value", "in_csv"),
    [
        ("110101199003071234", "'110101199003071234"),  # rounded by a spreadsheet
        (110101199003071234, "'110101199003071234"),
        ("0012", "'0012"),  # zeros lost by a spreadsheet
        ("11010119900307123X", "11010119900307123X"),
        ("12345", "12345"),
        ("+8613812345678", "'+8613812345678"),
    ],
)
def test_ids_are_text(value, in_csv):
    assert as_csv(("a", value, None))[1][1] == in_csv
    cell = as_sheet(("a", value, None))["B2"]
    assert (cell.data_type, cell.value, cell.number_format) == ("s", str(value), "@")


def test_dates_and_moments():
    columns = [Column("On"), Column("At"), Column("Yes")]
    row = (date(2026, 11, 23), datetime(2026, 11, 23, 17, 30, tzinfo=UTC), True)
    shanghai = ZoneInfo("Asia/Shanghai")

    assert as_csv(row, columns=columns, zone=shanghai)[1] == [
        "2026-11-23", "2026-11-24 01:30:00", "yes",
    ]  # fmt: skip
    sheet = as_sheet(row, columns=columns, zone=shanghai)
    assert sheet["B2"].value == datetime(2026, 11, 24, 1, 30)  # noqa: DTZ001


def test_control_characters_are_dropped():
    assert as_csv(("a\x00b\x0bc", "x", None))[1][0] == "abc"
    assert as_sheet(("a\x00b\x0bc", "x", None))["A2"].value == "abc"


@pytest.mark.parametrize("write", [as_csv, as_sheet])
def test_floats_and_ragged_rows_are_refused(write):
    with pytest.raises(TypeError, match="Decimal"):
        write(("a", "b", 1.5))
    with pytest.raises(ValueError, match="longer"):
        write(("a", "b"))


def test_sheet_that_overflows_is_refused(monkeypatch):
    monkeypatch.setattr(export_writers, "_MOST_ROWS", 2)
    with pytest.raises(TooManyRows, match="export CSV"):
        as_sheet(*[("a", "b", None)] * 3)


@pytest.mark.django_db
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_every_export_is_recorded(ana, file_format):
    out = io.BytesIO()

    count = export(
        rows=[("a", "b", Decimal(1))] * 3,
        columns=COLUMNS,
        out=out,
        file_format=file_format,
        what="cases",
        by=ana,
        filters={"bucket": "2"},
    )

    entry = AuditEntry.objects.get()
    assert (count, entry.count, entry.action, entry.actor_id) == (3, 3, "export.write", "ana")
    assert entry.data == {
        "format": file_format,
        "columns": ["Name", "Id number", "Amount"],
        "rows": 3,
        "filters": {"bucket": "2"},
    }
    assert len(out.getvalue()) > 0
