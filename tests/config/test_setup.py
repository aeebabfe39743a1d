"""The set-up of a new lender: each step judged by what is there, from nothing to a closed day."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from collections_app.close.models import CloseRun
from compliance.rulepacks.models import RulePack
from config.setup.steps import is_set_up, read_facts, step_states
from core.audit.models import AuditEntry
from core.calendars.models import HolidayCalendar
from tests.loans.builders import build_loan, build_portfolio

pytestmark = pytest.mark.django_db
HERE = "/setup/"


def person(name, role):
    return User.objects.create_user(
        email=f"{name}@example.com", password="not used here", full_name=name, role=role
    )


@pytest.fixture
def ada(client):
    ada = person("ada", Role.ADMINISTRATOR)
    client.force_login(ada)
    return ada


def states(user):
    return {state.step.code: state.state for state in step_states(read_facts(user))}


def test_an_empty_system_begins_with_the_first_step(client, ada):
    page = client.get(HERE)

    assert page.status_code == 200
    found = {line["code"]: line["state"] for line in page.context["steps"]}
    assert found["team"] == "next"
    assert found["people"] == "blocked"
    assert found["calendar"] == "open"
    assert set(found.values()) == {"next", "open", "blocked"}


def test_every_step_names_where_it_is_done(ada):
    for state in step_states(read_facts(ada)):
        assert state.href.startswith("/"), state.step.code


def test_calendars_and_rule_packs_are_one_button_each(client, ada):
    assert client.post(reverse("setup:calendars")).status_code == 303
    assert client.post(reverse("setup:rule_packs")).status_code == 303

    assert HolidayCalendar.objects.exclude(filled_years=[]).count() == 3
    assert RulePack.objects.exists()
    assert states(ada)["calendar"] == states(ada)["rule_packs"] == "done"
    client.post(reverse("setup:calendars"))
    assert HolidayCalendar.objects.count() == 3


def test_positions_are_verified_and_the_trail_says_so(client, ada):
    client.post(reverse("setup:verify"))
    assert not AuditEntry.objects.filter(action="positions.verify").exists()
    build_loan(build_portfolio(code="us", business_date=date(2025, 6, 30)))

    page = client.post(reverse("setup:verify"), follow=True)

    assert "no figure differs" in page.content.decode()
    assert AuditEntry.objects.get(action="positions.verify").data["loans"] == 1
    assert states(ada)["verify"] == "done"


def test_the_first_day_is_closed_once(client, ada):
    portfolio = build_portfolio(code="us", business_date=date(2025, 6, 30))
    build_loan(portfolio)

    client.post(reverse("setup:close"))
    client.post(reverse("setup:close"))

    assert CloseRun.objects.get().state == "done"
    portfolio.refresh_from_db()
    assert portfolio.business_date == date(2025, 7, 1)
    assert states(ada)["close"] == "done"


def test_an_administrator_begins_here_until_a_day_is_closed(client, ada):
    assert client.get("/")["Location"] == HERE
    build_portfolio(code="us", business_date=date(2025, 6, 30))
    client.post(reverse("setup:close"))

    assert is_set_up(ada)
    assert client.get("/")["Location"] != HERE


def test_it_can_be_put_out_of_the_way(client, ada):
    client.post(reverse("setup:hide"))

    assert client.get("/")["Location"] != HERE
    assert client.get(HERE).status_code == 200


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.AGENT])
def test_only_an_administrator_sets_up(client, role):
    client.force_login(person("someone", role))

    assert client.get(HERE).status_code == 403
    for name in ("calendars", "rule_packs", "verify"):
        assert client.post(reverse(f"setup:{name}")).status_code == 403
    assert not HolidayCalendar.objects.exists()


def test_the_list_reads_with_few_queries(client, ada, django_assert_max_num_queries):
    client.get(HERE)

    with django_assert_max_num_queries(17):
        client.get(HERE)
