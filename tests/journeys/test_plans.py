"""An agent and a lead agree a plan within one call, each at their own screen."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from collections_app.hardship.models import HardshipTalk
from collections_app.plans.models import Plan
from collections_app.promises.models import Promise
from tests.collections_app.builders import build_desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _sign_in(page: Page, user: User) -> None:
    """A session of its own, as signing in makes one."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.goto("/healthz")
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": page.url}]
    )


@pytest.fixture
def lead_page(browser, live_server):
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    yield context.new_page()
    context.close()


def test_an_agent_and_a_lead_agree_a_plan_within_one_call(watched_page, lead_page):
    desk = build_desk()
    agent = watched_page
    _sign_in(agent, desk.cast.ana)
    _sign_in(lead_page, desk.cast.ben)
    agent.goto(reverse("desk:case", args=[desk.case.pk]))

    agent.get_by_role("link", name="talk about hardship").click()
    agent.get_by_label("Why it is late").select_option("income")
    agent.get_by_label("Pay after tax").fill("3000")
    agent.get_by_label("Rent and utilities").fill("2700")
    expect(agent.locator("#affordable")).to_contain_text("270.00")
    agent.get_by_role("button", name="Save and choose a plan").click()
    expect(agent.get_by_role("heading", level=1)).to_have_text("Agree a plan")

    agent.get_by_label("Payments after that").fill("6")
    expect(agent.locator("#plan-outlook")).to_contain_text("More than 4 payments need approval")
    agent.get_by_label("Ask a second person").check()
    agent.get_by_role("button", name="Agree the plan").click()
    expect(agent.locator("[data-plan-answer]")).to_contain_text("waits for a decision")
    assert not Promise.objects.exists()

    lead_page.goto(reverse("plans:list"))
    lead_page.get_by_role("row").nth(1).get_by_role("link").first.press("Enter")
    lead_page.get_by_role("button", name="Agree", exact=True).click()
    expect(lead_page.locator("[data-plan-answer]")).to_contain_text("in force")

    # The agent's page was not touched meanwhile: the answer came by itself.
    expect(agent.locator("[data-plan-answer]")).to_contain_text(re.compile(r"in force\s+Ben"))
    agent.get_by_role("link", name="See the plan").click()
    expect(agent.locator("#instalments")).to_contain_text("220.00")
    plan = Plan.objects.get()
    assert (plan.state, plan.agreed_by, plan.talk) == ("active", "Ben", HardshipTalk.objects.get())
    assert Promise.objects.open().count() == 6
