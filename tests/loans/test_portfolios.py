"""Portfolios: conventions read strictly, schemes without gaps, who sees what, how old feeds are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.audit import AuditEntry
from loans.delinquency.conventions import BucketDays, PauseCounting, PositionPolicy
from loans.portfolios.models import BucketScheme, Portfolio, PortfolioGrant, Product
from loans.portfolios.product_conventions import ProductConventions, read_conventions
from loans.portfolios.queries import (
    conventions_by_product,
    conventions_of,
    is_feed_current,
    portfolio_ids,
    working_days_of,
)
from loans.portfolios.refusals import Refused
from loans.portfolios.schemes import STANDARD_SCHEMES, US_30, BucketSpec
from loans.portfolios.services import (
    change_portfolio,
    change_product,
    create_bucket_scheme,
    create_portfolio,
    create_product,
    ensure_standard_scheme,
    grant_portfolio,
    revoke_grant,
    set_business_date,
    set_watermark,
)
from loans.portfolios.stored_settings import read_settings, write_settings
from tests.loans.builders import (
    BOOKS_ON,
    CLERK,
    build_cast,
    build_loan,
    build_portfolio,
    build_product,
    build_scheme,
)

pytestmark = pytest.mark.django_db


def spec(code: str, start: int, end: int | None, severity: int = 1) -> BucketSpec:
    return BucketSpec(code=code, name=code, severity=severity, from_days=start, to_days=end)


@pytest.mark.parametrize("scheme", STANDARD_SCHEMES, ids=lambda scheme: scheme.code)
def test_standard_schemes_are_sound_and_stored_once(scheme):
    first = ensure_standard_scheme(scheme=scheme, by=CLERK)

    assert ensure_standard_scheme(scheme=scheme, by=CLERK).pk == first.pk
    assert first.ranges.count() == len(scheme.ranges)


@pytest.mark.parametrize(
    ("ranges", "code", "sentence"),
    [
        ([], "scheme_empty", "at least one range"),
        ([spec("A", 1, None)], "scheme_start", "starts at 1 days; let it start at 0"),
        ([spec("A", 0, 0), spec("B", 2, None)], "scheme_gap", "Days 1 to 1 belong to no bucket"),
        ([spec("A", 0, 5), spec("B", 5, None)], "scheme_overlap", "end A at 4"),
        ([spec("A", 0, None), spec("B", 5, None)], "scheme_overlap", "A ends at no day"),
        ([spec("A", 0, 5), spec("B", 6, 9)], "scheme_end", "leave its end empty"),
        ([spec("A", 0, 5), spec("A", 6, None)], "scheme_codes", "same code"),
    ],
)
def test_unsound_schemes_are_refused_with_what_to_do(ranges, code, sentence):
    with pytest.raises(Refused, match=sentence) as no:
        create_bucket_scheme(code="mine", name="Mine", ranges=ranges, by=CLERK)

    assert no.value.code == code
    assert not BucketScheme.objects.filter(code="mine").exists()


def test_portfolio_and_product_settings_join_to_one_set_of_conventions(django_assert_num_queries):
    portfolio = build_portfolio(
        grace_days=5,
        tolerance_amount=Decimal("2.00"),
        bucket_basis="delinquent_days",
        due_day_counts=True,
    )
    product = build_product(
        portfolio,
        {"allocation": "fees_last", "pause_counting": "all", "tolerance_fraction": "0.01"},
    )
    product = Product.objects.select_related("portfolio__bucket_scheme").get(pk=product.pk)

    with django_assert_num_queries(1):
        found = conventions_of(product)

    assert found.allocation.code == "fees_last"
    assert found.pause_counting is PauseCounting.ALL
    assert (found.tolerance_amount, found.tolerance_fraction) == (
        Decimal("2.00"),
        Decimal("0.01"),
    )
    assert (found.grace_days, found.due_day_counts) == (5, True)
    assert found.bucket_days is BucketDays.DELINQUENT_DAYS
    assert [bucket.code for bucket in found.buckets] == [row.code for row in US_30.ranges]
    assert found.stated_positions is PositionPolicy.COMPARE
    assert conventions_by_product([product.pk]) == {product.pk: found}


def test_a_lender_that_keeps_the_books_is_believed():
    product = build_product(build_portfolio(ledger="external"))

    assert conventions_of(product).stated_positions is PositionPolicy.REBASE


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ({"alocation": "fees_last"}, "has no setting 'alocation'; there are: allocation"),
        ({"allocation": "newest"}, "no allocation order 'newest'; choose one of"),
        ({"tolerance_amount": 0.5}, 'must be written as text, such as "0.01"'),
        ({"tolerance_amount": "much"}, "must be a number written as text"),
        ({"pending_counts": 1}, "must be true or false"),
        ({"pause_counting": "some"}, "choose one of: after_due, all"),
        ({"allocation_order": {"code": "x"}}, "needs 'steps'; add it"),
        ({"late_charges": []}, "must be an object"),
        ({"money_unit": "0"}, "above zero"),
    ],
)
def test_conventions_that_cannot_be_are_refused_and_nothing_stored(stored, sentence):
    portfolio = build_portfolio()

    with pytest.raises(Refused, match=sentence):
        create_product(portfolio=portfolio, code="x", name="X", conventions=stored, by=CLERK)

    assert not Product.objects.exists()


def test_settings_written_as_json_are_read_back_the_same():
    stored = {
        "allocation_order": {
            "code": "own",
            "steps": [{"stage": "due", "components": ["interest", "principal"]}],
            "in_advance_by_kind": {"goodwill_credit": "last_instalment"},
        },
        "late_charges": {"kind": "fixed_fee", "fixed_amount": "15.00"},
    }
    read = read_conventions(stored)

    assert write_settings(read) == stored
    assert read_settings(ProductConventions, write_settings(read), where="x") == read


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"time_zone": "Mars/Base"}, "time_zone_unknown"),
        ({"currency": "XXQ"}, "currency_unknown"),
        ({"ledger": "nobody"}, "invalid"),
        ({"country": "usa"}, "invalid"),
        ({"code": "has space"}, "invalid"),
    ],
)
def test_impossible_portfolios_are_refused(changes, code):
    values = {
        "code": "ok",
        "name": "Ok",
        "ledger": "external",
        "currency": "USD",
        "country": "US",
        "time_zone": "America/Chicago",
        "business_date": BOOKS_ON,
        "bucket_scheme": build_scheme(),
    }

    with pytest.raises(Refused) as no:
        create_portfolio(**{**values, **changes}, by=CLERK)

    assert no.value.code == code
    assert not Portfolio.objects.exists()


def test_changes_are_recorded_with_before_and_after():
    portfolio = build_portfolio(grace_days=0)

    change_portfolio(portfolio=portfolio, changes={"grace_days": 3}, by=CLERK, reason="law")

    entry = AuditEntry.objects.get(action="portfolio.change")
    assert (entry.data["before"], entry.data["after"]) == ({"grace_days": 0}, {"grace_days": 3})
    with pytest.raises(Refused, match="currency of a portfolio cannot be changed"):
        change_portfolio(portfolio=portfolio, changes={"currency": "EUR"}, by=CLERK)
    portfolio.refresh_from_db()
    assert (portfolio.grace_days, portfolio.currency) == (3, "USD")


def test_changing_a_product_reads_its_conventions_again():
    product = build_product(build_portfolio())

    with pytest.raises(Refused):
        change_product(product=product, conventions={"x": 1}, by=CLERK)
    changed = change_product(product=product, conventions={"pending_counts": True}, by=CLERK)

    assert conventions_of(changed).pending_counts


def test_the_business_date_only_moves_forward():
    portfolio = build_portfolio()

    with pytest.raises(Refused, match="only move forward"):
        set_business_date(portfolio=portfolio, to=BOOKS_ON, by=CLERK)
    set_business_date(portfolio=portfolio, to=BOOKS_ON + timedelta(days=1), by=CLERK)

    assert portfolio.business_date == BOOKS_ON + timedelta(days=1)


def test_people_see_the_portfolios_granted_to_them_or_their_team():
    cast = build_cast()

    assert list(portfolio_ids(cast.ana)) == [cast.portfolio.pk]
    assert list(portfolio_ids(cast.cleo)) == [cast.other_portfolio.pk]
    assert set(portfolio_ids(cast.auditor)) == {cast.portfolio.pk, cast.other_portfolio.pk}
    cast.ana.is_active = False
    assert not portfolio_ids(cast.ana)


def test_rows_follow_the_scope_of_their_portfolio():
    cast = build_cast()
    mine, hers = build_loan(cast.portfolio), build_loan(cast.other_portfolio)
    loan_model, party_model = type(mine), type(mine.parties.first().party)

    assert list(loan_model.objects.visible_to(cast.ana)) == [mine]
    assert list(loan_model.objects.visible_to(cast.cleo)) == [hers]
    assert party_model.objects.visible_to(cast.ana).count() == 1
    assert party_model.objects.visible_to(cast.auditor).count() == 2


def test_a_grant_goes_to_one_target_and_can_be_taken_back():
    cast = build_cast()

    with pytest.raises(Refused):
        grant_portfolio(portfolio=cast.portfolio, by=CLERK)
    grant = grant_portfolio(portfolio=cast.portfolio, user=cast.cleo, by=CLERK)
    assert grant_portfolio(portfolio=cast.portfolio, user=cast.cleo, by=CLERK).pk == grant.pk
    revoke_grant(grant=grant, by=CLERK)

    assert not PortfolioGrant.objects.filter(pk=grant.pk).exists()
    assert AuditEntry.objects.filter(action="portfolio.revoke").count() == 1


def test_a_watermark_never_goes_back_and_says_whether_the_feed_is_fresh():
    portfolio = build_portfolio(feed_limit_days=2)
    assert not is_feed_current(portfolio=portfolio, feed="repayments", on=BOOKS_ON)

    for day in (date(2025, 6, 28), date(2025, 6, 20)):
        set_watermark(portfolio=portfolio, feed="repayments", through_on=day, by=CLERK)

    assert portfolio.watermarks.get().through_on == date(2025, 6, 28)
    assert is_feed_current(portfolio=portfolio, feed="repayments", on=BOOKS_ON)
    late = BOOKS_ON + timedelta(days=1)
    assert not is_feed_current(portfolio=portfolio, feed="repayments", on=late)


def test_a_portfolio_without_a_calendar_has_no_holidays():
    assert working_days_of(build_portfolio()) is None
