"""Result codes of before the talk asked for things of their own: what they needed is asked for."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader

from collections_app.contacts.models import ResultCode
from collections_app.contacts.services import install_standard_results
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

TALK = import_module("collections_app.migrations.0017_talk")


def _apps_at_the_carrying():
    """The models as the migration saw them: with what results needed, and with what they ask."""
    loader = MigrationLoader(connection)
    state = loader.project_state(("collections_app", "0016_leases"))
    for operation in loader.get_migration("collections_app", "0017_talk").operations:
        if isinstance(operation, RunPython):
            return state.apps
        operation.state_forwards("collections_app", state)
    raise AssertionError("The migration carries nothing.")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_results_needed_they_ask_for_and_the_standard_ones_more():
    _execute(
        "ALTER TABLE collections_app_resultcode"
        " ADD COLUMN needs_note boolean NOT NULL DEFAULT false,"
        " ADD COLUMN needs_next_time boolean NOT NULL DEFAULT false"
    )
    install_standard_results(by=CLERK)
    standard = {row.code: set(row.asks) for row in ResultCode.objects.all()}
    own = ResultCode.objects.get(code="BZ")
    own.pk, own.code, own.digit = None, "HOUSE", None
    own.save()
    _execute(
        "UPDATE collections_app_resultcode SET needs_note = 'note' = ANY(asks) OR code = 'HOUSE',"
        " needs_next_time = code IN ('CB', 'RPC-PTP', 'HOUSE', 'VM'), asks = '{}'"
    )
    # A house that gave a standard code another meaning: nobody promises who was not reached.
    ResultCode.objects.filter(code="RPC-PTP").update(group="no_contact", outcome="no_answer")

    TALK.carry_what_results_ask(_apps_at_the_carrying(), SimpleNamespace(connection=connection))

    carried = {row.code: set(row.asks) for row in ResultCode.objects.all()}
    assert carried.pop("HOUSE") == {"note", "next_time"}
    assert carried.pop("RPC-PTP") == {"next_time"}
    assert carried.pop("VM") == {"message", "next_time"}
    assert carried.pop("CB") == {"callback"}
    for code in ("RPC-PTP", "VM", "CB"):
        standard.pop(code)
    assert carried == standard
