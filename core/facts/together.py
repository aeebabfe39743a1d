"""Writing rows of several tables in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from core.facts.copying import written_fields


def insert_together(rows: Sequence[models.Model]) -> None:
    """Inserts a few new rows of any models in one statement, in place of one for each.

    For rows that belong to each other and are written often; they may name each other, as foreign
    keys are looked at when the transaction is committed. As with `bulk_create`, no signal is sent
    and no `save` called. Keys that the database gives are not read back, and what else it fills in
    is read when somebody asks for it.
    """
    parts, values = [], []
    for (model, fields), some in groupby(rows, key=_shape):
        group = list(some)
        parts.append(_insert(model, fields, len(group)))
        values += [_prepared(field, row) for row in group for field in fields]
    if not parts:
        return
    *first, last = parts
    others = ", ".join(f"part{place} AS ({part})" for place, part in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {others} {last}" if first else last, values)
    mark_stored(rows)


def mark_stored(rows: Iterable[models.Model]) -> None:
    """Marks rows that were written past the models as stored."""
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
        for name in [n for n, value in vars(row).items() if isinstance(value, DatabaseDefault)]:
            del vars(row)[name]  # read from the database when it is asked for


def _shape(row: models.Model) -> tuple[type[models.Model], tuple[models.Field[Any, Any], ...]]:
    return type(row), tuple(written_fields(type(row), row))


def _insert(
    model: type[models.Model], fields: tuple[models.Field[Any, Any], ...], count: int
) -> str:
    names = ", ".join(f'"{field.column}"' for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    into = f'INSERT INTO "{model._meta.db_table}" ({names})'
    return f"{into} VALUES {', '.join([one] * count)}"


def _prepared(field: models.Field[Any, Any], row: models.Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, True), connection)
