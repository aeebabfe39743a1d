"""Who has a person: asked by the plan, the talk about hardship and the callback alike."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from collections_app.callbacks.models import Callback
from collections_app.hardship.models import HardshipTalk
from collections_app.plans.models import Plan
from collections_app.worklist.lease_rows import live_lease
from collections_app.worklist.leases import take_over, take_up
from compliance.stops.models import Stop
from core import clock
from tests.collections_app.builders import build_desk
from tests.collections_app.test_taking_promises import browser
from tests.compliance.builders import OPEN_AT

PAGES = {
    "desk:propose_plan": ({"count": "3", "rhythm": "month"}, "plans:plan"),
    "desk:hardship_talk": ({"reason": "income", "net_income": "3000.00"}, "desk:propose_plan"),
    "desk:agree_callback": ({"when": "t 10", "whose": "mine"}, "desk:case"),
}


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk()


def entry_on(page, filled):
    initial = page.context["form"].initial
    usual = {name: str(value) for name, value in initial.items() if value not in (None, False)}
    return {**usual, **filled}


def written():
    return [model.objects.count() for model in (Plan, HardshipTalk, Callback, Stop)]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_written_about_somebody_whom_another_has(desk, name):
    href, (filled, _on) = reverse(name, args=[desk.case.pk]), PAGES[name]
    ana = browser(desk.cast.ana)
    lease = take_up(agent=desk.cast.ana, case=desk.case)
    page = ana.get(href)
    entry = entry_on(page, filled)
    assert entry["lease"] == str(lease.token)
    assert f'name="lease" value="{lease.token}"' in page.content.decode()
    take_over(lead=desk.cast.ben, lease=lease, reason="shift is over")
    before = written()

    lost = ana.post(href, entry)
    held = ana.post(href, {**entry, "lease": ""})

    assert (lost.status_code, held.status_code) == (409, 409)
    for answer in (lost, held):
        assert desk.cast.ben.get_full_name() in answer.content.decode()
    assert written() == before
    assert live_lease(party_id=desk.case.borrower_id, at=clock.now()).agent == desk.cast.ben


@pytest.mark.parametrize("name", PAGES)
def test_who_writes_has_the_person_from_then_on(desk, name):
    href, (filled, on) = reverse(name, args=[desk.case.pk]), PAGES[name]
    ana = browser(desk.cast.ana)

    saved = ana.post(href, entry_on(ana.get(href), filled))

    assert saved.status_code == 302
    assert reverse(on, args=[desk.case.pk]).split("/")[1] in saved["Location"]
    assert live_lease(party_id=desk.case.borrower_id, at=clock.now()).agent == desk.cast.ana
