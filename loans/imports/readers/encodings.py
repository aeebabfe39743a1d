"""Which encoding a text file is in: its mark, then strict UTF-8, then GB18030."""

from __future__ import annotations

import codecs
from pathlib import Path

from loans.imports.problems import ImportRefused

_CHUNK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What a mapping may name. GBK and GB2312 are parts of GB18030 and read as it.
KNOWN = ("utf-8", "utf-16", "gb18030", "big5", "cp1252", "iso8859-15", "shift_jis")
_ALIASES = {"gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "utf8": "utf-8"}


def find_encoding(path: Path, hint: str = "") -> str:
    """Returns the encoding of a whole file, read to its end.

    Arguments: hint from the mapping, tried strictly and nothing else.
    Raises `ImportRefused` for NUL bytes, an unknown hint, or bytes that fit no encoding; the
    row it names is the first that does not fit.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    _refuse_nul_bytes(path)
    candidates = (_known(hint),) if hint else ("utf-8", "gb18030")
    failed_at = 0
    for candidate in candidates:
        position = _first_bad_byte(path, candidate)
        if position is None:
            return candidate
        # Of two encodings the one that got further is the likelier, and its row the one to show.
        failed_at = max(failed_at, position)
    raise ImportRefused("bad_encoding", row=_row_of_byte(path, failed_at))


def _known(hint: str) -> str:
    name = _ALIASES.get(hint.lower(), hint.lower())
    if name not in KNOWN:
        raise ImportRefused("unknown_encoding", name=hint, known=", ".join(KNOWN))
    return name


def _refuse_nul_bytes(path: Path) -> None:
    position = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if (found := chunk.find(b"\0")) >= 0:
                raise ImportRefused("nul_bytes", row=_row_of_byte(path, position + found))
            position += len(chunk)


def _first_bad_byte(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    position = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            # What the decoder carries over from the last chunk stands before this one.
            carried = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return max(position - carried + error.start, 0)
            position += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return position
    return None


def _row_of_byte(path: Path, position: int) -> int:
    """The line a byte is in; exact unless cells before it hold line breaks."""
    line, left = 1, position
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            line += chunk.count(b"\n")
            left -= len(chunk)
    return line
