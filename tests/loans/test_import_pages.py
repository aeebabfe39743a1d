"""The pages of imports: who sees which, progress, errors page by page, their download."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from loans.portfolios.services import grant_portfolio
from tests.loans.builders import CLERK, build_portfolio, build_product
from tests.loans.import_files import PARTY_HEADERS, bring_in, csv_bytes, party_rows

pytestmark = pytest.mark.django_db


def person(email, role):
    return User.objects.create_user(
        email=email, password="not used here", full_name=email, role=role
    )


@pytest.fixture
def portfolio(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    portfolio = build_portfolio(
        code="af-cn", ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio)
    return portfolio


@pytest.fixture
def ben(portfolio):
    ben = person("ben@example.com", Role.MANAGER)
    grant_portfolio(portfolio=portfolio, user=ben, by=CLERK)
    return ben


def batch_with_errors(portfolio, tmp_path, count=60):
    rows = party_rows(count)
    for row in rows:
        row[2] = "4.40301E+17"
    path = tmp_path / "parties.csv"
    path.write_bytes(csv_bytes(PARTY_HEADERS, rows))
    return bring_in(portfolio, "parties", path).batch


def test_the_list_shows_the_imports_of_ones_portfolios(client, portfolio, ben, tmp_path):
    batch = batch_with_errors(portfolio, tmp_path, 2)
    client.force_login(ben)

    page = client.get(reverse("imports:list"))

    assert page.status_code == 200
    assert [line.file_name for line in page.context["batches"]] == ["parties.csv"]
    assert reverse("imports:detail", args=[batch.pk]) in page.content.decode()
    assert not client.get(reverse("imports:list") + "?state=loaded").context["batches"]
    assert client.get(reverse("imports:list") + "?state=nonsense").status_code == 404


def test_outside_ones_portfolios_an_import_does_not_exist(client, portfolio, tmp_path):
    batch = batch_with_errors(portfolio, tmp_path, 1)
    client.force_login(person("cleo@example.com", Role.MANAGER))

    for name, more in (("detail", []), ("progress", []), ("errors", ["csv"])):
        assert client.get(reverse(f"imports:{name}", args=[batch.pk, *more])).status_code == 404
    assert not client.get(reverse("imports:list")).context["batches"]


def test_an_agent_may_not_look_at_imports(client, portfolio):
    ana = person("ana@example.com", Role.AGENT)
    grant_portfolio(portfolio=portfolio, user=ana, by=CLERK)
    client.force_login(ana)

    assert client.get(reverse("imports:list")).status_code == 403


def test_errors_are_shown_page_by_page_and_downloaded_whole(client, portfolio, ben, tmp_path):
    batch = batch_with_errors(portfolio, tmp_path)
    client.force_login(ben)

    page = client.get(reverse("imports:detail", args=[batch.pk]))
    following = client.get(page.context["next_href"].partition("#")[0])
    download = client.get(reverse("imports:errors", args=[batch.pk, "csv"]))

    assert len(page.context["errors"]) == 50
    assert [line.row for line in following.context["errors"]] == [f"{row}" for row in range(52, 62)]
    assert (
        "60 of 60 rows have errors." in page.context["batch"].error or page.context["batch"].error
    )
    lines = b"".join(download.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 61
    assert client.get(reverse("imports:errors", args=[batch.pk, "exe"])).status_code == 404


def test_progress_is_a_region_of_the_page(client, portfolio, ben, tmp_path):
    batch = batch_with_errors(portfolio, tmp_path, 1)
    client.force_login(ben)

    answer = client.get(reverse("imports:progress", args=[batch.pk])).content.decode()

    assert 'id="progress"' in answer
    assert "<html" not in answer
