"""Reading the trail as it was sealed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from core.audit.models import AuditEntry
from core.audit.seals import SealedEntry
from core.facts.horizon import settled_before

_COLUMNS = (
    "xid",
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "action",
    "object_type",
    "object_id",
    "portfolio_id",
    "reason",
    "data_text",
    "count",
)


def entries_between(
    after: tuple[int, int], upto: tuple[int, int] | None = None
) -> QuerySet[AuditEntry]:
    """Returns the entries after one place (xid, id), up to and including another, in order."""
    above = Q(xid__gt=after[0]) | Q(xid=after[0], id__gt=after[1])
    entries = AuditEntry.objects.filter(above, xid__gte=after[0])
    if upto is not None:
        below = Q(xid__lt=upto[0]) | Q(xid=upto[0], id__lte=upto[1])
        entries = entries.filter(below, xid__lte=upto[0])
    return entries.order_by("xid", "id")


def settled_entries(after: tuple[int, int]) -> QuerySet[AuditEntry]:
    """Returns the entries after a place that no running transaction can still precede."""
    return entries_between(after).filter(xid__lt=settled_before(after=after[0]))


def as_sealed(entries: QuerySet[AuditEntry], limit: int | None = None) -> Iterator[SealedEntry]:
    """Yields entries in the form that is hashed."""
    rows = entries.annotate(data_text=Cast("data", TextField())).values_list(*_COLUMNS)
    if limit is not None:
        rows = rows[:limit]
    for row in rows.iterator(chunk_size=2000):
        yield SealedEntry(*row)
