"""The six commonest outcomes by keyboard: at most seven keys and two POSTs each, counted here."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from collections_app.contacts.models import Contact, ContactWithdrawal, Draft
from collections_app.promises.models import Promise
from compliance.attempts.models import Attempt, Settlement
from core import clock
from tests.collections_app.builders import Desk
from tests.journeys.test_agent import _sign_in, desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["desk"]

#: outcome -> the keys after the call was started by C, as they are pressed
SIX = {
    "NA": ["1", "Control+Enter"],
    "VM": ["2", "Control+Enter"],
    "TP": ["3", "Control+Enter"],
    "CB": ["4", "t", "1", "0", "Control+Enter"],
    "RPC-PTP": ["5", "Control+Enter"],
    "RPC-PAID": ["9", "b", "Control+Enter"],
}
MOST_KEYS, MOST_POSTS = 7, 2


class Counted:
    """Presses keys and counts them; Ctrl and Enter are two. Counts the POSTs of the page too."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0
        self.posts: list[str] = []
        page.on("request", self._request)

    def _request(self, request) -> None:
        if request.method == "POST":
            self.posts.append(request.url)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += len(key.split("+")) if len(key) > 1 else 1
            self.page.keyboard.press(key)


def _open(page: Page, desk: Desk) -> None:
    page.goto(f"/cases/{desk.case.pk}/")
    expect(page.locator("#log")).to_be_visible()


@pytest.mark.parametrize("code", SIX)
def test_the_commonest_outcomes_take_seven_keys_and_two_posts(watched_page, desk, code):
    page = watched_page
    _sign_in(page, desk)
    _open(page, desk)
    counted = Counted(page)

    counted.press("c")
    expect(page.locator("#log")).to_contain_text("+12125550142")
    counted.press(*SIX[code])
    expect(page.locator(".saved")).to_be_visible()

    assert Contact.objects.get().result.code == code
    assert Settlement.objects.count() == 1
    assert counted.keys <= MOST_KEYS, f"{code}: {counted.keys} keys"
    assert len(counted.posts) <= MOST_POSTS, counted.posts


def test_what_the_keys_said_is_what_was_saved(watched_page, desk):
    page = watched_page
    _sign_in(page, desk)
    _open(page, desk)
    page.keyboard.press("c")
    expect(page.locator("#log")).to_contain_text("+12125550142")
    page.keyboard.press("5")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".saved")).to_be_visible()

    promise = Promise.objects.get()
    today = clock.local_today(desk.case.portfolio.time_zone)
    assert (promise.due_on - today).days == 3
    assert promise.amount == desk.case.loan.position.overdue_amount


def test_a_draft_is_kept_while_typing_and_comes_back(watched_page, desk):
    page = watched_page
    _sign_in(page, desk)
    _open(page, desk)
    page.keyboard.press("n")
    page.keyboard.type("says the bank holds the money")
    expect(page.locator("[data-draft-state]")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    assert Draft.objects.count() == 1

    _open(page, desk)

    expect(page.get_by_label("Note")).to_have_value("says the bank holds the money")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_label("Note")).to_have_value("")
    assert not Draft.objects.exists()


def test_the_field_that_is_left_is_kept_at_once(watched_page, desk):
    page = watched_page
    page.clock.install()
    _sign_in(page, desk)
    _open(page, desk)
    page.keyboard.press("n")
    page.keyboard.type("in the middle of")
    page.locator("h1").focus()

    expect(page.locator("[data-draft-state]")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))


def test_an_entry_is_taken_back_by_one_key(watched_page, desk):
    page = watched_page
    _sign_in(page, desk)
    _open(page, desk)
    page.keyboard.press("c")
    expect(page.locator("#log")).to_contain_text("+12125550142")
    page.keyboard.press("1")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-undo]")).to_be_visible()
    page.keyboard.press("u")

    expect(page.get_by_text("Taken back: No answer.")).to_be_visible()
    expect(page.locator("#timeline .is-corrected")).to_have_text("No answer")
    assert ContactWithdrawal.objects.count() == 1
    assert Attempt.objects.unsettled().count() == 1


def test_the_offer_to_undo_ends_with_its_seconds(watched_page, desk):
    page = watched_page
    page.clock.install()
    _sign_in(page, desk)
    _open(page, desk)
    page.keyboard.press("c")
    expect(page.locator("#log")).to_contain_text("+12125550142")
    page.keyboard.press("1")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-undo]")).to_be_visible()

    page.clock.fast_forward("00:11")

    expect(page.locator("[data-undo]")).to_have_count(0)
    expect(page.locator(".saved")).to_be_visible()
