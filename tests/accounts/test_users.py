"""Appointing people, changing roles, shutting out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.access.rights import Role
from accounts.teams.models import Team
from accounts.teams.services import change_team, create_team
from accounts.users import services
from accounts.users.models import User
from core.audit import SYSTEM, Actor, AuditEntry

from .conftest import PASSWORD


def test_addresses_are_unique_in_any_case(ana: User) -> None:
    trail = AuditEntry.objects.count()
    with pytest.raises(ValidationError, match="already signs in"):
        services.create_user(
            email="ANA.Silva@Lender.example", full_name="Ana Two", role=Role.AGENT, by=SYSTEM
        )

    assert User.objects.count() == 1
    assert AuditEntry.objects.count() == trail


def test_the_database_refuses_capitals_and_unknown_roles(ana: User) -> None:
    for change in ({"email": "ANA@lender.example"}, {"role": "director"}, {"theme": "pink"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=ana.pk).update(**change)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "not an address"},
        {"role": "director"},
        {"password": "short"},
        {"time_zone": "Mars/Olympus"},
        {"full_name": ""},
        {"role": Role.INTEGRATION},
    ],
    ids=["email", "role", "password", "zone", "name", "machine"],
)
def test_nobody_impossible_is_appointed(db: None, wrong: dict[str, Any]) -> None:
    values = {"email": "x@lender.example", "full_name": "X", "role": Role.AGENT}
    values |= {"password": PASSWORD} | wrong
    with pytest.raises((ValidationError, ValueError)):
        services.create_user(by=SYSTEM, **values)

    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()


def test_appointing_is_recorded_without_the_address(ada: User) -> None:
    nia = services.create_user(
        email="nia@lender.example", full_name="Nia", role=Role.AGENT, by=Actor.of(ada)
    )

    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor_id) == ("user.created", str(ada.pk))
    assert (entry.object_id, entry.data) == (str(nia.pk), {"role": "agent", "team": None})
    assert not nia.has_usable_password()


def test_a_role_change_is_recorded_with_both_roles(ana: User, ada: User) -> None:
    services.change_role(user=ana, role=Role.TEAM_LEAD, by=Actor.of(ada), reason="Promoted")

    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.reason) == ("user.role_changed", "Promoted")
    assert entry.data == {"old": "agent", "new": "team_lead"}


def take_away(user: User, act: str, by: Actor) -> None:
    if act == "role":
        services.change_role(user=user, role=Role.MANAGER, by=by)
    else:
        services.deactivate_user(user=user, by=by)


@pytest.mark.parametrize("act", ["role", "deactivate"])
def test_nobody_does_it_to_themselves(ada: User, appoint: Callable[..., User], act: str) -> None:
    appoint(Role.ADMINISTRATOR, "Abe Two")
    with pytest.raises(ValidationError) as error:
        take_away(ada, act, Actor.of(ada))

    ada.refresh_from_db()
    assert error.value.code == "oneself"
    assert (ada.role, ada.is_active) == (Role.ADMINISTRATOR, True)


@pytest.mark.parametrize("act", ["role", "deactivate"])
def test_the_last_administrator_stays(ada: User, act: str) -> None:
    with pytest.raises(ValidationError) as error:
        take_away(ada, act, SYSTEM)

    ada.refresh_from_db()
    assert error.value.code == "last_administrator"
    assert (ada.role, ada.is_active) == (Role.ADMINISTRATOR, True)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_removing_each_other_at_once_leave_one(
    appoint: Callable[..., User], at_once: Callable[..., list[Any]]
) -> None:
    for round_number in range(5):
        one = appoint(Role.ADMINISTRATOR, f"One {round_number}")
        two = appoint(Role.ADMINISTRATOR, f"Two {round_number}")

        results = at_once(
            lambda one=one, two=two: services.deactivate_user(user=two, by=Actor.of(one)),
            lambda one=one, two=two: services.deactivate_user(user=one, by=Actor.of(two)),
        )

        left = User.objects.active().filter(role=Role.ADMINISTRATOR)
        assert left.count() == 1, results
        assert sum(isinstance(result, ValidationError) for result in results) == 1, results
        # A machine ends the round: the survivor is moved aside so that the next starts clean.
        User.objects.filter(pk=left.get().pk).update(role=Role.MANAGER)


def test_people_do_not_become_machines(ana: User, appoint: Callable[..., User]) -> None:
    machine = appoint(Role.INTEGRATION, "Loan System")
    for user, role in ((ana, Role.INTEGRATION), (machine, Role.ADMINISTRATOR)):
        with pytest.raises(ValidationError) as error:
            services.change_role(user=user, role=role, by=SYSTEM)
        assert error.value.code == "integration_role"
    with pytest.raises(ValidationError):
        services.set_password(user=machine, password=PASSWORD, by=SYSTEM)


def test_doing_the_same_again_writes_nothing(ana: User) -> None:
    trail = AuditEntry.objects.count()

    services.change_role(user=ana, role=Role.AGENT, by=SYSTEM)
    services.reactivate_user(user=ana, by=SYSTEM)
    services.change_details(
        user=ana, full_name=ana.full_name, email=ana.email, team=ana.team, by=SYSTEM
    )

    assert AuditEntry.objects.count() == trail


def test_django_asks_the_role(ana: User, ada: User, appoint: Callable[..., User]) -> None:
    auditor = appoint(Role.AUDITOR, "Otto Lang")

    assert not ana.is_staff
    assert auditor.is_staff
    assert auditor.has_perm("core.view_auditentry")
    assert not appoint(Role.MANAGER, "Mia Roy").has_perm("core.view_auditentry")
    assert not auditor.has_perm("core.change_holidaycalendar")
    assert ada.has_perms(["core.change_holidaycalendar", "core.view_holidaycalendar"])


def test_team_names_are_unique_and_members_are_not_left_behind(team: Team, ana: User) -> None:
    with pytest.raises(ValidationError, match="already a team"):
        create_team(name="SOUTH ", by=SYSTEM)
    with pytest.raises(ValidationError) as error:
        change_team(team=team, name="South", lead=None, is_active=False, by=SYSTEM)

    assert error.value.code == "members"
    team.refresh_from_db()
    assert team.is_active
    services.deactivate_user(user=ana, by=SYSTEM)
    assert not change_team(team=team, name="South", lead=None, is_active=False, by=SYSTEM).is_active


def test_a_lead_is_somebody_who_still_works_here(team: Team, ana: User) -> None:
    gone = services.deactivate_user(user=ana, by=SYSTEM)
    with pytest.raises(ValidationError, match="no longer signs in"):
        change_team(team=team, name="South", lead=gone, is_active=True, by=SYSTEM)
