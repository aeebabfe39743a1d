"""Facts: nothing is lost by a late commit, nothing is handled twice, nothing blocks for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest
from django.apps.registry import Apps
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.models import Q

from core.facts import (
    FactCursor,
    FactModel,
    FactSetAside,
    announce,
    consume,
    drain,
    request_retry,
    settled_before,
)
from core.facts.checks import check_facts_are_append_only
from core.facts.horizon import CounterWentBack, WrongIsolation
from core.facts.services import FAILURES_BEFORE_SETTING_ASIDE, HandlerBroken
from core.facts.tasks import sweep_consumers, wake
from core.facts.topics import wake_consumers
from core.facts.triggers import append_only

pytestmark = pytest.mark.django_db(transaction=True)

seen: list[str] = []


class Parcel(FactModel):
    """A fact of the tests' own."""

    label = models.CharField(max_length=50)

    class Meta(FactModel.Meta):
        apps = Apps()
        app_label = "core"
        db_table = "test_parcel"


@pytest.fixture(autouse=True)
def parcels() -> Iterator[None]:
    seen.clear()
    with connection.schema_editor() as editor:
        editor.create_model(Parcel)
    with connection.cursor() as cursor:
        for trigger in append_only():
            cursor.execute(str(trigger.compile(Parcel).install_sql))
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Parcel)


def put(*labels: str) -> None:
    for label in labels:
        Parcel.objects.create(label=label)


def keep(parcels: Sequence[Parcel]) -> None:
    seen.extend(parcel.label for parcel in parcels)


def take(limit: int = 500) -> int:
    return consume(consumer="tests", model=Parcel, handler=keep, limit=limit)


def break_on_bad(parcels: Sequence[Parcel]) -> None:
    if any(parcel.label.startswith("bad") for parcel in parcels):
        raise ValueError("a bad parcel")
    keep(parcels)


def take_fragile() -> int:
    return consume(consumer="tests", model=Parcel, handler=break_on_bad)


def insert_late(other) -> None:
    with other.cursor() as cursor:
        cursor.execute("INSERT INTO test_parcel (label) VALUES ('late')")


def test_serial_cursor_loses_a_late_commit(other_connection):
    # The race itself: a reader that remembers the highest serial number it saw.
    insert_late(other_connection)  # takes the lower number, commits last
    put("early")
    read = list(Parcel.objects.filter(pk__gt=0).order_by("pk"))
    last_seen = read[-1].pk
    other_connection.commit()

    missed = list(Parcel.objects.filter(pk__gt=last_seen))

    assert [parcel.label for parcel in read] == ["early"]
    assert missed == []
    assert Parcel.objects.filter(label="late").exists()  # it is there and nobody will read it


def test_snapshot_cursor_keeps_a_late_commit(other_connection):
    insert_late(other_connection)
    put("early")
    assert take() == 0  # nothing after a transaction still running is safe to pass
    other_connection.commit()

    while take():
        pass

    assert sorted(seen) == ["early", "late"]
    assert take() == 0


def test_transaction_in_another_database_holds_up_nothing(other_database):
    with other_database.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    put("early")
    assert take() == 1


def test_ordinary_role_sees_who_is_still_writing(other_connection):
    insert_late(other_connection)
    put("early")

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE test_ordinary; SET LOCAL ROLE test_ordinary")
        horizon = settled_before()
        cursor.execute("RESET ROLE; DROP ROLE test_ordinary")

    assert horizon <= Parcel.objects.get(label="early").xid


def test_facts_of_the_own_transaction_are_consumed_and_go_with_it():
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        put("one")
        assert take() == 1
        put("two")
        assert take() == 1
        raise RuntimeError

    assert not Parcel.objects.exists()
    assert not FactCursor.objects.exists()


def test_reading_facts_with_one_snapshot_to_the_end_is_refused():
    put("one")
    with pytest.raises(WrongIsolation), transaction.atomic():  # noqa: PT012
        connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        settled_before()


def test_restored_dump_is_noticed_before_anything_is_lost():
    put("one")
    take()
    FactCursor.objects.update(last_xid=2**40)  # what a new server's counter has not come to

    with pytest.raises(CounterWentBack, match="restored from a dump"):
        take()


