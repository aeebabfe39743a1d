"""The sealer: closes the trail batch by batch, a few seconds behind those who write it."""

from __future__ import annotations

import structlog
from django.db import transaction

from core.audit.models import AuditSeal
from core.audit.queries import as_sealed, settled_entries
from core.audit.seals import GENESIS, leaf_of, pack_leaves, root_of, seal_hash
from core.locks import Lock, advisory_lock

log = structlog.get_logger(__name__)

ENTRIES_PER_SEAL = 2000
_START = (0, 0)


def seal_trail() -> int:
    """Seals every entry that can be sealed; returns how many, 0 when another sealer is at work.

    Those who write the trail take no lock; the one sealer does, so the chain cannot fork.
    """
    total = 0
    while sealed := _seal_batch():
        total += sealed
        if sealed < ENTRIES_PER_SEAL:
            break
    return total


def _seal_batch() -> int:
    with transaction.atomic():
        if not advisory_lock(Lock.AUDIT_SEAL, "trail", wait=False):
            return 0
        last = AuditSeal.objects.order_by("-number").first()
        after = (last.last_xid, last.last_id) if last else _START
        leaves = [leaf_of(e) for e in as_sealed(settled_entries(after), ENTRIES_PER_SEAL)]
        if not leaves:
            return 0
        packed = pack_leaves(leaves)
        seal = AuditSeal(
            number=last.number + 1 if last else 1,
            first_xid=leaves[0].xid,
            first_id=leaves[0].id,
            last_xid=leaves[-1].xid,
            last_id=leaves[-1].id,
            entry_count=len(leaves),
            leaves=packed,
            root=root_of(packed),
            previous=bytes(last.hash) if last else GENESIS,
        )
        seal.hash = hash_of(seal)
        seal.save(force_insert=True)
    # In the log, which leaves this machine, the head is out of reach of whoever rewrites here.
    log.info("audit_sealed", seal=seal.number, entries=len(leaves), head=seal.hash.hex())
    return len(leaves)


def hash_of(seal: AuditSeal) -> bytes:
    """Returns the hash a seal ought to carry, from its other columns."""
    return seal_hash(
        number=seal.number,
        first=(seal.first_xid, seal.first_id),
        last=(seal.last_xid, seal.last_id),
        entry_count=seal.entry_count,
        root=bytes(seal.root),
        previous=bytes(seal.previous),
    )
