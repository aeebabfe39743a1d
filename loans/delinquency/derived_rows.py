"""Writes the instalment and allocation rows that differ from what replay derived, and no others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection

from core.facts.copying import copy_lines
from loans.delinquency.projection import (
    ALLOCATION_COLUMNS,
    INSTALMENT_COLUMNS,
    Projection,
)

Columns = Sequence[tuple[str, str]]

_INSTALMENTS = ("loans_instalment", INSTALMENT_COLUMNS, 2)
_ALLOCATIONS = ("loans_allocation", ALLOCATION_COLUMNS, 3)


def stored_instalments(loan_ids: Collection[UUID]) -> dict[str, str]:
    """Returns the stored instalment lines of the loans by key."""
    return _stored(*_INSTALMENTS, loan_ids)


def stored_allocations(loan_ids: Collection[UUID]) -> dict[str, str]:
    """Returns the stored allocation lines of the loans by key."""
    return _stored(*_ALLOCATIONS, loan_ids)


def write_instalments(projections: Iterable[Projection], loan_ids: Collection[UUID]) -> int:
    """Brings the instalments of the loans to what was derived; returns the rows written."""
    wanted: dict[str, str] = {}
    for projection in projections:
        wanted |= projection.instalments
    return _bring_to(*_INSTALMENTS, wanted, stored_instalments(loan_ids))


def write_allocations(projections: Iterable[Projection], loan_ids: Collection[UUID]) -> int:
    """Brings the allocations of the loans to what was derived; returns the rows written."""
    wanted: dict[str, str] = {}
    for projection in projections:
        wanted |= projection.allocations
    return _bring_to(*_ALLOCATIONS, wanted, stored_allocations(loan_ids))


def _stored(
    table: str, columns: Columns, key_length: int, loan_ids: Collection[UUID]
) -> dict[str, str]:
    texts = ", ".join(f"coalesce({name}::text, '\\N')" for name, _type in columns)
    keys = ", ".join(name for name, _type in columns[:key_length])
    sql = f"""
        SELECT concat_ws(E'\\t', {keys}), concat_ws(E'\\t', {texts})
        FROM {table} WHERE loan_id = ANY(%s::uuid[])
    """  # noqa: S608 - table and column names are constants of this module
    with connection.cursor() as cursor:
        cursor.execute(sql, [[str(loan_id) for loan_id in loan_ids]])
        return dict(cursor.fetchall())


def _bring_to(
    table: str,
    columns: Columns,
    key_length: int,
    wanted: Mapping[str, str],
    stored: Mapping[str, str],
) -> int:
    # A line is written as COPY reads it. The loans are locked, so nobody else adds the same row.
    if not stored:  # loans that come into the books
        copy_lines(table, [name for name, _type in columns], wanted.values())
        return len(wanted)
    added = [line for key, line in wanted.items() if key not in stored]
    changed = [line for key, line in wanted.items() if stored.get(key, line) != line]
    gone = [key for key in stored if key not in wanted]
    if gone:
        _delete(table, columns[:key_length], gone)
    if changed:
        _update(table, columns, key_length, changed)
    copy_lines(table, [name for name, _type in columns], added)
    return len(added) + len(changed) + len(gone)


def _update(table: str, columns: Columns, key_length: int, lines: list[str]) -> None:
    changes = ", ".join(
        f"{name} = part[{at}]::{kind}"
        for at, (name, kind) in enumerate(columns, 1)
        if at > key_length
    )
    sql = f"""
        UPDATE {table} SET {changes}
        FROM (SELECT string_to_array(line, E'\\t', '\\N') AS part
              FROM unnest(%s::text[]) AS line) AS split
        WHERE {_matches(table, columns[:key_length])}
    """  # noqa: S608 - names are constants of this module
    with connection.cursor() as cursor:
        cursor.execute(sql, [lines])


def _delete(table: str, keys: Columns, gone: list[str]) -> None:
    sql = f"""
        DELETE FROM {table}
        USING (SELECT string_to_array(line, E'\\t') AS part
               FROM unnest(%s::text[]) AS line) AS split
        WHERE {_matches(table, keys)}
    """  # noqa: S608 - names are constants of this module
    with connection.cursor() as cursor:
        cursor.execute(sql, [gone])


def _matches(table: str, keys: Columns) -> str:
    return " AND ".join(
        f"{table}.{name} = part[{at}]::{kind}" for at, (name, kind) in enumerate(keys, 1)
    )
