"""Asking for many rows by their keys at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import BooleanField, F, Func, Value


def among(column: str, texts: Collection[str], *, kind: str = "text") -> Func:
    """Returns the condition that a column has one of thousands of values, for `filter`.

    Arguments: the values as text, and the type they have in the database. They go there as one
    array; of an `__in` each becomes a parameter of its own, which costs more than the look-up.
    """
    return Func(
        F(column),
        Value(list(texts)),
        template=f"%(expressions)s::{kind}[])",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def among_ids(column: str, ids: Iterable[UUID]) -> Func:
    """Returns the condition that a column has one of thousands of ids; see `among`."""
    return among(column, [str(key) for key in ids], kind="uuid")
