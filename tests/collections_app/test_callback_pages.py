"""The pages of callbacks over HTTP: who sees and does what, filters in the URL, all as forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collections_app.callbacks.models import Callback
from collections_app.callbacks.services import schedule_callback
from collections_app.contacts.models import Contact
from compliance.attempts.models import Settlement
from core import clock
from core.audit.actors import Actor
from tests.collections_app.builders import build_desk
from tests.collections_app.test_queue import _more_cases
from tests.compliance.builders import OPEN_AT

pytestmark = pytest.mark.django_db

LIST = reverse("callbacks:list")


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _agree(desk, case=None, agent="ana", hour=15) -> Callback:
    owner = getattr(desk.cast, agent) if agent else None
    return schedule_callback(
        case=case or desk.case,
        contact_point=None,
        wall_time=datetime.fromisoformat(f"2026-05-12T{hour:02}:00"),
        agent=owner,
        note="",
        by=Actor.of(desk.cast.ana),
    )


def _form(desk, **fields):
    return {"when": "t 10", "whose": "mine", "is_wish": "on", **fields}


def _post(client, desk, **fields):
    return client.post(reverse("desk:agree_callback", args=[desk.case.pk]), _form(desk, **fields))


def test_an_agent_agrees_on_the_persons_own_clock_and_finds_it_in_the_list(desk):
    client = _client(desk.cast.ana)

    answer = _post(client, desk, contact_point=desk.phone.pk, note="after work")

    assert answer.status_code == 302
    callback = Callback.objects.get()
    assert (callback.owner, callback.contact_point) == (desk.cast.ana, desk.phone)
    rows = client.get(LIST).context["rows"]
    assert [(row.when, row.offset, row.note) for row in rows] == [
        ("tomorrow 10:00", "UTC-5", "after work")
    ]
    assert rows[0].here == "tomorrow 15:00 here"  # Ana's clock is UTC
    html = client.get(LIST).content.decode()
    assert "Maria Ortiz" not in html
    assert "5550142" not in html


def test_at_night_it_is_refused_and_the_next_time_is_one_button_away(desk):
    client = _client(desk.cast.ana)

    refused = _post(client, desk, when="t 22:30")

    assert refused.status_code == 422
    assert refused.context["nearest"] == "2026-05-14 09:00"
    assert "Outside calling hours" in refused.content.decode()
    assert not Callback.objects.exists()
    assert _post(client, desk, when=refused.context["nearest"]).status_code == 302
    assert Callback.objects.get().local_time.hour == 9


@pytest.mark.parametrize("when", ["", "some day", "today 9"])
def test_what_is_not_understood_answers_422_and_writes_nothing(desk, when):
    answer = _post(_client(desk.cast.ana), desk, when=when)

    assert answer.status_code == 422
    assert not Callback.objects.exists()


def test_the_logger_promises_the_call_and_a_refusal_writes_neither(desk):
    client = _client(desk.cast.ana)
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
    data = {
        "result": desk.result("CB").pk,
    }

    refused = _log(client, desk, **data, callback_when="2026-05-13 23:00")

    assert refused.status_code == 422
    assert "The next time a call may be made there" in refused.content.decode()
    assert not Callback.objects.exists()
    assert not Contact.objects.exists()
    assert not Settlement.objects.exists()
    assert _log(client, desk, **data, callback_when="2026-05-13 17:00").status_code == 302
    callback = Callback.objects.get()
    assert (callback.contact_point, callback.is_wish) == (desk.phone, True)
    assert f"{callback.local_time:%Y-%m-%d %H:%M}" == "2026-05-13 17:00"
    desk.case.refresh_from_db()
    assert desk.case.next_step_at == callback.due_at == Contact.objects.get().next_step_at


def test_a_talk_logged_at_the_time_meets_it_at_once(desk):
    callback = _agree(desk, hour=14)
    client = _client(desk.cast.ana)
    with time_machine.travel(datetime(2026, 5, 12, 19, 0, tzinfo=UTC), tick=False):
        client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
        _log(client, desk, result=desk.result("RPC-REF").pk, why_late="income")

    callback.refresh_from_db()
    assert (callback.state, callback.met_by) == ("met", Contact.objects.get().attempt)


def _log(client, desk, **fields):
    page = client.get(reverse("desk:case", args=[desk.case.pk]))
    data = {"token": page.context["log_form"]["token"].value(), **fields}
    return client.post(reverse("desk:log_call", args=[desk.case.pk]), data)


def test_the_case_shows_what_is_agreed_and_what_became_of_it(desk):
    client = _client(desk.cast.ana)
    callback = _agree(desk)
    client.post(reverse("desk:cancel_callback", args=[callback.pk]), {"reason": "will write"})
    _agree(desk, hour=16)

    page = client.get(reverse("desk:case", args=[desk.case.pk]))

    assert [row.when for row in page.context["callbacks"]] == ["16:00"]
    assert [row.state_name for row in page.context["callbacks_over"]] == ["cancelled"]
    assert page.context["callbacks_over"][0].detail.endswith("will write")
    summaries = [event.summary for event in page.context["timeline"]]
    assert any(text.startswith("Callback of 12 May 15:00 cancelled") for text in summaries)
    assert any(text.startswith("Callback agreed for 12 May 16:00") for text in summaries)
    assert page.context["why_now"].text == "Callback agreed for 16:00 there"


def test_moving_one_asks_why_and_cancelling_one_too(desk):
    client = _client(desk.cast.ana)
    callback = _agree(desk)
    move, cancel = (
        reverse(f"desk:{name}_callback", args=[callback.pk]) for name in ("move", "cancel")
    )

    assert client.post(move, {"when": "t 10"}).status_code == 422
    assert client.post(cancel, {"reason": ""}).status_code == 422
    callback.refresh_from_db()
    assert f"{callback.local_time:%d %H}" == "12 15"
    assert client.post(move, {"when": "t 10", "reason": "rather then"}).status_code == 302
    callback.refresh_from_db()
    assert f"{callback.local_time:%d %H}" == "13 10"
    assert client.post(cancel, {"reason": "wrote instead"}).status_code == 302
    assert client.post(cancel, {"reason": "again"}).status_code == 422
    over = client.get(LIST, {"show": "over"}).context["rows"]
    assert [(row.state_name, row.cancel_href) for row in over] == [("cancelled", "")]


def test_who_is_quicker_takes_what_is_the_teams(desk):
    callback = _agree(desk, agent=None)
    take = reverse("callbacks:take", args=[callback.pk])

    _client(desk.cast.ana).post(take)
    answer = _client(desk.cast.ben).post(take, follow=True)

    callback.refresh_from_db()
    assert callback.owner == desk.cast.ana
    assert "Ana has taken it." in answer.content.decode()


def test_the_views_and_filters_narrow_the_list(desk):
    first, second = _more_cases(desk, 2)
    _agree(desk, hour=15)
    _agree(desk, case=first, agent=None, hour=16)
    _agree(desk, case=second, agent="ben", hour=14)
    client = _client(desk.cast.ben)

    counts = {str(tab["label"]): tab["count"] for tab in client.get(LIST).context["views"]}
    assert counts == {"Mine": 1, "The team's": 1, "Missed": 0, "All agreed": 3, "Over": None}
    owners = [row.owner for row in client.get(LIST, {"show": "all"}).context["rows"]]
    assert owners == ["Ben", "Ana", "the team"]  # by the time agreed
    of_ana = client.get(LIST, {"show": "all", "agent": str(desk.cast.ana.pk)})
    assert [row.owner for row in of_ana.context["rows"]] == ["Ana"]
    with time_machine.travel(clock.now() + timedelta(hours=2, minutes=20), tick=False):
        missed = _client(desk.cast.ben).get(LIST, {"show": "missed"})
    assert [row.owner for row in missed.context["rows"]] == ["Ben", "Ana"]


def test_the_list_goes_on_where_the_page_ended(desk, monkeypatch):
    monkeypatch.setattr("collections_app.callbacks.list_page.PAGE_SIZE", 1)
    (other,) = _more_cases(desk, 1)
    _agree(desk, hour=15)
    _agree(desk, case=other, hour=16)
    client = _client(desk.cast.ana)

    first = client.get(LIST)
    second = client.get(first.context["next_href"])

    assert [row.when for row in first.context["rows"]] == ["15:00"]
    assert [row.when for row in second.context["rows"]] == ["16:00"]
    assert second.context["next_href"] == ""
    assert client.get(LIST, {"after": "nonsense"}).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many_and_at_most_twelve_queries(desk):
    client = _client(desk.cast.ben)
    _agree(desk)
    client.get(LIST)  # the first request also starts the session
    with CaptureQueriesContext(connection) as one:
        client.get(LIST, {"show": "all"})
    for case in _more_cases(desk, 3):
        _agree(desk, case=case)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(LIST, {"show": "all"}).context["rows"]) == 4

    assert len(many) == len(one) <= 12


@pytest.mark.parametrize(
    ("who", "reading", "writing"),
    [("ben", 200, 302), ("auditor", 200, 403), ("cleo", 200, 404)],
)
def test_who_may_read_and_who_may_act(desk, who, reading, writing):
    callback = _agree(desk)
    client = _client(getattr(desk.cast, who))

    assert client.get(LIST).status_code == reading
    answers = {
        client.post(reverse("callbacks:take", args=[callback.pk])).status_code,
        client.post(
            reverse("desk:cancel_callback", args=[callback.pk]), {"reason": "x"}
        ).status_code,
    }

    assert answers == {writing}
    callback.refresh_from_db()
    assert (callback.state == "open") is (writing != 302)
    assert callback.owner == desk.cast.ana
    rows = client.get(LIST, {"show": "all"}).context["rows"]
    assert all(not row.cancel_href for row in rows)
    assert bool(rows) is (who == "auditor")


def test_reading_writes_nothing(desk):
    callback = _agree(desk)
    client = _client(desk.cast.ana)
    pages = [
        LIST,
        *(reverse(f"desk:{name}_callback", args=[callback.pk]) for name in ("move", "cancel")),
        reverse("desk:agree_callback", args=[desk.case.pk]),
    ]
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert {client.get(page).status_code for page in pages} == {200}

    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
