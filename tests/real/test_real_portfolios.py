"""Two real portfolios through import, close and cases, as docs/real-portfolios.md says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from collections_app.cases.models import Case
from core.facts.topics import drain
from loans.contracts.models import Loan, Schedule
from loans.delinquency.comparison import Reason, agreement_of, compare_days_past_due
from loans.delinquency.models import Position, PositionChange, StatedPosition
from loans.delinquency.verification import verify_portfolio
from loans.portfolios.models import Portfolio
from loans.repayments.models import Repayment, WriteOff
from tests.real.filings import americredit, world_omni

pytestmark = pytest.mark.django_db
PAGE = Path(django_settings.BASE_DIR) / "docs" / "real-portfolios.md"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def open_books(code, ledger, books_on, **options):
    call_command(
        "create_portfolio",
        *(code, "--ledger", ledger, "--currency", "USD", "--country", "US"),
        *("--time-zone", "America/New_York", "--business-date", books_on, "--buckets", "us-30"),
        **options,
    )
    return Portfolio.objects.get(code=code)


def take_in_and_close_world_omni(path):
    portfolio = open_books("world-omni", "external", "2020-07-31")
    call_command(
        *("import_portfolio", str(path), "--portfolio", "world-omni", "--kind", "abs_ee"),
        *("--option", "number_repeats=yes"),
    )
    call_command("close", "--portfolio", "world-omni", "--date", "2020-07-31")
    drain(PositionChange.TOPIC)
    return portfolio


def check_world_omni(portfolio, loans):
    """The servicer's word stands: its days, its bucket and its balance, for every loan."""
    assert Loan.objects.filter(portfolio=portfolio).count() == loans
    stated = dict(StatedPosition.objects.values_list("loan", "days_past_due"))
    balances = dict(StatedPosition.objects.values_list("loan", "principal_outstanding"))
    late = 0
    for position in Position.objects.filter(portfolio=portfolio):
        oldest = position.oldest_unsatisfied_due_on
        days = (date(2020, 7, 31) - oldest).days if oldest else 0
        late += days > 0
        assert days == stated[position.pk]
        assert position.outstanding_principal == balances[position.pk]
    opened = Case.objects.filter(portfolio=portfolio, opened_on=date(2020, 7, 31))
    assert opened.count() == late
    assert verify_portfolio(portfolio=portfolio) == []
    return late


def test_a_part_of_the_tape_comes_in_closes_and_opens_a_case_for_every_late_loan(tmp_path):
    portfolio = take_in_and_close_world_omni(world_omni(tmp_path, 400))

    assert check_world_omni(portfolio, 400) > 10


@pytest.mark.chaos
def test_the_whole_tape_gives_the_figures_of_the_page(tmp_path):
    portfolio = take_in_and_close_world_omni(world_omni(tmp_path))

    assert check_world_omni(portfolio, 7_572) == 893


def take_in_americredit(path, due_day="payments"):
    portfolio = open_books("americredit", "makegood", "2020-12-31", tolerance_fraction="0.1")
    call_command(
        *("import_portfolio", str(path), "--portfolio", "americredit", "--kind", "abs_ee"),
        *("--map", "id=asset_number", "--due-day", due_day),
    )
    return portfolio


def test_the_histories_compare_as_the_page_says(tmp_path, capsys):
    portfolio = take_in_americredit(americredit(tmp_path))
    capsys.readouterr()

    call_command("compare_days_past_due", "--portfolio", "americredit")

    printed = capsys.readouterr().out.strip()
    page = re.search(r"```\n(americredit: .*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert page is not None
    assert printed == page[1].strip()
    found = agreement_of(compare_days_past_due(portfolio=portfolio))
    assert found.compared - found.same_days == found.reasons.total()
    assert found.same_instalment == found.same_days + found.reasons[Reason.DUE_DAY]
    assert verify_portfolio(portfolio=portfolio) == []
    assert Position.objects.filter(is_set_aside=True).count() == 0


def test_books_kept_here_take_over_extensions_and_charge_offs_and_leave_fees_out(tmp_path):
    path = americredit(tmp_path, 8)
    portfolio = take_in_americredit(path)

    extended = Schedule.objects.filter(loan__portfolio=portfolio, origin="extension")
    first = extended.order_by("value_on").first()
    before = Schedule.objects.get(loan=first.loan, version=first.version - 1)
    moved = dict(zip(first.numbers, first.due_dates, strict=True))
    stood = dict(zip(before.numbers, before.due_dates, strict=True))
    assert all(_months(moved[number], stood[number]) == 2 for number in moved)
    assert WriteOff.objects.filter(loan__portfolio=portfolio).exists()
    # Of 210.00 paid in May 2017, 26.72 went to fees.
    paid = Repayment.objects.get(
        loan__contract_no="0001694010 - 010161-2017-1", external_ref="abs-ee-2017-05-31"
    )
    assert str(paid.amount) == "183.28"


def _months(later, earlier):
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def test_a_longer_file_of_the_same_loans_books_nothing_twice(tmp_path):
    short, longer = tmp_path / "short.csv", americredit(tmp_path, 8)
    lines = longer.read_text().splitlines(keepends=True)
    cut = [line for line in lines[1:] if line.split(",")[6] <= "2018-06-30"]
    short.write_text(lines[0] + "".join(cut))
    portfolio = take_in_americredit(short, due_day="15")
    call_command(
        *("import_portfolio", str(longer), "--portfolio", "americredit", "--kind", "abs_ee"),
        *("--map", "id=asset_number", "--due-day", "15"),
    )
    grown = _facts_of(portfolio)
    Portfolio.objects.filter(pk=portfolio.pk).update(code="grown", customer_namespace="grown")

    at_once = take_in_americredit(longer, due_day="15")

    assert _facts_of(at_once) == grown


def _facts_of(portfolio):
    loans = {"loan__portfolio": portfolio}
    return [
        sorted(Schedule.objects.filter(**loans).values_list("loan__contract_no", "due_dates")),
        sorted(Repayment.objects.filter(**loans).values_list("external_ref", "amount")),
        sorted(WriteOff.objects.filter(**loans).values_list("loan__contract_no", "value_on")),
        sorted(
            Position.objects.filter(portfolio=portfolio).values_list(
                "loan__contract_no", "bucket", "overdue_amount"
            )
        ),
    ]


def test_the_comparison_is_only_for_books_kept_here():
    open_books("theirs", "external", "2020-07-31")

    with pytest.raises(CommandError, match="its statements are believed"):
        call_command("compare_days_past_due", "--portfolio", "theirs")


def test_which_instalment_is_late_at_a_month_end_does_not_hang_on_the_due_day(tmp_path):
    """Every due day of a month is past at its end, so the unknown day moves days, not months."""
    found = []
    for due_day in ("2", "27"):
        portfolio = take_in_americredit(americredit(tmp_path, 12), due_day=due_day)
        found.append([row.same_instalment for row in compare_days_past_due(portfolio=portfolio)])
        Portfolio.objects.filter(pk=portfolio.pk).update(
            code=f"past-{due_day}", customer_namespace=f"past-{due_day}"
        )

    assert found[0] == found[1]
    assert any(found[0])
