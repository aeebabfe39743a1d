"""Locks: the race without them first, then the same race with them."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction

from core.audit import SYSTEM, AuditEntry, record
from core.locks import Lock, LockBusy, LockOutsideTransaction, advisory_lock, session_lock

pytestmark = pytest.mark.django_db(transaction=True)


def open_once(barrier: threading.Barrier | None, *, locked: bool) -> None:
    """Check, then write: the pattern that races."""
    with transaction.atomic():
        if locked:
            advisory_lock(Lock.CASE, "loan-1")
        missing = not AuditEntry.objects.filter(object_id="loan-1").exists()
        if barrier:
            barrier.wait(10)
        if missing:
            record(action="case.open", by=SYSTEM, object_type="t", object_id="loan-1")


def test_without_the_lock_both_write(together):
    barrier = threading.Barrier(2)
    together([lambda: open_once(barrier, locked=False)] * 2)
    assert AuditEntry.objects.count() == 2


def test_with_the_lock_one_writes(together):
    errors = together([lambda: open_once(None, locked=True)] * 16)
    assert [error for error in errors if error] == []
    assert AuditEntry.objects.count() == 1


def test_lock_outside_a_transaction_is_refused():
    with pytest.raises(LockOutsideTransaction, match=r"transaction\.atomic"):
        advisory_lock(Lock.CASE, 1)


def test_no_waiting_says_whether_it_was_free(together):
    def try_it(lock: Lock, key: str) -> bool:
        with transaction.atomic():
            return advisory_lock(lock, key, wait=False)

    with transaction.atomic():
        assert advisory_lock(Lock.CASE, "a", wait=False)
        assert advisory_lock(Lock.CASE, "a", wait=False)  # again is harmless
        tries = [(Lock.CASE, "a"), (Lock.CASE, "b"), (Lock.LOAN, "a")]
        assert together([lambda t=t: try_it(*t) for t in tries]) == [False, True, True]
    assert together([lambda: try_it(Lock.CASE, "a")]) == [True]


def test_shared_takers_stand_beside_each_other_and_keep_others_out(together):
    def try_it(*, is_shared: bool) -> bool:
        with transaction.atomic():
            return advisory_lock(Lock.PERSON, "book", wait=False, is_shared=is_shared)

    both = [lambda: try_it(is_shared=True), lambda: try_it(is_shared=False)]
    with transaction.atomic():
        advisory_lock(Lock.PERSON, "book", is_shared=True)
        assert [together([each])[0] for each in both] == [True, False]
    with transaction.atomic():
        advisory_lock(Lock.PERSON, "book")
        assert [together([each])[0] for each in both] == [False, False]


def test_session_lock_holds_over_transactions_and_ends_with_the_block(together):
    def try_it() -> str:
        with session_lock(Lock.IMPORT, "file", wait=False):
            return "got it"

    with session_lock(Lock.IMPORT, "file"):
        with transaction.atomic():
            pass
        (result,) = together([try_it])
        assert isinstance(result, LockBusy)
    assert together([try_it]) == ["got it"]


def test_session_lock_is_let_go_after_an_error(together):
    def try_it() -> str:
        with session_lock(Lock.IMPORT, "file", wait=False):
            return "got it"

    with pytest.raises(RuntimeError), session_lock(Lock.IMPORT, "file"):
        raise RuntimeError
    assert together([try_it]) == ["got it"]
