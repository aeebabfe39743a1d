"""`load_demo`: one seed on one day gives one set of books; a full database is left alone."""

from __future__ import annotations

import json
import stat
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from config.demo_data.stories import OWN_BOOKS, STORIES, cast
from config.demo_data.us_stories import LENDERS_BOOKS
from loans.portfolios.models import Portfolio
from tests.demo.conftest import empty_database, load_small
from tests.loans.table_hash import hash_of_tables


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_gives_the_same_books_and_another_seed_others() -> None:
    hashes = []
    for seed in (1, 1, 2):
        load_small(seed=seed, only="cn", closed_days=1)
        hashes.append(hash_of_tables())
        empty_database()

    assert hashes[0] == hashes[1]
    assert hashes[0]["repayments"] != hashes[2]["repayments"]


@pytest.mark.django_db(transaction=True)
def test_command_writes_sign_ins_for_the_owner_only_and_refuses_a_second_load(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sign-ins.json"
    call_command("load_demo", only="americredit", sign_ins=str(file), stdout=StringIO())
    rows = json.loads(file.read_text(encoding="utf-8"))
    before = (User.objects.count(), Portfolio.objects.count())

    with pytest.raises(CommandError, match="already"):
        call_command("load_demo", stdout=StringIO())

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(rows[0]) == {"role", "email", "password"}
    assert (User.objects.count(), Portfolio.objects.count()) == before


def test_every_story_is_told_however_small_the_portfolio() -> None:
    wanted = STORIES + OWN_BOOKS + LENDERS_BOOKS
    told = Counter(story.code for story in cast(stories=wanted, loans=10))

    assert set(told) >= {story.code for story in wanted}


def test_about_one_loan_in_eight_is_late_and_most_of_them_early() -> None:
    codes = [story.code for story in cast(stories=STORIES, loans=1800)]
    early = sum(code in ("behind_days", "behind_weeks", "bounced") for code in codes)
    late = early + sum(
        (code.startswith("behind_") and code[-1].isdigit()) or code in ("partly_paid", "never_paid")
        for code in codes
    )

    assert 0.09 < late / len(codes) < 0.15
    assert early / late > 0.4
