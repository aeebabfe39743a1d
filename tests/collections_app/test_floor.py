"""The live floor: every number is the number of its rows; who sees which team."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import Team, User
from collections_app.callbacks.models import Callback
from collections_app.contacts.drafts import keep_draft
from collections_app.contacts.models import Contact, ResultCode
from collections_app.contacts.services import Wrapup, log_call, log_inbound_call, start_call
from collections_app.desk.floor import MEASURES
from collections_app.promises.services import record_promise
from collections_app.protection.services import answer_pause, protect
from collections_app.worklist.leases import skip, take_up
from compliance.attempts.services import ContactRefused
from compliance.stops.services import add_stop
from core import clock
from core.audit.actors import Actor
from tests.collections_app.builders import answers_to, build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

FLOOR = reverse("desk:floor")


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _call(desk, code: str, minutes_ago: int = 0) -> None:
    """A call of Ana's; the gate leaves some time between two."""
    with time_machine.travel(clock.now() - timedelta(minutes=minutes_ago), tick=False):
        _call_now(desk, code)


def _call_now(desk, code: str) -> None:
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    if code:
        log_call(
            case=desk.case,
            attempt=attempt,
            wrapup=Wrapup(result=desk.result(code), answers=answers_to(desk.result(code))),
            agent=desk.cast.ana,
        )


def _work(desk) -> None:
    """A morning of Ana's: three calls, one inbound talk, a promise, a call she owes, a
    refusal, a person passed on, and an entry left unsaved an hour ago."""
    ana = desk.cast.ana
    lease = take_up(agent=ana, case=desk.case)
    skip(agent=ana, lease_token=lease.token, reason="other", note="his son is at the door")
    _call(desk, "NOT-MADE", 240)
    _call(desk, "NA", 240)
    _call(desk, "TP", 120)
    _call(desk, "")
    log_inbound_call(
        case=desk.case,
        contact_point=desk.phone,
        at=clock.now(),
        wrapup=Wrapup(result=desk.result("RPC-PAID"), answers=answers_to(desk.result("RPC-PAID"))),
        agent=ana,
    )
    record_promise(
        loan=desk.case.loan,
        party=desk.case.borrower,
        amount=Decimal("110.00"),
        due_on=clock.now().date(),
        made_at=clock.now(),
        by=Actor.of(ana),
    )
    at = clock.now() - timedelta(minutes=1)
    Callback.objects.create(
        case=desk.case,
        party=desk.case.borrower,
        local_on=at.date(),
        local_at=at.time(),
        time_zone="UTC",
        due_at=at,
        owner=ana,
        made_by="Ana",
        made_at=at,
    )
    add_stop(
        party=desk.case.borrower, kind="cease", source="letter", starts_at=clock.now(), by=CLERK
    )
    with pytest.raises(ContactRefused):
        _call(desk, "NA")
    with time_machine.travel(clock.now() - timedelta(hours=1), tick=False):
        keep_draft(case=desk.case, agent=ana, entry={"note": "says the bank"})


def _numbers(page, name: str) -> dict[str, int]:
    line = next(line for line in page.context["lines"] if line["name"] == name)
    return {key: number["value"] for key, number in zip(MEASURES, line["numbers"], strict=True)}


def test_what_an_agent_did_today_is_counted(desk):
    _work(desk)

    page = _client(desk.cast.ben).get(FLOOR)

    assert _numbers(page, "Ana") == {
        "attempts": 3,
        "connects": 1,
        "talks": 1,
        "promises": 1,
        "stops": 1,
        "skips": 1,
        "unlogged": 1,
        "drafts": 1,
        "callbacks": 1,
    }
    assert set(_numbers(page, "Ben").values()) == {0}
    assert [number["value"] for number in page.context["totals"]] == [3, *[1] * 8]


def test_every_number_opens_as_many_rows_as_it_says(desk):
    _work(desk)
    client = _client(desk.cast.ben)
    page = client.get(FLOOR)
    numbers = [number for line in page.context["lines"] for number in line["numbers"]]
    checked = 0
    for number in (*numbers, *page.context["totals"]):
        assert bool(number["href"]) is (number["value"] > 0)
        if number["href"]:
            behind = client.get(number["href"])
            assert len(behind.context["rows"]) == behind.context["count"] == number["value"]
            assert "Maria Ortiz" not in behind.content.decode()
            checked += 1
    assert checked == 18  # nine of Ana's, nine of the team


def test_yesterday_is_not_today_but_a_call_without_outcome_stays(desk):
    _work(desk)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        numbers = _numbers(_client(desk.cast.ben).get(FLOOR), "Ana")

    assert {key: value for key, value in numbers.items() if value} == {
        # The trail keeps the database's own time, which is later than any of this.
        "stops": 1,
        "unlogged": 1,
        "drafts": 1,
        "callbacks": 1,
    }


