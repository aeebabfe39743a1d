"""Staff: a file with 94 bad rows is put right; a new lender comes to a first closed day."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Page, expect

from accounts.access.rights import Role
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.close.models import CloseRun
from loans.imports.models import ImportBatch
from loans.portfolios.models import Portfolio
from loans.repayments.models import Repayment
from tests.loans.bad_rows import BAD_COUNT, spoil
from tests.loans.builders import build_portfolio, build_product
from tests.loans.import_files import (
    KINDS,
    PARTY_HEADERS,
    REPAYMENT_HEADERS,
    bring_in,
    csv_bytes,
    party_rows,
    write_portfolio_files,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long and quiet river 27"
COUNT = 70


@pytest.fixture
def ada(settings, tmp_path) -> User:
    settings.MEDIA_ROOT = tmp_path / "media"
    return User.objects.create_user(
        email="ada@example.com",
        password=PASSWORD,
        full_name="Ada",
        role=Role.ADMINISTRATOR,
    )


@pytest.fixture
def books(ada, tmp_path) -> Portfolio:
    portfolio = build_portfolio(
        code="af-cn", ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio)
    write_portfolio_files(tmp_path, COUNT)
    for kind in KINDS[:-1]:
        assert not bring_in(portfolio, kind, tmp_path / f"{kind}.csv").is_refused
    return portfolio


def _sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Work e-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/setup/")


def _upload(page: Page, kind: str, name: str, content: bytes) -> None:
    page.goto(f"/imports/new/?kind={kind}")
    expect(page.get_by_label("What is in the file?")).to_have_value(kind)
    payload = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    page.get_by_label("File", exact=True).set_input_files(payload)
    page.get_by_role("button", name="Upload and look at the columns").click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/columns/"))
    page.get_by_role("button", name="Check the file").click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("button", name="Load")).to_be_visible()


def _load(page: Page, choice: str) -> None:
    page.get_by_label(choice).check()
    page.get_by_role("button", name="Load").click()
    expect(page.get_by_role("link", name=re.compile("^Undo|^Bad rows")).first).to_be_visible()


def _put_94_rows_right(page: Page) -> None:
    """Uploads the file, downloads its bad rows, corrects them and uploads those."""
    rows, codes, right = spoil(COUNT)
    _upload(page, "repayments", "payments.csv", csv_bytes(REPAYMENT_HEADERS, rows))
    expect(page.locator("#refused")).to_contain_text("Not a date")
    expect(page.locator("#refused tbody th").first).to_have_text(str(min(codes)))
    with page.expect_download() as download:
        page.get_by_role("link", name="Bad rows to correct (Excel)").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    lines = [list(line) for line in book.active.iter_rows(values_only=True)]
    assert [int(line[4]) for line in lines[1:]] == sorted(codes)
    _load(page, f"Load the {len(rows) - BAD_COUNT} good rows")
    corrected = openpyxl.Workbook()
    corrected.active.append(lines[0])
    for line in lines[1:]:
        corrected.active.append([*right[int(line[4]) - 2], *line[4:]])
    content = io.BytesIO()
    corrected.save(content)
    _upload(page, "repayments", "payments-bad-rows.xlsx", content.getvalue())
    _load(page, f"Load the {BAD_COUNT} good rows")

    assert Repayment.objects.count() == len(rows)
    assert set(ImportBatch.objects.filter(kind="repayments").values_list("state", flat=True)) == {
        "loaded"
    }


def test_94_bad_rows_are_named_corrected_and_loaded(watched_page, books):
    _sign_in(watched_page)

    _put_94_rows_right(watched_page)


def test_94_bad_rows_without_javascript(browser, live_server, books):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()

    _sign_in(page)
    _put_94_rows_right(page)

    context.close()


def _add_people(page: Page) -> None:
    page.get_by_role("link", name="Found a team").click()
    page.get_by_label("Name", exact=True).fill("Early stage")
    page.locator("main form").first.get_by_role("button").first.click()
    page.goto("/setup/")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Name", exact=True).fill("Ana Li")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Role").select_option("agent")
    page.get_by_label("Team").select_option(label="Early stage")
    page.get_by_role("button", name=re.compile("^Add")).click()
    page.goto("/setup/")


def _open_portfolio(page: Page) -> None:
    page.get_by_role("button", name="Fill the standard calendars").click()
    page.get_by_role("button", name="Install the standard packs").click()
    page.locator("#portfolio").get_by_role("link").click()
    page.get_by_label("Code", exact=True).fill("bank-a")
    page.get_by_label("Name", exact=True).fill("Bank A")
    page.get_by_label("Books kept by").select_option("external")
    page.get_by_label("Currency").select_option("CNY")
    page.get_by_label("Country").fill("CN")
    page.get_by_label("Time zone").select_option("Asia/Shanghai")
    page.get_by_label("Business date").fill("2025-06-30")
    page.get_by_label("Bucket scheme", exact=True).select_option("cn-m")
    page.locator("input[name=rule_packs]").first.check()
    page.get_by_role("button", name="Open the portfolio").click()
    expect(page.get_by_text("Add its product next.")).to_be_visible()
    page.goto("/setup/")
    page.get_by_role("link", name="Add a product").click()
    page.get_by_label("Code", exact=True).fill("auto")
    page.get_by_label("Name", exact=True).fill("Auto loan")
    page.get_by_role("button", name="Save").click()
    page.goto("/setup/")
    page.get_by_role("link", name="Grant the portfolio").click()
    page.get_by_label("Team", exact=True).select_option(label="Early stage")
    page.get_by_role("button", name="Grant", exact=True).click()
    expect(page.get_by_text("Granted.")).to_be_visible()


def test_a_new_lender_comes_to_a_first_closed_day(watched_page, ada):
    page = watched_page
    headers = ["合同号", "客户号", "放款日期", "贷款金额", "年利率", "期数", "首期还款日"]
    loans = [
        [f"AF-{n:06d}", f"C-{n:06d}", "2025-01-15", "12000.00", "0.12", "12", "2025-02-15"]
        for n in (1, 2, 3)
    ]
    headers[5] = "总期数"

    _sign_in(page)
    expect(page.get_by_text("0 of 13 steps done")).to_be_visible()
    _add_people(page)
    _open_portfolio(page)
    _upload(page, "parties", "parties.csv", csv_bytes(PARTY_HEADERS, party_rows(3)))
    _load_whole(page)
    _upload(page, "loans", "loans.csv", csv_bytes(headers, loans))
    _load_whole(page)
    page.goto("/setup/")
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_text("no figure differs")).to_be_visible()
    page.get_by_role("button", name="Close the day").click()
    expect(page.get_by_text("2025-06-30 is closed")).to_be_visible()

    # All but the second factor, which needs a device of one's own.
    expect(page.get_by_text("12 of 13 steps done")).to_be_visible()
    assert CloseRun.objects.get().state == "done"
    assert set(Case.objects.values_list("assignee__full_name", flat=True)) == {"Ana Li"}


def _load_whole(page: Page) -> None:
    page.get_by_label("Load nothing unless every row is good").check()
    page.get_by_role("button", name="Load").click()
    expect(page.get_by_role("button", name="Load")).to_be_hidden()
    expect(page.locator("#progress")).to_contain_text("new")
