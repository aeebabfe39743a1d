"""The bad rows of a file as a file of their own: corrected there, they can be uploaded again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from typing import IO, Any, cast

from django.utils.translation import gettext as _

from core.audit import Actor
from core.exports import Column, Format, Row, export
from loans.imports.files import opened_file
from loans.imports.headers import HeaderMatcher
from loans.imports.kinds import find_kind
from loans.imports.models import ImportBatch
from loans.imports.queries import errors_of
from loans.imports.readers import current_limits, open_table
from loans.imports.wishes import wish_of


def bad_rows_as_file(
    *, batch: ImportBatch, file_format: str, by: Actor
) -> tuple[IO[bytes], Format]:
    """Returns the rows with errors in the file's own columns, and behind them why.

    The values stand in clear, so that they can be corrected: only for those who may import, and
    recorded in the trail. Raises `ImportRefused` where the file was not kept.
    """
    chosen: Format = "xlsx" if file_format == "xlsx" else "csv"
    reasons = _reasons(batch)
    # The caller sends the file and closes it.
    out = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115
    rows = _rows(batch, reasons)
    with closing(cast(Any, rows)):
        titles = next(rows)
        export(
            rows=rows,
            columns=[Column(str(title), kind="id") for title in titles],
            out=out,
            file_format=chosen,
            what="import.bad_rows",
            by=by,
            portfolio_id=batch.portfolio_id,
            filters={"import": str(batch.pk)},
        )
    out.seek(0)
    return out, chosen


def _reasons(batch: ImportBatch) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for error in errors_of(batch).iterator(chunk_size=2_000):
        where = f"{error.column}: " if error.column else ""
        found.setdefault(error.row_no, []).append(f"{where}{error.remedy}")
    return {row_no: " ".join(sentences) for row_no, sentences in found.items()}


def _rows(batch: ImportBatch, reasons: dict[int, str]) -> Iterator[Row]:
    """Yields the headers, then each bad row with its number in the first file and the reasons."""
    wish, kind = wish_of(batch), find_kind(batch.kind)
    matcher = HeaderMatcher(kind, wish.headers)
    header_row = batch.reading.get("header_row", 1)
    with opened_file(batch) as path:
        table = open_table(
            path=path,
            name=batch.file_name,
            limits=current_limits(),
            recognise=matcher.recognise,
            encoding=wish.encoding,
            sheet=wish.sheet,
        )
        with closing(cast(Any, table.rows)) as rows:
            width = 0
            for number, cells in rows:
                if number == header_row:
                    width = len(cells)
                    yield [*cells, _("Row in the first file"), _("What is wrong")]
                elif number in reasons:
                    # A row with too many cells keeps them joined, so that nothing is lost.
                    kept = [*cells[: width - 1], " ".join(cells[width - 1 :])]
                    kept += [""] * (width - len(kept))
                    yield [*kept, str(number), reasons[number]]
