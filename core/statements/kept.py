"""Statements written once: a page that asks the same question each time does not spell it anew.

Django writes the SQL of a queryset again for every request. For one that reads a dozen tables that
takes longer than PostgreSQL takes to answer.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import UTC, date, datetime
from typing import Any, Final, Generic, NamedTuple, NoReturn, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

RowT = TypeVar("RowT")

#: What a question may be shaped by besides its ids, instants and days.
_SHAPES: Final = (str, bool, frozenset, type(None))
#: More statements than this of one question are not kept; they are written anew.
_MOST_SHAPES: Final = 200


def _refuse(self: Any, *args: object) -> NoReturn:
    raise TypeError(
        f"{self.name!r} only stands for a value: pass what is worked out from it by another name."
    )


class _Id(UUID):
    """Stands for an id while a statement is written."""

    name: str

    def __init__(self, name: str) -> None:
        super().__init__(int=uuid4().int)
        object.__setattr__(self, "name", name)

    def __repr__(self) -> str:
        return f"<id {self.name}>"

    __str__ = __int__ = _refuse
    hex = bytes = bytes_le = fields = urn = property(_refuse)


class _Instant(datetime):
    """Stands for an instant while a statement is written."""

    name: str

    def __new__(cls, name: str) -> _Instant:
        made = super().__new__(cls, 9999, 1, 1, tzinfo=UTC)
        made.name = name
        return made

    def __repr__(self) -> str:
        return f"<instant {self.name}>"

    __str__ = __add__ = __radd__ = __sub__ = __rsub__ = astimezone = isoformat = _refuse  # type: ignore[assignment]
    date = time = timetz = timestamp = replace = strftime = _refuse  # type: ignore[assignment]
    year = month = day = hour = minute = property(_refuse)


class _Day(date):
    """Stands for a day while a statement is written."""

    name: str

    def __new__(cls, name: str) -> _Day:
        made = super().__new__(cls, 9999, 1, 1)
        made.name = name
        return made

    def __repr__(self) -> str:
        return f"<day {self.name}>"

    __str__ = __add__ = __radd__ = __sub__ = __rsub__ = isoformat = _refuse
    replace = strftime = timetuple = toordinal = weekday = isocalendar = _refuse  # type: ignore[assignment]
    year = month = day = property(_refuse)


class _Written(NamedTuple):
    """A statement: the queryset it reads for, how its rows are taken apart, text and values."""

    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    values: tuple[Any, ...]


class KeptStatement(Generic[RowT]):
    """A question whose statement is written when it is first asked and kept in the process.

    It is asked with ids, instants and days, which are filled in each time, and with what shapes it
    (a role, a yes or no), of which each combination has a statement of its own. `build` gets
    stand-ins for the former by the same names and returns the queryset. A stand-in cannot be turned
    into anything else: text, a number, another day or instant.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, RowT]]) -> None:
        self._build = build
        self._written: dict[tuple[Any, ...], _Written | None] = {}

    def rows(self, **given: Any) -> list[RowT]:
        """Returns what the queryset of `build` finds for these values; one query.

        Raises TypeError for a value that is no id, instant, day or shape.
        """
        shape = tuple(_kind_of(name, value) for name, value in given.items())
        try:
            written = self._written[shape]
        except KeyError:
            if len(self._written) >= _MOST_SHAPES:
                self._written.clear()
            written = self._written[shape] = self._write(given)
        return [] if written is None else _ask(written, given)

    def _write(self, given: dict[str, Any]) -> _Written | None:
        """Returns the statement; None when nothing can ever be found."""
        queryset = self._build(**{name: _stand_in(name, value) for name, value in given.items()})
        compiler = queryset.query.clone().get_compiler(using=queryset.db)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            return None
        return _Written(queryset, compiler, sql, tuple(values))


def id_as_text(key: UUID) -> Cast:
    """Returns an id for a column that keeps ids as text (an actor's), written out by PostgreSQL."""
    return Cast(Value(key, output_field=UUIDField()), TextField())


def _kind_of(name: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, UUID | date):
        return name, type(value)
    if isinstance(value, _SHAPES):
        return name, value
    raise TypeError(f"{name} is no id, no instant or day, and no shape: {type(value)}.")


def _stand_in(name: str, value: Any) -> Any:
    if isinstance(value, UUID):
        return _Id(name)
    if isinstance(value, datetime):
        return _Instant(name)
    return _Day(name) if isinstance(value, date) else value


def _ask(written: _Written, given: dict[str, Any]) -> list[Any]:
    values = tuple(
        given[value.name] if isinstance(value, _Id | _Instant | _Day) else value
        for value in written.values
    )
    queryset = written.queryset.all()
    # A copy for this thread's connection: what the first one worked out, with other values.
    compiler = copy(written.compiler)
    compiler.connection = connections[queryset.db]
    compiler.as_sql = lambda *args, **kwargs: (written.sql, values)  # type: ignore[method-assign]
    queryset.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
    return list(queryset)
