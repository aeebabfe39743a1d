"""Setting how far a role may promise on its own."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from collections_app.promises.models import PromiseLimit
from core.audit.actors import Actor
from core.audit.services import record


@transaction.atomic
def save_limit(
    *,
    role: str,
    max_days_out: int,
    min_share: Decimal,
    max_parts: int,
    by: Actor,
    limit: PromiseLimit | None = None,
) -> PromiseLimit:
    """Sets a role's limit, or changes `limit`; holds for promises taken from now on.

    Arguments: days from the promise to its last part; share of what is past due, 0 to 1; parts.
    Raises ValidationError for values that cannot be, and for a role that has a limit already.
    """
    row = limit or PromiseLimit()
    before = _plain(row) if limit is not None else {}
    row.role, row.max_days_out = role, max_days_out
    row.min_share, row.max_parts = min_share, max_parts
    row.full_clean()
    row.save()
    _record(row, "promise_limit.saved", by, before=before, after=_plain(row))
    return row


@transaction.atomic
def remove_limit(*, limit: PromiseLimit, by: Actor) -> None:
    """Takes a limit away; the role then has the standard one."""
    _record(limit, "promise_limit.removed", by, before=_plain(limit))
    limit.delete()


def _plain(row: PromiseLimit) -> dict[str, object]:
    return {
        "role": row.role,
        "max_days_out": row.max_days_out,
        "min_share": str(row.min_share),
        "max_parts": row.max_parts,
    }


def _record(row: PromiseLimit, action: str, by: Actor, **data: object) -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.PromiseLimit",
        object_id=row.pk,
        data=data,
    )
