"""The column that holds a sealed value."""

from __future__ import annotations

from typing import Any

from django.db import models


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes made by `seal`; null where nothing is known. Never searched, sorted or shown raw."""

    description = "Value encrypted under a data key"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        # psycopg2 hands out a memoryview, which neither compares nor pickles well.
        return None if value is None else bytes(value)
