"""Makes a register tell that a row of it was added or changed."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models


class TellsOfChange(pgtrigger.Trigger):
    """Writes a `RegisterChange` for every row added to or changed in a register.

    By the database, so that no import, correction or later service can forget it. What the
    register's row does not name of person, loan and portfolio stays empty.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: type[models.Model]) -> str:  # type: ignore[override]
        columns = {field.column for field in model._meta.concrete_fields}
        named = [name for name in ("party_id", "loan_id", "portfolio_id") if name in columns]
        values = ", ".join(f"NEW.{name}" for name in named)
        # Names of our own models and columns; nothing of it comes from outside.
        return (
            f"INSERT INTO compliance_registerchange (register, {', '.join(named)}) "  # noqa: S608
            f"VALUES ('{model._meta.model_name}', {values}); RETURN NULL;"
        )


def tells_of_change() -> Any:
    """Returns the trigger; a register adds it to its own."""
    return TellsOfChange(name="tells_of_change")
