"""Checking the trail against its seals, and naming the first thing that was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from core.audit.models import AuditEntry, AuditSeal
from core.audit.queries import as_sealed, entries_between
from core.audit.sealer import hash_of
from core.audit.seals import GENESIS, Leaf, leaf_of, root_of, unpack_leaves


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found: how much it covered, the head of the chain, and the first fault."""

    seal_count: int
    entry_count: int
    unsealed_count: int
    head: str
    fault: str = ""

    @property
    def holds(self) -> bool:
        return not self.fault


class _Fault(Exception):
    """The first thing found to be wrong, in a sentence."""


def verify_trail(*, expected_head: str = "") -> Verification:
    """Checks every seal, every sealed entry, and that nothing was put among them.

    Argument: expected_head, the hash of a seal as noted outside the database earlier; without
    one, a trail cut off at its end or rewritten whole cannot be told from a true one.
    """
    seals = entries = 0
    previous, place, head_seen = GENESIS, (0, 0), not expected_head
    fault = ""
    try:
        for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=100):
            _check_seal(seal, number=seals + 1, previous=previous, after=place)
            _check_entries(seal, after=place)
            seals, entries = seals + 1, entries + seal.entry_count
            previous, place = bytes(seal.hash), (seal.last_xid, seal.last_id)
            head_seen = head_seen or previous.hex() == expected_head.lower()
        if not head_seen:
            fault = f"No seal has the expected head {expected_head}: seals were cut or rewritten."
    except _Fault as found:
        fault = str(found)
    unsealed = entries_between(place).count()
    return Verification(seals, entries, unsealed, previous.hex(), fault)


def _check_seal(seal: AuditSeal, *, number: int, previous: bytes, after: tuple[int, int]) -> None:
    if seal.number != number:
        raise _Fault(f"Seal {number} is missing; the next one found is {seal.number}.")
    if bytes(seal.previous) != previous:
        raise _Fault(f"Seal {number} does not follow the seal before it: the chain is broken.")
    if hash_of(seal) != bytes(seal.hash):
        raise _Fault(f"Seal {number} was edited: its hash does not fit its columns.")
    if root_of(bytes(seal.leaves)) != bytes(seal.root):
        raise _Fault(f"Seal {number} was edited: its root does not fit its leaves.")
    if (seal.first_xid, seal.first_id) <= after:
        raise _Fault(f"Seal {number} overlaps the seal before it.")


def _check_entries(seal: AuditSeal, *, after: tuple[int, int]) -> None:
    """Walks sealed leaves and stored entries side by side, both in the order of the trail."""
    stored: Iterator[Leaf] = map(
        leaf_of, as_sealed(entries_between(after, (seal.last_xid, seal.last_id)))
    )
    expected = unpack_leaves(bytes(seal.leaves))
    end: Iterator[None] = iter((None,))
    stored_or_end = chain(stored, end)
    here = next(stored_or_end)
    for leaf in expected:
        if here is None or here.place > leaf.place:
            raise _Fault(_missing_text(seal, leaf))
        if here.place < leaf.place:
            raise _Fault(f"Entry {here.id} was inserted into the range of seal {seal.number}.")
        if here.digest != leaf.digest:
            raise _Fault(f"Entry {leaf.id} was edited after seal {seal.number} closed over it.")
        here = next(stored_or_end)
    if here is not None:
        raise _Fault(f"Entry {here.id} was inserted into the range of seal {seal.number}.")


def _missing_text(seal: AuditSeal, leaf: Leaf) -> str:
    moved = AuditEntry.objects.filter(pk=leaf.id).exists()
    what = "was moved to another place" if moved else "was deleted"
    return f"Entry {leaf.id} {what} after seal {seal.number} closed over it."
