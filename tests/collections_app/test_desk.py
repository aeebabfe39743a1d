"""The agent's pages over HTTP: scope, rights, what is shown, and what a refusal leaves behind."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collections_app.close.services import catch_up
from collections_app.contacts.asks import WhyLate
from collections_app.contacts.models import Contact
from collections_app.desk.case_contacts import best_hour
from collections_app.promises.models import Promise
from compliance.attempts.models import Attempt, Settlement
from compliance.stops.services import add_stop
from core import clock
from core.audit.models import AuditEntry
from core.encryption.masks import mask_plate
from loans.borrowers.rows import ContactRow
from loans.borrowers.sealed_rows import make_contact_point
from loans.contracts.models import LoanParty
from loans.contracts.rows import VehicleRow
from tests.collections_app.builders import agree_to_texts, build_desk
from tests.compliance.builders import CLOSED_AT, OPEN_AT
from tests.loans.builders import CLERK, build_loan, build_party

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
    other = build_loan(desk.cast.portfolio, party=desk.case.borrower)
    stranger = build_party(desk.cast.other_portfolio)
    hidden = build_loan(desk.cast.other_portfolio, party=stranger)
    LoanParty.objects.create(loan=hidden, party=desk.case.borrower, role="guarantor")

    page = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))

    assert [row["contract_no"] for row in page.context["loans"]] == [
        desk.case.loan.contract_no,
        other.contract_no,
    ]
    assert hidden.contract_no not in page.content.decode()


def test_all_loans_of_the_person_add_up_and_a_click_works_on_another(desk):
    cast, borrower = desk.cast, desk.case.borrower
    other = build_loan(
        cast.portfolio,
        party=borrower,
        vehicles=(VehicleRow(make="Ford", model="Transit", plate="ABC1234"),),
    )
    catch_up(portfolio=cast.portfolio, through=date(2026, 5, 12), by=CLERK)
    client = _client(cast.ben)

    page = client.get(reverse("desk:case", args=[desk.case.pk]))

    mine, second = page.context["loans"]
    assert (mine["is_current"], mine["href"]) == (True, "")
    assert second["contract_no"] == other.contract_no
    assert second["car"] == "Ford Transit"
    assert second["plate"] == mask_plate("ABC1234")
    (total,) = page.context["loan_totals"]
    assert total["count"] == 2
    assert total["past_due_amount"] == mine["past_due_amount"] + second["past_due_amount"] > 0
    there = client.get(second["href"])
    assert there.context["case"]["contract_no"] == other.contract_no
    assert next(row for row in there.context["loans"] if row["is_current"])["contract_no"] == (
        other.contract_no
    )


def test_another_loan_tells_its_verdict_only_where_it_differs(desk):
    cast, borrower = desk.cast, desk.case.borrower
    other = build_loan(cast.portfolio, party=borrower)
    catch_up(portfolio=cast.portfolio, through=date(2026, 5, 12), by=CLERK)
    client, href = _client(cast.ben), reverse("desk:case", args=[desk.case.pk])

    same = client.get(href).context["loans"]
    add_stop(
        party=borrower,
        loan=other,
        kind="dispute",
        source="letter",
        starts_at=clock.now(),
        by=CLERK,
    )
    differs = client.get(href).context["loans"]

    assert [row["verdict"] for row in same] == [None, None]
    assert differs[0]["verdict"] is None
    assert differs[1]["verdict"].state == "stopped"


def test_more_people_and_loans_cost_no_more_queries(desk):
    client, href = _client(desk.cast.ana), reverse("desk:case", args=[desk.case.pk])
    client.get(href)
    with CaptureQueriesContext(connection) as alone:
        client.get(href)
    for role in ("guarantor", "reference"):
        person = build_party(desk.cast.portfolio)
        LoanParty.objects.create(loan=desk.case.loan, party=person, role=role)
    for _number in range(3):
        build_loan(desk.cast.portfolio, party=desk.case.borrower)

    with CaptureQueriesContext(connection) as crowded:
        client.get(href)

    assert len(crowded) <= len(alone)


def test_who_owes_it_too_may_be_called_from_the_page_and_a_reference_may_not(desk):
    numbers = {}
    for role, number in (("guarantor", "(212) 555-0177"), ("reference", "(212) 555-0178")):
        person = build_party(
            desk.cast.portfolio, contact_points=(ContactRow(kind="phone", value=number),)
        )
        LoanParty.objects.create(loan=desk.case.loan, party=person, role=role)
        numbers[role] = person.contact_points.get().pk
    client = _client(desk.cast.ana)

    page = client.get(reverse("desk:case", args=[desk.case.pk]))

    guarantor, reference = page.context["parties"]
    assert guarantor["start_href"] == reverse(
        "desk:start_call", args=[desk.case.pk, numbers["guarantor"]]
    )
    assert reference["start_href"] == ""
    assert reference["verdict"].state == "stopped"
    client.post(guarantor["start_href"])
    assert Attempt.objects.get().contact_point_id == numbers["guarantor"]


@pytest.mark.parametrize(
    ("talks", "hour"),
    [
        ([], None),
        (["2026-05-01T14:10:00+00:00"], None),
        (["2026-05-01T14:10:00+00:00", "2026-05-02T14:50:00+00:00"], 10),
        (["2026-05-01T14:10:00+00:00", "2026-05-03T20:00:00+00:00"], 16),
        (
            [
                "2026-05-01T14:10:00+00:00",
                "2026-05-02T14:20:00+00:00",
                "2026-05-03T20:00:00+00:00",
            ],
            10,
        ),
    ],
)
def test_the_best_hour_is_where_the_number_is_and_once_is_chance(talks, hour):
    at = [datetime.fromisoformat(text) for text in talks]

    assert best_hour(at, ZoneInfo("America/New_York")) == hour


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
    assert [reason["text"] for reason in page.context["why_late"]] == ["does not want to pay"]
    assert page.context["last_said"]["result"] == "Refuses"


def test_every_reason_why_it_was_late_stands_with_its_day_and_who_recorded_it(desk):
    for hours, who, said in ((0, "ana", "forgot"), (192, "ben", "income")):
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            client = _client(getattr(desk.cast, who))
            client.post(reverse("desk:start_call", args=[desk.case.pk, desk.phone.pk]))
            _log(client, desk, result=desk.result("RPC-REF").pk, why_late=said)
            page = client.get(reverse("desk:case", args=[desk.case.pk]))

    assert [(r["text"], r["when"], r["by"]) for r in page.context["why_late"]] == [
        (WhyLate.INCOME.label, "20 May 2026", "Ben"),
        (WhyLate.FORGOT.label, "12 May 2026", "Ana"),
    ]
    assert "12 May 2026" in page.content.decode()


def test_beside_a_promise_stands_what_came_of_all_its_taker_took(desk):
    """Two of the taker's four are in the rate, one of them kept; a colleague's are not theirs."""
    _promise_of(desk, "ana", "open", 20)
    _promise_of(desk, "ana", "kept", 1)
    _promise_of(desk, "ana", "broken", 2)
    _promise_of(desk, "ana", "cancelled", 3)
    _promise_of(desk, "ben", "broken", 4)

    page = _client(desk.cast.ben).get(reverse("desk:case", args=[desk.case.pk]))

    taker = page.context["promise_taker"]
    assert (taker["name"], taker["kept"], taker["judged"]) == ("Ana", 1, 2)
    assert "kept 1 of 2 taken" in page.content.decode()


def _promise_of(desk, who: str, state: str, day: int) -> None:
    taker = getattr(desk.cast, who)
    Promise.objects.create(
        loan=desk.case.loan,
        party=desk.case.borrower,
        amount=Decimal("110.00"),
        due_on=date(2026, 5, day),
        made_at=clock.now() - timedelta(days=day),
        taken_by=taker.full_name,
        taken_by_id=str(taker.pk),
        state=state,
    )


def test_what_each_person_on_the_loan_may_hear_is_said(desk):
    for role in ("guarantor", "reference"):
        person = build_party(desk.cast.portfolio)
        LoanParty.objects.create(loan=desk.case.loan, party=person, role=role)

    page = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))

    heard = {row["role_name"]: row for row in page.context["parties"]}
    assert heard["reference"]["may_hear"] == (
        "may only be asked where the borrower can be reached; nothing about the debt"
    )
    assert heard["reference"]["citation"] == "12 CFR 1006.6(d)(1)-(2), 1006.10(b)"
    assert not heard["reference"]["may_discuss"]
    assert heard["guarantor"]["may_hear"] == "guarantees it: may hear what is owed and by when"
    assert heard["guarantor"]["may_discuss"]


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


def test_what_one_may_agree_to_stands_there_for_who_may_agree(desk):
    href = reverse("desk:case", args=[desk.case.pk])
    owed = desk.case.loan.position.overdue_amount

    agent = _client(desk.cast.ana).get(href).context["offer"]
    lead = _client(desk.cast.ben).get(href).context["offer"]

    assert agent["text"] == f"at least ${owed / 2:,.2f} by 26 May, in up to 3 parts"
    assert agent["beyond"]
    assert "26 Jun, in up to 6 parts" in lead["text"]
    assert _client(desk.cast.auditor).get(href).context["offer"] is None
