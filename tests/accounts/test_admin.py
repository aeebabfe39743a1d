"""The admin pages of this app: who looks, who writes, and that services do the writing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.access.model_admin import ScopedRows
from accounts.access.models import ApiToken
from accounts.access.rights import Role
from accounts.access.services import recognise_token
from accounts.approvals.services import request_approval
from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.shifts.models import Leave, Shift
from accounts.signatures.models import SigningSecret
from accounts.teams.models import Team
from accounts.training.models import Certificate, Course
from accounts.users.models import User
from core.audit import SYSTEM, Actor, AuditEntry

from .conftest import PASSWORD

MODELS = [m for m in admin.site._registry if m._meta.app_label == "accounts"]
NEW_USER = {
    "email": "Nia@Lender.example",
    "full_name": "Nia Sol",
    "role": Role.AGENT,
    "team": "",
    "language": "en",
    "time_zone": "UTC",
    "password": PASSWORD,
}


@pytest.fixture
def office(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def url(model: type, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:accounts_{model._meta.model_name}_{page}", args=args)  # type: ignore[attr-defined]


def last_action() -> str:
    return AuditEntry.objects.latest("pk").action


def test_every_page_of_this_app_is_scoped() -> None:
    pages = [admin.site._registry[model] for model in MODELS]

    assert all(isinstance(page, ScopedRows) for page in pages)
    assert {"Authenticator", "EmailAddress", "Group", "UserSession"}.isdisjoint(
        model.__name__ for model in admin.site._registry
    )


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEAD, Role.LEGAL_OFFICER])
def test_who_may_not_look_gets_403(
    client: Client, appoint: Callable[..., User], role: Role
) -> None:
    client.force_login(appoint(role, "Some One"))

    for model in MODELS:
        assert client.get(url(model), follow=True).status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_auditor_looks_and_writes_nothing(
    client: Client, appoint: Callable[..., User], ana: User, model: type
) -> None:
    auditor = appoint(Role.AUDITOR, "Otto Lang")
    client.force_login(auditor)
    trail = AuditEntry.objects.count()

    assert client.get(url(model)).status_code == 200
    assert client.get(url(model, "add")).status_code == 403
    assert client.post(url(model, "add"), NEW_USER).status_code == 403
    assert client.get(url(User, "change", ana.pk)).status_code == 200
    assert client.post(url(User, "change", ana.pk), NEW_USER).status_code == 403
    assert client.post(url(User, "delete", ana.pk), {"post": "yes"}).status_code == 403
    assert AuditEntry.objects.count() == trail


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_administrator_opens_every_list(office: Client, model: type) -> None:
    assert office.get(url(model)).status_code == 200
    assert office.get(url(model), {"q": "x"}).status_code == 200


def test_appointing_somebody(office: Client, ada: User, team: Team) -> None:
    assert office.get(url(User, "add")).status_code == 200

    answer = office.post(url(User, "add"), NEW_USER | {"team": str(team.pk)})

    assert answer.status_code == 302
    nia = User.objects.get(email="nia@lender.example")
    assert (nia.must_change_password, nia.team) == (True, team)
    assert nia.check_password(PASSWORD)
    entry = AuditEntry.objects.get(action="user.created", object_id=str(nia.pk))
    assert entry.actor_id == str(ada.pk)


@pytest.mark.parametrize(
    "wrong",
    [{"password": "short"}, {"email": "ADA.Chen@lender.example"}, {"role": "integration"}],
    ids=["password", "taken", "machine"],
)
def test_an_impossible_appointment_is_refused_on_the_page(
    office: Client, wrong: dict[str, str]
) -> None:
    count = User.objects.count()

    answer = office.post(url(User, "add"), NEW_USER | wrong, follow=True)

    assert answer.status_code == 200
    assert "errornote" in answer.content.decode() or "messagelist" in answer.content.decode()
    assert User.objects.count() == count


def change_form(user: User, **fields: Any) -> dict[str, Any]:
    form = {
        "email": user.email,
        "full_name": user.full_name,
        "role": user.role,
        "team": str(user.team_id or ""),
        "is_active": "on",
        "reason": "",
        "new_password": "",
    }
    return {key: value for key, value in (form | fields).items() if value is not None}


def test_changing_role_shutting_out_and_a_new_password(office: Client, ana: User) -> None:
    page = url(User, "change", ana.pk)

    office.post(page, change_form(ana, role=Role.TEAM_LEAD, reason="Promoted"))
    ana.refresh_from_db()
    assert (ana.role, last_action()) == (Role.TEAM_LEAD, "user.role_changed")
    assert AuditEntry.objects.latest("pk").reason == "Promoted"

    office.post(page, change_form(ana, new_password="four other green kettles"))
    ana.refresh_from_db()
    assert ana.check_password("four other green kettles")
    assert ana.must_change_password

    office.post(page, change_form(ana, is_active=None))
    ana.refresh_from_db()
    assert (ana.is_active, last_action()) == (False, "user.deactivated")


def test_a_refusal_of_the_service_is_shown_and_nothing_written(office: Client, ada: User) -> None:
    trail = AuditEntry.objects.count()

    answer = office.post(
        url(User, "change", ada.pk), change_form(ada, role=Role.MANAGER), follow=True
    )

    assert "Nobody changes their own role" in answer.content.decode()
    ada.refresh_from_db()
    assert ada.role == Role.ADMINISTRATOR
    assert AuditEntry.objects.count() == trail


def test_signing_somebody_out_everywhere(office: Client, ana: User) -> None:
    phone = Client()
    phone.force_login(ana)

    office.post(url(User), {"action": "end_sessions", "_selected_action": [str(ana.pk)]})

    assert last_action() == "user.sessions_ended"
    assert phone.get("/account/preferences/").status_code == 302


def test_users_and_teams_are_not_deleted(office: Client, ana: User, team: Team) -> None:
    for model, row in ((User, ana), (Team, team)):
        assert office.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert (User.objects.count(), Team.objects.count()) == (2, 1)


def test_founding_and_naming_a_team(office: Client, ben: User) -> None:
    form = {"name": "North", "lead": str(ben.pk), "is_active": "on"}
    assert office.post(url(Team, "add"), form).status_code == 302
    north = Team.objects.get(name="North")

    office.post(url(Team, "change", north.pk), form | {"name": "Far North"})

    north.refresh_from_db()
    assert (north.name, north.lead, last_action()) == ("Far North", ben, "team.changed")


def test_shifts_and_leave(office: Client, ana: User) -> None:
    shift = {
        "user": str(ana.pk),
        "weekday": "0",
        "starts_at": "08:00",
        "ends_at": "17:00",
        "time_zone": "America/Chicago",
    }
    assert office.post(url(Shift, "add"), shift).status_code == 302
    refused = office.post(url(Shift, "add"), shift | {"starts_at": "09:00"}, follow=True)
    assert "overlaps another shift" in refused.content.decode()
    row = Shift.objects.get()
    office.post(url(Shift, "change", row.pk), shift | {"ends_at": "18:00"})
    row.refresh_from_db()
    assert (row.ends_at.hour, last_action()) == (18, "shift.saved")
    office.post(url(Shift, "delete", row.pk), {"post": "yes"})
    assert (Shift.objects.count(), last_action()) == (0, "shift.removed")

    leave = {"user": str(ana.pk), "starts_on": "2026-03-02", "ends_on": "2026-03-06"}
    assert office.post(url(Leave, "add"), leave | {"reason": "annual"}).status_code == 302
    row = Leave.objects.get()
    office.post(url(Leave), {"action": "delete_selected", "_selected_action": [str(row.pk)]})
    office.post(url(Leave, "delete", row.pk), {"post": "yes"})
    assert (Leave.objects.count(), last_action()) == (0, "leave.removed")


def test_courses_and_certificates(office: Client, ana: User) -> None:
    course_form = {"skill": "debt.calls", "name": "Calls", "valid_months": "12", "is_active": "on"}
    assert office.post(url(Course, "add"), course_form).status_code == 302
    course = Course.objects.get()
    issue = {"user": str(ana.pk), "course": str(course.pk), "issued_on": "2026-01-01"}
    assert office.post(url(Certificate, "add"), issue).status_code == 302
    certificate = Certificate.objects.get()
    assert certificate.expires_on == date(2026, 12, 31)

    page = url(Certificate, "change", certificate.pk)
    assert office.get(page).status_code == 200
    office.post(page, {"revoked_on": "2026-03-01", "reason": "Failed a review"})

    certificate.refresh_from_db()
    assert (certificate.revoked_on, last_action()) == (date(2026, 3, 1), "certificate.revoked")
    assert office.get(page).status_code == 200
    assert office.post(page, {"revoked_on": "2026-04-01", "reason": "x"}).status_code == 403


def test_a_token_is_shown_once_and_revoked(
    office: Client, appoint: Callable[..., User], ana: User
) -> None:
    machine = appoint(Role.INTEGRATION, "Loan System")
    form = {"user": str(machine.pk), "name": "Feed", "scopes": ["loan.view"], "days": "30"}
    assert office.get(url(ApiToken, "add")).status_code == 200

    page = office.post(url(ApiToken, "add"), form, follow=True).content.decode()

    secret = page.partition("not shown again: ")[2].split("<")[0].strip()
    token = ApiToken.objects.get()
    assert recognise_token(secret=secret) == token
    again = office.get(url(ApiToken, "change", token.pk))
    assert again.status_code == 200
    assert secret not in again.content.decode()
    assert office.post(url(ApiToken, "add"), form | {"user": str(ana.pk)}).status_code == 200

    office.post(url(ApiToken), {"action": "revoke", "_selected_action": [str(token.pk)]})
    assert recognise_token(secret=secret) is None


def test_a_signing_secret_is_shown_once_and_revoked(
    office: Client, appoint: Callable[..., User]
) -> None:
    dialler = appoint(Role.INTEGRATION, "Dialler")

    shown = office.post(url(SigningSecret, "add"), {"user": str(dialler.pk)}, follow=True)

    secret = re.search(r"mgs_[\w-]+", shown.content.decode())[0]
    row = SigningSecret.objects.get()
    assert secret.startswith(row.prefix)
    assert secret not in office.get(url(SigningSecret, "change", row.pk)).content.decode()

    office.post(url(SigningSecret), {"action": "revoke", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_the_manager_keeps_training_but_appoints_nobody(
    client: Client, appoint: Callable[..., User]
) -> None:
    client.force_login(appoint(Role.MANAGER, "Mia Roy"))

    assert client.get(url(Course, "add")).status_code == 200
    assert client.get(url(User, "add")).status_code == 403
    assert client.get(url(ApiToken)).status_code == 200
    assert "0 API tokens" in client.get(url(ApiToken)).content.decode()


def test_records_can_be_looked_at(office: Client, ana: User, ada: User) -> None:
    approval = request_approval(
        kind="plan.agree", brief={}, subject_type="x", subject_id="1", by=Actor.of(ana)
    )
    own = notify(to=[ada], urgency=Urgency.KNOW, key="approval.requested")[0]
    foreign = notify(to=[ana], urgency=Urgency.KNOW, key="approval.requested")[0]

    assert office.get(url(type(approval), "change", approval.pk)).status_code == 200
    assert office.get(url(type(own), "change", own.pk)).status_code == 200
    assert office.get(url(type(own), "change", foreign.pk)).status_code == 302


# --- the first administrator ---------------------------------------------------------------


def test_the_first_administrator_comes_from_the_command_line(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    out = io.StringIO()

    call_command("appoint_administrator", "Ada@Lender.example", "Ada Chen", stdout=out)

    ada = User.objects.get(email="ada@lender.example")
    assert (ada.role, ada.check_password(PASSWORD)) == (Role.ADMINISTRATOR, True)
    assert AuditEntry.objects.latest("pk").actor_label == SYSTEM.label

    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        call_command("appoint_administrator", "two@lender.example", "Two")
    assert User.objects.count() == 1
