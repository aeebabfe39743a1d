"""A folder replays each loan it opens once; the books are those of its files one by one."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from loans.delinquency import unreplayed
from loans.delinquency.models import BucketStay, Position
from loans.delinquency.unreplayed import replay_new_loans
from loans.delinquency.verification import verify_portfolio
from tests.loans.builders import build_portfolio, build_product
from tests.loans.import_files import (
    bring_in,
    bring_in_all,
    contract,
    csv_bytes,
    write_portfolio_files,
)
from tests.loans.table_hash import hash_of_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    files = tmp_path / "files"
    files.mkdir()
    write_portfolio_files(files, 7)
    statement = [contract(3), "2025-05-31", "10000.00", "2025-04-15", "1100.00"]
    (files / "stated_positions.csv").write_bytes(
        csv_bytes(
            ["合同号", "数据日期", "剩余本金", "最早逾期日", "逾期总额"],
            [statement],
        )
    )
    return files


def build(code):
    portfolio = build_portfolio(
        code=code, ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio, code="auto")
    return portfolio


def import_folder(portfolio, folder):
    out = StringIO()
    call_command("import_portfolio", str(folder), portfolio=portfolio.code, stdout=out)
    return out.getvalue()


def test_a_folder_gives_the_books_of_its_files_one_by_one(folder, settings):
    one_by_one, together = build("single"), build("folder")
    settings.IMPORT_BATCH_ROWS = 3
    bring_in_all(one_by_one, folder)
    assert not bring_in(one_by_one, "stated_positions", folder / "stated_positions.csv").is_refused
    settings.IMPORT_BATCH_ROWS = 10_000
    import_folder(together, folder)

    assert hash_of_tables(portfolio=together) == hash_of_tables(portfolio=one_by_one)
    assert not verify_portfolio(portfolio=together)


def test_each_new_loan_is_replayed_once_behind_the_last_file(folder):
    portfolio = build("once")

    said = import_folder(portfolio, folder)

    assert "once: 7 new loans replayed" in said
    assert Position.objects.filter(portfolio=portfolio).count() == 7
    # Replayed file by file, the stays of the unpaid schedule would have been superseded.
    assert not BucketStay.objects.filter(superseded_at__isnull=False).exists()
    assert "replayed" not in import_folder(portfolio, folder)


def test_a_refused_file_leaves_no_loan_without_a_position(folder):
    portfolio = build("refused")
    (folder / "repayments.csv").write_bytes(
        csv_bytes(
            ["合同号", "还款日期", "还款金额", "流水号"], [[contract(1), "soon", "1.00", "T"]]
        )
    )

    with pytest.raises(CommandError):
        import_folder(portfolio, folder)

    assert Position.objects.filter(portfolio=portfolio).count() == 7


def test_loans_that_have_a_position_are_replayed_with_their_rows(folder, tmp_path):
    portfolio = build("known")
    import_folder(portfolio, folder)
    before = Position.objects.get(loan__contract_no=contract(1)).outstanding_amount
    later = tmp_path / "later"
    later.mkdir()
    (later / "repayments.csv").write_bytes(
        csv_bytes(
            ["合同号", "还款日期", "还款金额", "流水号"],
            [[contract(1), "2025-06-28", "25.00", "T-later"]],
        )
    )

    assert "replayed" not in import_folder(portfolio, later)

    after = Position.objects.get(loan__contract_no=contract(1)).outstanding_amount
    assert before - after == 25


def test_killed_between_the_files_and_the_replay_the_rest_is_found_again(folder, monkeypatch):
    portfolio = build("killed")
    monkeypatch.setattr(unreplayed, "CHUNK", 2)
    for kind in ("parties", "loans", "schedules", "repayments"):
        bring_in(portfolio, kind, folder / f"{kind}.csv", new_loans_wait=True)
    assert not Position.objects.filter(portfolio=portfolio).exists()
    refreshed = []

    def dies_at_the_second(*, loan_ids, cause):
        if refreshed:
            raise KeyboardInterrupt
        refreshed.append(new_loans_refresh(loan_ids=loan_ids, cause=cause))

    new_loans_refresh = unreplayed.refresh_loans
    monkeypatch.setattr(unreplayed, "refresh_loans", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        replay_new_loans(portfolio=portfolio)
    monkeypatch.setattr(unreplayed, "refresh_loans", new_loans_refresh)

    assert replay_new_loans(portfolio=portfolio) == 5
    assert not verify_portfolio(portfolio=portfolio)
