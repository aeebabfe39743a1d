"""A field agent's day on a phone, the network cut in the middle: nothing lost, nothing doubled."""

from __future__ import annotations

import io
import json
from datetime import time

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from collections_app.contacts.models import Contact
from collections_app.promises.models import Promise
from collections_app.visits.findings import CheckIn, VisitPhoto
from collections_app.visits.models import Visit, VisitEvent
from collections_app.visits.services import request_visit
from collections_app.visits.tasks import watch_visits
from compliance.attempts.models import Attempt, Incident
from compliance.rulepacks.services import install_pack
from core import clock
from loans.contracts.services import add_party
from loans.portfolios.models import Portfolio
from tests.collections_app.visiting import Field, build_field
from tests.journeys.test_agent import ALWAYS_OPEN, PASSWORD
from tests.loans.builders import CLERK, build_party, us_party_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
DOOR = {"latitude": 31.76190, "longitude": -106.48500, "accuracy": 12}
#: What a line on the phone may say, and nothing else.
KEPT = {"key", "visit", "act", "at", "owner", "code", "latitude", "longitude", "accuracy"}

_LINES = """() => new Promise((resolve) => {
  const opening = indexedDB.open("field-day", 1);
  opening.onsuccess = () => {
    const rows = opening.result.transaction("waiting").objectStore("waiting").getAll();
    rows.onsuccess = () => { opening.result.close(); resolve(rows.result); };
  };
})"""

#: Whatever else a browser could keep: names of items, of caches and of databases. The one item left
#: out holds the address of the page, which names nobody.
_KEPT_ELSEWHERE = """async () => [
  Object.keys(localStorage),
  Object.keys(sessionStorage).filter((key) => key !== "htmx-current-path-for-history"),
  await caches.keys(),
  (await indexedDB.databases()).map((one) => one.name),
]"""


@pytest.fixture
def field(settings, tmp_path) -> Field:
    """Finn goes to three people who owe one loan, today, at any hour."""
    settings.MEDIA_ROOT = tmp_path
    install_pack(document=ALWAYS_OPEN, by=CLERK)
    field = build_field()
    Portfolio.objects.filter(pk=field.desk.cast.portfolio.pk).update(rule_packs=["ALWAYS"])
    field.desk.case.refresh_from_db()
    field.finn.set_password(PASSWORD)
    field.finn.save()
    addresses = [field.address]
    for _number in range(2):
        party = build_party(field.desk.cast.portfolio, addresses=us_party_row().addresses)
        add_party(loan=field.desk.case.loan, party=party, role="co_borrower", by=CLERK)
        addresses.append(party.addresses.get())
    for address in addresses:
        visit = request_visit(
            case=field.desk.case,
            address=address,
            purpose=field.purpose(),
            note="",
            by=field.desk.cast.ana,
        )
        today = clock.local_today(visit.time_zone)
        field.planned(visit, visit_on=today, opens=time(0), closes=time(23, 59))
    watch_visits()
    return field


@pytest.fixture
def phone(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url,
        viewport=PHONE,
        has_touch=True,
        locale="en-GB",
        permissions=["geolocation"],
        geolocation=DOOR,
    )
    yield context
    context.close()


def _sign_in(page: Page, field: Field) -> None:
    page.goto("/")
    page.get_by_label("Work e-mail").fill(field.finn.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/visits/today/")


def _open_day(page: Page, field: Field) -> list:
    visits = list(Visit.objects.order_by("place_in_day"))
    page.goto(f"/visits/today/?on={visits[0].visit_on}")
    return [page.locator(f"#visit-{visit.pk}") for visit in visits]


def _unfold(visit) -> None:
    if visit.get_attribute("open") is None:
        visit.locator("summary").first.click()


def _check_in(visit) -> None:
    _unfold(visit)
    visit.get_by_label("We stand at this address").check()
    visit.get_by_label("The recording runs").check()
    visit.get_by_role("button", name="Check in").click()


def _check_out(visit, result: str, note: str = "") -> None:
    visit.get_by_label(result, exact=True).check()
    if note:
        visit.get_by_label("Note").fill(note)
    visit.get_by_role("button", name="Check out with this result").click()


def _picture() -> dict:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), (20, 120, 60)).save(out, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_day_with_the_network_cut_loses_and_doubles_nothing(phone, field):
    page = phone.new_page()
    _sign_in(page, field)
    first, second, third = _open_day(page, field)
    sync = page.locator("[data-sync]")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    _check_in(first)
    expect(first).to_contain_text("Checked in")
    assert CheckIn.objects.get().distance is None

    phone.set_offline(True)
    _check_out(first, "Met", note="asks for the new account number")
    expect(sync).to_contain_text("Waiting to be sent: 1")
    _check_in(second)
    expect(sync).to_contain_text("Waiting to be sent: 2")
    second.get_by_text("Take a photo").click()
    second.get_by_label("Photo", exact=True).set_input_files(_picture())
    second.get_by_role("button", name="Keep the photo").click()
    second.get_by_text("A promise to pay").click()
    second.get_by_role("button", name="Record the promise").click()
    _check_out(second, "Nobody in")
    expect(sync).to_contain_text("Waiting to be sent: 5")
    expect(sync).to_contain_text("2 of it is held by this page only")
    lines = page.evaluate(_LINES)
    assert [line["act"] for line in sorted(lines, key=lambda line: line["at"])] == [
        "report",
        "check_in",
        "report",
    ]
    assert all(set(line) == KEPT for line in lines)
    assert "account" not in json.dumps(lines)
    assert page.evaluate(_KEPT_ELSEWHERE) == [[], [], [], ["field-day"]]
    assert (CheckIn.objects.count(), Contact.objects.count()) == (1, 0)

    # The answer to the first entry is lost on its way: it is sent again under its key.
    lost = []

    def lose_once(route):
        answer = route.fetch()
        if lost:
            return route.fulfill(response=answer)
        lost.append(answer.status)
        return route.abort()

    page.route("**/record/", lose_once)
    phone.set_offline(False)
    expect(sync).to_contain_text("Everything is sent", timeout=60_000)
    assert lost == [200]
    assert page.evaluate(_LINES) == []
    page.unroute("**/record/")

    phone.set_offline(True)
    _check_in(third)
    _check_out(third, "Moved away")
    expect(sync).to_contain_text("Waiting to be sent: 2")
    page.close()  # the phone ran out of power
    phone.set_offline(False)
    page = phone.new_page()
    _open_day(page, field)
    expect(page.locator("[data-sync]")).to_contain_text("Everything is sent", timeout=60_000)

    results = dict(Contact.objects.values_list("attempt__visit__place_in_day", "result__code"))
    assert results == {1: "V-MET", 2: "V-NOTMET", 3: "V-MOVED"}
    assert (CheckIn.objects.count(), VisitPhoto.objects.count()) == (3, 1)
    assert Promise.objects.count() == 1
    assert Attempt.objects.count() == 3
    assert not Incident.objects.exists()
    assert VisitEvent.objects.filter(kind="checked_out").count() == 3
    assert set(CheckIn.objects.values_list("accuracy", flat=True)) == {12}
