"""An agent signs in, opens a case and records a call, as a person would: by eye and by key."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from collections_app.cases.models import Case
from collections_app.contacts.models import Contact
from compliance.attempts.models import Attempt
from compliance.rulepacks.services import install_pack
from loans.portfolios.models import Portfolio
from tests.collections_app.builders import Desk, build_desk
from tests.loans.builders import CLERK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long and quiet river 27"

#: Journeys run at any hour, so this portfolio may be called at any hour but the last minute.
ALWAYS_OPEN = {
    "code": "ALWAYS",
    "name": "Open all day, for journeys",
    "version": 1,
    "effective_from": "2020-01-01",
    "rules": [
        {
            "rule": "window",
            "code": "HOURS",
            "values": {"opens": "00:00", "closes": "23:59:59", "channels": ["call"]},
            "citation": "for journeys",
            "binding": "policy",
        }
    ],
}


@pytest.fixture
def desk() -> Desk:
    install_pack(document=ALWAYS_OPEN, by=CLERK)
    desk = build_desk()
    Portfolio.objects.filter(pk=desk.cast.portfolio.pk).update(rule_packs=["ALWAYS"])
    desk.cast.ana.set_password(PASSWORD)
    desk.cast.ana.save()
    return desk


def _sign_in(page: Page, desk: Desk) -> None:
    page.goto("/")
    page.get_by_label("Work e-mail").fill(desk.cast.ana.email.upper())
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/cases/")


def _open_case(page: Page) -> None:
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/"))


def test_an_agent_signs_in_opens_a_case_and_records_a_call(watched_page, desk):
    page = watched_page

    _sign_in(page, desk)
    expect(page.get_by_role("heading", level=1)).to_have_text("My cases")
    _open_case(page)
    expect(page.locator("body")).not_to_contain_text("2125550142")
    page.get_by_role("button", name=re.compile("^Call ")).first.click()
    expect(page.locator("#log")).to_contain_text("+12125550142")
    page.keyboard.press("1")
    page.get_by_label("Note").fill("rang four times")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Saved: No answer.")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("rang four times")
    expect(page.locator("body")).not_to_contain_text("2125550142")
    contact = Contact.objects.get()
    assert contact.result.code == "NA"
    assert contact.attempt.verdict.is_allowed
    assert Case.objects.get().next_step == "call"


def test_a_refused_entry_is_kept_and_says_what_is_missing(watched_page, desk):
    page = watched_page

    _sign_in(page, desk)
    _open_case(page)
    page.get_by_role("button", name=re.compile("^Call ")).first.click()
    expect(page.locator("#log")).to_contain_text("+12125550142")
    page.keyboard.press("6")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Say in a few words what was said.").first).to_be_visible()
    assert not Contact.objects.exists()
    page.get_by_label("Note").fill("lost the job in October")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved: Hardship.")).to_be_visible()
    assert Contact.objects.get().result.code == "RPC-HARD"


def test_the_same_without_javascript(browser, live_server, desk):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()

    _sign_in(page, desk)
    _open_case(page)
    page.get_by_role("button", name=re.compile("^Call ")).first.click()
    page.get_by_text("More results").click()
    page.get_by_label("Busy").check()
    page.get_by_role("button", name=re.compile("^Save call")).click()

    expect(page.get_by_text("Saved: Busy.")).to_be_visible()
    assert Attempt.objects.get().settlements.get().outcome == "busy"
    context.close()
