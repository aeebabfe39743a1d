"""Import and close of real loans, killed with SIGKILL in the middle, end as if undisturbed."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import pytest
import time_machine

from collections_app.cases.models import Case
from collections_app.close.models import CloseRun
from collections_app.close.services import catch_up, close
from loans.delinquency.verification import verify_portfolio
from tests.loans.builders import CLERK, build_portfolio, build_product
from tests.loans.import_files import bring_in
from tests.real.book_hash import hash_of_books, rows_of
from tests.real.filings import run_command, world_omni

TAPE_ON = date(2020, 7, 31)
#: Instalments fall due on the 1st, so that two days after the tape most loans are newly late.
DUE_DAY = "1"
THROUGH = "2020-08-02"

#: Where the process dies, in the order of the work: what is done is not passed again. The close
#: walks three days; passings are counted within one process.
DEATHS_OF_IMPORT = (
    "import.after_staging_chunk:1",
    "import.after_staging",
    "import.after_checking",
    "import.before_loading",
    "import.inside_batch:2",
    "import.after_batch:1",
    "import.before_finish",
)
DEATHS_OF_CLOSE = (
    "close.begun",
    "close.age_positions.before_commit:5",
    "ageing.after_aged_chunk:3",
    "close.age_positions.after_commit:9",
    "close.sync_cases.before_commit:1",
    "close.sync_cases.after_commit:1",
    "close.plan_messages.before_commit:1",
    "close.plan_messages.after_commit:1",
    "close.advance_business_date.before_commit:1",
    "close.advance_business_date.after_commit:1",
)
SHORT_OF_IMPORT = ("import.inside_batch:2",)
SHORT_OF_CLOSE = ("ageing.after_aged_chunk:3", "close.sync_cases.before_commit:1")


def build(code):
    portfolio = build_portfolio(
        code=code, ledger="external", country="US", business_date=TAPE_ON, case_opens_at_days=1
    )
    build_product(portfolio, code="auto")
    return portfolio


def take_in(portfolio, tape, media, fail_at=""):
    return run_command(
        *("import_portfolio", str(tape), "--portfolio", portfolio.code, "--kind", "abs_ee"),
        *("--option", "number_repeats=yes", "--due-day", DUE_DAY),
        media=media,
        fail_at=fail_at,
    )


def close_through(portfolio, media, fail_at=""):
    return run_command(
        *("close", "--portfolio", portfolio.code, "--date", THROUGH, "--catch-up"),
        media=media,
        fail_at=fail_at,
    )


def kill_and_resume(tmp_path, deaths_of_import, deaths_of_close, loans):
    """Kills one portfolio at every place, leaves another alone, and compares what stands."""
    tape, media = world_omni(tmp_path, loans), tmp_path / "media"
    quiet, killed = build("quiet"), build("killed")

    take_in(quiet, tape, media)
    close_through(quiet, media)
    for place in deaths_of_import:
        take_in(killed, tape, media, fail_at=place)
    take_in(killed, tape, media)
    for place in deaths_of_close:
        close_through(killed, media, fail_at=place)
    close_through(killed, media)

    undisturbed, resumed = hash_of_books(quiet), hash_of_books(killed)
    assert rows_of(undisturbed)["cases"] > loans / 2, "the close has to have something to do"
    differing = {name for name in undisturbed if undisturbed[name] != resumed[name]}
    before, after = rows_of(undisturbed), rows_of(resumed)
    lost = sum(max(0, before[name] - after[name]) for name in before)
    doubled = sum(max(0, after[name] - before[name]) for name in before)
    kills = len(deaths_of_import) + len(deaths_of_close)
    verdict = f"different: {sorted(differing)}" if differing else "identical hash"
    sys.stdout.write(f"{kills} kills, {lost} rows lost, {doubled} doubled, {verdict}\n")
    assert (lost, doubled, differing) == (0, 0, set())
    assert verify_portfolio(portfolio=killed) == []
    assert CloseRun.objects.filter(portfolio=killed, state="done").count() == 3


@pytest.mark.django_db(transaction=True)
def test_killed_three_times_the_books_and_cases_are_those_of_an_undisturbed_run(tmp_path):
    kill_and_resume(tmp_path, SHORT_OF_IMPORT, SHORT_OF_CLOSE, loans=60)


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
def test_killed_at_fifteen_places_the_books_and_cases_are_those_of_an_undisturbed_run(tmp_path):
    kill_and_resume(tmp_path, DEATHS_OF_IMPORT, DEATHS_OF_CLOSE, loans=150)


def taken_in(code, tape):
    portfolio = build(code)
    outcome = bring_in(
        portfolio, "abs_ee", tape, options={"number_repeats": "yes", "due_day": DUE_DAY}
    )
    assert not outcome.is_refused, outcome.summary()
    return portfolio


@pytest.mark.django_db
def test_closing_real_loans_twice_changes_nothing(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    portfolio = taken_in("twice", world_omni(tmp_path, 60))
    catch_up(portfolio=portfolio, through=TAPE_ON + timedelta(days=2), by=CLERK)
    before = hash_of_books(portfolio)

    for offset in range(3):
        close(portfolio=portfolio, on=TAPE_ON + timedelta(days=offset), by=CLERK)

    assert hash_of_books(portfolio) == before


@pytest.mark.django_db
def test_one_three_and_ten_missed_days_end_like_days_closed_on_time(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    tape = world_omni(tmp_path, 60)
    daily, missed = taken_in("daily", tape), taken_in("missed", tape)
    cases, on = [], TAPE_ON

    for days in (1, 3, 10):
        through = on + timedelta(days=days - 1)
        for offset in range(days):
            day = on + timedelta(days=offset)
            with time_machine.travel(f"{day + timedelta(days=1)}T12:00:00Z", tick=False):
                close(portfolio=daily, on=day, by=CLERK)
        with time_machine.travel(f"{through + timedelta(days=1)}T12:00:00Z", tick=False):
            runs = catch_up(portfolio=missed, through=through, by=CLERK)
        assert len(runs) == days
        assert hash_of_books(missed) == hash_of_books(daily)
        on = through + timedelta(days=1)
        cases.append(Case.objects.filter(portfolio=missed).count())

    assert cases[0] < cases[-1], "some day of these has to open cases"
