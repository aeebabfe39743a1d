"""Oversight in the browser: the rows behind a number as files, one after the other."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from accounts.access.rights import Role
from accounts.models import User
from collections_app.cases.models import Case
from compliance.oversight.weeks import week_of
from compliance.stops.services import add_stop
from core import clock
from core.audit.models import AuditEntry
from tests.collections_app.builders import build_desk
from tests.loans.builders import CLERK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long and quiet river 27"


@pytest.fixture
def cleo() -> User:
    desk = build_desk()
    add_stop(
        party=desk.case.borrower,
        kind="cease",
        source="letter",
        starts_at=clock.now(),
        by=CLERK,
        details={"received_by": "letter"},
    )
    return User.objects.create_user(
        email="cleo@example.com",
        password=PASSWORD,
        full_name="Cleo",
        role=Role.COMPLIANCE_OFFICER,
    )


def _sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Work e-mail").fill("cleo@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/compliance/")


def test_a_second_export_after_the_first_on_the_same_page_works(watched_page, cleo):
    page = watched_page
    today = clock.local_today(Case.objects.get().portfolio.time_zone)
    _sign_in(page)
    page.goto(f"/compliance/rows/stops_set/?week={week_of(today).name}")
    expect(page.get_by_role("cell", name="letter").first).to_be_visible()

    with page.expect_download() as first:
        page.get_by_role("button", name="Export CSV").click()
    page.wait_for_timeout(1_500)  # a double click is still one
    with page.expect_download() as second:
        page.get_by_role("button", name="Export XLSX").click()

    lines = list(csv.reader(io.StringIO(first.value.path().read_text("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(second.value.path().read_bytes()))
    assert len(lines) == book.active.max_row == 2
    assert AuditEntry.objects.filter(action="export.write").count() == 2
