"""Contact and deadline scenarios through the gate and the clocks."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from compliance.attempts.models import Attempt, Incident
from compliance.conformance.services import read_cases, run
from compliance.rulepacks.models import RulePack
from core import clock
from core.audit import AuditEntry
from core.calendars import HolidayCalendar
from loans.portfolios.models import Portfolio

CASES = Path(__file__).parents[1] / "data" / "compliance" / "cases.json"
PAGE = Path(__file__).parents[2] / "docs" / "conformance-contacts.md"
STORED = (Attempt, Incident, RulePack, AuditEntry, HolidayCalendar, Portfolio)
pytestmark = pytest.mark.django_db


def write(tmp_path, contacts=(), deadlines=()):
    file = tmp_path / "cases.json"
    content = {"cases": list(contacts), "deadline_cases": list(deadlines)}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def case(case_id):
    contacts, deadlines = read_cases(CASES)
    found = next(row for row in [*contacts, *deadlines] if row["id"] == case_id)
    return copy.deepcopy(found)


def told(*args):
    out = StringIO()
    try:
        call_command("conformance", "contacts", *args, stdout=out)
    except SystemExit as stopped:
        return out.getvalue().splitlines(), stopped.code
    return out.getvalue().splitlines(), 0


def test_every_scenario_passes_and_the_command_says_so():
    lines, status = told(CASES)

    assert lines == ["84 passed, 0 failed"]
    assert status == 0


def test_nothing_of_a_run_stays(tmp_path):
    """One that passes, one that fails half told, one that is skipped, and a deadline."""
    broken = case("US-026")
    broken["state"]["sms_basis"] = {"consent_at": "yesterday"}
    unknown = case("CN-007") | {"ruleset": ["MARS"]}
    before = [model.objects.count() for model in STORED]

    results = list(run(write(tmp_path, [case("US-026"), broken, unknown], [case("DL-CN-06")])))

    assert [bool(r.mismatches) for r in results] == [False, True, False, False]
    assert results[2].skipped
    assert [model.objects.count() for model in STORED] == before


@pytest.mark.parametrize(
    ("case_id", "expected", "line"),
    [
        (
            "US-002",
            {"allowed": False},
            "FAIL US-002: is allowed, expected denied",
        ),
        (
            "US-001",
            {"allowed": True},
            "FAIL US-001: is denied by REGF-HOURS, expected allowed",
        ),
        (
            "US-001",
            {"rule": "REGF-7IN7"},
            "FAIL US-001: is denied by REGF-HOURS, expected REGF-7IN7",
        ),
        (
            "US-001",
            {"next_allowed_at": "2026-05-12T09:00:00-04:00"},
            "FAIL US-001: is next allowed at 2026-05-12T08:00:00-04:00, "
            "expected 2026-05-12T09:00:00-04:00",
        ),
        (
            "US-075",
            {"next_allowed_at": "2026-05-13T08:00:00-04:00"},
            "FAIL US-075: is next allowed at no known instant, expected 2026-05-13T08:00:00-04:00",
        ),
        (
            "US-001",
            {"release_event": "consent"},
            "FAIL US-001: waits for no event, expected: consent",
        ),
        (
            "DL-CN-06",
            {"limitation_ends": "2030-01-06"},
            "FAIL DL-CN-06: limitation_ends is 2030-01-07, expected 2030-01-06",
        ),
    ],
)
def test_another_answer_than_expected_is_a_line_and_the_status_1(tmp_path, case_id, expected, line):
    wrong = case(case_id)
    wrong["expected"] |= expected
    is_deadline = case_id.startswith("DL")
    file = write(tmp_path, [] if is_deadline else [wrong], [wrong] if is_deadline else [])

    assert told(file) == ([line, "0 passed, 1 failed"], 1)


@pytest.mark.parametrize(
    ("case_id", "path", "value", "reason"),
    [
        ("US-001", ("ruleset",), ["MARS"], "no rule pack MARS is published for MARS"),
        ("US-001", ("state", "mood"), "bad", "the state says mood, which nothing here stands for"),
        ("US-001", ("state", "flags", "asleep"), True, "the state says asleep, which nothing here"),
        ("US-001", ("proposed", "channel"), "pigeon", "there is no channel 'pigeon'"),
        ("US-001", ("proposed", "content"), ["song"], "there is no content song"),
        ("US-001", ("proposed", "tone"), "kind", "the contact asked about says tone, which"),
        ("US-001", ("subject", "tz_candidates"), [], "the scenario names no time zone"),
        ("US-001", ("proposed", "at"), "2026-05-12T08:00:00", "has no offset"),
        ("US-026", ("history", 0, "outcome"), "eaten", "there is no outcome 'eaten'"),
        ("US-054", ("proposed", "party_role"), "ghost", "there is no role 'ghost'"),
        ("US-061", ("state", "opt_outs", 0, "why"), "rude", "an opt-out says why, which nothing"),
        ("CN-014", ("state", "debtor_unreachable", "reason"), "abroad", "out of reach by abroad"),
        ("DL-CN-06", ("rule",), "MARS-SOL", "there is no clock for MARS-SOL"),
        ("DL-CN-06", ("expected", "moon"), "full", "the clock does not answer moon"),
        ("DL-CN-04", ("input", "asset"), "boat", "no measure is known on boat"),
    ],
)
def test_what_cannot_be_told_is_skipped_with_its_reason(tmp_path, case_id, path, value, reason):
    """A word that nothing here stands for is never left out in silence."""
    changed = case(case_id)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    is_deadline = case_id.startswith("DL")
    file = write(tmp_path, [] if is_deadline else [changed], [changed] if is_deadline else [])

    lines, status = told(file)

    assert lines[0].startswith(f"SKIP {case_id}: ")
    assert reason in lines[0]
    assert (lines[1:], status) == (["0 passed, 0 failed, 1 skipped"], 0)


def test_a_file_without_scenarios_is_refused(tmp_path):
    file = tmp_path / "cases.json"
    for text in ("nonsense", "[]", '{"cases": []}', '{"cases": [1]}', '{"cases": [{"at": 1}]}'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("conformance", "contacts", file)


def test_a_scenario_plays_at_its_own_time_ahead_of_now(tmp_path):
    """In 2031 as in 2026: the ledger takes no contact of the future, so its clock stands then."""
    later = case("US-029")
    text = json.dumps(later).replace("2026-08-", "2031-08-")

    results = list(run(write(tmp_path, [json.loads(text)])))

    assert [r.lines for r in results] == [()]
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 60


def test_what_an_agency_did_and_what_was_only_spoken_counts_as_the_texts_say(tmp_path):
    """Ten days after it was said aloud, a call at work is open again in Massachusetts."""
    at_work = case("MA-003")
    at_work["history"] = []
    at_work["proposed"] |= {"endpoint": "W1", "place": "work"}
    at_work["state"]["flags"] = {"employer_prohibits": {"since": "2026-04-26", "how": "oral"}}
    at_work["expected"] |= {"allowed": True}
    still = copy.deepcopy(at_work) | {"id": "MA-still"}
    still["state"]["flags"]["employer_prohibits"]["since"] = "2026-04-27"
    still["expected"] |= {"allowed": False, "rule": "MA-WORKPLACE"}
    still["expected"]["next_allowed_at"] = "2026-05-07T08:00:00-04:00"

    assert [r.lines for r in run(write(tmp_path, [at_work, still]))] == [(), ()]


def test_the_results_page_names_every_rule_set_and_no_failure():
    contacts, deadlines = read_cases(CASES)
    page = PAGE.read_text("utf-8")
    sets = {" + ".join(row["ruleset"]) for row in contacts}

    for name in sets:
        count = sum(" + ".join(row["ruleset"]) == name for row in contacts)
        assert f"| {name} | {count} | {count} | 0 | 0 |" in page
    assert f"| deadlines | {len(deadlines)} | {len(deadlines)} | 0 | 0 |" in page
