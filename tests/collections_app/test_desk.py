"""The agent's pages over HTTP: scope, rights, what is shown, and what a refusal leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from collections_app.contacts.models import Contact
from compliance.attempts.models import Attempt, Settlement
from core import clock
from core.audit.models import AuditEntry
from loans.borrowers.rows import ContactRow
from loans.borrowers.sealed_rows import make_contact_point
from tests.collections_app.builders import agree_to_texts, build_desk
from tests.compliance.builders import CLOSED_AT, OPEN_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _log(client, desk, **data):
    page = client.get(reverse("desk:case", args=[desk.case.pk]))
    token = page.context["log_form"]["token"].value()
    return client.post(reverse("desk:log_call", args=[desk.case.pk]), {"token": token, **data})


def test_the_case_page_hides_numbers_until_a_call_is_started(desk):
    client = _client(desk.cast.ana)
    href = reverse("desk:case", args=[desk.case.pk])
    assert "2125550142" not in client.get(href).content.decode()

    started = client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))

    assert started.status_code == 302
    html = client.get(href).content.decode()
    assert "+12125550142" in html
    assert Attempt.objects.get().made_by_id == str(desk.cast.ana.pk)


def test_starting_twice_reserves_once(desk):
    client = _client(desk.cast.ana)
    href = reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk])

    client.post(href)
    client.post(href)

    assert Attempt.objects.count() == 1


def test_reading_the_page_writes_nothing(desk):
    client = _client(desk.cast.ana)
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
    entries = AuditEntry.objects.count()

    client.get(reverse("desk:case", args=[desk.case.pk]))
    client.get(reverse("desk:my_cases"))
    client.get(reverse("desk:call_verdict", args=[desk.case.pk]))

    assert AuditEntry.objects.count() == entries


def test_a_started_call_is_logged_and_a_double_click_saves_once(desk):
    client = _client(desk.cast.ana)
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
    page = client.get(reverse("desk:case", args=[desk.case.pk]))
    data = {
        "token": page.context["log_form"]["token"].value(),
        "result": desk.result("NA").pk,
        "note": "rang twice",
    }

    first = client.post(reverse("desk:log_call", args=[desk.case.pk]), data)
    again = client.post(reverse("desk:log_call", args=[desk.case.pk]), data)

    assert (first.status_code, again.status_code) == (302, 302)
    assert Contact.objects.count() == 1
    assert Settlement.objects.count() == 1
    html = client.get(reverse("desk:case", args=[desk.case.pk])).content.decode()
    assert "rang twice" in html


def test_one_entry_sent_again_with_other_words_is_refused(desk):
    client = _client(desk.cast.ana)
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
    page = client.get(reverse("desk:case", args=[desk.case.pk]))
    data = {
        "token": page.context["log_form"]["token"].value(),
        "result": desk.result("NA").pk,
    }
    client.post(reverse("desk:log_call", args=[desk.case.pk]), data)

    answer = client.post(
        reverse("desk:log_call", args=[desk.case.pk]), {**data, "result": desk.result("BZ").pk}
    )

    assert answer.status_code == 422
    assert "saved before" in answer.content.decode()
    assert Contact.objects.get().result.code == "NA"


def test_a_refused_form_answers_422_with_what_to_do_and_keeps_the_entry(desk):
    client = _client(desk.cast.ana)
    client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))

    answer = _log(client, desk, result=desk.result("RPC-HARD").pk, next_at="10:00")

    assert answer.status_code == 422
    assert "Say on which day." in answer.content.decode()
    assert not Settlement.objects.exists()


def test_outside_the_window_the_page_says_when_it_opens_and_nothing_starts(desk):
    client = _client(desk.cast.ana)
    with time_machine.travel(CLOSED_AT, tick=False):
        page = client.get(reverse("desk:case", args=[desk.case.pk]))
        client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))

    verdict = page.context["call_verdict"]
    assert verdict.state == "later"
    assert verdict.citation == "12 CFR 1006.6(b)(1)(i)"
    assert verdict.flips_at is not None
    assert not Attempt.objects.exists()


def test_an_unstarted_call_needs_its_reason(desk):
    client = _client(desk.cast.ana)
    data = {
        "result": desk.result("NA").pk,
        "how": "we_called",
        "contact_point": desk.phone.pk,
        "made_at": "2026-05-12T13:00",
    }

    refused = _log(client, desk, **data)
    assert refused.status_code == 422
    assert not Attempt.objects.exists()

    accepted = _log(client, desk, **data, reason="the line was down")
    assert accepted.status_code == 302
    assert Attempt.objects.get().is_unsanctioned


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 200), ("ben", 200), ("auditor", 200), ("cleo", 404)]
)
def test_who_may_open_the_case(desk, who, status):
    client = _client(getattr(desk.cast, who))

    assert client.get(reverse("desk:case", args=[desk.case.pk])).status_code == status


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("cleo", 404)])
def test_who_may_not_log_a_call(desk, who, status):
    client = _client(getattr(desk.cast, who))
    start = client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
    log = client.post(reverse("desk:log_call", args=[desk.case.pk]), {"result": 1})

    assert (start.status_code, log.status_code) == (status, status)
    assert not Attempt.objects.exists()


def test_a_number_of_somebody_else_cannot_be_called_from_this_case(desk):
    from tests.compliance.builders import reachable_loan

    _loan, other = reachable_loan(desk.cast.other_portfolio)
    client = _client(desk.cast.ana)

    answer = client.post(reverse("desk:start_call", args=[desk.case.pk, other.pk]))

    assert answer.status_code == 404
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("after", ["nonsense", "2026-13-01~x", "~", "2026-05-12T00:00:00+00:00~1"])
def test_a_made_up_page_key_is_not_found(desk, after):
    answer = _client(desk.cast.ana).get(reverse("desk:my_cases"), {"after": after})

    assert answer.status_code == 404


def test_the_case_page_costs_at_most_twenty_queries_also_on_a_call(desk):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = _client(desk.cast.ana)
    href = reverse("desk:case", args=[desk.case.pk])
    client.get(href)  # the first request also starts the session
    counts = []
    for _step in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(href).status_code == 200
        counts.append(len(queries))
        client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))

    assert max(counts) <= 20


def test_every_way_of_contact_has_the_gates_answer_or_says_that_no_rule_speaks_of_it(desk):
    silent = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))
    agree_to_texts(desk)

    page = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))

    text = next(row for row in silent.context["channels"] if row["icon"] == "message")
    assert text["verdict"].chip == "no consent"  # nobody asked us to stop
    states = {row["icon"]: row["verdict"].state for row in page.context["channels"]}
    assert states == {
        "message": "allowed",
        "mail": "allowed",
        "place": "allowed",
        "letter": "caution",
    }
    letter = next(row for row in page.context["channels"] if row["icon"] == "letter")
    assert letter["verdict"].chip == "no rule on file"
    # A permitted call says how much of each limit is used.
    assert "0 of 7 used in 7 days" in page.context["call_verdict"].why


def test_a_stop_shows_as_a_flag_and_closes_every_way(desk):
    from compliance.stops.services import add_stop
    from tests.loans.builders import CLERK

    add_stop(
        party=desk.case.borrower,
        kind="dispute",
        source="letter",
        # Evening there is the next day in UTC.
        starts_at=datetime.fromisoformat("2026-05-11T21:00:00-04:00"),
        by=CLERK,
    )

    page = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))

    assert [(flag["tone"], flag["text"]) for flag in page.context["flags"]] == [
        ("stop", "Dispute open since 11 May")
    ]
    assert page.context["call_verdict"].state == "stopped"
    assert {row["verdict"].state for row in page.context["channels"]} <= {"stopped", "none"}


def test_the_persons_other_loans_stand_on_the_page_only_within_scope(desk):
    from loans.contracts.models import LoanParty
    from tests.loans.builders import build_loan, build_party

    other = build_loan(desk.cast.portfolio, party=desk.case.borrower)
    stranger = build_party(desk.cast.other_portfolio)
    hidden = build_loan(desk.cast.other_portfolio, party=stranger)
    LoanParty.objects.create(loan=hidden, party=desk.case.borrower, role="guarantor")

    page = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))

    assert [row["contract_no"] for row in page.context["other_loans"]] == [other.contract_no]
    assert hidden.contract_no not in page.content.decode()


def test_the_results_of_a_number_are_drawn_and_said(desk):
    for hours, code, said in ((0, "NA", {}), (2, "RPC-REF", {"why_late": "unwilling"})):
        # No two calls within two hours, which is longer than a session lasts.
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            client = _client(desk.cast.ana)
            client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
            _log(client, desk, result=desk.result(code).pk, **said)
            page = client.get(reverse("desk:case", args=[desk.case.pk]))

    phone = next(row for row in page.context["contacts"] if row["icon"] == "phone")
    assert [bar["reached"] for bar in phone["results"]["bars"]] == [False, True]
    assert "No answer, Refuses" in phone["results"]["text"]
    assert page.context["why_late"]["text"] == "does not want to pay"
    assert page.context["last_said"]["result"] == "Refuses"


def test_what_each_person_on_the_loan_may_hear_is_said(desk):
    from loans.contracts.models import LoanParty
    from tests.loans.builders import build_party

    for role in ("guarantor", "reference"):
        person = build_party(desk.cast.portfolio)
        LoanParty.objects.create(loan=desk.case.loan, party=person, role=role)

    page = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))

    heard = {row["role_name"]: row["may_hear"] for row in page.context["parties"]}
    assert heard["reference"] == "not a party: never discuss the loan"
    assert "may hear" in heard["guarantor"]


def test_the_only_number_is_chosen_and_of_several_none(desk):
    client, href = _client(desk.cast.ana), reverse("desk:case", args=[desk.case.pk])

    only = client.get(href).context["log_form"]["contact_point"].value()
    make_contact_point(desk.case.borrower, ContactRow(kind="phone", value="+12125550143")).save()
    several = client.get(href).context["log_form"]["contact_point"].value()

    assert only == desk.phone.pk
    assert several is None


def test_who_speaks_cantonese_is_said_to_in_either_language(desk):
    party = desk.case.borrower
    party.language = "yue"
    party.save()
    href, ana = reverse("desk:case", args=[desk.case.pk]), desk.cast.ana

    english = _client(ana).get(href).context["borrower"]["language_name"]
    ana.language = "zh-hans"
    ana.save()
    chinese = _client(ana).get(href).context["borrower"]["language_name"]

    assert (english, chinese) == ("Cantonese", "粤语")


def test_in_chinese_the_page_is_chinese(desk):
    ana = desk.cast.ana
    ana.language = "zh-hans"
    ana.save()

    html = _client(ana).get(reverse("desk:case", args=[desk.case.pk])).content.decode()

    assert 'lang="zh-Hans"' in html
