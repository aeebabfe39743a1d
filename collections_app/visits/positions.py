"""Where addresses and check-ins lie: sealed like the address, and opened to measure."""

from __future__ import annotations

from datetime import datetime

from collections_app.visits.findings import AddressPosition, CheckIn
from collections_app.visits.flow import Position
from core.audit.actors import Actor
from core.encryption.sealing import KeyDestroyed, seal, unseal
from loans.borrowers.models import Address, Party


def position_of(address: Address) -> Position | None:
    """Returns where an address lies as known now; None where nobody said, or it was erased."""
    row = AddressPosition.objects.filter(address=address).order_by("-at", "-pk").first()
    return _opened(row, address.party) if row is not None else None


def position_at(check_in: CheckIn, party: Party) -> Position | None:
    """Returns where a check-in was made, if it was told."""
    return _opened(check_in, party) if check_in.position is not None else None


def sealed_position(row: AddressPosition | CheckIn, position: Position, party: Party) -> bytes:
    """Seals a position for its row, under the key of whose home it tells."""
    return seal(
        key=party.data_key,
        plaintext=position.text,
        table=row._meta.db_table,
        column="position",
        row_id=row.pk,
    )


def keep_position(
    *, address: Address, position: Position, at: datetime, by: Actor
) -> AddressPosition:
    """Notes where an address lies; the newest counts from now on."""
    row = AddressPosition(address=address, at=at, by=by.label)
    row.position = sealed_position(row, position, address.party)
    row.save(force_insert=True)
    return row


def _opened(row: AddressPosition | CheckIn, party: Party) -> Position | None:
    try:
        text = unseal(
            key=party.data_key,
            sealed=row.position or b"",
            table=row._meta.db_table,
            column="position",
            row_id=row.pk,
        )
    except KeyDestroyed:
        return None
    return Position.read(text, getattr(row, "accuracy", None))
