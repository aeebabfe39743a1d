"""Another voice: asked for by who talks with a person, given by the lead, with its history."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from accounts.access.rights import Role
from accounts.approvals.models import Approval
from accounts.inbox.models import Notice
from accounts.models import User
from collections_app.cases.models import CaseEvent
from collections_app.cases.moves import CaseMove
from collections_app.cases.services import assign
from collections_app.contacts.services import start_call
from collections_app.worklist.another_agent import (
    ask_for_another_agent,
    requests_seen_by,
    standing_requests,
)
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.leases import Nothing, claim_next, take_up
from core.audit.models import AuditEntry
from tests.collections_app.builders import build_desk
from tests.collections_app.test_taking_promises import browser
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

FLOOR = reverse("desk:floor")


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=True):
        desk = build_desk()
        desk.eve = User.objects.create_user(
            "eve@example.com", password=None, full_name="Eve", role=Role.AGENT, team=desk.cast.team
        )
        desk.href = reverse("desk:another_agent", args=[desk.case.pk])
        yield desk


def asked(desk, reason="heated", note="He shouts as soon as he hears me"):
    take_up(agent=desk.cast.ana, case=desk.case)
    return ask_for_another_agent(agent=desk.cast.ana, case=desk.case, reason=reason, note=note)


def assignee(desk):
    desk.case.refresh_from_db()
    return desk.case.assignee


def test_who_asks_is_rid_of_the_person_and_the_lead_finds_it_on_the_floor(desk):
    ana, ben = browser(desk.cast.ana), browser(desk.cast.ben)
    page = ana.get(desk.href)
    entry = {
        "token": page.context["form"].initial["token"],
        "reason": "abused",
        "note": "He shouts as soon as he hears me",
    }

    for _twice in range(2):
        answer = ana.post(desk.href, entry)
        assert answer.status_code in (302, 303)

    approval = Approval.objects.get(kind="case.another_agent")
    assert (approval.is_pending, approval.requested_by) == (True, desk.cast.ana)
    assert Lease.objects.get().skip_reason == "needs_lead"
    assert isinstance(claim_next(agent=desk.cast.ana), Nothing)
    link = reverse("worklist:another_agent", args=[approval.pk])
    assert Notice.objects.get(user=desk.cast.ben, key="another_agent.asked").link == link
    floor = ben.get(FLOOR).content.decode()
    assert link in floor
    assert "I was abused in a call" in floor
    decision = ben.get(link)
    assert "He shouts as soon as he hears me" in decision.content.decode()
    assert decision.context["form"].initial["to"] == desk.eve.pk
    assert AuditEntry.objects.filter(action="approval.requested").count() == 1
    assert "It waits for a decision" in ana.get(desk.href).content.decode()


def test_a_request_that_cannot_be_made_changes_nothing(desk):
    ana = browser(desk.cast.ana)
    said = {"reason": "heated", "note": ""}

    def refusal(**entry):
        answer = ana.post(desk.href, {**said, **entry})
        return answer.status_code, answer.content.decode()

    assert refusal(reason="")[0] == 422
    assert refusal(reason="other")[0] == 422
    assert refusal(note="4111 1111 1111 1111")[0] == 422
    start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    status, told = refusal()
    assert (status, "First say how the call you started ended" in told) == (422, True)
    Lease.objects.all().delete()
    take_up(agent=desk.cast.ben, case=desk.case)
    status, told = refusal()
    assert (status, "Ben has this person" in told) == (409, True)
    assert not Approval.objects.exists()
    assert not Notice.objects.exists()
    assert not Lease.objects.filter(ended_because="skipped").exists()


def test_it_is_asked_once_at_a_time_and_can_be_taken_back(desk):
    asked(desk)
    ana = browser(desk.cast.ana)

    again = ana.post(desk.href, {"reason": "known"})
    back = ana.post(reverse("desk:withdraw_another_agent", args=[desk.case.pk]))

    assert (again.status_code, back.status_code) == (422, 302)
    assert Approval.objects.get().status == "withdrawn"
    assert standing_requests(desk.cast.ben) == []
    assert asked(desk).is_pending


def test_the_lead_gives_the_whole_person_to_somebody_else_once(desk):
    approval = asked(desk)
    href = reverse("worklist:another_agent", args=[approval.pk])
    ben, entry = browser(desk.cast.ben), {"to": str(desk.eve.pk), "decision": "give"}

    assert browser(desk.cast.ana).post(href, entry).status_code == 403
    assert browser(desk.cast.cleo).get(href).status_code in (403, 404)
    assert ben.post(href, {**entry, "to": ""}).status_code == 422
    assert ben.post(href, {**entry, "to": str(desk.cast.ana.pk)}).status_code == 422
    assert assignee(desk) == desk.cast.ana
    assert ben.post(href, entry).status_code == 302
    assert ben.post(href, {**entry, "decision": "keep", "reason": "no"}).status_code == 422

    assert assignee(desk) == desk.eve
    move = CaseMove.objects.get()
    assert (move.reason, move.made_by) == ("We only heat each other up", desk.cast.ben)
    event = CaseEvent.objects.get(kind="assigned", to_user=desk.eve)
    assert (event.from_user, event.reason) == (desk.cast.ana, move.reason)
    assert Notice.objects.filter(user=desk.cast.ana, key="another_agent.given").count() == 1
    assert standing_requests(desk.cast.ben) == []
    assert "Eve" in ben.get(href).content.decode()


def test_left_where_they_are_only_with_a_reason(desk):
    approval = asked(desk)
    href = reverse("worklist:another_agent", args=[approval.pk])
    ben = browser(desk.cast.ben)

    assert ben.post(href, {"decision": "keep"}).status_code == 422
    assert Approval.objects.get().is_pending
    assert (
        ben.post(href, {"decision": "keep", "reason": "Nobody else speaks Cantonese"}).url == href
    )

    assert assignee(desk) == desk.cast.ana
    assert not CaseMove.objects.exists()
    assert Notice.objects.filter(user=desk.cast.ana, key="another_agent.kept").count() == 1
    assert "Nobody else speaks Cantonese" in ben.get(href).content.decode()


def test_what_was_moved_meanwhile_waits_no_more(desk):
    approval = asked(desk)
    assert len(standing_requests(desk.cast.ben)) == 1

    assign(case=desk.case, to=desk.eve, reason="evened out", by=CLERK)

    assert standing_requests(desk.cast.ben) == []
    page = browser(desk.cast.ben).get(reverse("worklist:another_agent", args=[approval.pk]))
    assert page.context["form"] is None
    assert "Settled otherwise" in page.content.decode()


def test_a_lead_gives_nobody_away_on_their_own_request(desk):
    take_up(agent=desk.cast.ben, case=desk.case)
    approval = ask_for_another_agent(agent=desk.cast.ben, case=desk.case, reason="known")
    href = reverse("worklist:another_agent", args=[approval.pk])
    ben = browser(desk.cast.ben)

    page = ben.get(href)
    refused = ben.post(href, {"to": str(desk.eve.pk), "decision": "give"})

    assert page.context["form"] is None
    assert (refused.status_code, assignee(desk)) == (422, desk.cast.ana)
    assert requests_seen_by(desk.cast.ben).pending().count() == 1
