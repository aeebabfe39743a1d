"""The same request twice does one thing and gives one answer."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from core.audit import SYSTEM, AuditEntry, record
from core.idempotency import IdempotencyKey, InProgress, KeyReused, fingerprint_of, once
from core.idempotency.tasks import prune_idempotency_keys

pytestmark = pytest.mark.django_db(transaction=True)

REQUEST = {"loan": 1, "amount": Decimal("20.00"), "value_on": date(2026, 11, 23)}


def act() -> dict[str, object]:
    entry = record(action="repayment.record", by=SYSTEM, object_type="t", object_id=1)
    return {"id": entry.pk, "amount": Decimal("20.00")}


def ask(run=act, *, key="k1", scope="feed", content=REQUEST, wait=True):
    return once(scope=scope, key=key, fingerprint=fingerprint_of(content), run=run, wait=wait)


def test_same_request_gets_the_stored_answer():
    first, second = ask(), ask()

    assert (first.replayed, second.replayed) == (False, True)
    assert first.result == second.result
    assert first.result["amount"] == "20.00"
    assert AuditEntry.objects.count() == 1


def test_answer_may_be_nothing():
    assert ask(lambda: None).result is None
    assert ask(lambda: None).replayed


def test_other_request_under_the_key_is_refused():
    ask()
    with pytest.raises(KeyReused, match="new key"):
        ask(content=REQUEST | {"amount": Decimal("21.00")})
    assert AuditEntry.objects.count() == 1


def test_other_key_or_scope_is_another_request():
    ask()
    assert not ask(key="k2").replayed
    assert not ask(scope="other feed").replayed


def test_failed_act_frees_the_key():
    def fail():
        act()
        raise ValueError("no such loan")

    with pytest.raises(ValueError, match="no such loan"):
        ask(fail)
    assert not AuditEntry.objects.exists()
    assert not ask().replayed


def test_concurrent_duplicates_act_once(together):
    answers = together([ask] * 16)

    assert [type(answer).__name__ for answer in answers] == ["Answer"] * 16
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 15
    assert len({answer.result["id"] for answer in answers}) == 1
    assert AuditEntry.objects.count() == 1


def test_duplicate_that_will_not_wait_is_told(together):
    inside, leave = threading.Event(), threading.Event()

    def slow():
        inside.set()
        assert leave.wait(10)

    def second():
        assert inside.wait(10)
        try:
            return ask(wait=False)
        finally:
            leave.set()

    _first, refused = together([lambda: ask(slow), second])
    assert isinstance(refused, InProgress)


def test_fingerprint_does_not_mind_the_order():
    assert fingerprint_of({"a": 1, "b": 2}) == fingerprint_of({"b": 2, "a": 1})
    assert fingerprint_of({"a": 1}) != fingerprint_of({"a": "1"})


def test_old_keys_are_cleared():
    ask()
    prune_idempotency_keys()
    assert IdempotencyKey.objects.count() == 1
    import django.utils.timezone as tz

    with time_machine.travel(tz.now() + timedelta(days=31), tick=False):
        prune_idempotency_keys()
    assert not IdempotencyKey.objects.exists()
