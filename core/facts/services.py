"""Reading facts in an order that never loses a late commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from core import clock
from core.facts.horizon import settled_before
from core.facts.models import FactCursor, FactModel, FactSetAside

Fact = TypeVar("Fact", bound=FactModel)
Handler = Callable[[Sequence[Fact]], object]

# A batch that failed this often at the same place is taken apart to find the rows that break it.
FAILURES_BEFORE_SETTING_ASIDE = 3
# More bad rows than this in one batch mean that the handler is broken, not the rows.
MOST_SET_ASIDE_PER_BATCH = 20
# What the database says when it is unwell; never a reason to set a row aside.
PASSING_ERRORS = (OperationalError, InterfaceError)


class HandlerBroken(RuntimeError):
    """So many rows of one batch fail that the fault is the handler's; nothing was set aside."""


@dataclass(frozen=True, slots=True)
class _Batch(Generic[Fact]):
    """Facts to handle, the last fact that the cursor then stands at, and how many it moved past."""

    facts: list[Fact]
    end: Fact
    count: int


def consume(
    *,
    consumer: str,
    model: type[Fact],
    handler: Handler[Fact],
    limit: int = 500,
    passing_over: Q | None = None,
) -> int:
    """Hands one batch of new facts to `handler` and moves the consumer's cursor past them.

    Arguments: consumer is the cursor's name; model the fact table; handler takes the facts in
    (xid, id) order and does all its writing in the transaction it is called in; limit rows a
    batch; passing_over tells facts that the handler has nothing to do with, which are not fetched
    and, however many, take no batch of their own. Returns the rows consumed, 0 when there is
    nothing new or another worker holds the cursor. Raises what the handler raises, its writing
    undone and the cursor where it was; after `FAILURES_BEFORE_SETTING_ASIDE` such failures the
    rows that break it are set aside (`FactSetAside`) and the rest goes on.
    """
    if _is_idle(consumer, model):
        return 0
    FactCursor.objects.get_or_create(consumer=consumer)
    with transaction.atomic():
        cursor = FactCursor.objects.select_for_update(skip_locked=True).filter(pk=consumer).first()
        if cursor is None:
            return 0
        if cursor.fact_table != model._meta.label:
            cursor.fact_table = model._meta.label  # how far behind it is, is counted there
            cursor.save(update_fields=["fact_table"])
        retried = _retry_set_aside(cursor, model, handler)
        batch = _next_batch(cursor, model, limit, passing_over)
        if batch is None:
            return retried
        failure = _digest(cursor, batch.facts, handler) if batch.facts else None
        if failure is None:
            _move(cursor, batch)
    if failure is not None:
        raise failure
    return retried + batch.count


# Nothing above the cursor, settled or not, and nothing to try again. A server whose counter went
# back (`CounterWentBack`) has nothing above it either, for ever: that is not idle.
_IDLE = """
    SELECT NOT EXISTS (
        SELECT FROM {facts} AS fact
        WHERE fact.xid >= stands.last_xid
          AND (fact.xid > stands.last_xid OR fact.{key} > NULLIF(stands.last_id, '')::{key_type})
    ) AND NOT EXISTS (
        SELECT FROM {asides} AS aside
        WHERE aside.consumer = stands.consumer AND aside.fact_table = stands.fact_table
          AND aside.retry_requested_at IS NOT NULL AND aside.resolved_at IS NULL
    ) AND pg_snapshot_xmax(pg_current_snapshot()) > stands.last_xid
    FROM {cursors} AS stands WHERE stands.consumer = %s AND stands.fact_table = %s
"""


def _is_idle(consumer: str, model: type[Fact]) -> bool:
    """Says whether there is nothing to do: most wakes find so, and this one statement is all."""
    key, quote = model._meta.pk, connection.ops.quote_name
    statement = _IDLE.format(
        facts=quote(model._meta.db_table),
        key=quote(str(key.column)),
        key_type=key.rel_db_type(connection),
        asides=quote(FactSetAside._meta.db_table),
        cursors=quote(FactCursor._meta.db_table),
    )
    with connection.cursor() as asked:
        asked.execute(statement, [consumer, model._meta.label])
        found = asked.fetchone()
    return found is not None and bool(found[0])


