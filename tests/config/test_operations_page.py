"""The page of closes and jobs: what it raises, whom it shows what, and its queries."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from collections_app.close.models import CloseRun, CloseState
from core import clock
from core.audit.models import AuditEntry
from core.facts.models import FactCursor, FactSetAside
from core.jobs import Heartbeat, JobRun, record_heartbeat
from loans.portfolios.services import grant_portfolio
from tests.loans.builders import CLERK, build_portfolio

pytestmark = pytest.mark.django_db
HERE = "/operations/"


def person(name, role):
    return User.objects.create_user(
        email=f"{name}@example.com", password="not used here", full_name=name, role=role
    )


def failed_close(portfolio):
    return CloseRun.objects.create(
        portfolio=portfolio,
        business_date=portfolio.business_date,
        state=CloseState.FAILED,
        started_at=clock.now(),
        started_by="system",
        error="disk full",
    )


@pytest.fixture
def ada(client):
    ada = person("ada", Role.ADMINISTRATOR)
    client.force_login(ada)
    return ada


def alive():
    record_heartbeat(name="worker@a", kind=Heartbeat.Kind.WORKER)
    record_heartbeat(name="scheduler", kind=Heartbeat.Kind.SCHEDULER)


def test_an_empty_system_without_workers_says_so_first(client, ada):
    page = client.get(HERE)

    assert page.status_code == 200
    assert page.context["alarms"] == [
        "No worker was seen for five minutes. Nothing in the background runs."
    ]
    assert "No portfolio yet" in page.content.decode()


def test_all_well_is_said_in_one_sentence(client, ada):
    alive()

    page = client.get(HERE)

    assert page.context["alarms"] == []
    assert "Everything keeps up" in page.content.decode()


def test_a_failed_close_shows_its_error_and_can_be_resumed(client, ada):
    alive()
    run = failed_close(build_portfolio(code="us", business_date=date(2025, 6, 30)))

    page = client.get(HERE)

    (line,) = page.context["closes"]
    assert (line.state, line.error) == ("failed", "disk full")
    assert line.resume_href == reverse("close:run_again", args=[run.pk])
    assert any("disk full" in alarm for alarm in page.context["alarms"])


def test_who_may_only_look_gets_no_buttons(client, ada):
    portfolio = build_portfolio(code="us", business_date=date(2025, 6, 30))
    failed_close(portfolio)
    lead = person("ben", Role.TEAM_LEAD)
    grant_portfolio(portfolio=portfolio, user=lead, by=CLERK)
    client.force_login(lead)

    page = client.get(HERE)

    assert page.context["closes"][0].resume_href == ""
    assert client.post(reverse("operations:retry", args=["x"])).status_code == 403


def test_other_portfolios_and_their_steps_are_not_shown(client):
    hidden = build_portfolio(code="hidden", business_date=date(2025, 6, 30))
    JobRun.objects.create(
        name="close.sync_cases",
        scope=hidden.code,
        state=JobRun.State.FAILED,
        started_at=clock.now(),
        finished_at=clock.now(),
        error="Traceback\nValueError: no",
    )
    client.force_login(person("maria", Role.MANAGER))

    page = client.get(HERE)

    assert page.context["closes"] == []
    assert page.context["steps"] == []


def test_an_agent_may_not_look(client):
    client.force_login(person("ana", Role.AGENT))

    assert client.get(HERE).status_code == 403


def test_a_stuck_step_is_told_from_one_at_work(client, ada):
    alive()
    old = {
        "name": "close.age_positions",
        "scope": "",
        "business_date": date(2025, 6, 30),
        "state": JobRun.State.RUNNING,
    }
    JobRun.objects.create(shard=1, started_at=clock.now() - timedelta(minutes=5), **old)
    JobRun.objects.create(shard=2, started_at=clock.now(), **old)

    states = {line.name[-1]: line.state for line in client.get(HERE).context["steps"]}

    assert states == {"1": "uncertain", "2": "running"}


def test_facts_set_aside_are_tried_again_on_request(client, ada):
    FactCursor.objects.create(consumer="cases.follow_positions")
    FactSetAside.objects.create(
        consumer="cases.follow_positions", fact_table="loans.PositionChange", fact_id="7", error="x"
    )
    retry = reverse("operations:retry", args=["cases.follow_positions"])
    assert client.get(HERE).context["consumers"][0].retry_href == retry

    assert client.post(retry).status_code == 303

    assert FactSetAside.objects.get().retry_requested_at is not None
    assert AuditEntry.objects.filter(action="facts.retry").count() == 1
    client.post(retry)
    assert AuditEntry.objects.filter(action="facts.retry").count() == 1


def test_the_page_needs_at_most_fourteen_queries(client, ada, django_assert_max_num_queries):
    alive()
    for number in range(3):
        failed_close(build_portfolio(code=f"p{number}", business_date=date(2025, 6, 30)))
    FactCursor.objects.create(consumer="cases.follow_positions", fact_table="loans.PositionChange")
    JobRun.objects.create(
        name="close.sync_cases", state=JobRun.State.RUNNING, started_at=clock.now()
    )

    client.get(HERE)  # the session is stored once, with the first page

    with django_assert_max_num_queries(14):
        assert client.get(HERE).status_code == 200


def test_the_page_answers_without_redis(client, ada, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    assert client.get(HERE).status_code == 200
