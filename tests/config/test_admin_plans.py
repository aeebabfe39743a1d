"""The lists of the administration at a million rows: PostgreSQL is asked how it would read them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.audit import AuditEntry
from core.audit.admin import ViewOnlyModelAdmin
from core.audit.record_lists import MOST_PAGED
from core.ids import uuid7
from loans.contracts.models import Loan
from loans.delinquency.models import BucketStay
from loans.portfolios.services import grant_portfolio
from tests.loans.builders import CLERK, build_loan, build_portfolio

pytestmark = pytest.mark.django_db

#: Counted by the hundred, so their size does not matter; they have an order of their own.
SMALL = {
    "accounts.Approval",
    "loans.FeedWatermark",
    "loans.ImportMapping",
    "collections_app.CloseRun",
    "collections_app.CaseMove",
    "compliance.RulePack",
    "compliance.RulePackVersion",
    "compliance.RuleParameters",
    "core.FactCursor",
    "core.FactSetAside",
    "core.Heartbeat",
    "core.LastRun",
}
RECORDS = [
    (model, page)
    for model, page in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
    if isinstance(page, ViewOnlyModelAdmin) and model._meta.label not in SMALL
]
BIG = [pytest.param(model, page, id=model._meta.label) for model, page in RECORDS]


@pytest.fixture
def readers() -> list[User]:
    """One who sees every portfolio, one who sees some."""
    portfolio = build_portfolio()
    ada = User.objects.create_user("ada@lender.example", full_name="Ada", role="administrator")
    maria = User.objects.create_user("maria@lender.example", full_name="Maria", role="manager")
    grant_portfolio(portfolio=portfolio, user=maria, by=CLERK)
    return [ada, maria]


def plan(rows: Any, *, any_size: bool = True) -> str:
    """How a queryset would be read; `any_size` as if the tables were big."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:  # known to be empty without asking
        return ""
    with connection.cursor() as cursor:
        if any_size:
            for choice in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
                cursor.execute(f"SET LOCAL {choice} = off")
        cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", values)
        text = "\n".join(line for (line,) in cursor.fetchall())
        for choice in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
            cursor.execute(f"SET LOCAL {choice} = on")
    return text


def request_of(user: User, **query: str) -> Any:
    request = RequestFactory().get("/", query)
    request.user = user
    return request


@pytest.mark.parametrize(("model", "page"), BIG)
def test_a_list_is_read_by_its_key_newest_first(model, page, readers):
    for user in readers:
        rows = page.get_changelist_instance(request_of(user)).queryset[:50]

        found = plan(rows)

        assert f"Seq Scan on {model._meta.db_table} " not in f"{found} ", found
        assert not re.match(r"Limit\n\s+->\s+(Incremental )?Sort", found), found


@pytest.mark.parametrize(("model", "page"), BIG)
def test_a_search_uses_an_index(model, page, readers):
    build_loan(build_portfolio(), contract_no="L-1")
    fields = page.get_search_fields(request_of(readers[0]))
    if not fields:
        pytest.skip("not searched")

    for user in readers:
        for value in ("L-1", str(uuid7())):
            rows, _distinct = page.get_search_results(
                request_of(user), page.get_queryset(request_of(user)), value
            )
            found = plan(rows.order_by()[:50])
            assert f"Seq Scan on {model._meta.db_table} " not in f"{found} ", found


@pytest.mark.parametrize(("model", "page"), BIG)
def test_nothing_counts_sorts_or_groups_a_big_table(model, page, readers):
    request = request_of(readers[0])

    assert page.show_full_result_count is False
    assert page.date_hierarchy is None
    assert not page.get_sortable_by(request)
    assert not any("contains" in name for name in page.get_search_fields(request))
    assert page.get_paginator(
        request, model._default_manager.order_by("pk"), 50
    ).__class__.__name__ == ("BoundedPaginator")


MANY = 200_000
_FILL = """
    SET LOCAL session_replication_role = replica;
    INSERT INTO loans_loan (id, portfolio_id, product_id, contract_no, started_on,
                            principal_amount, terms, region, attributes, created_at)
    SELECT ('01800000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, portfolio_id,
           product_id, 'G-' || n, started_on,
           principal_amount, terms, region, attributes, created_at
    FROM loans_loan, generate_series(1, {many}) n WHERE contract_no = 'L-1';
    INSERT INTO loans_bucketstay (loan_id, bucket, entered_on{more})
    SELECT loan.id, stay.bucket, stay.entered_on{more_of}
    FROM loans_loan loan, (SELECT * FROM loans_bucketstay LIMIT 1) stay
    WHERE loan.contract_no LIKE 'G-%';
    INSERT INTO core_auditentry (at, actor_kind, actor_id, actor_label, action, object_type,
                                 object_id, portfolio_id, reason, count, data)
    SELECT at, actor_kind, actor_id, actor_label, action, object_type, n::text, portfolio_id,
           reason, count, data
    FROM (SELECT * FROM core_auditentry LIMIT 1) entry, generate_series(1, {many}) n;
    SET LOCAL session_replication_role = origin;
    ANALYZE loans_loan; ANALYZE loans_bucketstay; ANALYZE core_auditentry;
"""


def fill() -> None:
    """Many rows by SQL alone; columns this text does not name are copied as they are."""
    known = {"id", "loan_id", "bucket", "entered_on"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'loans_bucketstay' AND is_nullable = 'NO'"
        )
        others = [name for (name,) in cursor.fetchall() if name not in known]
        cursor.execute(
            _FILL.format(
                many=MANY,
                more="".join(f", {name}" for name in others),
                more_of="".join(f", stay.{name}" for name in others),
            )
        )


@pytest.mark.parametrize("who", [0, 1], ids=["sees all", "sees some"])
def test_two_hundred_thousand_rows_are_listed_searched_and_paged(client, readers, who):
    portfolio = build_portfolio()
    build_loan(portfolio, contract_no="L-1")
    grant_portfolio(portfolio=portfolio, user=readers[1], by=CLERK)
    fill()
    client.force_login(readers[who])
    models = [Loan, BucketStay] + ([AuditEntry] if who == 0 else [])

    for model in models:
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for query in ({}, {"q": "G-777" if model is not AuditEntry else "777"}, {"p": "20"}):
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(page, query)
            assert answer.status_code == 200
            assert len(asked) <= 12
            reads_no_table(asked, model)
            assert len(answer.context["cl"].result_list) == (1 if "q" in query else 50)
        assert f"The newest {MOST_PAGED} are listed" in client.get(page).content.decode()
        deep = client.get(page, {"p": "3000"})
        assert deep.status_code == 200
        assert "Only the newest" in deep.content.decode()


def reads_no_table(asked: CaptureQueriesContext, model: Any) -> None:
    table = model._meta.db_table
    for query in asked:
        if f'FROM "{table}"' not in query["sql"]:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {query['sql']}")
            found = "\n".join(line for (line,) in cursor.fetchall())
        scans = re.findall(rf"Seq Scan on {table} .*?rows=([\d.]+)", f"{found}")
        # Some thousand rows from the front of the table are what a bounded count reads.
        assert all(float(rows) <= MOST_PAGED + 1 for rows in scans), found
