"""Two people ask for a visit of the same person at once: one visit, and the other is told so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections

from collections_app.visits import services
from collections_app.visits.models import Visit, VisitEvent
from core.audit.models import AuditEntry
from tests.collections_app.visiting import Field, build_field
from tests.compliance.builders import OPEN_AT

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60


@pytest.fixture
def field() -> Iterator[Field]:
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_field()


def _at_once(count: int, run: Callable[[], Any]) -> list[Any]:
    """Runs in threads that start together, each with its connection; errors are results."""
    meet = threading.Barrier(count, timeout=PATIENCE)

    def alone() -> Any:
        try:
            meet.wait()
            return run()
        except (ValidationError, IntegrityError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [found.result() for found in [pool.submit(alone) for _ in range(count)]]


def test_without_the_lock_both_find_nothing_and_one_breaks_on_the_database(field, monkeypatch):
    looked = threading.Barrier(2, timeout=PATIENCE)
    seal = services.seal

    def look_then_wait(**said: Any) -> Any:
        """Reached once both have found no visit: only without the lock can two be here."""
        looked.wait()
        return seal(**said)

    monkeypatch.setattr(services, "lock_case", lambda case: None)
    monkeypatch.setattr(services, "seal", look_then_wait)

    answers = _at_once(2, lambda: field.asked(note="a dog"))

    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "Visit"]


def test_with_it_one_visit_is_asked_for_and_the_others_are_told_why_not(field):
    answers = _at_once(5, field.asked)

    refused = [answer for answer in answers if isinstance(answer, ValidationError)]
    assert len(refused) == 4
    assert all("already" in " ".join(answer.messages) for answer in refused)
    assert Visit.objects.count() == 1
    assert VisitEvent.objects.count() == 1
    assert AuditEntry.objects.filter(action="visit.requested").count() == 1
