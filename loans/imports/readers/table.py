"""One way into a file, whatever it is: looks at the bytes, not at the name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from loans.imports.problems import ImportRefused
from loans.imports.readers import delimited, workbook
from loans.imports.readers.limits import Limits
from loans.imports.readers.rows import Recognise, Row, Rows

__all__ = ["Row", "Table", "open_table"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_NAMES = {".xlsx": "a workbook", ".csv": "text", ".txt": "text", ".tsv": "text"}
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: its rows as they come, and how it was read (encoding, delimiter, sheet)."""

    rows: Rows
    reading: dict[str, str] = field(default_factory=dict)


def open_table(
    *,
    path: Path,
    name: str,
    limits: Limits,
    recognise: Recognise,
    encoding: str = "",
    sheet: str = "",
) -> Table:
    """Opens a CSV file or a workbook; rows are read as they are asked for.

    Arguments: path of the bytes; name as the person knows the file; recognise counts known
    headers; encoding and sheet from the mapping, empty to find out.
    Raises `ImportRefused` before anything is unpacked where the file is too large, of another
    kind than its name says, encrypted, with macros, or a zip bomb; later, from the rows, where
    a row cannot be read.
    """
    if not path.is_file():
        raise ImportRefused("no_file", name=name)
    size = path.stat().st_size
    if size == 0:
        raise ImportRefused("empty_file")
    if size > limits.megabytes * 1024 * 1024:
        raise ImportRefused("file_too_large", size=-(-size // 1024**2), limit=limits.megabytes)
    with path.open("rb") as file:
        magic = file.read(8)
    _refuse_other_formats(name, magic)
    if magic.startswith(_ZIP):
        rows, reading = workbook.read(path, limits, sheet)
    else:
        rows, reading = delimited.read(path, limits, recognise, encoding)
    return Table(rows=rows, reading=reading)


def _refuse_other_formats(name: str, magic: bytes) -> None:
    extension = Path(name).suffix.lower()
    if magic.startswith(_OLE) or extension == ".xls":
        raise ImportRefused("old_excel")
    if extension in {".xlsm", ".xltm", ".xlsb"}:
        raise ImportRefused("macros")
    if magic.startswith(_BINARY):
        raise ImportRefused("binary")
    content = "a workbook" if magic.startswith(_ZIP) else "text"
    if _NAMES.get(extension, content) != content:
        raise ImportRefused("wrong_extension", extension=extension, content=content)