def _next_batch(
    cursor: FactCursor, model: type[Fact], limit: int, passing_over: Q | None
) -> _Batch[Fact] | None:
    # (xid, id) > cursor, written so that the index on xid bounds the scan.
    above = Q(xid__gt=cursor.last_xid)
    if cursor.last_id:
        above |= Q(xid=cursor.last_xid, pk__gt=model._meta.pk.to_python(cursor.last_id))
    horizon = settled_before(
        after=cursor.last_xid
    )  # a statement of its own, before the rows are read
    new = model._default_manager.filter(above, xid__gte=cursor.last_xid, xid__lt=horizon)
    if passing_over is None:
        facts = list(new.order_by("xid", "pk")[:limit])
        return _Batch(facts, facts[-1], len(facts)) if facts else None
    facts = list(new.exclude(passing_over).order_by("xid", "pk")[:limit])
    # Below the horizon nothing comes or goes any more, so all that is not among them is passed.
    end = facts[-1] if len(facts) == limit else new.order_by("-xid", "-pk").first()
    if end is None:
        return None
    upto = Q(xid__lt=end.xid) | Q(xid=end.xid, pk__lte=end.pk)
    return _Batch(facts, end, new.filter(upto).count())


def _digest(cursor: FactCursor, facts: Sequence[Fact], handler: Handler[Fact]) -> Exception | None:
    """Runs the handler in a savepoint; returns its error unless the bad rows were set aside."""
    failure = _attempt(facts, handler)
    if failure is None:
        return None
    earlier_failures = cursor.failure_count
    cursor.failure_count = earlier_failures + 1
    cursor.failed_at = clock.now()
    cursor.error = repr(failure)
    cursor.save(update_fields=["failure_count", "failed_at", "error"])
    if isinstance(failure, PASSING_ERRORS) or earlier_failures < FAILURES_BEFORE_SETTING_ASIDE:
        return failure
    try:
        with transaction.atomic():
            _set_aside_bad(cursor, facts, handler)
    except (HandlerBroken, *PASSING_ERRORS) as error:
        return error
    return None


def _attempt(facts: Sequence[Fact], handler: Handler[Fact]) -> Exception | None:
    try:
        with transaction.atomic():
            handler(facts)
    except Exception as error:
        return error
    return None


def _set_aside_bad(cursor: FactCursor, facts: Sequence[Fact], handler: Handler[Fact]) -> None:
    """Halves the batch until each row that fails stands alone, and digests all the others."""
    bad_count = 0
    parts = [facts]
    while parts:
        part = parts.pop()
        failure = _attempt(part, handler)
        if failure is None:
            continue
        if isinstance(failure, PASSING_ERRORS):
            raise failure
        if len(part) > 1:
            middle = len(part) // 2
            parts += [part[middle:], part[:middle]]  # the first half is tried first
            continue
        bad_count += 1
        if bad_count > MOST_SET_ASIDE_PER_BATCH:
            raise HandlerBroken(
                f"{cursor.consumer}: more than {MOST_SET_ASIDE_PER_BATCH} facts of one batch fail; "
                f"nothing was set aside. The last error was {failure!r}."
            ) from failure
        FactSetAside.objects.update_or_create(
            consumer=cursor.consumer,
            fact_id=str(part[0].pk),
            defaults={
                "fact_table": part[0]._meta.label,
                "error": repr(failure),
                "resolved_at": None,
                "retry_requested_at": None,
            },
        )


def _move(cursor: FactCursor, batch: _Batch[Fact]) -> None:
    cursor.last_xid = batch.end.xid
    cursor.last_id = str(batch.end.pk)
    cursor.consumed_count += batch.count
    cursor.moved_at = clock.now()
    cursor.failure_count = 0
    cursor.failed_at = None
    cursor.error = ""
    cursor.save()


def _retry_set_aside(cursor: FactCursor, model: type[Fact], handler: Handler[Fact]) -> int:
    """Tries the rows that somebody asked to have tried again; returns how many went through."""
    asked = FactSetAside.objects.filter(
        consumer=cursor.consumer,
        fact_table=model._meta.label,
        retry_requested_at__isnull=False,
        resolved_at__isnull=True,
    )
    resolved = 0
    for aside in asked.select_for_update().order_by("pk")[:MOST_SET_ASIDE_PER_BATCH]:
        fact = model._default_manager.get(pk=aside.fact_id)
        failure = _attempt([fact], handler)
        if failure is None:
            aside.resolved_at = clock.now()
            resolved += 1
        else:
            aside.error = repr(failure)
            aside.retry_requested_at = None
        aside.save(update_fields=["resolved_at", "error", "retry_requested_at"])
    return resolved


def request_retry(*, consumer: str) -> int:
    """Asks a consumer to try its set-aside facts again on its next batch; returns how many."""
    asides = FactSetAside.objects.filter(
        consumer=consumer, resolved_at__isnull=True, retry_requested_at__isnull=True
    )
    return asides.update(retry_requested_at=clock.now())
