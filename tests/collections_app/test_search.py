"""Search: every number and name leads to the loan, inside the reader's scope, and is recorded."""

from __future__ import annotations

import threading

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collections_app.desk.search_terms import Way, tidy, ways_of
from collections_app.desk.search_trail import GUESS, MOST_GUESSES, SearchedTooOften, note_search
from core.audit.models import AuditEntry
from loans.contracts.rows import VehicleRow
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import build_cast, build_loan, build_party, build_portfolio

pytestmark = pytest.mark.django_db

VIN = "LSVAA4182E2184847"


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(user, text: str):
    return client_of(user).get(reverse("desk:search"), {"q": text})


def main_of(answer, text: str) -> str:
    html = answer.content.decode()
    return html[html.index("<main") : html.index("</main>")].replace(text, "")


def contracts(answer) -> list[str]:
    return [row.contract_no for group in answer.context["groups"] for row in group.rows]


@pytest.mark.parametrize(
    "text", ["(212) 555-0142", "+12125550142", "212.555.0142", "２１２ ５５５ ０１４２"]
)
def test_an_exact_number_opens_the_case_at_once(desk, text):
    answer = ask(desk.cast.ana, text)

    assert answer.status_code == 302
    assert answer.url == reverse("desk:case", args=[desk.case.pk])


def test_contract_number_case_id_and_email_open_the_case(desk):
    number = desk.case.loan.contract_no
    for text in (number, number.lower(), str(desk.case.pk), "maria.ORTIZ@example.com"):
        assert ask(desk.cast.ana, text).url == reverse("desk:case", args=[desk.case.pk]), text


def test_names_and_last_digits_list_what_they_find_masked(desk):
    for text in ("ortiz", "Maria O", "0142"):
        answer = ask(desk.cast.ana, text)

        assert contracts(answer) == [desk.case.loan.contract_no], text
        row = answer.context["groups"][0].rows[0]
        assert row.href == reverse("desk:case", args=[desk.case.pk])
        assert row.days_past_due == 482
        html = answer.content.decode()
        assert "Maria Ortiz" not in html
        assert "2125550142" not in html
    assert "····0142" in html


def test_outside_the_scope_nothing_is_found_and_nothing_is_hinted(desk):
    nothing = main_of(ask(desk.cast.cleo, "nosuchname"), "nosuchname")
    for text in ("ortiz", "0142", "2125550142", desk.case.loan.contract_no, str(desk.case.pk)):
        answer = ask(desk.cast.cleo, text)

        assert answer.status_code == 200
        assert answer.context["groups"] == []
        assert main_of(answer, text) == nothing


def test_a_loan_whose_case_is_a_colleagues_opens_as_a_loan(desk):
    desk.case.__class__.objects.filter(pk=desk.case.pk).update(assignee=desk.cast.ben, team=None)

    answer = ask(desk.cast.ana, desk.case.loan.contract_no)

    assert answer.url == reverse("contracts:loan", args=[desk.case.loan_id])


def test_plates_and_vins_in_every_way():
    cast = build_cast(build_portfolio(country="CN"))
    car = VehicleRow(vin=VIN, plate="粤B·12345", make="大众", model="朗逸")
    loan = build_loan(cast.portfolio, vehicles=(car,))
    build_loan(cast.portfolio, vehicles=(VehicleRow(vin="LSVAA4182E2184848", plate="粤B99999"),))
    page = reverse("contracts:loan", args=[loan.pk])

    for text in (VIN, VIN.lower(), "粤B12345", "粤b-12345", "粤Ｂ·１２３４５"):
        assert ask(cast.ana, text).url == page, text
    for text in ("184847", "粤B123"):
        assert contracts(ask(cast.ana, text)) == [loan.contract_no], text
    assert len(contracts(ask(cast.ana, VIN[:10]))) == 2


def test_a_guarantor_leads_to_the_loan_and_is_named_as_such():
    cast = build_cast(build_portfolio(country="CN"))
    borrower = build_party(cast.portfolio, full_name="王芳")
    guarantor = build_party(cast.portfolio, full_name="李建国")
    loan = build_loan(cast.portfolio, party=borrower)
    loan.parties.create(party=guarantor, role="guarantor")

    for text in ("建国", "李建国", "lijianguo", "li jian"):
        row = ask(cast.ana, text).context["groups"][0].rows[0]
        assert (row.contract_no, row.found_role, row.found_name) == (
            loan.contract_no,
            "guarantor",
            "李**",
        )
        assert row.borrower == "王*"


