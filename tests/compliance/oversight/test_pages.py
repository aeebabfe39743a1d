"""Incidents, overrides, verdicts and stops: what their pages show, and who may act on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.attempts.models import Incident, Verdict
from compliance.overrides.models import Override
from compliance.oversight.verdict_page import asked_facts, seen_facts
from compliance.stops.models import Stop
from core import clock
from core.audit.models import AuditEntry
from tests.compliance.oversight.test_week import client_of
from tests.compliance.oversight.weeks_of_work import (
    Weeks,
    add_attempt,
    add_override,
    add_verdict,
    build_weeks,
    fill,
    finding,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def weeks() -> Weeks:
    return build_weeks()


def incident_of(weeks: Weeks, **more: Any) -> Incident:
    loan = weeks.loans[weeks.america.pk][0]
    at = clock.now() - timedelta(days=2)
    attempt = add_attempt(weeks, loan, at, "no_answer", is_unsanctioned=True)
    return Incident.objects.create(
        attempt=attempt, reason="Rang from my own telephone", opened_at=at, **more
    )


def page_of(name: str, row: Any) -> str:
    return reverse(f"oversight:{name}", args=[row.pk])


def test_an_incident_is_taken_handed_over_and_concluded(weeks):
    incident = incident_of(weeks)
    cleo = client_of(weeks.cleo)

    assert (
        cleo.post(page_of("take_incident", incident), {"owner": weeks.cleo.pk}).status_code == 302
    )
    cleo.post(page_of("take_incident", incident), {"owner": weeks.cleo.pk})
    incident.refresh_from_db()
    assert incident.owner == weeks.cleo
    assert AuditEntry.objects.filter(action="incident.taken").count() == 1

    cleo.post(page_of("take_incident", incident), {"owner": weeks.maria.pk})
    incident.refresh_from_db()
    assert incident.owner == weeks.maria

    entry = {"conclusion": "Shown how calls are started here.", "token": "t1"}
    for _again in range(2):
        answer = cleo.post(page_of("conclude_incident", incident), entry)
        assert answer.status_code == 302
    incident.refresh_from_db()
    assert incident.conclusion == entry["conclusion"]
    assert incident.closed_by == weeks.cleo.get_full_name()
    assert AuditEntry.objects.filter(action="incident.concluded").count() == 1


def test_an_incident_is_not_concluded_in_other_words_or_without_any(weeks):
    incident = incident_of(weeks)
    cleo, address = client_of(weeks.cleo), page_of("conclude_incident", incident)

    assert cleo.post(address, {"conclusion": " ", "token": "t1"}).status_code == 422
    assert Incident.objects.still_open().filter(pk=incident.pk).exists()
    cleo.post(address, {"conclusion": "Talked to Ana.", "token": "t1"})
    assert cleo.post(address, {"conclusion": "Another story.", "token": "t1"}).status_code == 422
    assert cleo.post(address, {"conclusion": "Another story.", "token": "t2"}).status_code == 422
    incident.refresh_from_db()
    assert incident.conclusion == "Talked to Ana."


def test_who_may_not_act_on_an_incident_changes_nothing(weeks):
    incident = incident_of(weeks)
    entry = {"conclusion": "Fine.", "token": "t", "owner": weeks.cleo.pk}
    for user, status in ((weeks.otto, 403), (weeks.ben, 403), (weeks.ana, 403)):
        for name in ("take_incident", "conclude_incident"):
            assert client_of(user).post(page_of(name, incident), entry).status_code == status
    for name in ("take_incident", "conclude_incident"):
        assert client_of(weeks.stranger).post(page_of(name, incident), entry).status_code == 404
    assert client_of(weeks.stranger).get(page_of("incident", incident)).status_code == 404
    incident.refresh_from_db()
    assert (incident.owner, incident.closed_at) == (None, None)


def test_nobody_out_of_scope_and_not_who_made_the_contact_can_be_given_an_incident(weeks):
    incident = incident_of(weeks)
    cleo = client_of(weeks.cleo)
    for user in (weeks.stranger, weeks.ana, weeks.otto):
        answer = cleo.post(page_of("take_incident", incident), {"owner": user.pk})
        assert answer.status_code == 422
    incident.refresh_from_db()
    assert incident.owner is None


def test_incidents_are_listed_by_state_and_owner_the_oldest_first(weeks):
    fill(weeks, size=60)
    waiting = incident_of(weeks)
    cleo = client_of(weeks.cleo)
    cleo.get(reverse("oversight:incidents"))

    with CaptureQueriesContext(connection) as queries:
        answer = cleo.get(reverse("oversight:incidents"))

    assert len(queries) <= 12
    still_open = Incident.objects.still_open()
    assert len(answer.context["rows"]) == still_open.count()
    assert [tab.count for tab in answer.context["lists"]] == [
        still_open.count(),
        Incident.objects.filter(closed_at__isnull=False).count(),
    ]
    opened = [row.cells[0][1].at for row in answer.context["rows"]]
    assert opened == sorted(opened)
    nobodys = cleo.get(reverse("oversight:incidents"), {"whose": "nobody"})
    assert page_of("incident", waiting) in nobodys.content.decode()
    assert len(nobodys.context["rows"]) == 1
    closed = cleo.get(reverse("oversight:incidents"), {"show": "closed"})
    assert len(closed.context["rows"]) == closed.context["lists"][1].count


def test_only_a_stop_that_was_in_force_alarms_on_a_verdict():
    over = {"kind": "hold", "starts_at": "2026-05-01T00:00:00+00:00"}
    over["ends_at"] = "2026-05-05T00:00:00+00:00"
    lasting = {"kind": "attorney", "starts_at": "2026-05-01T00:00:00+00:00"}
    at = datetime(2026, 5, 12, 15, tzinfo=UTC)

    stops = [one for one in seen_facts({"stops": [over, lasting]}, at) if one.label == "Stop"]

    assert [(one.text, one.is_alarming) for one in stops] == [
        ("on hold, since 2026-05-01, until 2026-05-05", False),
        ("represented by a lawyer, since 2026-05-01", True),
    ]


def waiting_override(weeks: Weeks) -> Override:
    loan = weeks.loans[weeks.america.pk][0]
    verdict = add_verdict(
        weeks,
        loan,
        clock.now() - timedelta(minutes=5),
        findings=[finding("REGF-7IN7"), finding("REGF-GAP")],
        used=[
            {"code": "REGF-7IN7", "used": 7, "limit": 7, "unit": "calls", "days": 7}
            | {"citation": "12 CFR 1006.14(b)", "pack": "US-REGF v1"}
        ],
    )
    return add_override(weeks, verdict, loan)


def test_the_brief_of_an_override_holds_every_objection_with_its_source(weeks):
    override = waiting_override(weeks)

    page = client_of(weeks.cleo).get(page_of("override", override)).content.decode()

    for text in ("REGF-7IN7", "REGF-GAP", "12 CFR 1006.6(c)", "The hearing is tomorrow.", "7 of 7"):
        assert text in page
    assert "a lawsuit between the parties needs it" in page
    assert reverse("oversight:decide_override", args=[override.pk]) in page
    for user in (weeks.otto, weeks.maria):
        seen = client_of(user).get(page_of("override", override)).content.decode()
        assert reverse("oversight:decide_override", args=[override.pk]) not in seen


@pytest.mark.parametrize(("decision", "status"), [("grant", "approved"), ("refuse", "refused")])
def test_an_override_is_decided_once_with_a_reason(weeks, decision, status):
    override = waiting_override(weeks)
    cleo, address = client_of(weeks.cleo), page_of("decide_override", override)

    assert cleo.post(address, {"decision": decision, "token": "t"}).status_code == 422
    override.approval.refresh_from_db()
    assert override.approval.is_pending
    entry = {"decision": decision, "reason": "The hearing is on file.", "token": "t"}
    assert cleo.post(address, entry).status_code == 302
    assert cleo.post(address, entry).status_code == 302
    other = {"grant": "refuse", "refuse": "grant"}[decision]
    assert cleo.post(address, entry | {"decision": other, "token": "u"}).status_code == 422

    override.refresh_from_db()
    override.approval.refresh_from_db()
    assert override.approval.status == status
    assert override.approval.reason == "The hearing is on file."
    assert (override.valid_until is not None) == (decision == "grant")


def test_nobody_decides_what_they_asked_for(weeks):
    cleo = weeks.cleo
    loan = weeks.loans[weeks.america.pk][0]
    override = add_override(weeks, add_verdict(weeks, loan, clock.now()), loan, asker=cleo)

    page = client_of(cleo).get(page_of("override", override))
    assert "form" not in page.context
    answer = client_of(cleo).post(
        page_of("decide_override", override),
        {"decision": "grant", "reason": "I say so.", "token": "t"},
    )

    assert answer.status_code == 403
    override.approval.refresh_from_db()
    assert override.approval.is_pending


def test_overrides_stand_in_one_list_each_and_the_counts_agree(weeks):
    fill(weeks, size=60)
    waiting_override(weeks)
    loan = weeks.loans[weeks.america.pk][1]
    old = clock.now() - timedelta(days=3)
    add_override(weeks, add_verdict(weeks, loan, old), loan)
    add_override(weeks, add_verdict(weeks, loan, old), loan, "refused")
    cleo = client_of(weeks.cleo)
    cleo.get(reverse("oversight:overrides"))
    total = 0
    for show in ("waiting", "granted", "used", "over"):
        with CaptureQueriesContext(connection) as queries:
            answer = cleo.get(reverse("oversight:overrides"), {"show": show})
        assert len(queries) <= 12
        current = next(tab for tab in answer.context["lists"] if tab.is_current)
        assert len(answer.context["rows"]) == min(current.count, 50)
        total += current.count
    assert total == Override.objects.count()


def test_a_verdict_shows_what_was_asked_every_reason_and_what_became_of_it(weeks):
    loan = weeks.loans[weeks.america.pk][0]
    verdict = add_verdict(
        weeks,
        loan,
        clock.now(),
        findings=[finding("STOP-CEASE"), finding("OLD", reason="no_longer_known")],
    )

    answer = client_of(weeks.cleo).get(page_of("verdict", verdict))

    page = answer.content.decode()
    assert answer.status_code == 200
    for text in ("STOP-CEASE", "no_longer_known", "US-REGF v1", loan.contract_no, "Ana"):
        assert text in page
    party = verdict.party
    assert party.full_name not in page
    assert client_of(weeks.stranger).get(page_of("verdict", verdict)).status_code == 404
    assert client_of(weeks.ben).get(page_of("verdict", verdict)).status_code == 403


def test_a_verdict_says_in_words_what_was_to_be_said_and_what_the_person_had_said():
    at = datetime.now(UTC)
    content = ["opt_out_statement", "of_an_older_release"]
    verdict = Verdict(channel="sms", at=at, facts_seen={"request": {"content": content}})
    facts = {
        "preferences": [{"kind": "inconvenient_time"}],
        "permissions": [{"kind": "call_back"}, {"kind": "hours"}],
        "orders": [{"kind": "possession"}],
    }

    says = {seen.label: seen.text for seen in asked_facts(verdict)}
    saw = {seen.label: seen.text for seen in seen_facts(facts, at)}

    assert says["Says"] == "how to opt out, of_an_older_release"
    assert saw["Wishes of the person"] == "not at these hours"
    for label, code in (("Answers of the person", "call_back"), ("Orders of courts", "possession")):
        assert code not in saw[label]


def test_stops_are_counted_by_kind_and_leave_the_list_when_they_end(weeks):
    fill(weeks, size=40)
    now = clock.now()
    cleo = client_of(weeks.cleo)
    cleo.get(reverse("oversight:stops"))

    with CaptureQueriesContext(connection) as queries:
        answer = cleo.get(reverse("oversight:stops"))

    assert len(queries) <= 12
    in_force = Stop.objects.in_force(now).count()
    assert in_force
    assert len(answer.context["rows"]) == in_force
    assert answer.context["kinds"][0].count == in_force
    ended = cleo.get(reverse("oversight:stops"), {"show": "ended", "days": "90"})
    over = [
        stop
        for stop in Stop.objects.all()
        if (stop.lifted_at or stop.ends_at)
        and min(filter(None, (stop.lifted_at, stop.ends_at))) <= now
    ]
    assert over
    assert len(ended.context["rows"]) == len(over)
    lead = client_of(weeks.ben).get(reverse("oversight:stops"))
    assert lead.status_code == 200
    assert 0 < len(lead.context["rows"]) < in_force
