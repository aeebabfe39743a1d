"""Next, skips, take-overs and the points table over HTTP, as browsers without scripts see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from collections_app.contacts.models import Contact, ResultCode
from collections_app.protection.services import answer_pause, protect
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.leases import claim_next, take_up
from collections_app.worklist.points_services import points_in_force
from collections_app.worklist.points_tables import PointsTable
from core import clock
from core.audit.actors import Actor
from tests.collections_app.builders import build_desk
from tests.collections_app.test_claiming import _follow, _log, _more_cases
from tests.compliance.builders import CLOSED_AT, OPEN_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        found = build_desk()
        _follow()
        yield found


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _person(desk, role: Role) -> User:
    user = User.objects.create_user(f"{role}@example.com", full_name=role.title(), role=role)
    user.team = desk.cast.team
    user.save()
    return user


def _case_href(case) -> str:
    return reverse("desk:case", args=[case.pk])


def test_next_leads_to_the_case_which_says_until_when_and_why(desk):
    client = _client(desk.cast.ana)

    answer = client.post(reverse("worklist:next"))

    assert (answer.status_code, answer["Location"]) == (303, _case_href(desk.case))
    page = client.get(answer["Location"])
    html = page.content.decode()
    assert page.context["lease"]["is_mine"]
    assert "yours until 18:05" in html
    assert "Nobody has tried yet" in html
    assert reverse("worklist:points_version", args=[Lease.objects.get().points_table_id]) in html


def test_next_again_stays_and_says_what_is_missing(desk):
    _more_cases(desk, 1)
    client = _client(desk.cast.ana)
    first = client.post(reverse("worklist:next"))["Location"]

    again = client.post(reverse("worklist:next"), follow=True)

    assert again.redirect_chain == [(first, 303)]
    assert "Nothing has come of this person yet" in again.content.decode()
    assert Lease.objects.count() == 1


def test_nobody_to_work_is_a_page_that_says_from_when_and_how_many(desk):
    _more_cases(desk, 1)
    with time_machine.travel(CLOSED_AT, tick=False):
        _follow()
        client = _client(desk.cast.ana)
        page = client.post(reverse("worklist:next"), follow=True)

        html = page.content.decode()
        assert page.redirect_chain == [(reverse("worklist:nothing"), 303)]
        assert (page.context["waiting"], page.context["opens"]) == (2, "14:00")
        assert "Nothing workable until 14:00; 2 people wait for their time." in html
    assert not Lease.objects.exists()


def test_a_colleague_sees_who_has_the_person_on_the_case_and_in_the_list(desk):
    manager = _person(desk, Role.MANAGER)
    take_up(agent=desk.cast.ana, case=desk.case)
    client = _client(manager)

    case = client.get(_case_href(desk.case)).content.decode()
    row = client.get(reverse("desk:my_cases"), {"view": "all"}).context["rows"][0]

    assert f"{desk.cast.ana.full_name} has this person until 18:05" in case
    assert row.with_now == desk.cast.ana.full_name
    own = _client(desk.cast.ana).get(reverse("desk:my_cases"), {"view": "all"})
    assert own.context["rows"][0].with_now == ""


def test_renewing_answers_the_line_and_too_late_says_so(desk):
    lease = take_up(agent=desk.cast.ana, case=desk.case)
    client, href = _client(desk.cast.ana), reverse("worklist:renew", args=[lease.token])

    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        kept = client.post(href)
        assert "yours until 18:08" in kept.content.decode()
    with time_machine.travel(clock.now() + timedelta(minutes=30), tick=False):
        take_up(agent=desk.cast.ben, case=desk.case)
        lost = client.post(href)
        assert lost.status_code == 409
        assert f"{desk.cast.ben.full_name} has this person now" in lost.content.decode()
        assert _client(desk.cast.ben).post(href).status_code == 404


def test_a_skip_asks_why_and_brings_the_next(desk):
    other = _more_cases(desk, 1)[0]
    first = claim_next(agent=desk.cast.ana)
    client = _client(desk.cast.ana)
    href = reverse("worklist:skip", args=[first.lease.token])
    assert client.get(href).status_code == 200

    refused = client.post(href, {"reason": "other"})
    assert refused.status_code == 422
    assert "Say in a few words what it is" in refused.content.decode()
    assert Lease.objects.get().ended_at is None

    answer = client.post(href, {"reason": "known"})
    left = {desk.case, other} - {first.case}
    assert (answer.status_code, answer["Location"]) == (303, _case_href(left.pop()))
    again = client.post(href, {"reason": "known"})
    assert again.status_code == 409
    assert Lease.objects.filter(ended_because="skipped").count() == 1


def test_the_lead_sees_skips_with_their_words_and_who_has_whom(desk):
    _more_cases(desk, 1)
    lead = _person(desk, Role.TEAM_LEAD)
    token = claim_next(agent=desk.cast.ana).lease.token
    _client(desk.cast.ana).post(
        reverse("worklist:skip", args=[token]), {"reason": "data", "note": "Two of them"}
    )

    client = _client(lead)
    client.get(reverse("worklist:skips"))  # the first request also starts the session
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("worklist:skips"))

    assert len(queries) <= 12
    assert [(row["reason"], row["note"]) for row in page.context["skips"]] == [
        ("Something in the data looks wrong", "Two of them")
    ]
    assert [row["agent"] for row in page.context["leases"]] == [desk.cast.ana.full_name]
    stranger = User.objects.create_user("far@example.com", full_name="Far", role=Role.TEAM_LEAD)
    elsewhere = _client(stranger).get(reverse("worklist:skips"))
    assert (elsewhere.context["skips"], elsewhere.context["leases"]) == ([], [])


def test_a_lead_takes_a_person_over_with_a_reason(desk):
    lead = _person(desk, Role.TEAM_LEAD)
    lease = take_up(agent=desk.cast.ana, case=desk.case)
    href = reverse("worklist:take_over", args=[lease.pk])
    client = _client(lead)
    assert client.get(href).status_code == 200

    assert client.post(href, {"reason": ""}).status_code == 422
    assert Lease.objects.get().ended_at is None
    answer = client.post(href, {"reason": "Knows them"})
    assert (answer.status_code, answer["Location"]) == (303, _case_href(desk.case))
    assert client.post(href, {"reason": "Again"}).status_code == 409
    stranger = User.objects.create_user("far@example.com", full_name="Far", role=Role.TEAM_LEAD)
    assert _client(stranger).get(href).status_code == 404


@pytest.mark.parametrize(
    ("name", "right_role", "wrong_role"),
    [
        ("next", None, Role.AUDITOR),
        ("nothing", None, Role.AUDITOR),
        ("skips", Role.TEAM_LEAD, Role.AGENT),
        ("points_write", Role.MANAGER, Role.AGENT),
    ],
)
def test_each_page_needs_its_right(desk, name, right_role, wrong_role):
    href = reverse(f"worklist:{name}")
    call = "post" if name == "next" else "get"
    allowed = desk.cast.ana if right_role is None else _person(desk, right_role)

    assert getattr(_client(_person(desk, wrong_role)), call)(href).status_code == 403
    assert getattr(_client(allowed), call)(href).status_code in (200, 303)


def test_the_printed_table_is_the_one_that_ranks_and_printing_writes_nothing(desk):
    page = _client(desk.cast.ana).get(reverse("worklist:points"))

    html = page.content.decode()
    assert "Days until the next bucket" in html
    assert "2 to 3" in html
    assert not PointsTable.objects.exists()
    assert [line["points"] for line in page.context["lines"]] == [
        band.points for band in points_in_force().bands
    ]


def test_a_new_table_is_written_proposed_and_decided_by_another(desk):
    maria, cleo = _person(desk, Role.MANAGER), _person(desk, Role.COMPLIANCE_OFFICER)
    first = claim_next(agent=desk.cast.ana).lease
    lines = {
        "line-0-factor": "days_without_contact",
        "line-0-each": "1",
        "line-0-points": "3",
        "line-1-factor": "",
    }
    write = reverse("worklist:points_write")
    refused = _client(maria).post(write, lines | {"reason": ""})
    assert refused.status_code == 422
    bad = _client(maria).post(write, lines | {"reason": "Less", "line-0-points": "many"})
    assert bad.status_code == 422
    assert PointsTable.objects.count() == 1

    kept = _client(maria).post(write, lines | {"reason": "Less to explain"})
    table = PointsTable.objects.get(status="draft")
    assert kept["Location"] == reverse("worklist:points_version", args=[table.pk])
    _client(maria).post(reverse("worklist:points_propose", args=[table.pk]))
    decide = reverse("worklist:points_decide", args=[table.pk])
    assert _client(maria).post(decide, {"decision": "activate"}).status_code == 403
    assert _client(cleo).post(decide, {"decision": "refuse"}).status_code == 422
    assert _client(cleo).post(decide, {"decision": "activate"}).status_code == 303

    assert points_in_force() == table
    _log(desk, first.case, "NA")
    with time_machine.travel(clock.now() + timedelta(hours=5), tick=False):
        _follow()
        second = claim_next(agent=desk.cast.ana).lease
        assert (second.points_table, first.points_table.version) == (table, 1)


def test_whoever_asks_for_the_next_person_is_back_from_the_pause(desk):
    ResultCode.objects.filter(code="RPC-REF").update(is_abusive=True)
    _more_cases(desk, 1)
    _log(desk, desk.case, "RPC-REF")
    pause = protect(contact=Contact.objects.get())
    answer_pause(pause=pause, takes_it=True, by=Actor.of(desk.cast.ana))

    _client(desk.cast.ana).post(reverse("worklist:next"))

    pause.refresh_from_db()
    assert pause.until == clock.now()
    assert Lease.objects.get().reasons[0]["code"] == "easier"
