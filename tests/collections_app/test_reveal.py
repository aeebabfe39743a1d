"""Hidden values shown in clear: for a purpose, within a budget, on record, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEntry
from core.encryption.services import destroy
from loans.borrowers import disclosure
from loans.borrowers.disclosure import HiddenField, HiddenValue, reveal
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT, reachable_loan
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

NUMBER = "+12125550142"


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _reveal(client, desk, value="", purpose="identity", **headers):
    return client.post(
        reverse("desk:reveal", args=[desk.case.pk]),
        {"value": value or f"contact_point:{desk.phone.pk}", "purpose": purpose},
        **headers,
    )


def _reveals():
    return AuditEntry.objects.filter(action="party.revealed")


def test_a_value_is_shown_once_in_the_answer_and_stands_in_the_trail_without_itself(desk):
    client = _client(desk.cast.ana)

    answer = _reveal(client, desk)

    assert answer.status_code == 200
    assert NUMBER in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert 'http-equiv="refresh"' in answer.content.decode()
    entry = _reveals().get()
    assert (entry.actor_id, entry.reason) == (str(desk.cast.ana.pk), "identity")
    assert entry.data == {
        "field": "contact_point",
        "row": str(desk.phone.pk),
        "case": str(desk.case.pk),
    }
    again = client.get(reverse("desk:case", args=[desk.case.pk])).content.decode()
    assert NUMBER not in again


def test_htmx_gets_the_part_alone(desk):
    answer = _reveal(_client(desk.cast.ana), desk, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="reveal")

    html = answer.content.decode()
    assert NUMBER in html
    assert "<html" not in html
    assert 'data-hides-after="60"' in html


@pytest.mark.parametrize("field", ["name", "address", "contact_point"])
def test_every_hidden_field_of_the_borrower_can_be_asked_for(desk, field):
    page = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))
    keys = [key for key in page.context["reveal_form"].hidden if key.startswith(f"{field}:")]

    answer = _reveal(_client(desk.cast.ana), desk, value=keys[0])

    assert answer.status_code == 200
    assert answer.context["revealed"]
    assert "*" not in answer.context["revealed"]


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_without_a_purpose_nothing_is_shown_or_written(desk, purpose):
    answer = _reveal(_client(desk.cast.ana), desk, purpose=purpose)

    assert answer.status_code == 422
    assert NUMBER not in answer.content.decode()
    assert not _reveals().exists()


def test_a_value_of_somebody_else_cannot_be_asked_for_from_this_case(desk):
    _loan, other = reachable_loan(desk.cast.other_portfolio)

    answer = _reveal(_client(desk.cast.ana), desk, value=f"contact_point:{other.pk}")

    assert answer.status_code == 422
    assert not _reveals().exists()


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("cleo", 404)])
def test_who_may_not(desk, who, status):
    client = _client(getattr(desk.cast, who))

    assert _reveal(client, desk).status_code == status
    assert not _reveals().exists()


def test_the_budget_of_an_hour_ends_and_comes_back(desk, monkeypatch):
    monkeypatch.setattr(disclosure, "_USUAL_BUDGET", 2)
    client = _client(desk.cast.ana)
    assert [_reveal(client, desk).status_code for _time in range(3)] == [200, 200, 422]
    assert _reveals().count() == 2


def test_calls_do_not_spend_the_budget_and_the_hour_passes(desk):
    client = _client(desk.cast.ana)
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
    value = HiddenValue(desk.case.borrower_id, HiddenField.NAME, desk.case.borrower_id)
    words = {
        "value": value,
        "purpose": "calling",
        "portfolio_id": desk.case.portfolio_id,
        "reference": str(desk.case.pk),
        "budget": 1,
        "by": CLERK,
    }

    assert reveal(**words) == "Maria Ortiz"
    with pytest.raises(ValidationError, match="within the last hour"):
        reveal(**words)
    # The trail keeps the database's own clock, so the hour is let pass from there.
    with time_machine.travel(AuditEntry.objects.latest("id").at + timedelta(minutes=61)):
        assert clock.now() > AuditEntry.objects.latest("id").at
        assert reveal(**words) == "Maria Ortiz"


def test_an_erased_value_is_not_on_file(desk):
    destroy(desk.case.borrower.data_key)

    answer = _reveal(_client(desk.cast.ana), desk)

    assert answer.status_code == 422
    assert not _reveals().exists()
