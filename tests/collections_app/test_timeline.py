"""The timeline of a case: everything on record, in order, in pages, with its corrections."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from collections_app.cases.services import assign
from collections_app.contacts.services import log_call, start_call
from collections_app.contacts.wrapup import Wrapup
from collections_app.desk import timeline
from collections_app.desk.attempt_log import attempts_about
from collections_app.desk.case_page import gather, timeline_sources
from collections_app.desk.case_row import case_for
from compliance.attempts.services import correct_outcome
from compliance.consents.services import record_consent
from compliance.notices.services import record_notice
from compliance.stops.services import add_stop, lift_stop
from core import clock
from loans.delinquency.services import pause_ageing
from loans.repayments.services import record_repayment
from loans.repayments.services import reverse as take_back
from tests.collections_app.builders import CLOSED_THROUGH, answers_to, build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _page(desk, show="all", after="", size=timeline.PAGE_SIZE):
    # The lead sees the team's cases, whoever holds them.
    case = case_for(desk.cast.ben, desk.case.pk)
    sources = timeline_sources(gather(case, desk.cast.ben))
    return timeline.timeline_page(sources=sources, show=show, after=after, size=size)


def _summaries(desk, show="all"):
    return [event.summary for event in _page(desk, show).events]


def _call(desk, code="NA", note=""):
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    wrapup = Wrapup(result=desk.result(code), note=note, answers=answers_to(desk.result(code)))
    log_call(case=desk.case, attempt=attempt, wrapup=wrapup, agent=desk.cast.ana)
    return attempt


def test_every_kind_of_thing_has_its_line(desk):
    _call(desk)
    paid = record_repayment(
        loan=desk.case.loan, amount=Decimal("50.00"), value_on=CLOSED_THROUGH, by=CLERK
    )
    take_back(fact=paid, reason="wrong loan", by=CLERK)
    pause_ageing(
        loan=desk.case.loan,
        value_on=CLOSED_THROUGH,
        ends_on=date(2026, 6, 1),
        reason="flood",
        by=CLERK,
    )
    assign(case=desk.case, to=desk.cast.ben, reason="Ana is away", by=CLERK)

    lines = _summaries(desk)

    for expected in (
        "No answer",
        "Repayment",
        "Taken back: repayment",
        "Ageing paused until 1 Jun 2026",
        "From Ana to Ben",
        "Assigned to Ana",
        "Case opened",
    ):
        assert expected in lines
    assert next(e for e in _page(desk).events if e.summary == "Repayment").is_corrected


def test_a_correction_is_a_line_of_its_own_and_strikes_the_first_through(desk):
    attempt = _call(desk)
    correct_outcome(attempt=attempt, outcome="voicemail", reason="slip of the key", by=CLERK)

    events = _page(desk, "contact").events

    corrected = next(event for event in events if event.summary == "No answer")
    assert corrected.is_corrected
    assert "Outcome corrected: voicemail reached, was rang, no answer" in [
        event.summary for event in events
    ]


def test_a_stop_set_and_lifted_are_two_lines(desk):
    stop = add_stop(
        party=desk.case.borrower, kind="dispute", source="mail", starts_at=clock.now(), by=CLERK
    )
    lift_stop(stop=stop, reason="settled", by=CLERK)

    lines = _summaries(desk, "legal")

    assert "Stop: dispute open" in lines
    assert "Stop lifted: dispute open" in lines


def test_filters_show_their_kinds_only(desk):
    _call(desk)

    assert {event.kind for event in _page(desk, "contact").events} == {"contact"}
    assert {event.kind for event in _page(desk, "system").events} == {"system"}
    assert _page(desk, "money").events == []


def test_pages_follow_each_other_without_gap_or_repeat(desk):
    for minutes in range(7):
        moment = clock.now() + timedelta(minutes=minutes // 2)  # some at one instant
        with time_machine.travel(moment, tick=False):
            # Busy lines use up no limit, so that so many may follow each other.
            _call(desk, "BZ")
    for number in range(3):
        record_repayment(
            loan=desk.case.loan,
            amount=Decimal("1.00"),
            value_on=CLOSED_THROUGH,
            external_ref=f"r{number}",
            by=CLERK,
        )
    whole = [event.place for event in _page(desk).events]

    seen, after = [], ""
    while True:
        page = _page(desk, after=after, size=2)
        seen += [event.place for event in page.events]
        after = page.next_after
        if not after:
            break

    assert len(whole) >= 12
    assert seen == whole


def test_a_filter_finds_what_stands_behind_a_page_of_other_contacts(desk):
    """A note is found however many contacts without one came after it."""
    _call(desk, "BZ", note="lost the job")
    for minutes in range(1, 4):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
            _call(desk, "BZ")

    page = _page(desk, "note", size=2)

    assert [event.quote for event in page.events] == ["lost the job"]
    assert page.next_after == ""


def test_what_the_law_and_the_persons_word_made_of_it_stands_under_legal(desk):
    served = date(2026, 5, 4)
    record_notice(
        party=desk.case.borrower,
        loan=desk.case.loan,
        kind="demand",
        served_on=served,
        how="post",
        document_ref="D-1",
        by=CLERK,
    )
    record_consent(
        party=desk.case.borrower,
        channel="sms",
        answer="no",
        given_at=clock.now(),
        source="call",
        by=CLERK,
    )

    events = {event.summary: event for event in _page(desk, "legal").events}

    assert set(events) == {"Served by post: demand for payment", "Said no to SMS"}
    assert events["Served by post: demand for payment"].shown_at == "4 May"
    assert set(events) <= set(_summaries(desk))


def _client(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(("who", "status"), [("ana", 200), ("auditor", 200), ("cleo", 404)])
def test_who_may_print_the_timeline(desk, who, status):
    href = reverse("desk:timeline", args=[desk.case.pk])

    assert _client(getattr(desk.cast, who)).get(href).status_code == status


def test_the_view_to_print_holds_more_than_a_page_and_hides_what_is_hidden(desk):
    _call(desk, "RPC-HARD", note="lost the job")
    href = reverse("desk:timeline", args=[desk.case.pk])

    page = _client(desk.cast.ana).get(href, {"show": "note"})

    html = page.content.decode()
    assert [event.quote for event in page.context["timeline"]] == ["lost the job"]
    assert desk.case.borrower.full_name not in html
    assert "2125550142" not in html
    assert timeline.PRINTED > timeline.PAGE_SIZE


@pytest.mark.parametrize("before", ["x", "2026-01-01~1", "2026-01-01~5~x", "2026-01-01T00:00~5~x"])
def test_a_made_up_page_key_is_not_found(desk, before):
    client = Client()
    client.force_login(desk.cast.ana, backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = client.get(reverse("desk:case", args=[desk.case.pk]), {"before": before})

    assert answer.status_code == 404


def test_the_outcome_that_counts_is_the_latest(desk):
    attempt = _call(desk)
    correct_outcome(attempt=attempt, outcome="busy", reason="slip", by=CLERK)

    (found,) = attempts_about(desk.case)

    assert [row["outcome"] for row in found.settled] == ["no_answer", "busy"]
