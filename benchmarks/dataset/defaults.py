"""Lends columns the default of their model while rows are written by plain SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection as django_connection
from django.db.models import NOT_PROVIDED, Field
from psycopg2 import sql
from psycopg2.extensions import connection as Connection


@contextmanager
def model_defaults(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """While the block runs, columns that a statement leaves out get what Django would write.

    So a model can gain a column that the builder knows nothing of.
    """
    lent = [
        (model._meta.db_table, field)
        for model in apps.get_models()
        if model._meta.db_table in tables
        for field in model._meta.concrete_fields
        if _has_plain_default(field)
    ]
    with connection.cursor() as cursor:
        for table, field in lent:
            value = field.get_db_prep_save(field.get_default(), django_connection)
            cursor.execute(_alter(table, field, "SET DEFAULT {}"), [value])
        yield
        for table, field in lent:
            cursor.execute(_alter(table, field, "DROP DEFAULT"))


def _has_plain_default(field: Field[Any, Any]) -> bool:
    return (
        not field.primary_key
        and field.db_default is NOT_PROVIDED
        and (field.has_default() or (field.empty_strings_allowed and not field.null))
        and not field.is_relation
    )


def _alter(table: str, field: Field[Any, Any], action: str) -> sql.Composed:
    statement = "ALTER TABLE {} ALTER COLUMN {} " + action.format("%s")
    return sql.SQL(statement).format(sql.Identifier(table), sql.Identifier(field.column))
