"""The arithmetic of seals: canonical text, leaf hashes, roots and the chain. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

GENESIS: Final = bytes(32)  # what stands as "previous" in the first seal
_LEAF_LENGTH: Final = 48
_FORM: Final = "makegood audit seal 1"


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry as the database stores it; `data_text` is PostgreSQL's own text of the jsonb."""

    xid: int
    id: int
    at: datetime
    actor_kind: str
    actor_id: str
    actor_label: str
    action: str
    object_type: str
    object_id: str
    portfolio_id: UUID | None
    reason: str
    data_text: str
    count: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where an entry stands in the order of the trail, and the hash of its text."""

    xid: int
    id: int
    digest: bytes

    @property
    def place(self) -> tuple[int, int]:
        return (self.xid, self.id)

    def packed(self) -> bytes:
        return self.xid.to_bytes(8, "big") + self.id.to_bytes(8, "big") + self.digest


def canonical_text(entry: SealedEntry) -> str:
    """Returns the one text an entry is hashed as: every column, microseconds, UTC.

    Only what the database gives back goes in, never what was about to be written: a clock
    that is finer than the column would break every hash.
    """
    values = [
        entry.xid,
        entry.id,
        entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        entry.actor_kind,
        entry.actor_id,
        entry.actor_label,
        entry.action,
        entry.object_type,
        entry.object_id,
        str(entry.portfolio_id) if entry.portfolio_id else None,
        entry.reason,
        entry.data_text,
        entry.count,
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def leaf_of(entry: SealedEntry) -> Leaf:
    """Returns the leaf of an entry."""
    digest = hashlib.sha256(canonical_text(entry).encode()).digest()
    return Leaf(xid=entry.xid, id=entry.id, digest=digest)


def pack_leaves(leaves: Sequence[Leaf]) -> bytes:
    """Returns the bytes a seal stores for its entries."""
    return b"".join(leaf.packed() for leaf in leaves)


def unpack_leaves(packed: bytes) -> Iterator[Leaf]:
    """Yields the leaves a seal stores. Raises ValueError for a length that does not divide."""
    if len(packed) % _LEAF_LENGTH:
        raise ValueError("The leaves of this seal were cut.")
    for start in range(0, len(packed), _LEAF_LENGTH):
        part = packed[start : start + _LEAF_LENGTH]
        yield Leaf(
            xid=int.from_bytes(part[:8], "big"),
            id=int.from_bytes(part[8:16], "big"),
            digest=part[16:],
        )


def root_of(packed: bytes) -> bytes:
    """Returns the SHA-256 over the leaves of a seal."""
    return hashlib.sha256(packed).digest()


def seal_hash(
    *,
    number: int,
    first: tuple[int, int],
    last: tuple[int, int],
    entry_count: int,
    root: bytes,
    previous: bytes,
) -> bytes:
    """Returns the hash of a seal, which the next seal carries as its previous."""
    fields = (_FORM, number, *first, *last, entry_count, root.hex(), previous.hex())
    return hashlib.sha256("|".join(map(str, fields)).encode()).digest()
