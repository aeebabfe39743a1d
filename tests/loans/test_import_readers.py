"""Reading files: encodings, delimiters, row numbers, and everything that is refused unread."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from loans.imports.problems import ImportRefused
from loans.imports.readers import Limits, open_table

LIMITS = Limits(megabytes=2, rows=1_000)
HEADERS = {"contract_no", "amount", "合同号", "金额", "name"}


def recognise(cells):
    return len(HEADERS & set(cells))


def read(path: Path, name: str = "", **options):
    limits = options.pop("limits", LIMITS)
    table = open_table(
        path=path, name=name or path.name, limits=limits, recognise=recognise, **options
    )
    return table.reading, list(table.rows)


def write(tmp_path, data: bytes, name="file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def refusal(path, **options) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        read(path, **options)
    return caught.value


TEXT = "合同号,金额\nAF-1,1.00\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (("\ufeff" + TEXT).encode("utf-16-be"), "utf-16"),
    ],
)
def test_an_encoding_is_found_from_mark_then_utf8_then_gb18030(tmp_path, data, encoding):
    reading, rows = read(write(tmp_path, data))

    assert reading["encoding"] == encoding
    assert rows[0].cells == ["合同号", "金额"]
    assert rows[1].cells == ["AF-1", "1.00"]


def test_a_character_cut_by_a_reading_block_is_still_utf8(tmp_path):
    # A three-byte character lies across the border of the first megabyte.
    data = b"contract_no,amount\n" + b"x" * (1024 * 1024 - 20) + "号,1\n".encode()

    reading, _rows = read(write(tmp_path, data), limits=Limits(megabytes=2, cell_characters=2**21))

    assert reading["encoding"] == "utf-8"


def test_bytes_that_fit_no_encoding_name_their_row(tmp_path):
    error = refusal(write(tmp_path, b"contract_no,amount\nAF-1,1\nAF-2,\xff\xff\n"))

    assert (error.code, error.params["row"]) == ("bad_encoding", 3)


def test_a_named_encoding_is_the_only_one_tried(tmp_path):
    path = write(tmp_path, "name,amount\nMuñoz,1\n".encode("cp1252"))

    _reading, rows = read(path, encoding="cp1252")

    assert rows[1].cells[0] == "Muñoz"
    assert refusal(path, encoding="utf-8").code == "bad_encoding"
    assert refusal(path, encoding="klingon").code == "unknown_encoding"


def test_utf16_without_its_mark_is_refused_by_its_nul_bytes(tmp_path):
    error = refusal(write(tmp_path, "contract_no,amount\n".encode("utf-16-le")))

    assert error.code == "nul_bytes"
    assert "UTF-8" in str(error)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found_by_the_headers_it_yields(tmp_path, delimiter):
    line = delimiter.join(["contract_no", "a,b;c" if delimiter == "|" else "note", "amount"])
    _reading, rows = read(write(tmp_path, f"{line}\n".encode()))

    assert len(rows[0].cells) == 3


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    # Row 2 holds a line break, row 3 is empty: the next is row 4, on line 5 of the text.
    data = b'contract_no,name\nAF-1,"two\nlines"\n\nAF-2,x\n'

    _reading, rows = read(write(tmp_path, data))

    assert [(row.number, row.cells[:1]) for row in rows] == [
        (1, ["contract_no"]),
        (2, ["AF-1"]),
        (3, []),
        (4, ["AF-2"]),
    ]


def test_an_unclosed_quotation_names_its_row(tmp_path):
    error = refusal(write(tmp_path, b'contract_no,amount\nAF-1,1\nAF-2,"1\nAF-3,2\n'))

    assert (error.code, error.params["row"]) == ("broken_csv", 3)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.csv", b"", "empty_file"),
        ("book.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "old_excel"),
        ("secret.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "old_excel"),
        ("book.xlsx", b"contract_no,amount\n", "wrong_extension"),
        ("scan.csv", b"%PDF-1.7", "binary"),
        ("book.xlsx", b"PK\x03\x04nonsense", "not_a_workbook"),
        ("large.csv", b"x" * (2 * 1024 * 1024 + 1), "file_too_large"),
        ("wide.csv", ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n", "too_many_columns"),
        ("nul.csv", b"contract_no,amount\nAF-1,\x001\n", "nul_bytes"),
        ("long.csv", b"contract_no,amount\n" + b"AF-1,1\n" * 1_011, "too_many_rows"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_with_a_remedy(tmp_path, name, data, code):
    error = refusal(write(tmp_path, data, name))

    assert error.code == code
    assert str(error).endswith(".")


def test_a_missing_file_is_named(tmp_path):
    assert refusal(tmp_path / "none.csv").code == "no_file"


# --- workbooks ---------------------------------------------------------------------------


def workbook(tmp_path, rows, *, title="loans", name="book.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    path = tmp_path / name
    book.save(path)
    return path


def test_a_workbook_gives_what_a_person_would_have_typed(tmp_path):
    import datetime

    path = workbook(
        tmp_path,
        [
            ["contract_no", "amount", "on", "id", "flag", "sum"],
            ["AF-1", 12.5, datetime.date(2026, 11, 23), 440301199001011234, True, "=B2*2"],
            ["AF-2", 3, None, "440301199001011234", False, "text"],
        ],
    )

    reading, rows = read(path)

    assert reading == {"sheet": "loans"}
    assert rows[1].cells == ["AF-1", "12.5", "2026-11-23", "4.40301E+17", "true", "=B2*2"]
    assert rows[2].cells == ["AF-2", "3", "", "440301199001011234", "false", "text"]
    assert [row.number for row in rows] == [1, 2, 3]


def test_a_sheet_is_chosen_by_name(tmp_path):
    path = workbook(tmp_path, [["contract_no"], ["AF-1"]], title="贷款台账")

    assert read(path, sheet="贷款台账")[0] == {"sheet": "贷款台账"}
    error = refusal(path, sheet="other")
    assert error.code == "no_sheet"
    assert "贷款台账" in str(error)


def test_a_workbook_with_too_many_columns_is_refused(tmp_path):
    path = workbook(tmp_path, [[f"c{n}" for n in range(10_000)]])

    assert refusal(path).code == "too_many_columns"


def add_entry(path: Path, name: str, data: bytes) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)


def test_macros_are_refused(tmp_path):
    path = workbook(tmp_path, [["contract_no"]])
    add_entry(path, "xl/vbaProject.bin", b"macro")

    assert refusal(path).code == "macros"
    assert refusal(workbook(tmp_path, [["a"]], name="b.xlsm")).code == "macros"


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path, monkeypatch):
    path = workbook(tmp_path, [["contract_no"]])
    add_entry(path, "xl/media/zeros.bin", b"\0" * 30_000_000)
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *a, **k: pytest.fail("was opened"))

    assert refusal(path).code == "zip_bomb"


def test_a_workbook_of_very_many_parts_is_refused(tmp_path):
    path = workbook(tmp_path, [["contract_no"]])
    for number in range(1_001):
        add_entry(path, f"xl/media/{number}.bin", b"x")

    assert refusal(path).code == "zip_bomb"


def test_entities_in_the_xml_of_a_workbook_are_refused(tmp_path):
    path = workbook(tmp_path, [["contract_no"], ["AF-1"]])
    hostile = tmp_path / "hostile.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(hostile, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
                start = data.index(b"<worksheet")
                data = data[:start] + bomb + data[start:]
            target.writestr(entry, data)

    assert refusal(hostile).code == "zip_bomb"


def test_a_damaged_workbook_is_refused(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<nonsense")

    assert refusal(write(tmp_path, data.getvalue(), "book.xlsx")).code == "not_a_workbook"
