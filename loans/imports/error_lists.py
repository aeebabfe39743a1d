"""The list of what is wrong with a file, for download: row, column, value, what to do."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from core.audit import Actor
from core.exports import Column, Format, Row, export
from loans.imports.models import ImportBatch
from loans.imports.queries import errors_of


def write_errors(*, batch: ImportBatch, out: IO[bytes], file_format: Format, by: Actor) -> int:
    """Writes the errors of an import as CSV or XLSX, in the reader's language; returns the rows.

    Arguments: out opened for bytes. Values are masked as on the page. Recorded in the trail.
    """
    return export(
        rows=_rows(batch),
        columns=[
            Column(_("row")),
            Column(_("column")),
            Column(_("value"), kind="id"),
            Column(_("code")),
            Column(_("what to do")),
        ],
        out=out,
        file_format=file_format,
        what="import.errors",
        by=by,
        portfolio_id=batch.portfolio_id,
        filters={"import": str(batch.pk)},
    )


def errors_as_file(*, batch: ImportBatch, file_format: str, by: Actor) -> tuple[IO[bytes], Format]:
    """Returns the list as an open file at its beginning; beyond a few megabytes it lies on disk."""
    chosen: Format = "xlsx" if file_format == "xlsx" else "csv"
    # The caller sends the file and closes it.
    out = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115
    write_errors(batch=batch, out=out, file_format=chosen, by=by)
    out.seek(0)
    return out, chosen


def _rows(batch: ImportBatch) -> Iterator[Row]:
    for error in errors_of(batch).iterator(chunk_size=2_000):
        yield (error.row_no, error.column, error.value, error.code, error.remedy)
