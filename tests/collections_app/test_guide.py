"""The guide: chosen by the case's facts, fading with experience, what must be said always there."""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from collections_app.contacts.result_codes import STANDARD_RESULTS
from collections_app.contacts.services import Wrapup, log_call, start_call
from collections_app.guide.flow import (
    DISPUTE,
    FIRST_CONTACT,
    FOLLOW_UP,
    HARDSHIP,
    HOSTILE,
    PROMISE_BROKEN,
    THIRD_PARTY,
    Line,
    Signs,
    Situation,
    lines_for,
    situation_of,
    to_be_said,
)
from collections_app.guide.queries import experience_of, sayings, situations
from compliance.rulepacks.standard import standard_documents
from compliance.stops.services import add_stop
from core import clock
from tests.collections_app.builders import answers_to, build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK


def stops(*kinds):
    return frozenset(kinds)


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (Signs(), FIRST_CONTACT),
        (Signs(last_result="TP"), THIRD_PARTY),
        # Somebody else at the phone once does not make the person a stranger.
        (Signs(has_talked=True, last_result="TP"), FOLLOW_UP),
        (Signs(has_talked=True, last_result="CB"), FOLLOW_UP),
        (Signs(has_talked=True, last_result="RPC-HANG"), HOSTILE),
        (Signs(has_talked=True, last_result="RPC-REF"), HOSTILE),
        (Signs(has_talked=True, has_broken_promise=True, last_result="RPC-REF"), PROMISE_BROKEN),
        (Signs(has_talked=True, last_result="RPC-HARD", has_broken_promise=True), HARDSHIP),
        (Signs(stops=stops("vulnerable"), has_broken_promise=True), HARDSHIP),
        (Signs(stops=stops("hardship", "dispute")), DISPUTE),
        (Signs(stops=stops("complaint"), has_talked=True), DISPUTE),
        (Signs(has_talked=True, last_result="RPC-DISP"), DISPUTE),
    ],
)
def test_what_forbids_pressing_comes_first_then_what_went_wrong(signs, expected):
    assert situation_of(signs, situations()) == expected


def test_lines_fade_one_by_one_and_the_heart_of_it_stays():
    lines = (Line("a", "甲"), Line("b", "乙", until=5), Line("c", "丙", until=2))
    kind = Situation("x", Line("x", "某"), frozenset(), lines)

    shown = [[line.en for line in lines_for(kind, count)] for count in (0, 1, 2, 4, 5, 500)]

    assert shown == [["a", "b", "c"], ["a", "b", "c"], ["a", "b"], ["a", "b"], ["a"], ["a"]]


def test_what_must_be_said_depends_on_the_packs_and_the_talks_and_nothing_else():
    def said(*packs, has_talked):
        return [one.citation for one in to_be_said(sayings(), packs=packs, has_talked=has_talked)]

    assert said("US-REGF", has_talked=False) == ["12 CFR 1006.18(e)(1)"]
    assert said("US-REGF", has_talked=True) == ["12 CFR 1006.18(e)(2)"]
    assert said("US-REGF", "US-WA", has_talked=True) == ["12 CFR 1006.18(e)(2)", "RCW 9.73.030"]
    assert said("NOWHERE", has_talked=False) == []


def test_every_text_stands_in_both_languages_and_names_what_there_is():
    known = {result.code for result in STANDARD_RESULTS}
    for situation in situations().values():
        assert situation.results <= known
        assert any(line.until is None for line in situation.lines), situation.code
        for line in (situation.name, *situation.lines):
            assert line.en
            assert line.zh
            assert line.en != line.zh
    for saying in sayings():
        assert saying.when in {"first", "later", "always"}
        assert saying.text.en
        assert saying.text.zh
        assert saying.citation


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _guide(desk, user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(reverse("desk:case", args=[desk.case.pk])).context["guide"]


def _log(desk, code, note=""):
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    result = desk.result(code)
    wrapup = Wrapup(result=result, note=note, answers=answers_to(result))
    log_call(case=desk.case, attempt=attempt, wrapup=wrapup, agent=desk.cast.ana)


def test_packs_that_ask_for_words_are_packs_that_ship():
    assert {one.pack for one in sayings()} <= standard_documents().keys()


def test_the_case_chooses_and_the_required_words_change_after_the_first_talk(desk):
    first = _guide(desk, desk.cast.ana)
    _log(desk, "RPC-HARD", note="lost the job")
    later = _guide(desk, desk.cast.ana)

    assert first["now"]["name"] == "First talk"
    assert [one["citation"] for one in first["required"]] == ["12 CFR 1006.18(e)(1)"]
    assert later["now"]["name"] == "They cannot pay"
    assert [one["citation"] for one in later["required"]] == ["12 CFR 1006.18(e)(2)"]
    assert "They are angry" in {one["name"] for one in later["others"]}


def test_a_stop_of_the_person_counts_and_one_that_has_not_begun_does_not(desk):
    add_stop(party=desk.case.borrower, kind="dispute", source="x", starts_at=clock.now(), by=CLERK)

    assert _guide(desk, desk.cast.ana)["now"]["name"] == "They dispute it"


def test_who_has_logged_many_calls_of_the_kind_reads_fewer_lines(desk, monkeypatch):
    from collections_app.desk import case_guide

    ana = desk.cast.ana
    new = _guide(desk, ana)["now"]
    monkeypatch.setattr(case_guide, "experience_of", lambda user: {FIRST_CONTACT: 60})
    practised = _guide(desk, ana)["now"]

    assert len(new["lines"]) == 5
    assert practised["lines"] == new["lines"][:1]


def test_experience_is_what_one_logged_oneself_by_kind(desk):
    ana, ben = desk.cast.ana, desk.cast.ben
    _log(desk, "RPC-HARD", note="lost the job")

    assert experience_of(ben)[HARDSHIP] == 0
    found = experience_of(ana)
    assert (found[HARDSHIP], found[FIRST_CONTACT], found[DISPUTE]) == (1, 1, 0)
    cache.delete(f"guide:{ana.pk}")
    assert experience_of(ana) == found


def test_switched_off_only_what_must_be_said_is_left(desk):
    ana = desk.cast.ana
    ana.has_guide = False
    ana.save()

    guide = _guide(desk, ana)

    assert guide["is_on"] is False
    assert "now" not in guide
    assert [one["citation"] for one in guide["required"]] == ["12 CFR 1006.18(e)(1)"]


def test_it_is_for_who_calls_and_speaks_the_readers_language(desk):
    ana = desk.cast.ana
    ana.language = "zh-hans"
    ana.save()

    assert _guide(desk, ana)["now"]["name"] == "首次通话"
    assert _guide(desk, desk.cast.auditor) is None


def test_the_preference_is_set_on_ones_own_page(desk):
    ana = desk.cast.ana
    client = Client()
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    form = {"language": "en", "theme": "auto", "time_zone": "UTC", "shortcut_keys": "letters"}

    client.post(reverse("preferences"), form)
    ana.refresh_from_db()
    off = ana.has_guide
    client.post(reverse("preferences"), {**form, "has_guide": "on"})
    ana.refresh_from_db()

    assert (off, ana.has_guide) == (False, True)
