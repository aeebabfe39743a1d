"""Somebody calls in: found by what they say, taken up by one agent, logged as their call."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.inbox.models import Notice
from collections_app.contacts.models import Contact
from collections_app.contacts.services import take_call
from collections_app.desk.obligations import unlogged_calls
from collections_app.dialling.models import PhoneCall
from collections_app.dialling.queries import ringing_for
from collections_app.dialling.services import let_numbers_go, save_account
from collections_app.worklist.leases import lease_of, take_up
from compliance.attempts.models import Attempt, Settlement
from core import clock
from core.audit.models import AuditEntry
from loans.contracts.services import add_party
from notifications.receipts.signatures import timed_signature
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK, build_party

pytestmark = pytest.mark.django_db

NUMBER = "+1 212 555 0142"
SECRET = "signs the events"


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def ask(client, desk, text, who="ana"):
    client.force_login(getattr(desk.cast, who))
    return client.get(reverse("desk:inbound"), {"q": text})


def take(client, desk, page, who="ana", **changes):
    client.force_login(getattr(desk.cast, who))
    caller = page.context["callers"][0]
    told = {"token": page.context["token"], "point": caller.point, "call": page.context["call"]}
    return client.post(caller.take_href, told | changes)


# --- finding -----------------------------------------------------------------------------


def test_who_has_exactly_the_number_stands_first(client, desk):
    other = build_party(desk.case.portfolio)
    add_party(loan=desk.case.loan, party=other, role="guarantor", by=CLERK)

    by_number = ask(client, desk, NUMBER).context["callers"]
    by_contract = ask(client, desk, desk.case.loan.contract_no).context["callers"]

    [caller] = by_number
    assert (caller.is_exact, caller.point) == (True, str(desk.phone.pk))
    assert caller.contract_no == desk.case.loan.contract_no
    # Whoever names the contract may be anybody on it.
    assert {row.role_name for row in by_contract} == {"borrower", "guarantor"}
    assert not any(row.is_exact for row in by_contract)


def test_what_identifies_somebody_stays_partly_hidden(client, desk):
    page = ask(client, desk, desk.case.loan.contract_no).content.decode()

    assert "5550142" not in page
    assert desk.phone.masked in page
    assert desk.case.borrower.full_name not in page


def test_looking_for_somebody_is_on_record_without_what_was_typed(client, desk):
    ask(client, desk, NUMBER)

    entry = AuditEntry.objects.get(action="search.person")
    assert "5550142" not in json.dumps(entry.data)


def test_the_page_costs_the_same_however_many_are_found(
    client, desk, django_assert_max_num_queries
):
    for _ in range(4):
        party = build_party(desk.case.portfolio)
        add_party(loan=desk.case.loan, party=party, role="guarantor", by=CLERK)
    client.force_login(desk.cast.ana)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("desk:inbound"), {"q": desk.case.loan.contract_no})
    assert len(page.context["callers"]) == 5


@pytest.mark.parametrize("text", ["x", ""])
def test_too_little_finds_nobody(client, desk, text):
    page = ask(client, desk, text)
    assert (page.context["callers"], page.context["is_too_short"]) == ([], bool(text))


def test_nobody_outside_the_readers_portfolios_is_found(client, desk):
    assert ask(client, desk, NUMBER, who="cleo").context["callers"] == []


def test_who_logs_no_calls_has_no_such_page(client, desk):
    assert ask(client, desk, NUMBER, who="auditor").status_code == 403


# --- taking the call ----------------------------------------------------------------------


def test_taking_a_call_leases_the_person_and_records_that_they_rang(client, desk):
    answer = take(client, desk, ask(client, desk, NUMBER))

    assert answer.url == f"{reverse('desk:case', args=[desk.case.pk])}#log"
    assert lease_of(desk.case.borrower_id).agent == desk.cast.ana
    attempt = Attempt.objects.get()
    assert (attempt.direction, attempt.verdict, attempt.contact_point) == (
        "inbound",
        None,
        desk.phone,
    )
    assert not Settlement.objects.exists()
    page = client.get(reverse("desk:case", args=[desk.case.pk]))
    assert page.context["open_call"]["is_inbound"]
    assert "how" not in page.context["log_form"].fields
    # The number is known to whoever is on the line by hearing it, not by us.
    assert "+12125550142" not in page.content.decode()


def test_what_came_of_it_is_logged_like_any_call(client, desk):
    take(client, desk, ask(client, desk, NUMBER))
    page = client.get(reverse("desk:case", args=[desk.case.pk]))
    form = page.context["log_form"]

    client.post(
        reverse("desk:log_call", args=[desk.case.pk]),
        {"token": form["token"].value(), "result": desk.result("RPC-PLAN").pk, "then": "stay"},
    )

    contact = Contact.objects.get()
    assert (contact.attempt.direction, Settlement.objects.get().outcome) == (
        "inbound",
        "conversation",
    )
    assert Attempt.objects.count() == 1


def test_pressed_twice_it_is_one_call(client, desk):
    page = ask(client, desk, NUMBER)
    take(client, desk, page)
    take(client, desk, page)
    assert Attempt.objects.count() == 1


def test_somebody_elses_person_is_put_through_and_nothing_is_recorded(client, desk):
    page = ask(client, desk, NUMBER)
    take_up(agent=desk.cast.ben, case=desk.case)

    again = ask(client, desk, NUMBER).context["callers"][0]
    answer = take(client, desk, page)

    assert (again.holder, again.take_href) == (desk.cast.ben.get_full_name(), "")
    assert answer.status_code == 409
    assert desk.cast.ben.get_full_name() in answer.content.decode()
    assert not Attempt.objects.exists()
    assert lease_of(desk.case.borrower_id).agent == desk.cast.ben


def test_it_was_somebody_else_after_all(client, desk):
    take(client, desk, ask(client, desk, NUMBER))
    href = client.get(reverse("desk:case", args=[desk.case.pk])).context["open_call"][
        "not_them_href"
    ]

    answer = client.post(href)

    assert answer.url == reverse("desk:inbound")
    assert Settlement.objects.get().outcome == "not_made"
    assert not Contact.objects.exists()
    # Nothing is open any more, so nothing is taken off again.
    client.post(href)
    assert Settlement.objects.count() == 1


def test_a_call_of_ours_is_not_taken_off_anybodys_record(client, desk):
    client.force_login(desk.cast.ana)
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))

    client.post(reverse("desk:not_them", args=[desk.case.pk]))

    assert not Settlement.objects.exists()


def test_a_number_of_somebody_else_is_not_taken_for_theirs(client, desk):
    guarantor = build_party(desk.case.portfolio)
    add_party(loan=desk.case.loan, party=guarantor, role="guarantor", by=CLERK)
    client.force_login(desk.cast.ana)

    client.post(
        reverse("desk:take_call", args=[desk.case.pk, guarantor.pk]),
        {"token": "t", "point": str(desk.phone.pk)},
    )

    attempt = Attempt.objects.get()
    assert (attempt.party, attempt.contact_point) == (guarantor, None)


def test_a_person_of_another_loan_is_not_on_the_line(client, desk):
    stranger = build_party(desk.case.portfolio)
    client.force_login(desk.cast.ana)

    address = reverse("desk:take_call", args=[desk.case.pk, stranger.pk])

    assert client.post(address, {"token": "t"}).status_code == 404
    assert not Attempt.objects.exists()


def test_a_case_that_is_over_takes_no_call(desk):
    desk.case.state = "cured"
    with pytest.raises(ValidationError, match="over"):
        take_call(case=desk.case, party=desk.case.borrower, contact_point=None, agent=desk.cast.ana)
    assert not Attempt.objects.exists()


def test_a_call_that_nobody_logged_is_missed(client, desk):
    take(client, desk, ask(client, desk, NUMBER))
    since = clock.now() - timedelta(days=1)
    assert unlogged_calls(agent=desk.cast.ana.pk, since=since).count() == 1


# --- a telephone system announces it --------------------------------------------------------


@pytest.fixture
def account(desk):
    return save_account(
        account=None,
        name="Exchange",
        adapter="loopback",
        portfolio=None,
        settings={"url": "http://here"},
        is_on=True,
        secret=SECRET,
        by=CLERK,
    )


def announce(client, account, kind="incoming", **more):
    event = {"id": f"e-{kind}", "call": "in-1", "kind": kind, "at": clock.now().isoformat()}
    body = json.dumps({"events": [event | more]}).encode()
    stamp = str(int(clock.now().timestamp()))
    signature = timed_signature(timestamp=stamp, body=body, secret=SECRET)
    answer = client.post(
        reverse("dialling:receive", args=[account.pk]),
        body,
        content_type="application/json",
        headers={"X-Makegood-Timestamp": stamp, "X-Makegood-Signature": signature},
    )
    return answer.json()["events"][0]


def test_an_announced_call_opens_the_page_with_its_number(client, desk, account):
    said = announce(client, account, **{"from": NUMBER, "agent": desk.cast.ana.email})
    client.force_login(desk.cast.ana)

    page = client.get(said["open"])

    assert (page.context["asked"], page.context["is_announced"]) == (NUMBER, True)
    assert page.context["callers"][0].is_exact
    notice = Notice.objects.get()
    assert (notice.user, notice.link) == (
        desk.cast.ana,
        reverse("desk:incoming", args=[PhoneCall.objects.get().pk]),
    )
    assert "555" not in json.dumps(notice.params)


def test_taken_up_the_call_and_its_recording_stand_with_the_contact(client, desk, account):
    said = announce(client, account, **{"from": NUMBER})
    client.force_login(desk.cast.ana)
    take(client, desk, client.get(said["open"]))

    call = PhoneCall.objects.get()
    assert (call.attempt, call.agent) == (Attempt.objects.get(), desk.cast.ana)
    assert call.number is None  # it stands with the person, under their own key
    announce(client, account, kind="recording", recording="rec-9")
    page = client.get(reverse("desk:timeline", args=[desk.case.pk]))
    [line] = [one for one in page.context["timeline"] if one.kind == "contact"]
    assert line.link_text == "recording rec-9"


def test_the_number_of_a_call_that_nobody_took_up_is_let_go_after_thirty_days(
    client, desk, account
):
    announce(client, account, **{"from": NUMBER})
    kept = let_numbers_go()
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        gone, again = let_numbers_go(), let_numbers_go()

    assert (kept, gone, again) == (0, 1, 0)
    assert PhoneCall.objects.get().number is None
    assert AuditEntry.objects.get(action="call.numbers_let_go").count == 1


def test_who_calls_without_a_known_number_is_looked_for_and_the_call_stays_at_hand(
    client, desk, account
):
    said = announce(client, account)
    client.force_login(desk.cast.ana)

    page = client.get(said["open"], {"q": desk.case.loan.contract_no})

    assert page.context["call"] == PhoneCall.objects.get().pk
    take(client, desk, page)
    assert PhoneCall.objects.get().attempt == Attempt.objects.get()


def test_a_call_that_ended_is_not_announced_but_can_be_taken_up(client, desk, account):
    said = announce(client, account, **{"from": NUMBER})
    announce(client, account, kind="ended", ending="no_answer")

    assert ask(client, desk, "").context["ringing"] == []
    assert client.get(said["open"]).context["callers"][0].take_href


def test_a_call_for_somebody_else_or_long_over_is_not_offered(client, desk, account):
    said = announce(client, account, **{"from": NUMBER, "agent": desk.cast.ben.email})

    assert ask(client, desk, "").context["ringing"] == []
    assert client.get(said["open"]).url == reverse("desk:inbound")
    assert len(ask(client, desk, "", who="ben").context["ringing"]) == 1
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert not ringing_for(desk.cast.ben).exists()
