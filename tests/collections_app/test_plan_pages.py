"""The pages of plans: proposing, the answer that shows by itself, deciding, lists, the API."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from collections_app.plans.models import Plan
from collections_app.plans.services import decide_plan
from collections_app.promises.models import Promise
from notifications.outbox.models import Message
from notifications.templates.standard import install_standard_templates
from tests.collections_app.builders import agree_to_texts, build_desk
from tests.collections_app.plans import D, arrangement, close_through, fresh, on, propose
from tests.collections_app.test_taking_promises import browser
from tests.compliance.builders import OPEN_AT
from tests.config.api_caller import build_caller
from tests.loans.builders import CLERK

FAR = arrangement(("1320.00", 120))


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk()


def entry(page, **changes):
    usual = {name: value for name, value in page.context["form"].initial.items() if value}
    return {**usual, "who": str(usual["who"]), "first_on": str(usual["first_on"]), **changes}


def propose_href(desk, kind=""):
    href = reverse("desk:propose_plan", args=[desk.case.pk])
    return f"{href}?kind={kind}" if kind else href


def test_an_agent_agrees_a_plan_on_its_page_once(desk):
    ana = browser(desk.cast.ana)
    page = ana.get(propose_href(desk))
    assert page.status_code == 200
    assert "brings the loan to 0 days past due" in page.content.decode()
    assert not Plan.objects.exists()

    for _twice in range(2):
        saved = ana.post(propose_href(desk), entry(page))
        assert saved.status_code == 302

    plan = Plan.objects.get()
    assert saved["Location"] == reverse("plans:plan", args=[plan.pk])
    assert (plan.state, plan.total_amount) == ("active", D("1320.00"))
    assert [row.due_on for row in plan.instalments.all()] == [
        date(2026, 5, 19),
        date(2026, 6, 19),
        date(2026, 7, 19),
    ]
    shown = ana.get(saved["Location"]).content.decode()
    assert "in force" in shown
    # The talk is over: one key takes the next person.
    assert f'action="{reverse("worklist:next")}"' in shown
    case = ana.get(reverse("desk:case", args=[desk.case.pk])).content.decode()
    assert "1,320.00 in all" in case
    assert reverse("desk:take_promise", args=[desk.case.pk]) not in case


def test_the_cents_of_an_even_share_fall_on_the_last(desk):
    ana = browser(desk.cast.ana)
    page = ana.get(propose_href(desk))

    ana.post(propose_href(desk), entry(page, count="7", rhythm="week", pay_now="20.00", ask="on"))

    amounts = [row.amount for row in Plan.objects.get().instalments.all()]
    assert amounts == [D("20.00"), *[D("185.71")] * 6, D("185.74")]
    assert sum(amounts) == D("1320.00")


def test_beyond_the_limit_it_is_refused_until_a_second_person_is_asked(desk):
    ana = browser(desk.cast.ana)
    page = ana.get(propose_href(desk))
    far = entry(page, count="1", first_on="2026-09-20")

    refused = ana.post(propose_href(desk), far)
    assert refused.status_code == 422
    assert "months needs approval" in refused.content.decode()
    assert not Plan.objects.exists()

    asked = ana.post(propose_href(desk), {**far, "ask": "on"})
    plan = Plan.objects.get()
    assert (asked.status_code, plan.state) == (302, "proposed")
    assert not Promise.objects.exists()


def test_the_answer_shows_by_itself_and_then_asks_no_more(desk):
    plan = propose(desk, FAR)
    ana = browser(desk.cast.ana)
    answer = reverse("plans:answer", args=[plan.pk])
    case = ana.get(reverse("desk:case", args=[desk.case.pk])).content.decode()
    assert f'hx-get="{answer}"' in case
    own = reverse("plans:plan", args=[plan.pk])
    shown = ana.get(own).content.decode()
    assert f'hx-get="{answer}?here"' in shown
    assert f'<a href="{own}">See the plan' not in shown
    assert 'hx-trigger="every 4s"' in ana.get(answer).content.decode()

    decide_plan(plan=plan, approve=True, by=desk.cast.ben)

    told = ana.get(answer).content.decode()
    assert "in force" in told
    assert "Ben" in told
    assert "hx-get" not in told
    # The page around the answer is older now: it has a link to itself.
    assert f'<a href="{own}">See the plan' in ana.get(f"{answer}?here").content.decode()


def test_the_lead_decides_on_the_page_a_refusal_needs_its_reason(desk):
    plan = propose(desk, FAR)
    ben = browser(desk.cast.ben)
    page = ben.get(reverse("plans:plan", args=[plan.pk]))
    assert page.context["form"] is not None
    decide = reverse("plans:decide", args=[plan.pk])

    refused = ben.post(decide, {"decision": "refuse", "reason": ""})
    assert (refused.status_code, fresh(plan).state) == (422, "proposed")
    agreed = ben.post(decide, {"decision": "agree", "reason": ""})
    assert (agreed.status_code, fresh(plan).state) == (302, "active")
    again = ben.post(decide, {"decision": "refuse", "reason": "No"})
    assert (again.status_code, fresh(plan).state) == (422, "active")


def test_who_proposed_it_takes_it_back_and_decides_nothing(desk):
    plan = propose(desk, FAR)
    ana = browser(desk.cast.ana)
    page = ana.get(reverse("plans:plan", args=[plan.pk]))
    assert page.context["form"] is None

    assert ana.post(reverse("plans:decide", args=[plan.pk])).status_code == 403
    back = ana.post(reverse("desk:withdraw_plan", args=[plan.pk]))

    assert (back.status_code, fresh(plan).state) == (302, "withdrawn")


def test_cancelled_on_the_page_with_a_reason(desk):
    plan = propose(desk)
    ana, href = browser(desk.cast.ana), reverse("desk:cancel_plan", args=[plan.pk])

    assert ana.post(href, {"reason": ""}).status_code == 422
    assert fresh(plan).state == "active"
    assert ana.post(href, {"reason": "Pays all at once"}).status_code == 302
    assert fresh(plan).state == "cancelled"


@pytest.mark.parametrize("kind", ["extension", "deferral", "waiver", "settlement"])
def test_every_kind_has_its_page_and_its_consequence(desk, kind):
    page = browser(desk.cast.ana).get(propose_href(desk, kind))

    assert page.status_code == 200
    assert page.context["kind_name"]
    if kind in ("extension", "deferral"):
        assert "not 15 Dec 2025" in page.content.decode()
        assert page.context["outlook"].rows


def test_what_changes_is_told_while_somebody_types(desk):
    ana = browser(desk.cast.ana)
    page = ana.get(propose_href(desk))

    told = ana.get(reverse("plans:outlook", args=[desk.case.pk]), entry(page, count="12"))

    assert "needs approval" in told.content.decode()
    assert len(told.context["outlook"].rows) == 12
    assert not Plan.objects.exists()


def test_rights_and_scope(desk):
    plan = propose(desk)
    auditor, cleo = browser(desk.cast.auditor), browser(desk.cast.cleo)
    for name, pk in (
        ("plans:plan", plan.pk),
        ("desk:propose_plan", desk.case.pk),
        ("plans:answer", plan.pk),
    ):
        assert cleo.get(reverse(name, args=[pk])).status_code == 404
    assert auditor.get(reverse("plans:plan", args=[plan.pk])).status_code == 200
    assert auditor.get(propose_href(desk)).status_code == 403
    assert (
        auditor.post(reverse("desk:cancel_plan", args=[plan.pk]), {"reason": "x"}).status_code
        == 403
    )
    assert fresh(plan).state == "active"


def test_the_lists_tell_what_waits_what_is_due_and_what_broke(desk, django_assert_max_num_queries):
    ben = browser(desk.cast.ben)
    waiting = propose(desk, FAR)

    def shown(which):
        page = browser(desk.cast.ben).get(reverse("plans:list"), {"show": which})
        assert page.status_code == 200
        return [row.href for row in page.context["rows"]]

    assert shown("waiting") == [reverse("plans:plan", args=[waiting.pk])]
    decide_plan(plan=waiting, approve=False, reason="Too far", by=desk.cast.ben)
    plan = propose(desk)
    href = reverse("plans:plan", args=[plan.pk])
    assert (shown("waiting"), shown("due"), shown("active")) == ([], [href], [href])
    with time_machine.travel(f"{on(8)}T18:00:00+00:00"):
        close_through(desk, 7)
        assert (shown("due"), shown("broken"), shown("active")) == ([], [href], [])
    with django_assert_max_num_queries(20):
        ben.get(reverse("plans:list"), {"show": "over"})
    assert ben.get(reverse("plans:list"), {"show": "over", "after": "x"}).status_code == 404


def test_agreed_it_is_confirmed_in_writing_with_what_was_agreed(desk):
    install_standard_templates(by=CLERK)
    agree_to_texts(desk)

    plan = propose(desk)

    [message] = Message.objects.all()
    assert (message.purpose, message.anchor) == ("plan_agreed", f"plan:{plan.pk}")
    page = browser(desk.cast.ana).get(reverse("plans:plan", args=[plan.pk])).content.decode()
    assert "Nothing was sent" not in page


def test_other_systems_read_plans(desk):
    plan = propose(desk)
    caller = build_caller(desk.cast.portfolio)

    [row] = caller.get("plans/", {"state": "active"}).json()["results"]

    assert (row["id"], row["kind"], row["total_amount"]) == (str(plan.pk), "arrangement", "1320.00")
    assert [one["state"] for one in row["instalments"]] == ["open"] * 3
    assert row == caller.get(f"plans/{plan.pk}/").json()
    assert caller.get("plans/", {"kind": "waiver"}).json()["results"] == []
