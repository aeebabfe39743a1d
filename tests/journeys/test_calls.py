"""Calls as the agent sees them: dialled by a telephone system, told by its events, saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from collections_app.contacts.models import Contact
from collections_app.dialling.models import PhoneCall
from collections_app.dialling.services import save_account
from compliance.attempts.models import Settlement
from tests.journeys.test_agent import _sign_in, desk
from tests.loans.builders import CLERK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["desk"]


def test_a_call_that_nobody_answers_is_saved_with_two_keys(watched_page, desk, live_server):
    page = watched_page
    save_account(
        account=None,
        name="Loopback",
        adapter="loopback",
        portfolio=None,
        settings={"url": live_server.url, "ending": "no_answer", "ring_seconds": 3},
        is_on=True,
        secret="signs the events",
        by=CLERK,
    )
    _sign_in(page, desk)
    page.goto(f"/cases/{desk.case.pk}/")
    page.keyboard.press("c")

    told = page.locator("#call-told")
    expect(told).to_contain_text("ringing")
    expect(page.locator("#log")).not_to_contain_text("+12125550142")
    expect(told).to_contain_text("ended: no answer")
    expect(page.locator("[data-call-clock]")).to_contain_text("wrap-up")
    expect(page.get_by_role("radio", name="No answer")).to_be_checked()
    # It only suggests: what came of the call is the agent's to say.
    assert not Settlement.objects.exists()

    page.keyboard.press("Control+s")

    expect(page.locator(".saved")).to_be_visible()
    contact = Contact.objects.get()
    assert contact.result.code == "NA"
    assert PhoneCall.objects.get().attempt == contact.attempt


def test_somebody_calls_in_and_is_logged_by_keys_alone(watched_page, desk):
    page = watched_page
    _sign_in(page, desk)
    page.goto("/cases/")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Somebody calls")).to_be_visible()
    expect(page.locator("#main input[name=q]")).to_be_focused()  # the page is there before it
    page.keyboard.type("+1 212 555 0142")
    page.keyboard.press("Enter")

    expect(page.get_by_text("this number")).to_be_visible()
    # The one whose number it is stands first and has the focus.
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_contain_text("they called from")
    expect(page.locator("[data-call-clock]")).to_be_visible()  # then keys are listened to
    page.keyboard.press("1")
    page.keyboard.press("Control+s")

    expect(page.locator(".saved")).to_be_visible()
    contact = Contact.objects.get()
    assert contact.attempt.direction == "inbound"
