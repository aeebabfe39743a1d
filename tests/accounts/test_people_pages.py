"""The pages of people: who may look, who may change, and what a refusal leaves behind."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access.rights import Role
from accounts.people.services import copy_week
from accounts.shifts.models import Leave, Shift
from accounts.shifts.services import save_shift
from accounts.teams.services import change_team, create_team
from accounts.users.models import User
from core.audit import SYSTEM
from core.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get(reverse("inbox"))  # the first request also starts the session
    return client


@pytest.fixture
def led_team(team, ben):
    """Team South with Ben as its lead."""
    return change_team(team=team, name=team.name, lead=ben, is_active=True, by=SYSTEM)


def _filled(page, **changes):
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    return {**data, **changes}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.AGENT, {"users": 403, "teams": 403, "shifts": 403, "new": 403}),
        (Role.TEAM_LEAD, {"users": 403, "teams": 200, "shifts": 200, "new": 403}),
        (Role.MANAGER, {"users": 403, "teams": 200, "shifts": 200, "new": 403}),
        (Role.AUDITOR, {"users": 200, "teams": 200, "shifts": 200, "new": 403}),
        (Role.ADMINISTRATOR, {"users": 200, "teams": 200, "shifts": 200, "new": 200}),
    ],
)
def test_who_may_open_which_page(appoint, team, role, expected):
    client = _client(appoint(role, f"Some {role.value}", team=team))

    found = {name: client.get(reverse(f"people:{name}")).status_code for name in expected}

    assert found == expected


def test_the_list_narrows_by_what_stands_in_the_address(ada, ana, ben, team):
    client = _client(ada)

    def names(**query):
        page = client.get(reverse("people:users"), query)
        return [row["name"] for row in page.context["rows"]]

    assert names() == ["Ada Chen", "Ana Silva", "Ben Ortiz"]
    assert names(q="silva") == ["Ana Silva"]
    assert names(role="team_lead") == ["Ben Ortiz"]
    assert names(team=str(team.pk)) == ["Ana Silva", "Ben Ortiz"]
    assert names(team="none") == ["Ada Chen"]
    assert names(state="left") == []


@pytest.mark.parametrize("page", ["users", "teams", "shifts"])
def test_lists_cost_the_same_for_few_and_for_many(ada, ana, appoint, page):
    client = _client(ada)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"people:{page}"))
        return len(captured)

    before = cost()
    for number in range(4):
        team = create_team(name=f"Team {number}", by=SYSTEM)
        for member in range(2):
            person = appoint(Role.AGENT, f"Person {number} {member}", team=team)
            save_shift(user=person, weekday=0, starts_at=time(9), ends_at=time(18), by=SYSTEM)

    assert cost() == before <= MOST_QUERIES


def test_adding_somebody_sends_them_a_link(ada, team):
    client = _client(ada)
    data = {
        "full_name": "Noor Haddad",
        "email": "Noor@Lender.example",
        "role": "agent",
        "team": str(team.pk),
        "language": "zh-hans",
        "time_zone": "Asia/Shanghai",
    }

    answer = client.post(reverse("people:new"), data)

    person = User.objects.get(email="noor@lender.example")
    assert answer["Location"] == reverse("people:user", args=[person.pk])
    assert not person.has_usable_password()
    assert [message.to for message in mail.outbox] == [["noor@lender.example"]]
    assert AuditEntry.objects.filter(action="user.invited", object_id=str(person.pk)).exists()


def test_without_a_mail_server_the_person_is_there_and_the_page_says_what_helps(
    ada, team, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    data = {
        "full_name": "Noor Haddad",
        "email": "noor@lender.example",
        "role": "agent",
        "team": str(team.pk),
        "language": "en",
        "time_zone": "UTC",
    }

    answer = _client(ada).post(reverse("people:new"), data, follow=True)

    assert answer.status_code == 200
    assert "The mail server took no message: Connection refused." in answer.content.decode()
    assert User.objects.filter(email="noor@lender.example").exists()
    assert not AuditEntry.objects.filter(action="user.invited").exists()


def test_an_address_already_in_use_is_refused_beside_its_field(ada, ana):
    client = _client(ada)
    people = User.objects.count()

    answer = client.post(
        reverse("people:new"),
        {
            "full_name": "Second Ana",
            "email": ana.email.upper(),
            "role": "agent",
            "language": "en",
            "time_zone": "UTC",
        },
    )

    assert answer.status_code == 422
    assert "already signs in" in str(answer.context["form"].errors["email"])
    assert (User.objects.count(), mail.outbox) == (people, [])


def test_one_page_changes_a_person_as_a_whole(ada, ana):
    client = _client(ada)
    page = client.get(reverse("people:user", args=[ana.pk]))

    answer = client.post(
        reverse("people:user", args=[ana.pk]),
        _filled(
            page,
            full_name="Ana Ruiz",
            role="field_agent",
            time_zone="America/Chicago",
            spoken_languages=["en", "es"],
            skills="Hardship, legal",
            regions="TX、OK",
            capacity="60",
            share_percent="50",
        ),
    )

    ana.refresh_from_db()
    assert answer.status_code == 302
    assert (ana.full_name, ana.role, ana.time_zone) == (
        "Ana Ruiz",
        "field_agent",
        "America/Chicago",
    )
    assert (ana.spoken_languages, ana.skills, ana.regions) == (
        ["en", "es"],
        ["hardship", "legal"],
        ["OK", "TX"],
    )
    assert (ana.capacity, ana.share_percent) == (60, 50)
    actions = set(AuditEntry.objects.filter(object_id=str(ana.pk)).values_list("action", flat=True))
    assert {"user.details_changed", "user.role_changed", "user.assignment_profile_set"} <= actions


def test_nobody_changes_their_own_role_and_nothing_else_is_stored(ada, appoint):
    appoint(Role.ADMINISTRATOR, "Second Admin")
    client = _client(ada)
    page = client.get(reverse("people:user", args=[ada.pk]))
    entries = AuditEntry.objects.count()

    answer = client.post(
        reverse("people:user", args=[ada.pk]), _filled(page, role="agent", full_name="Other")
    )

    ada.refresh_from_db()
    assert (answer.status_code, ada.role, ada.full_name) == (422, "administrator", "Ada Chen")
    assert "own role" in answer.content.decode()
    assert AuditEntry.objects.count() == entries


def test_nobody_shuts_themselves_out(ada):
    answer = _client(ada).post(
        reverse("people:deactivate", args=[ada.pk]), {"reason": "by mistake"}
    )

    ada.refresh_from_db()
    assert (answer.status_code, ada.is_active) == (422, True)


def test_shutting_out_needs_a_reason_and_ends_it_at_once(ada, ana):
    client, address = _client(ada), reverse("people:deactivate", args=[ana.pk])

    assert client.post(address, {"reason": " "}).status_code == 422
    ana.refresh_from_db()
    assert ana.is_active

    assert client.post(address, {"reason": "left the company"}).status_code == 302
    ana.refresh_from_db()
    assert not ana.is_active
    assert AuditEntry.objects.get(action="user.deactivated").reason == "left the company"
    client.post(reverse("people:reactivate", args=[ana.pk]), {"reason": "came back"})
    ana.refresh_from_db()
    assert ana.is_active


@pytest.mark.parametrize("name", ["deactivate", "reactivate", "invite", "sign_out", "user"])
def test_the_auditor_looks_and_changes_nothing(appoint, ana, name):
    client = _client(appoint(Role.AUDITOR, "Otto Brandt"))
    entries = AuditEntry.objects.count()

    assert client.get(reverse("people:user", args=[ana.pk])).status_code == 200
    answer = client.post(reverse(f"people:{name}", args=[ana.pk]), {"reason": "x"})

    assert answer.status_code == 403
    assert AuditEntry.objects.count() == entries


def test_a_team_is_founded_named_and_closed_only_when_empty(ada, ana, ben, team):
    client = _client(ada)

    client.post(reverse("people:new_team"), {"name": "North", "lead": str(ben.pk)})
    refused = client.post(reverse("people:team", args=[team.pk]), {"name": team.name})
    same = client.post(reverse("people:new_team"), {"name": "north"})

    assert ben.leads.get().name == "North"
    assert (refused.status_code, same.status_code) == (422, 422)
    assert "still has members" in refused.content.decode()
    team.refresh_from_db()
    assert team.is_active


def test_a_lead_keeps_the_rota_of_the_own_team_only(led_team, ana, ben, appoint):
    other = appoint(Role.AGENT, "Cleo Far", team=create_team(name="Far", by=SYSTEM))
    client = _client(ben)
    hours = {"weekdays": ["0", "1"], "starts_at": "09:00", "ends_at": "18:00"}

    assert client.post(reverse("people:add_shift", args=[ana.pk]), hours).status_code == 302
    assert client.post(reverse("people:add_shift", args=[other.pk]), hours).status_code == 404

    assert list(Shift.objects.values_list("user", "weekday")) == [(ana.pk, 0), (ana.pk, 1)]
    again = client.post(reverse("people:add_shift", args=[ana.pk]), hours | {"weekdays": ["1"]})
    assert (again.status_code, Shift.objects.count()) == (422, 2)


def test_an_absence_is_noted_shown_in_the_week_and_taken_back(led_team, ana, ben):
    client = _client(ben)
    days = {"starts_on": "2026-11-23", "ends_on": "2026-11-25", "reason": "sick"}

    assert client.post(reverse("people:add_leave", args=[ana.pk]), days).status_code == 302
    twice = client.post(reverse("people:add_leave", args=[ana.pk]), days)
    week = client.get(reverse("people:shifts"), {"week": "2026-11-25"})

    assert twice.status_code == 422
    row = next(row for row in week.context["rows"] if row["name"] == "Ana Silva")
    assert [bool(cell["leave"]) for cell in row["cells"]] == [True] * 3 + [False] * 4
    leave = Leave.objects.get()
    client.post(reverse("people:remove", args=[ana.pk]), {"kind": "leave", "row": str(leave.pk)})
    assert not Leave.objects.exists()


def test_what_is_removed_belongs_to_the_person_of_the_page(led_team, ana, ben):
    shift = save_shift(user=ben, weekday=0, starts_at=time(9), ends_at=time(18), by=SYSTEM)

    answer = _client(ben).post(reverse("people:remove", args=[ana.pk]), {"row": str(shift.pk)})

    assert answer.status_code == 404
    assert Shift.objects.filter(pk=shift.pk).exists()


def test_copying_a_week_replaces_the_other_persons(ana, ben):
    save_shift(user=ana, weekday=0, starts_at=time(9), ends_at=time(18), by=SYSTEM)
    save_shift(user=ben, weekday=3, starts_at=time(12), ends_at=time(21), by=SYSTEM)

    assert copy_week(of=ana, to=[ben], by=SYSTEM) == 1

    assert list(ben.shifts.values_list("weekday", "starts_at")) == [(0, time(9))]
    ana.shifts.all().delete()
    with pytest.raises(ValidationError, match="no shifts to copy"):
        copy_week(of=ana, to=[ben], by=SYSTEM)
    assert ben.shifts.count() == 1


def test_a_bad_week_in_the_address_shows_this_week(led_team, ben):
    page = _client(ben).get(reverse("people:shifts"), {"week": "soon", "team": "x"})

    assert page.status_code == 200
    assert isinstance(page.context["monday"], date)
