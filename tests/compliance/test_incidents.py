"""Every contact without the gate's yes is looked into by somebody who did not make it."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from accounts.access.rights import Role
from accounts.models import User
from compliance.attempts.incidents import conclude_incident, take_incident
from compliance.attempts.models import Incident
from compliance.attempts.services import record_unsanctioned
from core.audit import Actor, AuditEntry
from tests.compliance.builders import CLOSED_AT, call_request, reachable_loan, reachable_portfolio
from tests.loans.builders import next_number

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_night():
    with time_machine.travel(CLOSED_AT, tick=False):
        yield


def person(role, **fields):
    number = next_number()
    return User.objects.create_user(
        f"p{number}@example.com", password=None, full_name=f"Person {number}", role=role, **fields
    )


@pytest.fixture
def ana():
    return person(Role.AGENT)


@pytest.fixture
def officer():
    return person(Role.COMPLIANCE_OFFICER)


@pytest.fixture
def call():
    return call_request(*reachable_loan(reachable_portfolio()))


def incident_of(call, by):
    return record_unsanctioned(
        request=call, outcome="conversation", reason="rang from my own phone", by=Actor.of(by)
    ).incident


def test_the_officer_with_the_fewest_open_owns_the_next(call, ana, officer):
    other = person(Role.COMPLIANCE_OFFICER)
    person(Role.COMPLIANCE_OFFICER, is_active=False)

    owners = [incident_of(call, ana).owner for _call in range(4)]

    assert sorted(owner.pk for owner in owners) == sorted(
        [officer.pk, officer.pk, other.pk, other.pk]
    )


def test_nobody_owns_what_they_did_themselves(call, officer):
    incident = incident_of(call, officer)
    assert incident.owner is None

    with pytest.raises(ValidationError, match="cannot look into it"):
        take_incident(incident=incident, owner=officer, by=Actor.of(officer))
    with pytest.raises(ValidationError, match="cannot look into it"):
        conclude_incident(incident=incident, conclusion="fine", by=Actor.of(officer))
    incident.refresh_from_db()
    assert (incident.owner, incident.closed_at) == (None, None)


def test_an_incident_is_taken_and_concluded_in_words(call, ana, officer):
    manager = person(Role.MANAGER)
    incident = incident_of(call, ana)

    take_incident(incident=incident, owner=manager, by=Actor.of(officer))
    with pytest.raises(ValidationError, match="what was found"):
        conclude_incident(incident=incident, conclusion="  ", by=Actor.of(manager))
    done = conclude_incident(
        incident=incident, conclusion="Trained again; line given", by=Actor.of(manager)
    )

    assert done.owner == manager
    assert (done.closed_by, done.conclusion) == (
        manager.get_full_name(),
        "Trained again; line given",
    )
    entries = AuditEntry.objects.filter(action__startswith="incident.").order_by("pk")
    assert [(e.action, e.actor_id, e.reason) for e in entries] == [
        ("incident.taken", str(officer.pk), ""),
        ("incident.concluded", str(manager.pk), "Trained again; line given"),
    ]


def test_a_concluded_incident_stays_as_it_is(call, ana, officer):
    incident = incident_of(call, ana)
    conclude_incident(incident=incident, conclusion="Trained again", by=Actor.of(officer))

    with pytest.raises(ValidationError, match="concluded already"):
        conclude_incident(incident=incident, conclusion="Nothing", by=Actor.of(officer))
    with pytest.raises(ValidationError, match="concluded already"):
        take_incident(incident=incident, owner=officer, by=Actor.of(officer))
    for act in (
        lambda: Incident.objects.update(conclusion="Nothing"),
        lambda: Incident.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Incident.objects.get().conclusion == "Trained again"


def test_somebody_who_left_is_given_nothing(call, ana, officer):
    incident = incident_of(call, ana)

    with pytest.raises(ValidationError, match="no longer"):
        take_incident(
            incident=incident,
            owner=person(Role.MANAGER, is_active=False),
            by=Actor.of(officer),
        )
    incident.refresh_from_db()
    assert incident.owner == officer
