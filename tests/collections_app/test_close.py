"""The close: day by day, once, resumable, and honest about what it could not do."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from collections_app.cases.models import Case, CaseEvent
from collections_app.close import services, steps
from collections_app.close.models import CloseRun
from collections_app.close.queries import step_results
from collections_app.close.services import catch_up, close, close_due_portfolios
from core.jobs.models import JobRun
from loans.delinquency.models import BucketStay, Position
from tests.loans.builders import CLERK, build_loan, build_portfolio, position_of

pytestmark = pytest.mark.django_db

JAN_15 = date(2025, 1, 15)


def _portfolio(loans: int = 3):
    portfolio = build_portfolio(business_date=JAN_15)
    for _number in range(loans):
        build_loan(portfolio)
    return portfolio


def _state(portfolio):
    """Everything the close writes, but for when it wrote it."""
    return (
        list(
            Position.objects.filter(portfolio=portfolio)
            .order_by("pk")
            .values_list("pk", "bucket", "overdue_amount", "oldest_unsatisfied_due_on", "aged_on")
        ),
        list(
            BucketStay.objects.filter(superseded_at__isnull=True)
            .order_by("loan", "entered_on")
            .values_list("loan", "bucket", "entered_on", "left_on")
        ),
        list(Case.objects.order_by("loan", "opened_on").values_list("loan", "opened_on", "state")),
        CaseEvent.objects.count(),
    )


def test_a_close_moves_the_business_date_and_shows_its_steps():
    portfolio = _portfolio()

    run = close(portfolio=portfolio, on=JAN_15, by=CLERK)

    portfolio.refresh_from_db()
    assert portfolio.business_date == date(2025, 1, 16)
    assert run.state == "done"
    results = step_results(scope=portfolio.code, business_date=JAN_15)
    assert [(step.name, step.state) for step in results] == [
        ("age_positions", "done"),
        ("sync_cases", "done"),
        ("judge_promises", "done"),
        ("judge_plans", "done"),
        ("plan_messages", "done"),
        ("advance_business_date", "done"),
    ]


def test_closing_a_closed_day_again_changes_nothing():
    portfolio = _portfolio()
    catch_up(portfolio=portfolio, through=date(2025, 1, 16), by=CLERK)
    before = _state(portfolio)

    again = close(portfolio=portfolio, on=date(2025, 1, 16), by=CLERK)

    assert again.resumed_count == 0
    assert _state(portfolio) == before


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (date(2025, 1, 14), "lies before they were opened"),
        (date(2025, 1, 17), "Close that day first"),
    ],
)
def test_a_day_the_books_are_not_on_is_refused(on, sentence):
    portfolio = _portfolio()

    with pytest.raises(ValidationError, match=sentence):
        close(portfolio=portfolio, on=on, by=CLERK)

    portfolio.refresh_from_db()
    assert portfolio.business_date == JAN_15
    assert not CloseRun.objects.exists()
    assert not JobRun.objects.filter(name__startswith="close.").exists()


@time_machine.travel("2025-01-15T03:00:00Z", tick=False)
def test_a_day_that_has_not_begun_is_refused():
    """It is still the 14th in New York."""
    portfolio = _portfolio()

    with pytest.raises(ValidationError, match="has not begun"):
        close(portfolio=portfolio, on=JAN_15, by=CLERK)


def test_missed_days_end_in_the_same_state_as_days_closed_one_by_one():
    one_by_one, at_once = _portfolio(), _portfolio()
    for offset in range(40):
        close(portfolio=one_by_one, on=JAN_15 + timedelta(days=offset), by=CLERK)

    runs = catch_up(portfolio=at_once, through=JAN_15 + timedelta(days=39), by=CLERK)

    assert len(runs) == 40
    assert _shape(one_by_one) == _shape(at_once)


def _shape(portfolio):
    positions = Position.objects.filter(portfolio=portfolio).values_list(
        "bucket", "overdue_amount", "oldest_unsatisfied_due_on", "next_transition_on"
    )
    stays = BucketStay.objects.filter(
        loan__portfolio=portfolio, superseded_at__isnull=True
    ).values_list("bucket", "entered_on", "left_on")
    cases = Case.objects.filter(portfolio=portfolio).values_list("opened_on", "state")
    return sorted(map(str, positions)), sorted(map(str, stays)), sorted(map(str, cases))


@pytest.mark.parametrize("step", [name for name, _shards, _act in steps.STEPS])
def test_a_close_that_failed_in_any_step_goes_on_and_ends_the_same(step, monkeypatch):
    portfolio, undisturbed = _portfolio(), _portfolio()
    catch_up(portfolio=undisturbed, through=date(2025, 1, 16), by=CLERK)
    close(portfolio=portfolio, on=JAN_15, by=CLERK)

    def broken(context, counts):
        raise RuntimeError("the disk is full")

    table = tuple((n, s, broken if n == step else act) for n, s, act in steps.STEPS)
    monkeypatch.setattr(services, "STEPS", table)
    with pytest.raises(RuntimeError):
        close(portfolio=portfolio, on=date(2025, 1, 16), by=CLERK)
    run = CloseRun.objects.get(portfolio=portfolio, business_date=date(2025, 1, 16))
    assert (run.state, run.error) == ("failed", "the disk is full")
    portfolio.refresh_from_db()
    assert portfolio.business_date == date(2025, 1, 16)

    monkeypatch.undo()
    resumed = close(portfolio=portfolio, on=date(2025, 1, 16), by=CLERK)

    assert (resumed.state, resumed.resumed_count, resumed.error) == ("done", 1, "")
    assert _shape(portfolio) == _shape(undisturbed)


def test_a_restart_divides_the_loans_as_the_first_start_did(settings, monkeypatch):
    portfolio, undisturbed = _portfolio(loans=6), _portfolio(loans=6)
    the_16th = date(2025, 1, 16)
    catch_up(portfolio=undisturbed, through=the_16th, by=CLERK)
    close(portfolio=portfolio, on=JAN_15, by=CLERK)

    def age_two_shards(context, step):
        if context.shard == 2:
            raise RuntimeError("the disk is full")
        steps.age_positions(context, step)

    table = tuple((n, m, age_two_shards if m > 1 else act) for n, m, act in steps.STEPS)
    settings.CLOSE_LOANS_PER_SHARD = 1
    monkeypatch.setattr(services, "STEPS", table)
    with pytest.raises(RuntimeError):
        close(portfolio=portfolio, on=the_16th, by=CLERK)
    ageing = step_results(scope=portfolio.code, business_date=the_16th)[0]
    assert (ageing.state, ageing.done_shards, ageing.shards) == ("failed", 2, 6)

    settings.CLOSE_LOANS_PER_SHARD = 1_000
    monkeypatch.setattr(services, "STEPS", steps.STEPS)
    close(portfolio=portfolio, on=the_16th, by=CLERK)

    ageing = step_results(scope=portfolio.code, business_date=the_16th)[0]
    assert (ageing.state, ageing.done_shards, ageing.shards) == ("done", 6, 6)
    assert ageing.counts["aged"] == 6
    assert _shape(portfolio) == _shape(undisturbed)


@pytest.mark.django_db(transaction=True)
def test_a_shard_that_failed_beside_others_is_all_that_is_left_to_do(settings, monkeypatch):
    portfolio, undisturbed = _portfolio(loans=6), _portfolio(loans=6)
    the_16th = date(2025, 1, 16)
    catch_up(portfolio=undisturbed, through=the_16th, by=CLERK)
    close(portfolio=portfolio, on=JAN_15, by=CLERK)
    other_ended = threading.Event()

    def age_all_but_the_first(context, step):
        if context.shard == 0:
            assert other_ended.wait(60)
            raise RuntimeError("the disk is full")
        steps.age_positions(context, step)
        other_ended.set()

    table = tuple((n, m, age_all_but_the_first if m > 1 else act) for n, m, act in steps.STEPS)
    settings.CLOSE_LOANS_PER_SHARD, settings.CLOSE_CONNECTIONS = 3, 2
    monkeypatch.setattr(services, "STEPS", table)
    with pytest.raises(RuntimeError):
        close(portfolio=portfolio, on=the_16th, by=CLERK)
    ageing = step_results(scope=portfolio.code, business_date=the_16th)[0]
    assert (ageing.state, ageing.done_shards, ageing.counts["aged"]) == ("failed", 1, 3)

    monkeypatch.setattr(services, "STEPS", steps.STEPS)
    close(portfolio=portfolio, on=the_16th, by=CLERK)

    ageing = step_results(scope=portfolio.code, business_date=the_16th)[0]
    assert (ageing.state, ageing.done_shards, ageing.shards) == ("done", 2, 2)
    assert ageing.counts["aged"] == 6
    assert _shape(portfolio) == _shape(undisturbed)


def test_a_loan_that_an_import_left_without_a_position_is_found_by_the_next_close():
    portfolio = _portfolio(loans=1)
    close(portfolio=portfolio, on=JAN_15, by=CLERK)
    late = build_loan(portfolio)
    late.bucket_stays.all().delete()
    late.position.delete()

    close(portfolio=portfolio, on=date(2025, 1, 16), by=CLERK)

    assert position_of(late).aged_on == date(2025, 1, 16)


def test_the_clock_closes_what_is_over_in_each_portfolios_own_zone():
    portfolio = _portfolio(loans=1)

    with time_machine.travel("2025-01-16T05:30:00Z", tick=False):  # 00:30 in New York
        assert close_due_portfolios(by=CLERK) == []
    with time_machine.travel("2025-01-16T06:30:00Z", tick=False):  # 01:30, past the closing hour
        runs = close_due_portfolios(by=CLERK)

    assert [run.business_date for run in runs] == [JAN_15]
    portfolio.refresh_from_db()
    assert portfolio.business_date == date(2025, 1, 16)


def test_the_command_says_what_is_wrong_and_what_it_did(capsys):
    portfolio = _portfolio()

    with pytest.raises(CommandError, match="known: "):
        call_command("close", "--portfolio", "nowhere", "--date", "2025-01-15")
    with pytest.raises(CommandError, match="Close that day first"):
        call_command("close", "--portfolio", portfolio.code, "--date", "2025-01-20")
    call_command("close", "--portfolio", portfolio.code, "--date", "2025-01-17", "--catch-up")

    out = capsys.readouterr().out
    assert out.count("age_positions: done") == 3
