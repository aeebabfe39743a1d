"""Callbacks over the API: agreed on in the person's hours, once, moved, cancelled with a reason."""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache

from collections_app.callbacks.models import Callback
from collections_app.callbacks.queries import note_text
from core.audit.models import AuditEntry
from core.ids import uuid7
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT
from tests.config.api_caller import build_caller, problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    cache.clear()
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


@pytest.fixture
def caller(desk):
    return build_caller(desk.cast.portfolio)


def _body(desk, **changes):
    return {
        "case": str(desk.case.pk),
        "local_on": "2026-05-13",
        "local_at": "15:00",
        "note": "after the dentist",
        **changes,
    }


def test_a_call_is_promised_once_on_the_persons_clock(desk, caller):
    first = caller.post("callbacks/", _body(desk, asked_for=True), key="a")
    again = caller.post("callbacks/", _body(desk, asked_for=True), key="a")

    callback = Callback.objects.select_related("party__data_key").get()
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotency-Replayed"] == "true"
    assert first.json() == again.json() == caller.get(f"callbacks/{callback.pk}/").json()
    assert first.json()["time_zone"] == "America/Chicago"
    assert first.json()["due_at"] == "2026-05-13T20:00:00Z"
    assert (callback.owner, callback.is_wish) == (desk.cast.ana, True)
    assert note_text(callback) == "after the dentist"
    assert "dentist" not in first.content.decode()
    desk.case.refresh_from_db()
    assert desk.case.next_step_at == callback.due_at
    assert "Feed" in AuditEntry.objects.get(action="callback.agreed").actor_label


def test_agreed_on_anew_it_moves_and_filters_find_it(desk, caller):
    caller.post("callbacks/", _body(desk, for_team=True))
    moved = caller.post("callbacks/", _body(desk, local_at="16:30"))

    (row,) = caller.get("callbacks/", {"state": "open", "due_from": "2026-05-13T20:30:00Z"}).json()[
        "results"
    ]
    assert row == moved.json()
    assert (row["local_at"], row["owner"]) == ("16:30:00", None)
    assert caller.get("callbacks/", {"due_to": "2026-05-13T20:29:59Z"}).json()["results"] == []
    assert Callback.objects.count() == 1


def test_outside_the_persons_hours_it_is_refused_with_the_next_time(desk, caller):
    answer = caller.post("callbacks/", _body(desk, local_at="23:15"))

    assert answer.status_code == 409
    assert problem_of(answer) == "contact-refused"
    assert answer.json()["next_allowed_at"].startswith("2026-05-14T")
    assert answer.json()["reasons"][0]["reason"]
    assert not Callback.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"local_on": "2026-05-11"}, "refused"),
        ({"note": "pays by 4111 1111 1111 1111"}, "refused"),
        ({"when": "t 10"}, "invalid-body"),
        ({"case": str(uuid7())}, "invalid-body"),
        ({"contact_point": str(uuid7())}, "invalid-body"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(desk, caller, changes, code):
    answer = caller.post("callbacks/", _body(desk, **changes))

    assert (answer.status_code, problem_of(answer)) == (422, code)
    assert not Callback.objects.exists()


def test_it_is_cancelled_with_a_reason_and_only_once(desk, caller):
    made = caller.post("callbacks/", _body(desk)).json()

    silent = caller.post(f"callbacks/{made['id']}/cancel/", {"reason": " "})
    done = caller.post(f"callbacks/{made['id']}/cancel/", {"reason": "wrote that all is paid"})
    over = caller.post(f"callbacks/{made['id']}/cancel/", {"reason": "again"})

    assert (silent.status_code, done.status_code, over.status_code) == (422, 200, 422)
    assert problem_of(over) == "refused"
    assert done.json()["state"] == "cancelled"
    assert Callback.objects.get().events.get(kind="cancelled").reason == "wrote that all is paid"


def test_without_the_right_nothing_is_written_and_others_see_nothing(desk, caller):
    made = caller.post("callbacks/", _body(desk)).json()
    reader = build_caller(desk.cast.portfolio, scopes={"case.view", "case.view_all"})
    stranger = build_caller(desk.cast.other_portfolio)
    cancel = {"reason": "why not"}

    assert len(reader.get("callbacks/").json()["results"]) == 1
    assert problem_of(reader.post("callbacks/", _body(desk))) == "forbidden"
    assert problem_of(reader.post(f"callbacks/{made['id']}/cancel/", cancel)) == "forbidden"
    assert stranger.get("callbacks/").json()["results"] == []
    assert stranger.get(f"callbacks/{made['id']}/").status_code == 404
    assert stranger.post(f"callbacks/{made['id']}/cancel/", cancel).status_code == 404
    assert Callback.objects.get().state == "open"