def test_a_common_name_is_cut_at_twenty_and_says_so():
    cast = build_cast(build_portfolio(country="CN"))
    for _number in range(22):
        build_loan(cast.portfolio, party=build_party(cast.portfolio, full_name="张伟"))

    answer = ask(cast.ana, "张伟")

    assert len(contracts(answer)) == 20
    assert "Narrow it" in answer.content.decode()


def test_exact_ways_stand_before_the_rest_and_a_loan_stands_once(desk):
    portfolio = desk.cast.portfolio
    party = build_party(portfolio, customer_no="AF777", full_name="Otto Lang")
    build_loan(portfolio, party=party, contract_no="AF777")
    build_loan(portfolio, party=party, contract_no="AF7770")

    answer = ask(desk.cast.ana, "AF777")

    assert [str(group.heading) for group in answer.context["groups"]] == [
        "Contract number",
        "Contract numbers that begin so",
    ]
    assert contracts(answer) == ["AF777", "AF7770"]


def test_looking_for_a_person_is_recorded_without_the_value(desk):
    ask(desk.cast.ana, "ortiz")
    ask(desk.cast.ana, "0142")
    ask(desk.cast.ana, "2125550142")

    entries = AuditEntry.objects.filter(action__startswith="search.").order_by("id")
    assert [entry.action for entry in entries] == ["search.person", GUESS, "search.person"]
    assert entries[0].data == {"by": ["name", "spoken_name"]}
    written = " ".join(f"{entry.data} {entry.object_id} {entry.reason}" for entry in entries)
    assert "0142" not in written
    assert "ortiz" not in written


def test_guessing_by_four_digits_ends_at_the_limit_and_starts_again_later(desk):
    for _number in range(MOST_GUESSES):
        note_search(user=desk.cast.ana, ways={Way.PHONE_END})

    refused = ask(desk.cast.ana, "0142")

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert refused.context["groups"] == []
    assert AuditEntry.objects.filter(action=GUESS).count() == MOST_GUESSES
    assert ask(desk.cast.ana, "2125550142").status_code == 302
    assert contracts(ask(desk.cast.ben, "0142")) == [desk.case.loan.contract_no]


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_no_more_pass_than_may():
    ana = build_cast().ana
    for _number in range(MOST_GUESSES - 2):
        note_search(user=ana, ways={Way.PHONE_END})
    passed: list[bool] = []

    def guess() -> None:
        try:
            note_search(user=ana, ways={Way.PHONE_END})
            passed.append(True)
        except SearchedTooOften:
            passed.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(passed) == [False] * 6 + [True] * 2


def test_a_page_of_results_takes_the_same_few_queries(desk):
    client = client_of(desk.cast.ana)
    client.get(reverse("desk:search"))

    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk:search"), {"q": "ortiz"})
        counts.append(len(queries))
        for _number in range(5):
            party = build_party(desk.cast.portfolio, full_name="Pedro Ortiz")
            build_loan(desk.cast.portfolio, party=party)

    assert counts[0] == counts[1]
    assert counts[0] <= 14  # two of them open and close the transaction of the trail's line


def test_a_stranger_is_sent_to_sign_in_and_first_use_explains():
    assert Client().get(reverse("desk:search")).status_code == 302
    cast = build_cast()
    assert b"One field for everything" in ask(cast.ana, "").content
    assert b"A little more" in ask(cast.ana, "a").content
    assert b"Nothing found" in ask(cast.ana, "%%%").content


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("a@b.example", {Way.EMAIL}),
        ("张伟", {Way.NAME, Way.CONTRACT}),
        ("王", {Way.NAME}),
        ("zhang wei", {Way.NAME, Way.SPOKEN_NAME}),
        (VIN, {Way.VIN, Way.CONTRACT, Way.CONTRACT_START, Way.CUSTOMER_NO, Way.ID_NUMBER}),
        ("", set()),
    ],
)
def test_what_a_text_may_mean(text, ways):
    assert ways_of(tidy(text)) == ways


@pytest.mark.parametrize("text", ["\0", "%", "_", "\\", "'", "{", "🙂", "a" * 500, "1" * 400])
def test_odd_texts_find_nothing_and_break_nothing(text):
    assert ask(build_cast().ana, text).status_code == 200


def test_the_reference_of_a_loan_is_found_too():
    cast = build_cast()
    loan = build_loan(cast.portfolio)
    friend = build_party(cast.portfolio, full_name="Nora Quist")
    loan.parties.create(party=friend, role="reference")

    assert contracts(ask(cast.ana, "quist")) == [loan.contract_no]
