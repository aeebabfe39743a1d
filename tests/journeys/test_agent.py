"""An agent signs in, opens a case and records a call, as a person would: by eye and by key."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from collections_app.cases.models import Case
from collections_app.close.services import catch_up
from collections_app.contacts.models import Contact
from collections_app.contacts.services import log_call, start_call
from collections_app.contacts.wrapup import Wrapup
from collections_app.worklist.lease_models import Lease
from compliance.attempts.models import Attempt
from compliance.rulepacks.services import install_pack
from compliance.stops.services import add_stop
from core import clock
from core.audit.models import AuditEntry
from loans.borrowers.models import Address, ContactPoint
from loans.contracts.services import add_party
from loans.portfolios.models import Portfolio
from notifications.outbox.models import Message
from tests.collections_app.builders import CLOSED_THROUGH, Desk, answers_to, build_desk
from tests.loans.builders import CLERK, build_loan, build_party
from tests.notifications.builders import build_account, build_template

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
    page.locator("#log").get_by_label("Note").fill("rang four times")
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
    page.get_by_label("Why late").select_option("income")
    page.keyboard.press("Control+s")

    expect(page.get_by_text("Say in a few words what was said.").first).to_be_visible()
    assert not Contact.objects.exists()
    page.locator("#log").get_by_label("Note").fill("lost the job in October")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile("/hardship/"))
    expect(page.locator(".saved")).to_contain_text("Hardship")
    expect(page.get_by_label("Why it is late")).to_have_value("income")
    expect(page.get_by_text("lost the job in October")).to_be_visible()
    expect(page.get_by_label("Pay after tax")).to_be_focused()
    assert Contact.objects.get().result.code == "RPC-HARD"


#: What an agent must see of a case before touching anything, at the size of a desk's screen.
ABOVE_THE_FOLD = {
    "identity": ".case-who",
    "stops": ".case-who .flag",
    "money": ".case-head .fact-strip",
    "verdict of every channel": "#verdicts",
    "why now, last said, why late": ".case-why",
    "phones": "#contacts",
    "who may hear what": "#parties",
    "all loans": "#loans",
    "what they come to": "#loans .loan-total",
    "logger with its button": "#log [data-save]",
    "the last five events": ".timeline > li:nth-child(5)",
}


def test_every_fact_of_a_case_stands_above_the_fold(watched_page, desk):
    page = watched_page
    for code in ("BZ", "NA", "RPC-HARD"):
        attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
        log_call(
            case=desk.case,
            attempt=attempt,
            wrapup=Wrapup(
                result=desk.result(code),
                note="lost the job in October",
                answers=answers_to(desk.result(code)),
            ),
            agent=desk.cast.ana,
        )
    build_loan(desk.cast.portfolio, party=desk.case.borrower)
    reference = build_party(desk.cast.portfolio)
    add_party(loan=desk.case.loan, party=reference, role="reference", by=CLERK)
    add_stop(
        party=desk.case.borrower, kind="hardship", source="call", starts_at=clock.now(), by=CLERK
    )

    _sign_in(page, desk)
    _open_case(page)

    bottoms = {
        name: page.locator(selector).first.evaluate(
            "(element) => element.getBoundingClientRect().bottom"
        )
        for name, selector in ABOVE_THE_FOLD.items()
    }
    assert {name: bottom for name, bottom in bottoms.items() if bottom > 768} == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_a_message_is_opened_by_its_key_read_and_sent(watched_page, desk):
    page = watched_page
    build_account()
    build_template(body="{lender}: {amount} is past due on {contract_tail}. {opt_out}")

    _sign_in(page, desk)
    _open_case(page)
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="Write a message")).to_be_focused()
    expect(page.locator("#message blockquote")).to_contain_text("is past due on")
    page.get_by_role("button", name="Send it now").click()

    expect(page.get_by_text("On its way: the timeline")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("SMS: past due")
    assert Message.objects.get().party_id == desk.case.borrower_id


def test_the_queue_is_walked_by_keys_and_filters_stand_in_the_address(watched_page, desk):
    page = watched_page

    _sign_in(page, desk)
    page.keyboard.press("?")
    assert _printed_keys(page) == ["G", "J K", "↵", "I", "/", "Ctrl K", "Esc", "?"]
    page.keyboard.press("?")
    expect(page.locator("[data-keys-help]")).to_be_hidden()
    page.get_by_role("link", name=re.compile("^New to me")).click()
    page.wait_for_url("**view=new**")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/"))
    page.keyboard.press("n")
    expect(page.locator("#log").get_by_label("Note")).to_be_focused()
    page.keyboard.type("j")
    expect(page.locator("#log").get_by_label("Note")).to_have_value("j")


def _printed_keys(page: Page) -> list[str]:
    """What the open list of keys says, as one reads it."""
    expect(page.locator("[data-keys-help]")).to_be_visible()
    return page.locator("[data-keys-help] [data-for]:not([hidden]) dt").all_inner_texts()


def _with_keys(page: Page, desk: Desk, way: str) -> None:
    desk.cast.ana.shortcut_keys = way
    desk.cast.ana.save()
    page.goto(f"/cases/{desk.case.pk}/")
    expect(page.locator("#log")).to_be_visible()


def test_keys_work_as_each_person_has_chosen_and_the_list_says_so(watched_page, desk):
    page, note = watched_page, watched_page.locator("#log").get_by_label("Note")
    with_ctrl = ["Ctrl ↵", "Ctrl S", "Ctrl ↵", "Ctrl K", "Esc"]

    _sign_in(page, desk)
    _with_keys(page, desk, "off")
    for key in ("v", "n", "5", "?", "Alt+n"):
        page.keyboard.press(key)
    expect(page.locator("#reveal")).not_to_have_attribute("open", "")
    expect(page.locator("[data-keys-help]")).to_be_hidden()
    assert page.evaluate("document.querySelector('[name=result]:checked')") is None
    assert page.locator("[aria-keyshortcuts=N]").count() == 0
    expect(page.locator("#log .panel-head kbd")).to_be_hidden()
    page.get_by_text("Your menu").locator("..").click()
    page.get_by_role("button", name="Keys on this page").click()
    assert [row for row in _printed_keys(page) if row not in with_ctrl] == []
    page.keyboard.press("Escape")

    _with_keys(page, desk, "alt")
    page.keyboard.press("n")
    expect(note).not_to_be_focused()
    page.keyboard.press("Alt+n")
    expect(note).to_be_focused()
    page.keyboard.press("Alt+v")  # in a field a key is what is typed
    expect(page.locator("#reveal")).not_to_have_attribute("open", "")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+Shift+?")
    assert page.locator("[aria-keyshortcuts='Alt+N']").count() == 1
    printed = _printed_keys(page)
    assert len(printed) > len(with_ctrl)
    assert page.evaluate(
        "getComputedStyle(document.querySelector('dialog kbd.single'), '::before').content"
    ).startswith('"Alt')


def test_brackets_lead_through_the_cases_that_were_viewed(watched_page, desk):
    page = watched_page
    other = build_loan(desk.cast.portfolio, party=desk.case.borrower)
    catch_up(portfolio=desk.cast.portfolio, through=CLOSED_THROUGH + timedelta(days=1), by=CLERK)
    second = Case.objects.get(loan=other)
    Case.objects.filter(pk=second.pk).update(assignee=desk.cast.ana)

    _sign_in(page, desk)
    for case in (desk.case, second):
        page.goto(f"/cases/{case.pk}/")
        expect(page.locator("#log")).to_be_visible()
    page.keyboard.press("[")
    page.wait_for_url(f"**/cases/{desk.case.pk}/")
    expect(page.locator("[data-viewed='-1']")).to_be_hidden()
    page.keyboard.press("]")
    page.wait_for_url(f"**/cases/{second.pk}/")

    assert not Lease.objects.exists()


def _closes_soon(desk: Desk, *, seconds: int) -> None:
    """The borrower is in one place, and its window closes in a few seconds."""
    zone = next(
        zone
        for zone in ("America/New_York", "Asia/Shanghai", "Europe/London")
        if datetime.now(ZoneInfo(zone)).hour in range(1, 23)
    )
    ContactPoint.objects.update(time_zones=[zone])
    Address.objects.update(time_zones=[zone])
    closes = datetime.now(ZoneInfo(zone)) + timedelta(seconds=seconds)
    window = ALWAYS_OPEN["rules"][0]
    soon = {**window["values"], "closes": f"{closes:%H:%M:%S}"}
    document = {**ALWAYS_OPEN, "code": "SHORT", "rules": [{**window, "values": soon}]}
    install_pack(document=document, by=CLERK)
    Portfolio.objects.filter(pk=desk.cast.portfolio.pk).update(rule_packs=["SHORT"])


def test_a_case_left_open_flips_by_itself_when_the_hours_are_over(watched_page, desk):
    page = watched_page
    _sign_in(page, desk)
    _closes_soon(desk, seconds=15)

    page.goto(f"/cases/{desk.case.pk}/")
    expect(page.locator("#verdicts")).to_contain_text("You may call")
    page.evaluate("window.isSamePage = true")

    expect(page.locator("#verdicts")).to_contain_text("Do not call")
    expect(page.locator("#verdicts button")).to_have_count(0)
    expect(page.locator("#verdicts")).to_have_count(1)
    expect(page.locator(".channels")).to_have_count(1)
    assert page.evaluate("window.isSamePage") is True


def test_a_hidden_number_is_shown_for_a_minute_and_then_gone(watched_page, desk):
    page = watched_page
    page.clock.install()

    _sign_in(page, desk)
    _open_case(page)
    page.keyboard.press("v")
    page.get_by_label("What", exact=True).select_option(f"contact_point:{desk.phone.pk}")
    page.get_by_label("What for").select_option("identity")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator(".revealed")).to_contain_text("+12125550142")
    # The script that hides it again also gives it the focus: now its minute has begun.
    expect(page.locator(".revealed")).to_be_focused()

    page.clock.fast_forward("01:02")
    expect(page.locator("body")).not_to_contain_text("2125550142")
    assert AuditEntry.objects.filter(action="party.revealed", reason="identity").count() == 1


def test_the_same_without_javascript(browser, live_server, desk):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()

    _sign_in(page, desk)
    _open_case(page)
    page.get_by_role("button", name=re.compile("^Call ")).first.click()
    page.locator("summary", has_text="More…").click()
    page.get_by_label("Busy").check()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved: Busy.")).to_be_visible()
    assert Attempt.objects.get().settlements.get().outcome == "busy"
    context.close()
