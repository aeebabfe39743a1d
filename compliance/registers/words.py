"""What was said about somebody: sealed in the registers, read where it may be shown."""

from __future__ import annotations

from django.db.models import Model

from core.encryption.sealing import KeyDestroyed, unseal
from loans.borrowers.models import Party


def words_of(party: Party, row: Model, column: str) -> str:
    """Returns the words sealed in a column under the person's key.

    Nothing where nothing was said, and where the person's key was destroyed.
    """
    sealed = getattr(row, column)
    if sealed is None:
        return ""
    try:
        return unseal(
            key=party.data_key,
            sealed=sealed,
            table=row._meta.db_table,
            column=column,
            row_id=row.pk,
        )
    except KeyDestroyed:
        return ""
