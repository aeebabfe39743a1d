"""The agent's side of an override: asked for on the case, granted by the officer, used once."""

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
from compliance.attempts.history import HistoricContact, record_history
from compliance.attempts.models import Attempt, Verdict
from compliance.overrides.models import Override
from compliance.stops.services import add_stop
from core import clock
from tests.collections_app.builders import Desk, build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """A case whose borrower was called seven times this week: an eighth call may harass."""
    with time_machine.travel(OPEN_AT, tick=False):
        built = build_desk()
        record_history(
            contacts=[
                HistoricContact(
                    portfolio_id=built.case.portfolio_id,
                    party_id=built.case.borrower_id,
                    loan_id=built.case.loan_id,
                    channel="call",
                    direction="outbound",
                    outcome="no_answer",
                    at=clock.now() - timedelta(hours=24 + 12 * turn),
                )
                for turn in range(7)
            ],
            by=CLERK,
        )
        yield built


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _case(client: Client, desk: Desk) -> str:
    return client.get(reverse("desk:case", args=[desk.case.pk])).content.decode()


def _ask_href(desk: Desk) -> str:
    return reverse("desk:ask_override", args=[desk.case.pk, desk.phone.pk])


ENTRY = {"ground": "requested_information", "reason": "She asked for the payoff by noon."}


def test_from_the_refusal_to_the_one_call_that_passes(desk):
    ana = _client(desk.cast.ana)
    officer = User.objects.create_user(
        "officer@example.com", full_name="Olga Officer", role=Role.COMPLIANCE_OFFICER
    )
    assert _ask_href(desk) in _case(ana, desk)
    page = ana.get(_ask_href(desk)).content.decode()
    assert "REGF-7IN7" in page
    assert "12 CFR 1006.14" in page

    assert ana.post(_ask_href(desk), ENTRY).status_code == 302
    override = Override.objects.get()
    assert (override.factor, override.codes) == ("requested_information", ["REGF-7IN7"])
    assert not override.verdict.is_allowed
    assert "waits for the compliance officer" in _case(ana, desk)

    decide = reverse("oversight:decide_override", args=[override.pk])
    granted = {"decision": "grant", "reason": "Her letter is on file.", "token": "t"}
    assert _client(officer).post(decide, granted).status_code == 302

    start = reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk])
    html = _case(ana, desk)
    assert "Olga Officer" in html
    assert start in html
    ana.post(start)
    assert Attempt.objects.get(override=override).made_by_id == str(desk.cast.ana.pk)


def test_asking_twice_asks_once_and_leaves_one_refusal(desk):
    ana = _client(desk.cast.ana)

    for _again in range(2):
        assert ana.post(_ask_href(desk), ENTRY).status_code == 302

    assert Override.objects.count() == 1
    assert Verdict.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"ground": "because"}, {"ground": ""}, {"reason": "x" * 401}]
)
def test_a_request_without_its_ground_or_reason_writes_nothing(desk, wrong):
    answer = _client(desk.cast.ana).post(_ask_href(desk), ENTRY | wrong)

    assert answer.status_code == 422
    assert not Override.objects.exists()
    assert not Verdict.objects.exists()


def test_where_one_rule_leaves_no_room_nothing_can_be_asked(desk):
    add_stop(
        party=desk.case.borrower,
        kind="cease",
        source="letter",
        starts_at=clock.now() - timedelta(days=1),
        by=CLERK,
    )
    ana = _client(desk.cast.ana)

    assert _ask_href(desk) not in _case(ana, desk)
    assert ana.get(_ask_href(desk)).status_code == 302
    assert ana.post(_ask_href(desk), ENTRY).status_code == 302
    assert not Override.objects.exists()
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("cleo", 404)])
def test_who_may_not_ask(desk, who, status):
    client = _client(getattr(desk.cast, who))

    assert client.get(_ask_href(desk)).status_code == status
    assert client.post(_ask_href(desk), ENTRY).status_code == status
    assert not Override.objects.exists()


def test_a_case_that_may_be_called_pays_nothing_for_the_offer():
    with time_machine.travel(OPEN_AT, tick=False):
        desk = build_desk()
        ana = _client(desk.cast.ana)
        _case(ana, desk)

        with CaptureQueriesContext(connection) as queries:
            html = _case(ana, desk)

    assert _ask_href(desk) not in html
    assert not [query for query in queries if "compliance_override" in query["sql"]]
