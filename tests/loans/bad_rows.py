"""A repayments file with 94 bad rows of many kinds, and how each of them is put right."""

from __future__ import annotations

from typing import Any

from tests.loans.import_files import repayment_rows

#: What is wrong with a row: (code, column by position, bad value).
SPOILED: tuple[tuple[str, int, str], ...] = (
    ("negative", 2, "-12.00"),
    ("not_money", 2, "about 300"),
    ("not_date", 1, "soon"),
    ("unknown_contract", 0, "AF-999999"),
    ("missing", 1, ""),
    ("too_precise", 2, "100.005"),
    ("formula", 2, "=SUM(A1:A9)"),
    ("in_future", 1, "2031-01-15"),
)
BAD_COUNT = 94


def spoil(count: int) -> tuple[list[list[Any]], dict[int, str], list[list[Any]]]:
    """Returns the rows with 94 of them spoiled, the code by row of the file, and the good rows.

    Rows of the file are counted as a spreadsheet shows them: the header is row 1.
    """
    right = [[str(cell) for cell in row] for row in repayment_rows(count)]
    rows = [list(row) for row in right]
    codes: dict[int, str] = {}
    for number in range(BAD_COUNT):
        at = number * 2 + 3
        code, column, value = SPOILED[number % len(SPOILED)]
        rows[at][column] = value
        codes[at + 2] = code
    return rows, codes, right
