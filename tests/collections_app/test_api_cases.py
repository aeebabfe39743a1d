"""Cases and contacts over the API: what a token sees, and what comes next."""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache

from compliance.attempts.models import Attempt
from compliance.attempts.services import record_unsanctioned
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT, call_request
from tests.config.api_caller import build_caller, problem_of
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    cache.clear()
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def test_a_case_is_told_with_who_works_it_and_what_comes_next(desk):
    caller = build_caller(desk.cast.portfolio)

    (row,) = caller.get("cases/", {"state": "open"}).json()["results"]

    assert row == caller.get(f"cases/{desk.case.pk}/").json()
    assert (row["contract_no"], row["days_past_due"]) == (desk.case.loan.contract_no, 482)
    assert row["assignee"] == str(desk.cast.ana.pk)
    assert row["next_step"]["kind"] == desk.case.next_step
    assert row["opened_on"] == desk.case.opened_on.isoformat()
    assert "Maria" not in str(row)


def test_filters_narrow_and_others_are_outside(desk):
    caller = build_caller(desk.cast.portfolio)
    stranger = build_caller(desk.cast.other_portfolio)

    assert caller.get("cases/", {"state": "cured"}).json()["results"] == []
    assert len(caller.get("cases/", {"assignee": desk.cast.ana.pk}).json()["results"]) == 1
    assert stranger.get("cases/").json()["results"] == []
    assert stranger.get(f"cases/{desk.case.pk}/").status_code == 404


def test_without_the_right_to_all_a_token_sees_its_own_cases_only(desk):
    caller = build_caller(desk.cast.portfolio, scopes={"case.view"})

    assert caller.get("cases/").json()["results"] == []
    assert caller.get(f"cases/{desk.case.pk}/").status_code == 404


def test_contacts_are_read_and_not_made(desk):
    request = call_request(desk.case.loan, desk.phone)
    record_unsanctioned(request=request, outcome="no_answer", reason="by hand", by=CLERK)
    caller = build_caller(desk.cast.portfolio)

    (row,) = caller.get("attempts/", {"loan": desk.case.loan_id}).json()["results"]

    assert (row["channel"], row["outcome"], row["is_unsanctioned"]) == ("call", "no_answer", True)
    assert row["contact_point"] == desk.phone.masked
    assert row["loans"] == [str(desk.case.loan_id)]
    assert caller.get("attempts/", {"channel": "sms"}).json()["results"] == []
    assert problem_of(caller.post("attempts/", {})) == "method-not-allowed"
    assert Attempt.objects.count() == 1
    stranger = build_caller(desk.cast.other_portfolio)
    assert stranger.get(f"attempts/{row['id']}/").status_code == 404
