"""The admin pages of loans: in scope, masked, without a query per row, writing through services."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access.model_admin import ConfigurationAdmin, RecordAdmin
from core.audit import AuditEntry
from loans.borrowers.services import register_party
from loans.portfolios.models import BucketScheme, Portfolio, PortfolioGrant, Product
from loans.repayments.services import record_repayment
from tests.loans.builders import (
    BOOKS_ON,
    CLERK,
    build_cast,
    build_loan,
    build_portfolio,
    build_product,
    even_schedule,
    us_party_row,
)

pytestmark = pytest.mark.django_db

OUR_PAGES = {
    model: page
    for model, page in admin.site._registry.items()
    if model._meta.app_label == "loans" and ".imports." not in model.__module__
}


def as_user(client, user):
    client.force_login(user)
    return client


def test_every_page_is_to_look_at_or_writes_through_a_service():
    for page in OUR_PAGES.values():
        assert isinstance(page, RecordAdmin | ConfigurationAdmin)


@pytest.mark.parametrize("model", OUR_PAGES, ids=lambda model: model.__name__)
def test_lists_open_and_cost_the_same_for_one_row_and_for_many(client, model):
    cast = build_cast()
    url = reverse(f"admin:loans_{model._meta.model_name}_changelist")
    auditor = as_user(client, cast.auditor)

    def add_loan() -> None:
        loan = build_loan(
            cast.portfolio,
            party=register_party(portfolio=cast.portfolio, row=us_party_row(), by=CLERK),
        )
        record_repayment(loan=loan, amount=Decimal("50.00"), value_on=BOOKS_ON, by=CLERK)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert auditor.get(url).status_code == 200
        return len(captured)

    add_loan()
    auditor.get(url)
    few = queries()
    for _ in range(3):
        add_loan()

    assert queries() <= few


def test_lists_show_what_is_in_scope_only(client):
    cast = build_cast()
    cast.ben.role = "manager"
    cast.ben.save(update_fields=["role"])
    mine, hers = build_loan(cast.portfolio), build_loan(cast.other_portfolio)

    page = as_user(client, cast.ben).get(reverse("admin:loans_loan_changelist"))

    assert mine.contract_no in page.content.decode()
    assert hers.contract_no not in page.content.decode()
    foreign = client.get(reverse("admin:loans_loan_change", args=[hers.pk]))
    assert foreign.status_code in (302, 404)


def test_personal_data_is_masked(client):
    cast = build_cast()
    party = register_party(portfolio=cast.portfolio, row=us_party_row(), by=CLERK)
    as_user(client, cast.auditor)

    for name, row in (
        ("party", party),
        ("contactpoint", party.contact_points.get(kind="phone")),
        ("address", party.addresses.get()),
    ):
        text = client.get(reverse(f"admin:loans_{name}_change", args=[row.pk])).content.decode()
        assert "5550142" not in text
        assert "12 Elm" not in text


def test_an_auditor_changes_nothing(client):
    cast = build_cast()
    as_user(client, cast.auditor)

    for name in ("product", "portfolio", "loan", "repayment"):
        assert client.get(reverse(f"admin:loans_{name}_add")).status_code == 403


def test_an_administrator_creates_a_product_through_the_service(client):
    cast = build_cast()
    as_user(client, cast.administrator)
    url = reverse("admin:loans_product_add")
    data = {"portfolio": cast.portfolio.pk, "code": "new", "name": "New"}

    refused = client.post(url, {**data, "conventions": '{"alocation": "x"}'})
    assert "has no setting" in refused.content.decode()
    assert not Product.objects.filter(code="new").exists()
    accepted = client.post(url, {**data, "conventions": '{"allocation": "fees_last"}'})

    assert accepted.status_code == 302
    assert Product.objects.get(code="new").conventions == {"allocation": "fees_last"}
    entry = AuditEntry.objects.get(action="product.create", actor_id=str(cast.administrator.pk))
    assert entry.data["code"] == "new"


def test_a_product_is_changed_through_the_service(client):
    cast = build_cast()
    product = build_product(cast.portfolio)
    as_user(client, cast.administrator)

    url = reverse("admin:loans_product_change", args=[product.pk])
    answer = client.post(url, {"name": "Renamed", "conventions": "{}"})

    assert answer.status_code == 302
    product.refresh_from_db()
    assert product.name == "Renamed"
    assert AuditEntry.objects.filter(action="product.change").count() == 1


def test_a_scheme_with_a_gap_is_refused_on_its_page(client):
    cast = build_cast()
    as_user(client, cast.administrator)
    url = reverse("admin:loans_bucketscheme_add")
    data = {"code": "mine", "name": "Mine"}

    refused = client.post(url, {**data, "ranges": "C; 0; 0; 0; Current\nA; 5; ; 1; Late"})
    assert "Days 1 to 4 belong to no bucket" in refused.content.decode()
    assert not BucketScheme.objects.filter(code="mine").exists()
    accepted = client.post(url, {**data, "ranges": "C; 0; 0; 0; Current\nA; 1; ; 1; Late"})

    assert accepted.status_code == 302
    assert BucketScheme.objects.get(code="mine").ranges.count() == 2


def test_a_portfolio_setting_is_changed_and_its_books_are_not(client):
    cast = build_cast()
    portfolio = build_portfolio()
    as_user(client, cast.administrator)
    url = reverse("admin:loans_portfolio_change", args=[portfolio.pk])
    data = {
        "name": portfolio.name,
        "language": "en",
        "bucket_scheme": portfolio.bucket_scheme_id,
        "bucket_basis": "days_past_due",
        "grace_days": "4",
        "case_opens_at_days": "1",
        "tolerance_amount": "0",
        "tolerance_fraction": "0",
        "promise_grace_days": "1",
        "promise_tolerance_fraction": "0.05",
        "feed_limit_days": "2",
        "is_active": "on",
        "currency": "EUR",
    }

    answer = client.post(url, data)

    assert answer.status_code == 302, answer.content.decode()[-3000:]
    changed = Portfolio.objects.get(pk=portfolio.pk)
    assert (changed.grace_days, changed.currency) == (4, "USD")


def test_a_grant_is_given_and_taken_back(client):
    cast = build_cast()
    as_user(client, cast.administrator)
    client.post(
        reverse("admin:loans_portfoliogrant_add"),
        {"portfolio": cast.other_portfolio.pk, "team": cast.team.pk, "user": ""},
    )
    grant = PortfolioGrant.objects.get(portfolio=cast.other_portfolio, team=cast.team)

    client.post(reverse("admin:loans_portfoliogrant_delete", args=[grant.pk]), {"post": "yes"})

    assert not PortfolioGrant.objects.filter(pk=grant.pk).exists()
    assert AuditEntry.objects.filter(action="portfolio.revoke").count() == 1


PARTITIONED = ("instalment", "allocation")


def partitions_read(captured, table):
    """The partitions that PostgreSQL would look into for the statements on a table."""
    read = set()
    with connection.cursor() as cursor:
        for query in captured:
            if f'FROM "{table}"' in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
                read |= set(re.findall(rf"{table}_(\d\d)\b", plan))
    return read


@pytest.mark.parametrize("name", PARTITIONED)
def test_rows_in_partitions_are_listed_and_shown_for_one_loan_only(client, name):
    cast = build_cast()
    loan, other = build_loan(cast.portfolio), build_loan(cast.portfolio)
    for paid in (loan, other):
        record_repayment(loan=paid, amount=Decimal("50.00"), value_on=BOOKS_ON, by=CLERK)
    as_user(client, cast.auditor)
    url = reverse(f"admin:loans_{name}_changelist")

    assert other.contract_no not in client.get(url).content.decode()
    with CaptureQueriesContext(connection) as listing:
        text = client.get(url, {"q": loan.contract_no}).content.decode()
    link = re.search(rf'href="({url}{loan.pk}\.\d+/change/)"', text).group(1)
    with CaptureQueriesContext(connection) as showing:
        shown = client.get(link)

    assert loan.contract_no in text
    assert other.contract_no not in text
    assert shown.status_code == 200
    for captured in (listing, showing):
        assert len(partitions_read(captured, f"loans_{name}")) == 1
    for odd in ("5", f"{other.pk}.x", f"{cast.portfolio.pk}.1"):
        assert client.get(reverse(f"admin:loans_{name}_change", args=[odd])).status_code == 302


@pytest.mark.parametrize("name", PARTITIONED)
def test_rows_in_partitions_stay_in_scope_and_cost_the_same_for_many(client, name):
    cast = build_cast()
    cast.ben.role = "manager"
    cast.ben.save(update_fields=["role"])
    hers = build_loan(cast.other_portfolio)
    short = build_loan(cast.portfolio, schedule=even_schedule(count=2))
    long = build_loan(cast.portfolio, schedule=even_schedule(count=40))
    for loan in (hers, short, long):
        record_repayment(loan=loan, amount=Decimal("220.00"), value_on=BOOKS_ON, by=CLERK)
    as_user(client, cast.ben)
    url = reverse(f"admin:loans_{name}_changelist")

    def queries(loan):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, {"q": loan.contract_no}).status_code == 200
        return len(captured)

    queries(short)
    assert queries(long) <= queries(short)
    assert f"{hers.pk}." not in client.get(url, {"q": hers.contract_no}).content.decode()


def test_a_change_of_how_loans_are_counted_says_what_it_does(client):
    cast = build_cast()
    product = build_product(cast.portfolio)
    as_user(client, cast.administrator)
    url = reverse("admin:loans_product_change", args=[product.pk])

    assert "counts all loans anew" in client.get(url).content.decode()
    data = {"name": product.name, "conventions": '{"allocation": "fees_last"}'}
    answer = client.post(url, data, follow=True)

    assert "counts all loans anew" in answer.content.decode()
