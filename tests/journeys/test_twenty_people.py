"""An agent works twenty people of mixed outcomes by keyboard alone, in either language."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from collections_app.callbacks.models import Callback
from collections_app.cases.models import Case, CaseEvent
from collections_app.close.services import catch_up
from collections_app.contacts.models import Contact, ContactWithdrawal, Draft
from collections_app.hardship.models import HardshipTalk
from collections_app.notes.models import Note
from collections_app.promises.models import Promise
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.tasks import refresh_due_hints
from compliance.attempts.models import Attempt
from compliance.registers.models import RegisterChange
from compliance.stops.models import Stop
from core.facts import drain
from loans.borrowers.models import ContactPoint
from loans.borrowers.rows import ContactRow
from loans.delinquency.models import PositionChange
from notifications.outbox.models import Message
from tests.collections_app.builders import CLOSED_THROUGH, Desk
from tests.journeys.test_agent import PASSWORD, desk
from tests.loans.builders import CLERK, build_loan, build_party, us_party_row
from tests.notifications.builders import build_account, build_template

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["desk"]

#: What this many people say: the digit or letter of it, then the keys of what it asks for.
BY_KEY = {
    "NA": (4, "1", ()),
    "VM": (2, "2", ()),
    "TP": (2, "3", ()),
    "CB": (2, "b", ("t", "1", "0")),
    "RPC-PTP": (2, "p", ()),
    "RPC-REF": (1, "7", ("ArrowDown",)),
    "RPC-PAID": (1, "9", ("ArrowDown",)),
}
#: Results that also want a word; Escape leaves the list of reasons, N goes to the note.
WITH_NOTE = {"RPC-HARD": "6", "RPC-DISP": "8"}
PEOPLE = 20
#: Behind "More": found by arrow keys.
RARE = ("WN", "RPC-ABUSE")

#: Anything that a mouse, a pen or a finger does; keys make none of these.
WATCH = """for (const type of ["pointerdown", "mousedown", "mousemove", "touchstart"]) {
  addEventListener(type, (event) => event.isTrusted && window.pointed(type), {capture: true});
}"""


@pytest.fixture
def twenty(desk) -> Desk:
    """Twenty people on Ana's list, all due and all to be called at any hour."""
    for number in range(19):
        phone = ContactRow(kind="phone", value=f"(212) 555-02{number:02}", place="mobile")
        row = us_party_row(contact_points=(phone,))
        party = build_party(
            desk.cast.portfolio,
            customer_no=row.customer_no,
            full_name=f"Kim Vale {number}",
            contact_points=row.contact_points,
            addresses=row.addresses,
        )
        build_loan(desk.cast.portfolio, party=party)
    catch_up(portfolio=desk.cast.portfolio, through=CLOSED_THROUGH + timedelta(days=1), by=CLERK)
    Case.objects.update(assignee=desk.cast.ana)
    for topic in (PositionChange.TOPIC, CaseEvent.TOPIC, RegisterChange.TOPIC):
        drain(topic)
    refresh_due_hints()
    build_account()
    build_template(body="{lender}: {amount} is past due on {contract_tail}. {opt_out}")
    return desk


