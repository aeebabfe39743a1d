"""Days that a notice leaves the debtor, in the United States and in Great Britain."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction

from collections_app.cases.services import set_next_step
from collections_app.legal.deadline_services import meet_deadline
from collections_app.legal.models import LegalDeadline
from collections_app.legal.notice_days import watch_notices
from compliance.notices.services import record_notice, withdraw_notice
from core.calendars import fill_year
from loans.portfolios.models import Portfolio
from tests.collections_app.legal_matter import build_matter
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

SCENARIOS = {
    row["id"]: row
    for row in json.loads(
        (Path(__file__).parents[1] / "data/compliance/cases.json").read_text(encoding="utf-8")
    )["deadline_cases"]
}


def _matter(country: str):
    matter = build_matter()
    Portfolio.objects.update(country=country)
    for year in (2026, 2027):
        fill_year(code="US", year=year, by=CLERK)
    return matter


def _notice(matter, kind: str, on: date, days: int | None = None):
    return record_notice(
        loan=matter.loan,
        party=matter.case.borrower,
        kind=kind,
        served_on=on,
        how="post",
        document_ref=f"{kind} {on}",
        days=days,
        by=CLERK,
    )


def test_the_validation_period_is_that_of_the_scenario_and_ends_by_itself():
    said, expected = SCENARIOS["DL-US-01"]["input"], SCENARIOS["DL-US-01"]["expected"]
    sent_on = date.fromisoformat(said["sent_on"])
    with time_machine.travel("2026-11-26T12:00:00+00:00", tick=False) as now:
        matter = _matter("US")
        _notice(matter, "validation", sent_on)
        assert watch_notices(by=CLERK) == 0, "no legal file, no day on the docket"
        set_next_step(case=matter.case, step="legal", at=None, by=CLERK)

        watch_notices(by=CLERK)
        watch_notices(by=CLERK)

        day = LegalDeadline.objects.get()
        assert day.due_on == date.fromisoformat(expected["validation_end"])
        assert (day.whose, day.is_hard, day.starts_on) == ("debtor", True, sent_on)
        assert day.citation == "12 CFR 1006.34(b)(5)"
        with pytest.raises(ValidationError, match="ends by itself"), transaction.atomic():
            meet_deadline(deadline=day, on=sent_on, by=CLERK)
        now.move_to("2027-01-03T12:00:00+00:00")
        watch_notices(by=CLERK)

    day.refresh_from_db()
    assert day.state == "met"


def test_a_default_notice_has_its_clear_days_and_withdrawn_it_has_none():
    said, expected = SCENARIOS["DL-UK-02"]["input"], SCENARIOS["DL-UK-02"]["expected"]
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False):
        matter = _matter("GB")
        set_next_step(case=matter.case, step="legal", at=None, by=CLERK)
        notice = _notice(matter, "default_notice_uk", date.fromisoformat(said["served_on"]))
        watch_notices(by=CLERK)
        day = LegalDeadline.objects.get()
        # Enforcement is open on the day after it: `policy_clear_days` of the scenario.
        assert (date.fromisoformat(expected["policy_clear_days"]) - day.due_on).days == 1

        withdraw_notice(notice=notice, reason="cured", by=CLERK)
        watch_notices(by=CLERK)

    day.refresh_from_db()
    assert day.state == "void"


def test_time_to_cure_is_what_the_notice_says_where_no_article_of_the_state_was_read():
    with time_machine.travel("2026-05-04T12:00:00+00:00", tick=False):
        matter = _matter("US")
        set_next_step(case=matter.case, step="legal", at=None, by=CLERK)
        _notice(matter, "right_to_cure", date(2026, 5, 4))
        watch_notices(by=CLERK)
        assert not LegalDeadline.objects.exists()

        _notice(matter, "right_to_cure", date(2026, 5, 3), days=20)
        watch_notices(by=CLERK)

    assert LegalDeadline.objects.get().due_on == date(2026, 5, 23)
