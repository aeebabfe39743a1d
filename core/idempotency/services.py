"""Doing a thing once, however often it is asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from core import clock
from core.idempotency.models import IdempotencyKey
from core.locks import Lock, advisory_lock

_MOST_PRUNED_AT_ONCE = 10_000


class KeyReused(ValueError):
    """The key was used before for something else; a new act needs a new key."""


class InProgress(RuntimeError):
    """The same request is being worked on right now; ask again in a moment."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of an act, as JSON values, and whether it was an earlier act's."""

    result: Any
    replayed: bool


def fingerprint_of(content: Any) -> str:
    """Returns the SHA-256 of a request's content, the same whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def once(
    *, scope: str, key: str, fingerprint: str, run: Callable[[], Any], wait: bool = True
) -> Answer:
    """Calls `run` the first time a key is seen and answers with its stored result afterwards.

    Arguments: scope keeps callers apart (a feed, a user and address); fingerprint says what is
    asked (`fingerprint_of`); run acts in this transaction and returns JSON values. A duplicate
    that comes meanwhile waits for the first, or with wait=False raises `InProgress`.
    Raises `KeyReused` for another fingerprint under the same key, and what run raises: then
    nothing is stored and the key is free.
    """
    with transaction.atomic():
        if not advisory_lock(Lock.IDEMPOTENCY, f"{scope}|{key}", wait=wait):
            raise InProgress("The same request is being worked on; ask again in a moment.")
        stored = IdempotencyKey.objects.filter(scope=scope, key=key).first()
        if stored is None:
            stored = IdempotencyKey.objects.create(
                scope=scope, key=key, fingerprint=fingerprint, result=_as_json(run())
            )
            return Answer(result=stored.result, replayed=False)
    if stored.fingerprint != fingerprint:
        raise KeyReused("This key was used for another request; use a new key for a new request.")
    return Answer(result=stored.result, replayed=True)


def was_done(*, scope: str, key: str) -> bool:
    """Says whether an act was done under a key; one that is under way is waited for.

    Call it inside a transaction: until that ends, nobody begins the act. For what must not come
    after it, such as keeping the draft of an entry that is saved.
    """
    advisory_lock(Lock.IDEMPOTENCY, f"{scope}|{key}")
    return IdempotencyKey.objects.filter(scope=scope, key=key).exists()


def _as_json(result: Any) -> Any:
    # The first answer looks exactly as every later one: it has been through JSON as well.
    return json.loads(json.dumps(result, cls=DjangoJSONEncoder))


def prune_keys(*, older_than: timedelta = timedelta(days=30)) -> int:
    """Deletes keys nobody will ask for again, in one bounded batch; returns how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=clock.now() - older_than)
    batch = old.order_by("created_at").values("pk")[:_MOST_PRUNED_AT_ONCE]
    return IdempotencyKey.objects.filter(pk__in=batch).delete()[0]
