"""Cases that an import opened end as void when it is undone, and their history says so."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from collections_app.cases.models import Case, CaseEvent
from collections_app.close.services import close
from core.facts import drain
from loans.contracts.models import Loan
from loans.delinquency.models import PositionChange
from loans.imports.undo import undo_import
from loans.portfolios.services import grant_portfolio
from tests.loans.builders import CLERK, build_portfolio, build_product
from tests.loans.import_files import (
    LOAN_HEADERS,
    PARTY_HEADERS,
    SCHEDULE_HEADERS,
    bring_in,
    csv_bytes,
    loan_rows,
    party_rows,
    schedule_rows,
)

pytestmark = pytest.mark.django_db

COUNT = 3
BOOKS_ON = date(2025, 6, 30)
TERMS = ["年利率", "期限", "首次还款日"]
WITH_TERMS = [[*row, "0.12", "12", "2025-02-15"] for row in loan_rows(COUNT)]


@pytest.fixture
def portfolio(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    portfolio = build_portfolio(
        code="af-cn", ledger="makegood", country="CN", business_date=BOOKS_ON
    )
    build_product(portfolio)
    return portfolio


@pytest.fixture
def load(portfolio, tmp_path):
    def _load(kind, headers, rows):
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(csv_bytes(headers, rows))
        outcome = bring_in(portfolio, kind, path)
        assert not outcome.is_refused, outcome.summary()
        drain(PositionChange.TOPIC)
        return outcome.batch

    return _load


def undo(batch):
    undo_import(batch=batch, reason="the wrong file", by=CLERK)
    drain(PositionChange.TOPIC)


def endings():
    found = Case.objects.order_by().values_list("state", "close_reason", "closed_on")
    return list(found.distinct())


def history():
    events = CaseEvent.objects.exclude(kind="assigned").order_by("pk")
    return list(events.values_list("kind", "reason"))


def test_cases_of_withdrawn_loans_end_as_void_and_their_history_says_so(portfolio, load, client):
    load("parties", PARTY_HEADERS, party_rows(COUNT))
    batch = load("loans", LOAN_HEADERS + TERMS, WITH_TERMS)
    close(portfolio=portfolio, on=BOOKS_ON, by=CLERK)
    assert Case.objects.open().count() == COUNT
    case = Case.objects.earliest("pk")
    maria = User.objects.create_user("maria@lender.example", full_name="M", role=Role.MANAGER)
    grant_portfolio(portfolio=portfolio, user=maria, by=CLERK)

    undo(batch)

    portfolio.refresh_from_db()
    assert Loan.objects.standing().count() == 0
    assert endings() == [("closed", "void", portfolio.business_date)]
    assert history() == [("opened", "")] * COUNT + [("closed", "void")] * COUNT
    client.force_login(maria)
    assert client.get(reverse("desk:case", args=[case.pk])).status_code == 404, "out of the books"
    events = client.get(reverse("admin:collections_app_caseevent_changelist"))
    assert events.status_code == 200
    assert len(events.context["cl"].result_list) == CaseEvent.objects.count()


def test_arrears_that_a_wrong_schedule_made_are_not_called_cured(portfolio, load):
    load("parties", PARTY_HEADERS, party_rows(COUNT))
    load("loans", LOAN_HEADERS, loan_rows(COUNT))
    batch = load("schedules", SCHEDULE_HEADERS, schedule_rows(COUNT))
    close(portfolio=portfolio, on=BOOKS_ON, by=CLERK)
    assert Case.objects.open().count() == COUNT

    undo(batch)

    portfolio.refresh_from_db()
    assert Loan.objects.standing().count() == COUNT
    assert endings() == [("closed", "void", portfolio.business_date)]
    assert history()[COUNT:] == [("closed", "void")] * COUNT


def test_after_the_right_file_the_loan_has_a_new_case(portfolio, load):
    load("parties", PARTY_HEADERS, party_rows(COUNT))
    batch = load("loans", LOAN_HEADERS + TERMS, WITH_TERMS)
    close(portfolio=portfolio, on=BOOKS_ON, by=CLERK)
    undo(batch)

    load(
        "loans", LOAN_HEADERS + TERMS, [[*row, "0.12", "12", "2025-02-15"] for row in loan_rows(1)]
    )

    assert sorted(Case.objects.values_list("state", flat=True)) == ["closed"] * COUNT + ["open"]
