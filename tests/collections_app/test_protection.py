"""After an abusive call: a pause is offered once, the lead hears of it, the next one is easier."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.inbox.models import Notice
from collections_app.contacts.models import Contact, ResultCode
from collections_app.contacts.services import Wrapup, log_call, start_call
from collections_app.protection.following import follow_contacts
from collections_app.protection.models import Pause
from collections_app.protection.queries import pause_at_hand, wants_easier
from collections_app.protection.services import answer_pause, note_eased, protect
from core import clock
from core.audit.actors import Actor
from tests.collections_app.builders import answers_to, build_desk
from tests.compliance.builders import OPEN_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        desk = build_desk()
        ResultCode.objects.filter(code="RPC-REF").update(is_abusive=True)
        desk.cast.team.lead = desk.cast.ben
        desk.cast.team.save()
        yield desk


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _call(desk, code: str = "RPC-REF") -> Contact:
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    return log_call(
        case=desk.case,
        attempt=attempt,
        wrapup=Wrapup(result=desk.result(code), answers=answers_to(desk.result(code))),
        agent=desk.cast.ana,
    )


def test_a_usual_call_offers_nothing(desk):
    assert protect(contact=_call(desk, "NA")) is None
    assert not Pause.objects.exists()
    assert not wants_easier(agent=desk.cast.ana, at=clock.now())


def test_an_abusive_one_offers_a_pause_once_and_the_lead_is_told(desk):
    contact = _call(desk)
    protect(contact=contact)
    protect(contact=contact)

    pause = Pause.objects.get()
    assert (pause.agent, pause.answered_at) == (desk.cast.ana, None)
    notice = Notice.objects.get(key="agent.abused")
    assert (notice.user, notice.params["who"]) == (desk.cast.ben, "Ana")
    assert wants_easier(agent=desk.cast.ana, at=clock.now())
    assert not wants_easier(agent=desk.cast.ben, at=clock.now())


def test_the_next_person_only_is_an_easier_one(desk):
    protect(contact=_call(desk))

    assert note_eased(agent=desk.cast.ana, at=clock.now()) == 1
    assert not wants_easier(agent=desk.cast.ana, at=clock.now())


def test_after_two_hours_all_is_as_usual(desk):
    protect(contact=_call(desk))
    later = clock.now() + timedelta(hours=2)

    assert pause_at_hand(agent=desk.cast.ana, at=later) is None
    assert not wants_easier(agent=desk.cast.ana, at=later)
    with (
        time_machine.travel(later, tick=False),
        pytest.raises(ValidationError),
        transaction.atomic(),
    ):
        answer_pause(pause=Pause.objects.get(), takes_it=True, by=Actor.of(desk.cast.ana))


def test_the_agent_answers_on_the_page_and_comes_back_when_they_like(desk):
    client = _client(desk.cast.ana)
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
    page = client.get(reverse("desk:case", args=[desk.case.pk]))
    client.post(
        reverse("desk:log_call", args=[desk.case.pk]),
        {
            "token": page.context["log_form"]["token"].value(),
            "result": desk.result("RPC-REF").pk,
            "why_late": "income",
        },
    )
    queue = reverse("desk:my_cases")
    offer = client.get(queue, {"view": "all"})
    assert "You were abused in the call about" in offer.content.decode()
    pause = offer.context["pause"]

    client.post(pause["answer_href"], {"answer": "pause"})
    running = client.get(queue, {"view": "all"}).context["pause"]
    again = client.post(pause["answer_href"], {"answer": "go_on"}, follow=True)
    client.post(pause["end_href"])

    assert running["until"] == "18:10"
    assert "no longer offered" in again.content.decode()
    assert client.get(queue, {"view": "all"}).context["pause"] is None
    assert wants_easier(agent=desk.cast.ana, at=clock.now())


def test_who_goes_on_is_asked_no_more(desk):
    protect(contact=_call(desk))
    client = _client(desk.cast.ana)
    answer = reverse("protection:answer", args=[Pause.objects.get().pk])

    client.post(answer, {"answer": "go_on"})

    pause = Pause.objects.get()
    assert pause.until == pause.answered_at
    assert client.get(reverse("desk:my_cases"), {"view": "all"}).context["pause"] is None


@pytest.mark.parametrize(("who", "status"), [("ben", 404), ("cleo", 404), ("auditor", 403)])
def test_nobody_answers_for_somebody_else(desk, who, status):
    protect(contact=_call(desk))
    answer = reverse("protection:answer", args=[Pause.objects.get().pk])

    assert _client(getattr(desk.cast, who)).post(answer).status_code == status
    assert Pause.objects.get().answered_at is None


@pytest.mark.django_db(transaction=True)
def test_a_contact_that_nobody_told_of_is_found_by_the_sweep(desk):
    _call(desk)
    while follow_contacts():
        pass

    assert Pause.objects.count() == 1
