"""Diallers over the API: looking ahead, reserving, settling, and what happened without asking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from accounts.access.rights import Role, rights_of
from accounts.signatures.models import SeenSignature
from compliance.attempts.models import Attempt, Incident, Settlement, Verdict
from compliance.attempts.services import reserve
from compliance.consents.models import Consent
from core import clock
from core.audit.models import AuditEntry
from core.idempotency.models import IdempotencyKey
from tests.compliance.builders import (
    CLOSED_AT,
    OPEN_AT,
    call_request,
    reachable_loan,
    reachable_portfolio,
)
from tests.config.api_caller import build_caller, problem_of
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db

RESERVE = "contacts/reservations/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def portfolio():
    return reachable_portfolio()


@pytest.fixture
def caller(portfolio):
    return build_caller(portfolio)


@pytest.fixture
def call(portfolio) -> dict[str, Any]:
    """The body that asks for a call to somebody who may be called by day."""
    return body_of(*reachable_loan(portfolio))


def body_of(loan, phone, **more: Any) -> dict[str, Any]:
    return {
        "party": str(phone.party_id),
        "loans": [str(loan.pk)],
        "channel": "call",
        "contact_point": str(phone.pk),
        **more,
    }


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Verdict, Attempt, Settlement, Incident))


# --- looking ahead -------------------------------------------------------------------------
@time_machine.travel(OPEN_AT, tick=False)
def test_many_are_looked_at_at_once_and_nothing_is_stored(caller, call):
    before = written()
    night = call | {"at": CLOSED_AT}

    answer = caller.post("contacts/preview/", {"contacts": [call, night]}, key="")

    assert answer.status_code == 200
    by_day, by_night = answer.json()["results"]
    assert by_day["allowed"]
    assert not by_day["reasons"]
    assert by_day["closes_at"] > by_day["at"]
    assert not by_night["allowed"]
    assert by_night["next_allowed_at"] > by_night["at"]
    assert written() == before
    assert not IdempotencyKey.objects.exists()


@time_machine.travel(OPEN_AT, tick=False)
def test_a_list_takes_the_same_queries_for_one_and_for_many(
    caller, portfolio, django_assert_max_num_queries
):
    rows = [body_of(*reachable_loan(portfolio)) for _number in range(8)]
    with django_assert_max_num_queries(20):
        answer = caller.post("contacts/preview/", {"contacts": rows}, key="")
    assert len(answer.json()["results"]) == 8


@time_machine.travel(OPEN_AT, tick=False)
@pytest.mark.parametrize("path", ["contacts/preview/", RESERVE])
def test_people_of_other_portfolios_and_strangers_to_the_loan_do_not_exist(caller, call, path):
    foreign = body_of(*reachable_loan(reachable_portfolio()))
    stranger = call | {"party": foreign["party"]}
    before = written()
    for wrong in (foreign, stranger):
        if path == RESERVE:
            answer, pointer = caller.post_signed(path, wrong), "/loans"
        else:
            answer, pointer = caller.post(path, {"contacts": [call, wrong]}), "/contacts/1/loans"
        assert (answer.status_code, problem_of(answer)) == (422, "invalid-body")
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert written() == before


# --- reserving -----------------------------------------------------------------------------
@time_machine.travel(OPEN_AT, tick=False)
def test_an_allowed_call_is_booked_and_the_number_shown_with_a_line_in_the_trail(caller, call):
    answer = caller.post_signed(RESERVE, call)

    assert answer.status_code == 201
    told = answer.json()
    attempt = Attempt.objects.get(pk=told["id"])
    assert told["verdict"] == str(attempt.verdict_id)
    assert attempt.made_by_id == str(caller.user.pk)
    assert told["start_by"] == "2026-05-12T18:02:00Z"
    assert told["to"].startswith("+1")
    shown = AuditEntry.objects.get(action="party.revealed")
    assert shown.data == {"contact_point": call["contact_point"], "attempt": told["id"]}
    assert shown.actor_id == str(caller.user.pk)
    assert all(limit["used"] <= limit["limit"] for limit in told["used"])


@time_machine.travel(OPEN_AT, tick=False)
def test_a_token_without_the_right_to_dial_sees_no_number(portfolio, call):
    scopes = rights_of(Role.INTEGRATION) - {"contact.dial"}

    answer = build_caller(portfolio, scopes=scopes).post_signed(RESERVE, call)

    assert (answer.status_code, answer.json()["to"]) == (201, None)
    assert not AuditEntry.objects.filter(action="party.revealed").exists()


@time_machine.travel(CLOSED_AT, tick=False)
def test_a_refusal_carries_every_reason_and_is_kept(caller, call):
    answer = caller.post_signed(RESERVE, call)

    assert (answer.status_code, problem_of(answer)) == (409, "contact-refused")
    told = answer.json()
    verdict = Verdict.objects.get(pk=told["verdict"])
    assert not verdict.is_allowed
    assert not Attempt.objects.exists()
    assert {reason["code"] for reason in told["reasons"]} == {
        found["code"] for found in verdict.findings
    }
    hours = next(reason for reason in told["reasons"] if reason["reason"] == "window_closed")
    assert hours["citation"]
    assert hours["sentence"] in told["detail"]
    assert told["next_allowed_at"] >= hours["opens_at"]


@time_machine.travel(CLOSED_AT, tick=False)
def test_reasons_are_said_in_the_callers_language(caller, call):
    chinese = caller.post_signed(RESERVE, call, **{"accept-language": "zh-hans"}).json()
    english = caller.post_signed(RESERVE, call, **{"accept-language": "en"}).json()

    for told, is_chinese in ((chinese, True), (english, False)):
        sentences = [r["sentence"] for r in told["reasons"] if r["reason"] == "window_closed"]
        assert any("一" <= letter <= "鿿" for letter in sentences[0]) is is_chinese


@time_machine.travel(OPEN_AT, tick=False)
def test_a_stop_says_what_has_to_happen_first(caller, call):
    Consent.objects.create(
        party_id=call["party"], channel="call", answer="no", given_at=clock.now()
    )

    told = caller.post_signed(RESERVE, call).json()

    assert told["next_allowed_at"] is None
    assert told["events"] == [reason["event"] for reason in told["reasons"] if reason["event"]]
    assert all(reason["event_sentence"] for reason in told["reasons"] if reason["event"])


def test_the_same_key_books_once_and_the_number_is_never_kept(caller, call):
    with time_machine.travel(OPEN_AT, tick=False) as traveller:
        first = caller.post_signed(RESERVE, call, key="k1")
        traveller.shift(30)
        again = caller.post_signed(RESERVE, call, key="k1")
        assert again.json() == first.json()
        assert again["Idempotency-Replayed"] == "true"
        assert first.json()["to"] not in str(IdempotencyKey.objects.get().result)

        traveller.shift(91)
        late = caller.post_signed(RESERVE, call, key="k1").json()
        assert (late["id"], late["to"]) == (first.json()["id"], None)
    assert Attempt.objects.count() == 1
    assert AuditEntry.objects.filter(action="party.revealed").count() == 2


def test_a_refusal_is_the_same_under_the_same_key_though_the_hours_open(caller, call):
    with time_machine.travel(CLOSED_AT, tick=False) as traveller:
        first = caller.post_signed(RESERVE, call, key="k1")
        traveller.move_to(clock.now() + timedelta(hours=14))
        again = caller.post_signed(RESERVE, call, key="k1")
        assert (again.status_code, again.json()) == (409, first.json())
        assert again["Idempotency-Replayed"] == "true"
        assert caller.post_signed(RESERVE, call, key="k2").status_code == 201


# --- signatures ----------------------------------------------------------------------------
@time_machine.travel(OPEN_AT, tick=False)
def test_a_write_that_is_not_signed_does_nothing(caller, call):
    before = written()
    unsigned = caller.post(RESERVE, call)
    wrong = caller.post_signed(RESERVE, call, **{"makegood-signature": "v1=" + "0" * 64})

    assert (unsigned.status_code, problem_of(unsigned)) == (400, "signature-missing")
    assert (wrong.status_code, problem_of(wrong)) == (400, "signature-refused")
    assert wrong.json()["code"] == "unknown"
    assert written() == before


@time_machine.travel(OPEN_AT, tick=False)
def test_a_signed_request_taken_down_and_sent_again_does_nothing(caller, call):
    first = caller.post_signed(RESERVE, call, key="k1")
    sent = first.wsgi_request
    headers = {name: sent.headers[name] for name in ("Makegood-Timestamp", "Makegood-Signature")}
    again = caller.post(RESERVE, sent.body.decode(), key="k1", **headers)

    assert (again.status_code, again.json()["code"]) == (400, "replayed")
    assert Attempt.objects.count() == 1
    assert SeenSignature.objects.count() == 1


def test_a_token_without_the_right_is_refused(portfolio, call):
    caller = build_caller(portfolio, scopes={"contact.view", "loan.view"})

    for path in (RESERVE, "contacts/inbound/", "contacts/unsanctioned/", "contacts/preview/"):
        assert problem_of(caller.post_signed(path, call)) == "forbidden"


# --- settling ------------------------------------------------------------------------------
def settle_path(attempt_id: str) -> str:
    return f"{RESERVE}{attempt_id}/settlement/"


@time_machine.travel(OPEN_AT, tick=False)
def test_a_call_is_settled_once_and_said_twice_is_the_same(caller, call):
    attempt_id = caller.post_signed(RESERVE, call).json()["id"]
    body = {"outcome": "voicemail", "ended_at": "2026-05-12T18:00:30Z"}

    first = caller.post_signed(settle_path(attempt_id), body)
    again = caller.post_signed(settle_path(attempt_id), body)
    untimed = caller.post_signed(settle_path(attempt_id), {"outcome": "voicemail"})

    assert first.status_code == again.status_code == untimed.status_code == 200
    assert first.json() == again.json() == untimed.json()
    assert first.json()["attempt"] == attempt_id
    assert Settlement.objects.get().outcome == "voicemail"


@time_machine.travel(OPEN_AT, tick=False)
@pytest.mark.parametrize(
    "other", [{"outcome": "busy"}, {"outcome": "voicemail", "ended_at": "2026-05-12T18:00:31Z"}]
)
def test_another_outcome_is_a_conflict_and_the_first_stands(caller, call, other):
    attempt_id = caller.post_signed(RESERVE, call).json()["id"]
    caller.post_signed(
        settle_path(attempt_id), {"outcome": "voicemail", "ended_at": "2026-05-12T18:00:30Z"}
    )

    answer = caller.post_signed(settle_path(attempt_id), other)

    assert (answer.status_code, problem_of(answer)) == (409, "settled-otherwise")
    assert answer.json()["settlement"]["outcome"] == "voicemail"
    assert Settlement.objects.get().outcome == "voicemail"


@time_machine.travel(OPEN_AT, tick=False)
def test_a_settled_call_shows_no_number_any_more(caller, call):
    first = caller.post_signed(RESERVE, call, key="k1").json()
    caller.post_signed(settle_path(first["id"]), {"outcome": "busy"})

    assert caller.post_signed(RESERVE, call, key="k1").json()["to"] is None


@time_machine.travel(OPEN_AT, tick=False)
def test_only_who_reserved_settles_and_other_portfolios_do_not_exist(caller, portfolio):
    loan, phone = reachable_loan(portfolio)
    agents = reserve(request=call_request(loan, phone), by=CLERK)
    elsewhere = reserve(request=call_request(*reachable_loan(reachable_portfolio())), by=CLERK)

    assert problem_of(caller.post_signed(settle_path(agents.pk), {"outcome": "busy"})) == (
        "forbidden"
    )
    assert problem_of(caller.post_signed(settle_path(elsewhere.pk), {"outcome": "busy"})) == (
        "not-found"
    )
    assert not Settlement.objects.exists()


@time_machine.travel(OPEN_AT, tick=False)
def test_an_end_that_cannot_be_is_refused(caller, call):
    attempt_id = caller.post_signed(RESERVE, call).json()["id"]
    for ended_at in ("2026-05-12T17:00:00Z", "2026-05-12T19:00:00Z"):
        body = {"outcome": "busy", "ended_at": ended_at}
        answer = caller.post_signed(settle_path(attempt_id), body)
        assert (answer.status_code, problem_of(answer)) == (422, "refused")
    assert not Settlement.objects.exists()


# --- what happened without asking ----------------------------------------------------------
@time_machine.travel(OPEN_AT, tick=False)
def test_a_call_from_the_person_counts_and_needs_no_permission(caller, call):
    body = call | {"at": "2026-05-12T05:00:00Z", "outcome": "conversation"}

    answer = caller.post_signed("contacts/inbound/", body)

    assert answer.status_code == 201
    assert answer.json()["direction"] == "inbound"
    attempt = Attempt.objects.get(pk=answer.json()["id"])
    assert (attempt.verdict, attempt.is_unsanctioned) == (None, False)
    assert attempt.settlements.get().outcome == "conversation"


@time_machine.travel(OPEN_AT, tick=False)
def test_a_call_made_without_asking_is_kept_and_opens_an_incident(caller, call):
    body = call | {
        "at": "2026-05-12T05:00:00Z",
        "outcome": "conversation",
        "reason": "The line was switched to manual for an hour.",
    }
    answer = caller.post_signed("contacts/unsanctioned/", body)

    assert (answer.status_code, answer.json()["is_unsanctioned"]) == (201, True)
    incident = Incident.objects.get()
    assert str(incident.attempt_id) == answer.json()["id"]
    assert incident.reason == body["reason"]


@time_machine.travel(OPEN_AT, tick=False)
def test_nothing_is_recorded_that_lies_ahead_or_says_not_why(caller, call):
    before = written()
    ahead = call | {"at": "2026-05-12T19:00:00Z", "outcome": "busy"}
    silent = call | {"at": "2026-05-12T05:00:00Z", "outcome": "busy", "reason": "  "}

    assert problem_of(caller.post_signed("contacts/inbound/", ahead)) == "refused"
    assert problem_of(caller.post_signed("contacts/unsanctioned/", silent)) == "invalid-body"
    assert written() == before