class Keys:
    """An agent at the keyboard, who remembers what was said about whom."""

    def __init__(self, page: Page, desk: Desk) -> None:
        self.page, self.desk = page, desk
        self.said: dict[str, str] = {}
        self.mouse: list[str] = []
        page.expose_function("pointed", lambda kind: self.mouse.append(kind))
        page.add_init_script(WATCH)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector: str) -> None:
        """Goes on by Tab until something has the focus."""
        for _step in range(80):
            if self.page.evaluate("(css) => document.activeElement.matches(css)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {selector}")

    def sign_in(self) -> None:
        self.page.goto("/")
        self.tab_to("[name=login]")
        self.page.keyboard.type(self.desk.cast.ana.email)
        self.tab_to("[name=password]")
        self.page.keyboard.type(PASSWORD)
        self.press("Enter")
        self.page.wait_for_url("**/cases/")

    def next_person(self) -> None:
        self.press("g")
        self.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/"))

    @property
    def case(self) -> str:
        return self.page.url.split("/cases/")[1][:36]

    def call(self) -> None:
        self.press("c")
        expect(self.page.locator("#log")).to_contain_text(re.compile(r"\+1212555\d{4}"))
        self.page.wait_for_load_state("load")  # the page is read before its scripts listen

    def save_and_go_on(self, code: str) -> None:
        """Saves, and waits until keys are meant for the next person; after the last none comes."""
        here = self.case
        self.said[here] = code
        self.press("Control+Enter")
        if len(self.said) == PEOPLE:
            expect(self.page.locator(".saved")).to_be_visible()
            return
        self.page.wait_for_url(lambda url: "/cases/" in url and here not in url)
        self.page.wait_for_selector("html[data-arrived]", state="attached")

    def result(self, code: str, key: str, asked: tuple[str, ...] = ()) -> None:
        self.call()
        self.press(key, *asked)
        self.save_and_go_on(code)

    def with_note(self, code: str, digit: str) -> None:
        self.call()
        self.press(digit, "ArrowDown", "Escape", "n")
        self.page.keyboard.type("since October")
        if code == "RPC-HARD":
            self.hardship_talk()
        self.save_and_go_on(code)

    def hardship_talk(self) -> None:
        """The result leads to the talk, which begins at the first figure of the month."""
        self.press("Control+Enter")
        self.page.wait_for_url(re.compile("/hardship/"))
        expect(self.page.locator("[name=net_income]")).to_be_focused()
        self.page.keyboard.type("4000")

    def rare(self, code: str) -> None:
        self.call()
        self.press("0")
        self.tab_to(".more-choices input")
        result = self.desk.result(code).pk
        for _step in range(30):
            self.press("ArrowDown")
            if self.page.locator(f"#result-{result}").is_checked():
                break
        self.save_and_go_on(code)

    def skip(self) -> None:
        self.said[self.case] = ""
        self.tab_to("[data-lease] a[href*=skip]")
        self.press("Enter")
        self.page.wait_for_url(re.compile("/skip/"))
        self.tab_to("input[name=reason]")
        self.press("Space", "Control+Enter")
        self.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/"))

    def message_and_note(self) -> None:
        """Writes both about the person at hand, and stays with them."""
        self.press("s")
        expect(self.page.locator("#message-heading")).to_be_focused()
        self.tab_to("#message form[method=post] button")
        self.press("Enter")
        self.page.wait_for_selector("#message[hidden]", state="attached")
        self.press("n")  # the notes stand below the logger's own
        self.tab_to("#notes summary")
        self.press("Enter")
        self.tab_to("#notes textarea")
        self.page.keyboard.type("works nights")
        self.press("Control+Enter")
        expect(self.page.locator("#notes .note-row")).to_contain_text("works nights")
        self.page.wait_for_load_state("load")  # the page is read before its scripts listen

    def slip_and_undo(self) -> None:
        """Says refused, takes it back by one key, and says what was meant."""
        self.call()
        # The banner of the last person may still stand while this one is being saved.
        with self.page.expect_navigation():
            self.press("7", "ArrowDown", "Control+s")
        expect(self.page.locator("[data-undo]")).to_be_visible()
        self.press("Escape", "u")
        expect(self.page.locator("#timeline .is-corrected")).to_be_visible()
        self.press("1")
        self.save_and_go_on("NA")


def _page(browser, live_server, desk: Desk, language: str) -> Page:
    desk.cast.ana.language = language
    desk.cast.ana.save()
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1366, "height": 768},
        locale="zh-CN" if language == "zh-hans" else "en-GB",
    )
    return context.new_page()


def _standing() -> dict[str, str]:
    """What stands on record of each case: the result that was not taken back."""
    contacts = Contact.objects.filter(withdrawal=None).values_list("case_id", "result__code")
    return {str(case): code for case, code in contacts}


@pytest.mark.parametrize(
    ("language", "lang", "saved"), [("en", "en", "Saved"), ("zh-hans", "zh-Hans", "已保存")]
)
def test_twenty_people_by_keyboard_alone(browser, live_server, twenty, language, lang, saved):
    page = _page(browser, live_server, twenty, language)
    keys = Keys(page, twenty)

    keys.sign_in()
    keys.next_person()
    expect(page.locator("html")).to_have_attribute("lang", lang)
    keys.skip()
    keys.message_and_note()
    for code in RARE:
        keys.rare(code)
    expect(page.locator(".saved")).to_contain_text(saved)
    for code, digit in WITH_NOTE.items():
        keys.with_note(code, digit)
    for code, (people, key, asked) in BY_KEY.items():
        for _person in range(people):
            keys.result(code, key, asked)
    keys.slip_and_undo()
    page.context.close()

    assert keys.mouse == []
    assert len(keys.said) == PEOPLE
    assert _standing() == {case: code for case, code in keys.said.items() if code}
    assert Contact.objects.count() == PEOPLE  # one skipped, one said twice
    assert ContactWithdrawal.objects.get().contact.result.code == "RPC-REF"
    assert Lease.objects.get(ended_because="skipped").skip_reason == "known"
    assert Callback.objects.filter(state="open", owner=twenty.cast.ana).count() == 2
    assert Promise.objects.filter(state="open").count() == 2
    assert set(Stop.objects.values_list("kind", flat=True)) == {"dispute", "hardship"}
    assert HardshipTalk.objects.get().reason == "forgot"
    assert ContactPoint.objects.filter(invalid_since__isnull=False).count() == 1
    assert (Message.objects.count(), Note.objects.count()) == (1, 1)
    assert not Attempt.objects.unsettled().filter(channel="call").exists()
    assert not Draft.objects.exists()
