"""The 64-bit transaction id of PostgreSQL as a column."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class Xid8Field(models.Field):  # type: ignore[type-arg]
    """A PostgreSQL xid8: the id of the transaction that wrote the row, never wrapping round."""

    description = "PostgreSQL transaction id (xid8)"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"

    def get_internal_type(self) -> str:
        return "Xid8Field"

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        # There is no cast from integer to xid8; the text form is the only way in.
        return "%s::xid8"

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else str(int(value))

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if hasattr(value, "resolve_expression"):
            return value
        return self.get_prep_value(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def to_python(self, value: Any) -> int | None:
        return None if value is None else int(value)


class CurrentXactId(models.Func):
    """pg_current_xact_id(): the id of the running top-level transaction."""

    function = "pg_current_xact_id"
    arity = 0
    output_field = Xid8Field()
