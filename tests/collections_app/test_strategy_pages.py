"""Strategies and their calendar in the browser: written, proposed, activated, looked at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.access.rights import Role
from collections_app.close.services import catch_up
from collections_app.strategy.models import StrategyVersion
from collections_app.strategy.planning import expect_day, plan_day
from collections_app.strategy.services import (
    VersionDraft,
    decide_strategy,
    propose_strategy,
    write_strategy,
)
from core import clock
from core.audit import Actor
from notifications.outbox.holds import hold_of
from notifications.outbox.models import Message
from notifications.outbox.services import hold
from tests.collections_app.strategies import (
    IN_FORCE_FROM,
    TODAY,
    a_line,
    build_person,
    build_strategy,
    message_about,
    morning_of_today,
)
from tests.compliance.builders import reachable_loan
from tests.loans.builders import CLERK, build_portfolio
from tests.notifications.builders import build_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    with morning_of_today() as portfolio:
        cache.clear()
        reachable_loan(portfolio)
        catch_up(portfolio=portfolio, through=date(2026, 5, 11), by=CLERK)
        portfolio.refresh_from_db()
        yield portfolio


@pytest.fixture
def manager(portfolio):
    return build_person(Role.MANAGER, portfolio)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def posted(*keys, **changes):
    """A version as the page sends it, a late line for each key."""
    template = a_line().template
    data = {"effective_from": "2026-05-12", "days_between": "2", "line": list(keys)}
    for key in keys:
        line = {
            "name": f"Late {key}",
            "code": f"late-{key}",
            "trigger": "days_past_due",
            "first_day": "1",
            "last_day": "900",
            "every_days": "1",
            "template": str(template.pk),
            "send_at": "10:00",
            "useful_hours": "8",
            "without_open_promise": "on",
        }
        data |= {f"{key}-{name}": value for name, value in line.items()}
    return data | changes


def write_page(portfolio):
    return reverse("strategy:write", args=[portfolio.pk])


def test_a_version_is_written_proposed_and_activated_by_a_second_person(portfolio, manager):
    mine = browser(manager)
    assert mine.post(write_page(portfolio), posted("l1", "l2")).status_code == 303
    version = StrategyVersion.objects.get()
    assert [line.code for line in version.lines.all()] == ["late-l1", "late-l2"]
    page = mine.get(reverse("strategy:version", args=[version.pk]))
    assert page.context["expected_count"] == 1
    assert Message.objects.count() == 0

    mine.post(reverse("strategy:propose", args=[version.pk]))
    answer = mine.post(
        reverse("strategy:decide", args=[version.pk]), {"decision": "activate", "reason": "x"}
    )
    assert answer.status_code == 403
    officer = browser(build_person(Role.COMPLIANCE_OFFICER))
    refused = officer.post(
        reverse("strategy:decide", args=[version.pk]), {"decision": "refuse", "reason": ""}
    )
    assert refused.status_code == 422
    officer.post(reverse("strategy:decide", args=[version.pk]), {"decision": "activate"})

    version.refresh_from_db()
    assert version.status == "active"
    shown = mine.get(reverse("strategy:strategy", args=[portfolio.pk]))
    assert shown.context["shown"]["is_in_force"]


def test_buttons_move_add_and_remove_lines_and_keep_what_was_typed(portfolio, manager):
    mine = browser(manager)
    data = posted("l1", "l2", **{"l1-first_day": "no number"})

    moved = mine.post(write_page(portfolio), data | {"act": "down:l1"})
    added = mine.post(write_page(portfolio), data | {"act": "add"})
    removed = mine.post(write_page(portfolio), data | {"act": "remove:l2"})

    def keys(page):
        return [form.prefix for form in page.context["editor"].lines]

    assert [page.status_code for page in (moved, added, removed)] == [200, 200, 200]
    assert (keys(moved), keys(added), keys(removed)) == (["l2", "l1"], ["l1", "l2", "l3"], ["l1"])
    assert 'value="no number"' in moved.content.decode()
    assert not StrategyVersion.objects.exists()


def test_every_problem_stands_on_the_page_at_once_and_nothing_is_kept(portfolio, manager):
    thanks = message_about("thanks")
    data = posted("l1", "l2", **{"l1-template": str(thanks.pk), "l2-last_day": "0"})
    data["l2-code"] = data["l1-code"]

    page = browser(manager).post(write_page(portfolio), data)

    assert page.status_code == 422
    assert len(page.context["editor"].problems) == 3
    fields = posted("l1", "l2", **{"l1-name": "", "l2-send_at": "late", "days_between": "0"})
    again = browser(manager).post(write_page(portfolio), fields)
    assert (again.status_code, again.context["editor"].count_of_problems()) == (422, 3)
    assert not StrategyVersion.objects.exists()


def test_a_version_begins_from_the_one_in_force_and_says_what_differs(portfolio, manager):
    build_strategy(portfolio, a_line(code="one"), a_line(code="two"))
    draft = write_strategy(
        portfolio=portfolio,
        draft=VersionDraft(
            IN_FORCE_FROM, [a_line(code="two", last_day=9), a_line(code="three")], 4
        ),
        by=Actor.of(manager),
    )
    mine = browser(manager)

    lines = mine.get(write_page(portfolio)).context["editor"].lines
    page = mine.get(reverse("strategy:difference", args=[draft.pk]))

    assert [form["code"].value() for form in lines] == ["one", "two"]
    found = page.context["difference"]
    assert [row["code"] for row in found["added"]] == ["three"]
    assert [row["code"] for row in found["removed"]] == ["one"]
    assert [(row["code"], len(row["parts"])) for row in found["changed"]] == [("", 1), ("two", 2)]


def test_a_version_that_begins_later_leaves_the_one_before_it_in_force_until_then(portfolio):
    build_strategy(portfolio, a_line(code="now"))
    later = TODAY + timedelta(days=3)
    manager = Actor.of(build_person(Role.MANAGER))
    second = Actor.of(build_person(Role.MANAGER))

    version = write_strategy(
        portfolio=portfolio, draft=VersionDraft(later, [a_line(code="then")]), by=manager
    )
    propose_strategy(version=version, by=manager)
    decide_strategy(version=version, activate=True, reason="", by=second)

    steps = [
        [row.step for row in expect_day(portfolio=portfolio, on=TODAY + timedelta(days=n))]
        for n in (0, 2, 3)
    ]
    assert steps == [["now"], ["now"], ["then"]]


def test_who_may_not_change_reads_and_other_portfolios_do_not_exist(portfolio, manager):
    version = build_strategy(portfolio)
    auditor = browser(build_person(Role.AUDITOR))
    stranger = browser(build_person(Role.MANAGER, build_portfolio()))
    page = reverse("strategy:version", args=[version.pk])

    assert auditor.get(page).status_code == 200
    assert auditor.get(write_page(portfolio)).status_code == 403
    assert auditor.post(reverse("strategy:propose", args=[version.pk])).status_code == 403
    for address in (page, write_page(portfolio), reverse("strategy:strategy", args=[portfolio.pk])):
        assert stranger.get(address).status_code == 404
    assert browser(build_person(Role.AGENT, portfolio)).get(page).status_code == 403


def test_the_calendar_shows_what_is_planned_beside_what_is_expected(portfolio, manager):
    build_strategy(portfolio)
    plan_day(portfolio=portfolio, on=TODAY, by=CLERK)

    page = browser(manager).get(reverse("strategy:calendar"))

    sms = page.context["calendar"]["rows"][0]
    waves = [[(wave["state"], wave["count"]) for wave in cell["waves"]] for cell in sms["days"]]
    assert waves == [[("planned", 1)], *[[("expected", 1)]] * 6]
    assert [total["count"] for total in page.context["calendar"]["totals"]] == [1] * 7


def test_a_wave_opened_says_its_text_its_cost_its_messages_and_what_the_gate_would_say(
    portfolio, manager
):
    build_account(adapter="files", price_per_part="0.0450", price_currency="USD")
    build_strategy(portfolio)
    plan_day(portfolio=portfolio, on=TODAY, by=CLERK)
    mine = browser(manager)
    address = reverse("strategy:calendar")

    planned = mine.get(address, {"wave": f"{portfolio.code}.{TODAY}.late.sms"}).context["wave"]
    ahead = TODAY + timedelta(days=2)
    coming = mine.get(address, {"wave": f"{portfolio.code}.{ahead}.late.sms"}).context["wave"]

    assert (planned["people"], planned["expected"]) == (1, 0)
    assert planned["wordings"][0]["parts"].parts == 1
    assert "is past due on the contract ending 4821" in planned["wordings"][0]["body"]
    assert planned["gate"]["asked"] == 1
    assert (coming["people"], coming["expected"], coming["gate"]["asked"]) == (1, 1, 1)


def test_a_line_on_hold_shows_as_held_and_its_messages_wait(portfolio, manager):
    build_strategy(portfolio)
    plan_day(portfolio=portfolio, on=TODAY, by=CLERK)

    hold(portfolio=portfolio, step="late", reason="Wrong wording", by=CLERK)

    page = browser(manager).get(reverse("strategy:calendar"))
    first = page.context["calendar"]["rows"][0]["days"][0]["waves"][0]
    assert first["state"] == "held"

    held = hold_of(Message.objects.get(), at=clock.now() + timedelta(seconds=1))
    assert held is not None


def test_the_calendar_asks_the_book_once_a_minute(
    portfolio, manager, django_assert_max_num_queries
):
    build_strategy(portfolio)
    mine = browser(manager)
    mine.get(reverse("strategy:calendar"))

    with django_assert_max_num_queries(18):
        mine.get(reverse("strategy:calendar"))


def test_a_wave_of_a_portfolio_one_does_not_see_is_not_opened(portfolio):
    build_strategy(portfolio)
    stranger = browser(build_person(Role.MANAGER, build_portfolio()))

    page = stranger.get(
        reverse("strategy:calendar"), {"wave": f"{portfolio.code}.{TODAY}.late.sms"}
    )

    assert page.context["wave"] is None
    assert portfolio not in page.context["portfolios"]
