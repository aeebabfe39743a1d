"""Holds of portfolios over HTTP: the preview says whom it silences, setting and lifting."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.urls import reverse

from compliance.gate.services import decide
from compliance.stops.models import Stop
from core.audit.models import AuditEntry
from tests.compliance.builders import OPEN_AT, call_request
from tests.compliance.test_register_pages import Floor, _client

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    with time_machine.travel(OPEN_AT, tick=False):
        yield Floor()


def _data(floor, client, **changes):
    token = client.get(reverse("holds:new")).context["form"]["token"].value()
    data = {"portfolio": floor.loan.portfolio.code, "until": "2026-05-20", "reason": "flood"}
    return {"token": token, **data, **changes}


def test_the_preview_says_whom_it_silences_and_writes_nothing(floor):
    olga = _client(floor.officer)
    data = _data(floor, olga)
    entries = AuditEntry.objects.count()

    page = olga.post(reverse("holds:new"), data)

    assert page.status_code == 200
    silenced = page.context["silenced"]
    assert (silenced.people, silenced.loans, silenced.late_people) == (1, 1, 1)
    assert "1 person is not contacted" in page.content.decode()
    assert "21 May 2026" in page.content.decode()
    assert not Stop.objects.exists()
    assert AuditEntry.objects.count() == entries


def test_a_hold_is_set_once_closes_the_gate_and_is_lifted_with_a_reason(floor):
    olga = _client(floor.officer)
    data = _data(floor, olga)

    answers = [olga.post(reverse("holds:set"), data).status_code for _twice in range(2)]

    assert answers == [302, 302]
    stop = Stop.objects.get()
    assert stop.ends_at == datetime.fromisoformat("2026-05-21T00:00:00-04:00")
    assert not decide(call_request(floor.loan, floor.phone)).allowed
    lift = reverse("holds:lift", args=[stop.pk])
    assert olga.post(lift, {"token": "a", "reason": ""}).status_code == 422
    assert olga.post(lift, {"token": "b", "reason": "water is gone"}).status_code == 302
    assert decide(call_request(floor.loan, floor.phone)).allowed
    page = olga.get(reverse("holds:list"))
    assert [tab.href for tab in page.context["compliance_tabs"] if tab.is_current] == [
        reverse("holds:list")
    ]
    html = page.content.decode()
    assert "water is gone" in html


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Reason"),
        ({"until": "2026-05-11"}, "ends in the future"),
        ({"until": "2028-05-11"}, "at most a year"),
        ({"portfolio": "nowhere"}, "Portfolio"),
    ],
)
def test_a_refused_hold_says_why_and_holds_nothing(floor, changes, sentence):
    olga = _client(floor.officer)

    data = _data(floor, olga, **changes)
    if changes.get("until") == "2026-05-11":
        assert olga.post(reverse("holds:new"), data).status_code == 422

    answer = olga.post(reverse("holds:set"), data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Stop.objects.exists()


def test_leads_look_on_and_agents_do_not(floor):
    ben, ana = _client(floor.cast.ben), _client(floor.cast.ana)

    assert ben.get(reverse("holds:list")).status_code == 200
    assert ben.get(reverse("holds:new")).status_code == 403
    assert ben.post(reverse("holds:set"), {}).status_code == 403
    assert ana.get(reverse("holds:list")).status_code == 403
    assert not Stop.objects.exists()


def test_portfolios_of_others_are_not_offered_nor_their_holds_lifted(floor):
    olga = _client(floor.officer)
    olga.post(reverse("holds:set"), _data(floor, olga))
    cleo = floor.cast.cleo
    type(cleo).objects.filter(pk=cleo.pk).update(role="manager")
    client = _client(cleo)

    form = client.get(reverse("holds:new")).context["form"]
    assert floor.loan.portfolio not in form.fields["portfolio"].queryset
    assert client.get(reverse("holds:list")).context["rows"] == []
    lift = reverse("holds:lift", args=[Stop.objects.get().pk])
    assert client.post(lift, {"token": "a", "reason": "x"}).status_code == 404
