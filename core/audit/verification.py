"""Checking the trail against its seals, and naming the first thing that was changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

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
            fault = _("No seal has the expected head %(head)s: seals were cut or rewritten.") % {
                "head": expected_head
            }
    except _Fault as found:
        fault = str(found)
    unsealed = entries_between(place).count()
    return Verification(seals, entries, unsealed, previous.hex(), fault)


def verify_entries(places: Collection[tuple[int, int]]) -> Verification:
    """Checks some entries of the trail: the seals that closed over them, and the whole chain.

    Argument: places, (xid, id) of the entries. Every seal is checked against the one before it and
    the number of entries it closed over; every entry of the seals that cover a place is hashed.
    `entry_count` of the answer is how many of the places are sealed, `unsealed_count` those
    written since the last seal.
    """
    ends: list[tuple[int, int]] = []
    previous, place, sealed_count = GENESIS, (0, 0), 0
    fault, seals = "", 0
    try:
        for seal in AuditSeal.objects.order_by("number").defer("leaves").iterator(chunk_size=500):
            _check_link(seal, number=len(ends) + 1, previous=previous, after=place)
            previous, place = bytes(seal.hash), (seal.last_xid, seal.last_id)
            sealed_count += seal.entry_count
            ends.append(place)
        wanted = {at for one in places if (at := bisect_left(ends, one)) < len(ends)}
        for at in sorted(wanted):
            covering = AuditSeal.objects.get(number=at + 1)
            _check_leaves(covering)
            _check_entries(covering, after=ends[at - 1] if at else (0, 0))
            seals += 1
        _check_count(upto=place, expected=sealed_count)
    except _Fault as found:
        fault = str(found)
    covered = sum(1 for one in places if one <= place)
    return Verification(seals, covered, len(places) - covered, previous.hex(), fault)


def _check_count(*, upto: tuple[int, int], expected: int) -> None:
    """Entries taken out of seals that cover none of those asked about are missing in the sum."""
    stored = entries_between((0, 0), upto).count() if expected else 0
    if stored != expected:
        raise _Fault(
            _("The trail holds %(stored)d entries where its seals closed over %(expected)d.")
            % {"stored": stored, "expected": expected}
        )


def _check_seal(seal: AuditSeal, *, number: int, previous: bytes, after: tuple[int, int]) -> None:
    _check_link(seal, number=number, previous=previous, after=after)
    _check_leaves(seal)


def _check_link(seal: AuditSeal, *, number: int, previous: bytes, after: tuple[int, int]) -> None:
    """What can be said of a seal without its leaves."""
    words = {"number": number, "next": seal.number}
    if seal.number != number:
        raise _Fault(_("Seal %(number)d is missing; the next one found is %(next)d.") % words)
    if bytes(seal.previous) != previous:
        raise _Fault(
            _("Seal %(number)d does not follow the seal before it: the chain is broken.") % words
        )
    if hash_of(seal) != bytes(seal.hash):
        raise _Fault(_("Seal %(number)d was edited: its hash does not fit its columns.") % words)
    if (seal.first_xid, seal.first_id) <= after:
        raise _Fault(_("Seal %(number)d overlaps the seal before it.") % words)


def _check_leaves(seal: AuditSeal) -> None:
    if root_of(bytes(seal.leaves)) != bytes(seal.root):
        raise _Fault(
            _("Seal %(number)d was edited: its root does not fit its leaves.")
            % {"number": seal.number}
        )


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
            raise _Fault(_inserted_text(seal, here))
        if here.digest != leaf.digest:
            raise _Fault(
                _("Entry %(entry)d was edited after seal %(number)d closed over it.")
                % {"entry": leaf.id, "number": seal.number}
            )
        here = next(stored_or_end)
    if here is not None:
        raise _Fault(_inserted_text(seal, here))


def _inserted_text(seal: AuditSeal, leaf: Leaf) -> str:
    return _("Entry %(entry)d was inserted into the range of seal %(number)d.") % {
        "entry": leaf.id,
        "number": seal.number,
    }


def _missing_text(seal: AuditSeal, leaf: Leaf) -> str:
    words = {"entry": leaf.id, "number": seal.number}
    if AuditEntry.objects.filter(pk=leaf.id).exists():
        return (
            _("Entry %(entry)d was moved to another place after seal %(number)d closed over it.")
            % words
        )
    return _("Entry %(entry)d was deleted after seal %(number)d closed over it.") % words
