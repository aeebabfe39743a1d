"""Who has a person: asked by every write about them, whichever page it stands on."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from collections_app.callbacks.models import Callback
from collections_app.callbacks.services import schedule_callback
from collections_app.hardship.models import HardshipTalk
from collections_app.plans.models import Plan
from collections_app.promises.models import Promise
from collections_app.promises.services import record_promise
from collections_app.visits.models import Visit, VisitPurpose
from collections_app.worklist.lease_rows import live_lease
from collections_app.worklist.leases import take_over, take_up
from compliance.stops.models import Stop
from core import clock
from core.audit.actors import Actor
from tests.collections_app.builders import build_desk
from tests.collections_app.plans import propose
from tests.collections_app.test_taking_promises import browser
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK


def of_case(desk):
    return desk.case.pk


def of_callback(desk):
    return schedule_callback(
        case=desk.case,
        contact_point=None,
        wall_time=datetime.fromisoformat("2026-05-12T15:00"),
        agent=desk.cast.ana,
        note="",
        by=Actor.of(desk.cast.ana),
    ).pk


def of_promise(desk):
    promise = record_promise(
        loan=desk.case.loan,
        party=desk.case.borrower,
        amount=Decimal("80.00"),
        due_on=clock.now().date() + timedelta(days=3),
        made_at=clock.now(),
        by=CLERK,
    )
    return desk.case.pk, promise.pk


def a_visit(desk):
    return {
        "purpose": str(VisitPurpose.objects.get(code="ARRANGE").pk),
        "address": str(desk.case.borrower.addresses.first().pk),
    }


#: Page -> whose page it is, what is filled in, and the page it leads on to.
PAGES = {
    "desk:propose_plan": (of_case, {"count": "3", "rhythm": "month"}, "plans"),
    "desk:hardship_talk": (of_case, {"reason": "income", "net_income": "3000.00"}, "cases"),
    "desk:agree_callback": (of_case, {"when": "t 10", "whose": "mine"}, "cases"),
    "desk:move_callback": (of_callback, {"when": "t 10", "reason": "later"}, "callbacks"),
    "desk:cancel_callback": (of_callback, {"reason": "will write"}, "callbacks"),
    "desk:cancel_promise": (of_promise, {"reason": "lost the job"}, "cases"),
    "desk:ask_visit": (of_case, a_visit, "cases"),
}


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk()


def page_of(desk, name):
    """The address of a page and what is filled in on it."""
    whose, filled, _on = PAGES[name]
    found = whose(desk)
    href = reverse(name, args=found if isinstance(found, tuple) else [found])
    return href, filled(desk) if callable(filled) else filled


def entry_on(page, filled):
    initial = page.context["form"].initial
    usual = {name: str(value) for name, value in initial.items() if value not in (None, False)}
    return {**usual, **filled}


def written():
    made = [model.objects.count() for model in (HardshipTalk, Stop, Visit)]
    callbacks = list(Callback.objects.values_list("state", "due_at"))
    return made, callbacks, *(list(m.objects.values_list("state")) for m in (Plan, Promise))


def holder(desk):
    return live_lease(party_id=desk.case.borrower_id, at=clock.now()).agent


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_written_about_somebody_whom_another_has(desk, name):
    href, filled = page_of(desk, name)
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
        for typed in filled.values():
            assert typed in answer.content.decode()
    assert written() == before
    assert holder(desk) == desk.cast.ben


@pytest.mark.parametrize("name", PAGES)
def test_who_writes_has_the_person_from_then_on(desk, name):
    href, filled = page_of(desk, name)
    ana = browser(desk.cast.ana)
    entry = entry_on(ana.get(href), filled)
    before = written()

    saved = ana.post(href, entry)
    after = written()
    again = ana.post(href, entry)

    assert (saved.status_code, again.status_code) == (302, 302)
    assert saved["Location"].split("/")[1] == PAGES[name][2]
    assert before != after == written()
    assert holder(desk) == desk.cast.ana


def test_a_plan_is_neither_ended_nor_taken_back_under_somebody_else(desk):
    plan = propose(desk)
    ana = browser(desk.cast.ana)
    take_up(agent=desk.cast.ben, case=desk.case)
    before = written()

    ended = ana.post(reverse("desk:cancel_plan", args=[plan.pk]), {"reason": "pays at once"})
    back = ana.post(reverse("desk:withdraw_plan", args=[plan.pk]), follow=True)

    for answer, status in ((ended, 409), (back, 200)):
        assert answer.status_code == status
        assert f"{desk.cast.ben.get_full_name()} has this person" in answer.content.decode()
    assert "pays at once" in ended.content.decode()
    assert written() == before
