"""The pages of portfolios: opened, changed, granted; what is refused writes nothing."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import Team, User
from core.audit.models import AuditEntry
from loans.portfolios.models import BucketScheme, Portfolio, PortfolioGrant, Product
from loans.portfolios.services import grant_portfolio
from tests.loans.builders import CLERK, build_loan, build_portfolio, build_product, position_of

pytestmark = pytest.mark.django_db


def person(name, role, team=None):
    return User.objects.create_user(
        email=f"{name}@example.com",
        password="not used here",
        full_name=name,
        role=role,
        team=team,
    )


@pytest.fixture
def ada(client):
    ada = person("ada", Role.ADMINISTRATOR)
    client.force_login(ada)
    return ada


NEW = {
    "code": "bank-a",
    "name": "Bank A",
    "ledger": "external",
    "currency": "CNY",
    "country": "CN",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "business_date": "2025-06-30",
    "customer_namespace": "",
    "bucket_scheme": "cn-m",
    "bucket_basis": "days_past_due",
    "grace_days": "0",
    "tolerance_amount": "0.00",
    "tolerance_fraction": "0",
    "case_opens_at_days": "1",
    "holiday_calendar": "",
    "feed_limit_days": "2",
    "promise_grace_days": "1",
    "promise_tolerance_fraction": "0.05",
    "contacts_known_from": "",
}


def as_posted(page):
    """The form of a page as it would be sent unchanged."""
    sent = {}
    for _heading, _note, fields in page.context["groups"]:
        for field in fields:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = "on" if value is True else value
    return sent


def test_a_portfolio_is_opened_in_an_empty_system(client, ada):
    assert "No portfolio yet" in client.get(reverse("portfolios:list")).content.decode()

    answer = client.post(reverse("portfolios:new"), NEW)

    assert answer.status_code == 303
    made = Portfolio.objects.get()
    assert (made.code, made.business_date, made.customer_namespace) == (
        "bank-a",
        date(2025, 6, 30),
        "bank-a",
    )
    assert BucketScheme.objects.get().code == "cn-m", "a standard scheme is stored when chosen"
    assert client.get(answer["Location"]).status_code == 200


def test_what_cannot_be_is_refused_in_words_and_writes_nothing(client, ada):
    build_portfolio(code="bank-a")
    answer = client.post(reverse("portfolios:new"), NEW)

    assert answer.status_code == 422
    assert Portfolio.objects.count() == 1
    assert not BucketScheme.objects.filter(code="cn-m").exists()


def test_a_change_is_saved_and_recorded_and_what_is_fixed_stays(client, ada):
    portfolio = build_portfolio(code="us", business_date=date(2025, 6, 30))
    here = reverse("portfolios:detail", args=["us"])
    sent = as_posted(client.get(here)) | {"name": "Renamed", "currency": "EUR"}

    answer = client.post(here, sent)
    assert answer.status_code == 303, answer.context["form"].errors

    portfolio.refresh_from_db()
    assert (portfolio.name, portfolio.currency) == ("Renamed", "USD")
    assert AuditEntry.objects.filter(action="portfolio.change").count() == 1


def test_a_changed_convention_counts_the_loans_anew(client, ada):
    portfolio = build_portfolio(code="us", business_date=date(2025, 6, 30))
    loan = build_loan(portfolio)
    before = position_of(loan).bucket
    here = reverse("portfolios:detail", args=["us"])
    scheme = BucketScheme.objects.exclude(pk=portfolio.bucket_scheme_id).first()
    if scheme is None:
        client.post(reverse("portfolios:new"), NEW)
        scheme = BucketScheme.objects.get(code="cn-m")
    sent = as_posted(client.get(here)) | {"bucket_scheme": scheme.pk}

    page = client.post(here, sent, follow=True)

    assert "counted anew" in page.content.decode()
    assert position_of(loan).bucket != before


def test_a_product_is_added_and_a_misspelt_convention_refused(client, ada):
    build_portfolio(code="us")
    add = reverse("portfolios:add_product", args=["us"])
    right = {"code": "auto", "name": "Auto", "allocation": "oldest_first", "conventions": "{}"}

    refused = client.post(add, right | {"conventions": '{"grace": 3}'})
    assert refused.status_code == 422
    assert "has no setting" in refused.content.decode()
    assert not Product.objects.exists()
    assert client.post(add, right).status_code == 303

    assert Product.objects.get().conventions == {"allocation": "oldest_first"}
    change = reverse("portfolios:product", args=["us", "auto"])
    assert client.post(change, right | {"name": "Used cars"}).status_code == 303
    assert Product.objects.get().name == "Used cars"


def test_a_grant_is_given_and_taken_back(client, ada):
    build_portfolio(code="us")
    team = Team.objects.create(name="Early")
    lead = person("ben", Role.TEAM_LEAD, team)
    address = reverse("portfolios:add_grant", args=["us"])

    both = client.post(address, {"team": team.pk, "user": lead.pk})
    assert both.status_code == 422
    assert not PortfolioGrant.objects.exists()
    assert client.post(address, {"team": team.pk, "user": ""}).status_code == 303
    assert list(Portfolio.objects.visible_to(lead)) == [Portfolio.objects.get()]
    grant = PortfolioGrant.objects.get()
    client.post(reverse("portfolios:revoke", args=["us", grant.pk]))

    assert not Portfolio.objects.visible_to(lead).exists()


def test_who_may_only_read_sees_settings_but_no_form(client):
    portfolio = build_portfolio(code="us")
    build_product(portfolio)
    client.force_login(person("otto", Role.AUDITOR))
    here = reverse("portfolios:detail", args=["us"])

    page = client.get(here)
    assert page.status_code == 200
    assert page.context["form"] is None
    assert client.post(here, {"name": "x"}).status_code == 403
    assert client.get(reverse("portfolios:new")).status_code == 403
    portfolio.refresh_from_db()
    assert portfolio.name == "Portfolio us"


def test_an_agent_and_a_manager_have_no_business_here(client):
    portfolio = build_portfolio(code="us")
    maria = person("maria", Role.MANAGER)
    grant_portfolio(portfolio=portfolio, user=maria, by=CLERK)
    client.force_login(maria)

    assert client.get(reverse("portfolios:list")).status_code == 403


def test_a_bucket_scheme_with_a_gap_is_refused(client, ada):
    sent = {"code": "own", "name": "Own", "ranges": "C;0;0;0;Current\nL;5;;1;Late"}

    refused = client.post(reverse("portfolios:new_scheme"), sent)
    assert refused.status_code == 422
    assert "belong to no bucket" in refused.content.decode()
    assert not BucketScheme.objects.exists()
    mended = sent | {"ranges": "C;0;4;0;Current\nL;5;;1;Late"}
    assert client.post(reverse("portfolios:new_scheme"), mended).status_code == 303

    assert BucketScheme.objects.get().ranges.count() == 2


def test_the_list_needs_at_most_twelve_queries(client, ada, django_assert_max_num_queries):
    for number in range(3):
        build_loan(build_portfolio(code=f"p{number}"))
    client.get(reverse("portfolios:list"))

    with django_assert_max_num_queries(12):
        page = client.get(reverse("portfolios:list"))

    assert [line.loans for line in page.context["portfolios"]] == ["1", "1", "1"]
