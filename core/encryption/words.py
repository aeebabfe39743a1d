"""Words sealed in a column of a row, for whoever may read them."""

from __future__ import annotations

from django.db.models import Model

from core.encryption.models import DataKey
from core.encryption.sealing import KeyDestroyed, unseal


def words_in(row: Model, column: str, *, key: DataKey) -> str:
    """Returns the words sealed in a column of a row, in clear.

    Nothing where nothing was said, and where the key they were sealed under was destroyed.
    """
    sealed = getattr(row, column)
    if sealed is None:
        return ""
    try:
        return unseal(
            key=key, sealed=sealed, table=row._meta.db_table, column=column, row_id=row.pk
        )
    except KeyDestroyed:
        return ""