def test_a_wake_for_nothing_is_one_statement(django_assert_num_queries):
    put("one")
    assert take() == 1

    with django_assert_num_queries(1):
        assert take() == 0


def test_a_restored_dump_is_noticed_by_a_consumer_who_finds_nothing_new():
    put("one")
    take()
    FactCursor.objects.update(last_xid=2**62)

    with pytest.raises(CounterWentBack):
        take()


def test_rolled_back_fact_is_never_seen(other_connection):
    insert_late(other_connection)
    put("early")
    other_connection.rollback()

    assert take() == 1
    assert seen == ["early"]


def test_facts_under_concurrent_writers_arrive_exactly_once(together):
    done = threading.Event()

    def write(writer: int) -> None:
        for number in range(20):
            with transaction.atomic():
                put(f"{writer}-{number}")

    def read() -> None:
        while not done.is_set():
            take(limit=7)

    def write_all() -> None:
        together([lambda w=w: write(w) for w in range(6)], workers=6)
        done.set()

    errors = [result for result in together([write_all, read, read]) if result is not None]
    while take():
        pass

    assert errors == []
    assert len(seen) == 120
    assert len(set(seen)) == 120


def test_two_consumers_do_not_double(together):
    put("one", "two")
    inside, leave = threading.Event(), threading.Event()

    def slow(parcels: Sequence[Parcel]) -> None:
        inside.set()
        assert leave.wait(10)
        keep(parcels)

    def first() -> int:
        return consume(consumer="tests", model=Parcel, handler=slow)

    def second() -> int:
        assert inside.wait(10)
        try:
            return take()
        finally:
            leave.set()

    assert together([first, second]) == [2, 0]
    assert seen == ["one", "two"]


def test_batches_go_on_where_the_last_one_ended_within_one_transaction():
    with transaction.atomic():
        put(*[str(number) for number in range(7)])

    assert [take(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert seen == [str(number) for number in range(7)]
    assert FactCursor.objects.get().consumed_count == 7


def test_facts_passed_over_are_neither_handled_nor_met_again():
    def take_the_others() -> int:
        return consume(
            consumer="tests", model=Parcel, handler=keep, limit=2, passing_over=Q(label="not mine")
        )

    put("a", "not mine", "b", "c", "not mine", "not mine")
    assert [take_the_others() for _ in range(3)] == [3, 3, 0]
    put("not mine")
    assert [take_the_others() for _ in range(2)] == [1, 0]
    put("d")
    assert take_the_others() == 1

    assert seen == ["a", "b", "c", "d"]
    assert FactCursor.objects.get().consumed_count == 8


def test_each_consumer_has_its_own_cursor():
    put("one")
    assert take() == 1
    assert consume(consumer="others", model=Parcel, handler=keep) == 1
    assert seen == ["one", "one"]


def test_failing_handler_leaves_cursor_and_undoes_its_writing():
    put("bad one")

    def write_and_fail(parcels: Sequence[Parcel]) -> None:
        FactCursor.objects.create(consumer="written by the handler")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        consume(consumer="tests", model=Parcel, handler=write_and_fail)

    cursor = FactCursor.objects.get()
    assert (cursor.consumer, cursor.last_xid, cursor.failure_count) == ("tests", 0, 1)
    assert "no" in cursor.error
    assert not FactSetAside.objects.exists()


def test_poison_row_is_set_aside_and_the_rest_goes_on():
    put("a", "bad b", "c", "d", "bad e")

    for _ in range(FAILURES_BEFORE_SETTING_ASIDE):
        with pytest.raises(ValueError, match="a bad parcel"):
            take_fragile()
    assert seen == []
    assert take_fragile() == 5

    assert seen == ["a", "c", "d"]
    asides = FactSetAside.objects.order_by("pk")
    labels = [Parcel.objects.get(pk=aside.fact_id).label for aside in asides]
    assert labels == ["bad b", "bad e"]
    assert FactCursor.objects.get().failure_count == 0
    put("f")
    assert take_fragile() == 1


def test_set_aside_row_is_tried_again_when_asked():
    put("bad b")
    for _ in range(FAILURES_BEFORE_SETTING_ASIDE):
        with pytest.raises(ValueError, match="a bad parcel"):
            take_fragile()
    take_fragile()

    assert take() == 0
    assert request_retry(consumer="tests") == 1
    assert take() == 1  # with a handler that was repaired

    assert seen == ["bad b"]
    assert FactSetAside.objects.get().resolved_at is not None
    assert request_retry(consumer="tests") == 0


def test_broken_handler_sets_nothing_aside():
    put(*[f"bad {number}" for number in range(30)])
    for _ in range(FAILURES_BEFORE_SETTING_ASIDE):
        with pytest.raises(ValueError, match="a bad parcel"):
            take_fragile()

    with pytest.raises(HandlerBroken, match="nothing was set aside"):
        take_fragile()

    assert not FactSetAside.objects.exists()
    assert FactCursor.objects.get().last_xid == 0


def test_database_trouble_never_sets_aside():
    put("a")

    def fail(parcels: Sequence[Parcel]) -> None:
        raise OperationalError("deadlock detected")

    for _ in range(FAILURES_BEFORE_SETTING_ASIDE + 2):
        with pytest.raises(OperationalError):
            consume(consumer="tests", model=Parcel, handler=fail)

    assert not FactSetAside.objects.exists()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE test_parcel SET label = 'x'", "DELETE FROM test_parcel", "TRUNCATE test_parcel"],
)
def test_facts_are_append_only(statement):
    put("one")

    # The switch of the trigger library must not open the door.
    names = ",".join(trigger.get_pgid(Parcel) for trigger in append_only())
    switch = f"SET LOCAL pgtrigger.ignore = '{{{names}}}'"

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"{switch}; {statement}")

    assert Parcel.objects.get().label == "one"


