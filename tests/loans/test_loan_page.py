"""The page of a loan: its facts to read, and how it stood on another day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from loans.delinquency.queries import position_at
from loans.repayments.services import record_repayment
from tests.loans.builders import BOOKS_ON, CLERK, build_cast, build_loan, build_party

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build_cast()


@pytest.fixture
def loan(cast):
    party = build_party(cast.portfolio, full_name="Maria Ortiz")
    return build_loan(cast.portfolio, party=party)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def show(user, loan, **query):
    return client_of(user).get(reverse("contracts:loan", args=[loan.pk]), query)


def test_it_shows_what_is_owed_masked(cast, loan):
    record_repayment(
        loan=loan, amount=Decimal("110.00"), value_on=date(2025, 1, 15), by=CLERK, external_ref="B1"
    )

    page = show(cast.ana, loan)

    assert page.status_code == 200
    html = page.content.decode()
    assert "Maria Ortiz" not in html
    assert "M*** O***" in html
    position = page.context["position"]
    assert position.as_of == BOOKS_ON
    assert position.overdue_amount == Decimal("550.00")
    assert position.days_past_due == (BOOKS_ON - date(2025, 2, 15)).days
    assert len(page.context["instalments"]) == 12
    assert [row["reference"] for row in page.context["repayments"]] == ["B1"]


def test_another_day_is_what_replay_says(cast, loan):
    record_repayment(loan=loan, amount=Decimal("110.00"), value_on=date(2025, 3, 1), by=CLERK)

    for day in (date(2025, 2, 1), date(2025, 4, 1), BOOKS_ON):
        view = show(cast.ana, loan, as_of=day.isoformat()).context["position"]
        told = position_at(loan=loan, as_of=day)
        assert (view.overdue_amount, view.days_past_due, view.bucket_code) == (
            told.overdue.total,
            told.days_past_due,
            told.bucket_code,
        )
        assert view.outstanding_amount == told.total_outstanding


def test_what_was_learnt_later_does_not_count_on_an_earlier_day_of_knowledge(cast, loan):
    record_repayment(loan=loan, amount=Decimal("110.00"), value_on=date(2025, 1, 15), by=CLERK)
    yesterday = clock.local_today(cast.portfolio.time_zone) - timedelta(days=1)

    day = date(2025, 2, 1).isoformat()
    known = show(cast.ana, loan, as_of=day).context["position"]
    unknown = show(cast.ana, loan, as_of=day, known_on=yesterday.isoformat()).context["position"]

    assert known.overdue_amount == 0
    assert unknown.last_repayment_on is None


@pytest.mark.parametrize("day", ["2024-01-01", "2031-01-01", "nonsense", ""])
def test_a_day_outside_the_life_of_the_loan_is_refused(cast, loan, day):
    page = show(cast.ana, loan, as_of=day)

    assert page.status_code == 422
    assert page.context["form"].errors
    assert page.context["position"].as_of == BOOKS_ON


def test_out_of_scope_there_is_no_such_page(cast, loan):
    assert show(cast.cleo, loan).status_code == 404
    assert Client().get(reverse("contracts:loan", args=[loan.pk])).status_code == 302


def test_it_takes_a_fixed_number_of_queries(cast, loan):
    client, page = client_of(cast.ana), reverse("contracts:loan", args=[loan.pk])
    client.get(page)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
        for day in range(1, 6):
            record_repayment(
                loan=loan, amount=Decimal("10.00"), value_on=date(2025, 3, day), by=CLERK
            )

    assert counts[0] == counts[1]
    assert counts[0] <= 20