def test_it_costs_the_same_for_a_few_and_for_many(desk):
    _work(desk)
    client = _client(desk.cast.ben)
    client.get(FLOOR)  # the first request also starts the session
    with CaptureQueriesContext(connection) as few:
        client.get(FLOOR)
    for number in range(5):
        User.objects.create_user(
            f"x{number}@example.com", full_name=f"X {number}", role=Role.AGENT, team=desk.cast.team
        )
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(FLOOR).context["lines"]) == 7

    assert len(few) == len(many) <= 12


def test_it_refreshes_by_itself_until_it_is_stopped_and_works_without_scripts(desk):
    client = _client(desk.cast.ben)
    page = client.get(FLOOR)
    html = page.content.decode()
    assert 'hx-trigger="every 15s"' in html

    board = client.get(page.context["refresh_href"], headers={"HX-Request": "true"})
    paused = client.get(page.context["pause_href"]).content.decode()

    assert board.content.decode().lstrip().startswith('<div id="board"')
    assert "<html" not in board.content.decode()
    assert "every 15s" not in paused
    assert "Refresh by itself" in paused


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 403), ("ben", 200), ("cleo", 403), ("auditor", 403)]
)
def test_who_may_look_at_a_floor(desk, who, status):
    client = _client(getattr(desk.cast, who))
    pages = (FLOOR, reverse("desk:floor_rows", args=["attempts"]))

    assert {client.get(page).status_code for page in pages} == {status}


def test_a_lead_sees_no_other_team_and_nobody_of_it(desk):
    client = _client(desk.cast.ben)
    other = desk.cast.other_team
    rows = reverse("desk:floor_rows", args=["attempts"])

    page = client.get(FLOOR, {"team": str(other.pk)})

    assert page.context["team"] == desk.cast.team
    assert [line["name"] for line in page.context["lines"]] == ["Ana", "Ben"]
    assert client.get(rows, {"team": str(other.pk)}).status_code == 404
    foreign = {"team": str(desk.cast.team.pk), "agent": str(desk.cast.cleo.pk)}
    assert client.get(rows, foreign).status_code == 404
    assert client.get(reverse("desk:floor_rows", args=["money"])).status_code == 404


def test_targets_are_the_leads_to_set_and_stand_beside_the_numbers(desk):
    client = _client(desk.cast.ben)
    here = reverse("desk:floor_targets", args=[desk.cast.team.pk])

    refused = client.post(here, {"attempts": "0"})
    assert refused.status_code == 422
    assert Team.objects.get(pk=desk.cast.team.pk).target_attempts is None
    assert client.post(here, {"attempts": "60", "talks": "12"}).status_code == 302

    line = client.get(FLOOR).context["lines"][0]
    assert [number["target"] for number in line["numbers"]][:4] == [60, None, 12, None]
    day = _client(desk.cast.ana).get(reverse("desk:my_cases")).context["my_day"]
    assert (day.target_logged, day.target_talks, day.target_promises) == (60, 12, None)


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("cleo", 403)])
def test_nobody_else_sets_targets(desk, who, status):
    answer = _client(getattr(desk.cast, who)).post(
        reverse("desk:floor_targets", args=[desk.cast.team.pk]), {"attempts": "60"}
    )

    assert answer.status_code == status
    assert Team.objects.get(pk=desk.cast.team.pk).target_attempts is None


def test_a_lead_sets_no_targets_of_another_team(desk):
    here = reverse("desk:floor_targets", args=[desk.cast.other_team.pk])

    assert _client(desk.cast.ben).post(here, {"attempts": "60"}).status_code == 404
    assert Team.objects.get(pk=desk.cast.other_team.pk).target_attempts is None


def test_who_was_abused_within_the_hour_is_marked(desk):
    ResultCode.objects.filter(code="RPC-REF").update(is_abusive=True)
    _call(desk, "RPC-REF")

    page = _client(desk.cast.ben).get(FLOOR)

    assert [line["is_abused"] for line in page.context["lines"]] == [True, False]
    assert "abused within the hour" in page.content.decode()


def test_the_person_in_hand_and_a_pause_stand_beside_the_name(desk):
    take_up(agent=desk.cast.ana, case=desk.case)
    client = _client(desk.cast.ben)

    page = client.get(FLOOR)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        later = client.get(FLOOR)

    in_hand = page.context["lines"][0]["in_hand"]
    assert in_hand["href"] == reverse("desk:case", args=[desk.case.pk])
    assert in_hand["since"] == "18:00"
    assert "Maria Ortiz" not in page.content.decode()
    assert later.context["lines"][0]["in_hand"] is None
    ResultCode.objects.filter(code="RPC-REF").update(is_abusive=True)
    _call(desk, "RPC-REF")
    pause = protect(contact=Contact.objects.get())
    answer_pause(pause=pause, takes_it=True, by=Actor.of(desk.cast.ana))
    assert client.get(FLOOR).context["lines"][0]["paused_until"] == "18:10"
