"""Exports that leave a line in the trail, always."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import IO, Any, Final, Literal
from uuid import UUID

from core.audit import Actor, record
from core.exports.writers import Column, Row, write_csv, write_xlsx

Format = Literal["csv", "xlsx"]
CONTENT_TYPES: Final[Mapping[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WRITERS: Final[Mapping[Format, Callable[..., int]]] = {"csv": write_csv, "xlsx": write_xlsx}


def export(
    *,
    rows: Iterable[Row],
    columns: Sequence[Column],
    out: IO[bytes],
    file_format: Format,
    what: str,
    by: Actor,
    portfolio_id: UUID | None = None,
    filters: Mapping[str, Any] | None = None,
    zone: tzinfo = UTC,
) -> int:
    """Writes a table and records who took which columns of how many rows; returns the rows.

    Arguments: what is exported, as "<concept>"; rows already limited to what the actor may
    see; filters as codes and ids, never personal data.
    """
    count = _WRITERS[file_format](rows=rows, columns=columns, out=out, zone=zone)
    record(
        action="export.write",
        by=by,
        object_type="export",
        object_id=what,
        portfolio_id=portfolio_id,
        data={
            "format": file_format,
            "columns": [column.heading for column in columns],
            "rows": count,
            "filters": dict(filters or {}),
        },
        count=max(count, 1),
    )
    return count
