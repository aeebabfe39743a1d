"""A statement that is kept answers as the queryset it was written for, for every asker."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.db.models import QuerySet

from core import clock
from core.encryption.models import DataKey
from core.encryption.services import new_data_key
from core.statements.kept import KeptStatement


class Question:
    """Keys by id or made since, and how often their statement was written."""

    def __init__(self) -> None:
        self.written = 0
        self.statement = KeptStatement(self._build)

    def _build(self, *, key, since, is_live) -> QuerySet[DataKey]:
        self.written += 1
        keys = DataKey.objects.filter(pk=key, created_at__gte=since)
        return keys if is_live else keys.filter(destroyed_at__isnull=False)

    def ask(self, key, *, since=None, is_live=True):
        since = since or clock.now() - timedelta(days=1)
        return self.statement.rows(key=key.pk, since=since, is_live=is_live)


@pytest.mark.django_db
def test_it_is_written_once_for_each_shape_and_filled_in_each_time():
    one, other, question = new_data_key(), new_data_key(), Question()

    assert question.ask(one) == [one]
    assert question.ask(other) == [other]
    assert question.ask(other, since=clock.now() + timedelta(days=1)) == []
    assert question.written == 1

    assert question.ask(one, is_live=False) == []
    assert question.written == 2


@pytest.mark.django_db
def test_rows_of_one_answer_are_not_those_of_the_next():
    key, question = new_data_key(), Question()
    (first,) = question.ask(key)
    first.key_version = 99

    (second,) = question.ask(key)

    assert second.key_version == key.key_version


@pytest.mark.django_db(transaction=True)
def test_it_is_asked_on_the_connection_of_the_thread():
    key, question, found = new_data_key(), Question(), []
    question.ask(key)
    before = connection.connection.get_backend_pid()

    def ask() -> None:
        found.extend(question.ask(key))
        found.append(connection.connection.get_backend_pid())
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert found[0] == key
    assert found[1] != before
    assert question.written == 1


@pytest.mark.django_db
def test_what_can_never_be_found_asks_nothing(django_assert_num_queries):
    nothing, key = KeptStatement(lambda key: DataKey.objects.none()), new_data_key()

    with django_assert_num_queries(0):
        assert nothing.rows(key=key.pk) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda key, at: DataKey.objects.filter(pk=key.hex), id="made a word"),
        pytest.param(
            lambda key, at: DataKey.objects.filter(pk=str(key), created_at=at), id="made text"
        ),
        pytest.param(
            lambda key, at: DataKey.objects.filter(pk=key, created_at=at - timedelta(1)),
            id="made another instant",
        ),
        pytest.param(
            lambda key, at: DataKey.objects.filter(pk=key, created_at__year=at.year),
            id="made a year",
        ),
    ],
)
def test_a_value_that_would_stay_in_the_statement_is_refused(build):
    with pytest.raises(TypeError):
        KeptStatement(build).rows(key=new_data_key().pk, at=clock.now())


@pytest.mark.django_db
def test_a_day_is_filled_in_too_and_cannot_become_another_one():
    key, today = new_data_key(), clock.now().date()
    made_on = KeptStatement(lambda day: DataKey.objects.filter(created_at__date=day))

    assert made_on.rows(day=today) == [key]
    assert made_on.rows(day=today - timedelta(days=1)) == []

    for build in (
        lambda day: DataKey.objects.filter(created_at__date=day - timedelta(days=1)),
        lambda day: DataKey.objects.filter(created_at__year=day.year),
    ):
        with pytest.raises(TypeError):
            KeptStatement(build).rows(day=today)


def test_a_number_is_neither_filled_in_nor_a_shape():
    with pytest.raises(TypeError):
        KeptStatement(lambda version: DataKey.objects.filter(key_version=version)).rows(version=3)
