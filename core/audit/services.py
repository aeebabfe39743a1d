"""Writing to the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.audit.actors import Actor
from core.audit.models import AuditEntry


def record(
    *,
    action: str,
    by: Actor,
    object_type: str,
    object_id: object,
    portfolio_id: UUID | str | None = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    count: int = 1,
) -> AuditEntry:
    """Writes one line of the trail, in the transaction of the act itself.

    Arguments: action as "<concept>.<verb>"; object_type as "<app>.<Model>"; portfolio_id where
    the object belongs to one; reason in the words of whoever gave it; data with ids, codes and
    numbers only, never personal data; count of rows touched, one line for bulk work.
    Raises ValueError for an empty action or a count below one.
    """
    if not action or not object_type:
        raise ValueError("A line of the trail needs an action and the type of its object.")
    if count < 1:
        raise ValueError(f"A line of the trail stands for at least one row, not {count}.")
    entry = AuditEntry(
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label[:200],
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        portfolio_id=UUID(str(portfolio_id)) if portfolio_id is not None else None,
        reason=reason,
        data=dict(data or {}),
        count=count,
    )
    entry.save(force_insert=True)
    return entry