def test_check_finds_a_fact_model_without_triggers(monkeypatch):
    class Loose(FactModel):
        class Meta:
            apps = Apps()
            app_label = "core"

    monkeypatch.setattr("core.facts.checks.apps.get_models", lambda: [Parcel, Loose])

    errors = list(check_facts_are_append_only(None))

    assert [error.id for error in errors] == ["core.E001"]
    assert "class Meta(FactModel.Meta)" in errors[0].hint


class TestWakeUps:
    """announce, wake, sweep, drain."""

    @pytest.fixture(autouse=True)
    def _topic(self, monkeypatch):
        monkeypatch.setattr(settings, "FACT_CONSUMERS", {"parcels": [f"{__name__}.take"]})

    def test_announce_wakes_after_commit_only(self):
        with transaction.atomic():
            put("one")
            announce("parcels")
            assert seen == []
        assert seen == ["one"]

    def test_rolled_back_announcement_wakes_nobody(self, monkeypatch):
        calls = []
        monkeypatch.setattr(wake, "apply_async", lambda *a, **k: calls.append(a))
        with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
            announce("parcels")
            raise RuntimeError
        assert calls == []

    def test_announced_often_wakes_once_a_transaction(self, monkeypatch):
        calls = []
        monkeypatch.setattr(wake, "apply_async", lambda *a, **k: calls.append(a))
        with transaction.atomic():
            for _ in range(50):
                announce("parcels")
            with transaction.atomic():
                announce("parcels")
        assert calls == [(("parcels",),)]

    def test_broker_failure_only_delays(self, monkeypatch):
        def refuse(*args, **kwargs):
            raise ConnectionError("no broker")

        monkeypatch.setattr(wake, "apply_async", refuse)
        with transaction.atomic():
            put("one")
            announce("parcels")
        assert seen == []

        sweep_consumers()

        assert seen == ["one"]

    def test_unknown_topic_wakes_nobody(self):
        announce("nobody listens")
        assert drain("nobody listens") == 0

    def test_drain_runs_until_empty(self):
        put(*[str(number) for number in range(5)])
        assert drain("parcels") == 5
        assert drain("parcels") == 0

    def test_one_failing_consumer_stops_no_other(self, monkeypatch):
        paths = [f"{__name__}.take_fragile_under_its_own_name", f"{__name__}.take"]
        monkeypatch.setattr(settings, "FACT_CONSUMERS", {"parcels": paths})
        put("bad one")

        assert wake_consumers("parcels") == 1
        assert seen == ["bad one"]


def take_fragile_under_its_own_name() -> int:
    return consume(consumer="fragile", model=Parcel, handler=break_on_bad)
