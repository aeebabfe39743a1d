"""A small demonstration, loaded once for all tests that only read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections

from config.demo_data.loader import load
from config.demo_data.staff import Staff

MORNING = dt.datetime(2026, 11, 19, 15, 0, tzinfo=dt.UTC)
SCALE = Decimal("0.02")
CLOSED_DAYS = 3


def load_small(*, seed: int = 1, only: str = "", closed_days: int = CLOSED_DAYS) -> Staff:
    """Loads a fiftieth of the demonstration with few closes, on a morning in New York."""
    with time_machine.travel(MORNING, tick=True):
        return load(
            seed=seed, scale=SCALE, only=only, say=lambda text: None, closed_days=closed_days
        )


def empty_database() -> None:
    """Takes everything back; the facts' consumers need real commits, so no transaction can."""
    call_command("flush", verbosity=0, interactive=False)
    connections.close_all()


@pytest.fixture(scope="module")
def demo(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Staff]:
    """The loaded demonstration. Tests that use it must not write."""
    with django_db_blocker.unblock():
        staff = load_small()
        yield staff
        empty_database()
