"""Starting and logging calls: what counts, what is refused, and that refusals write nothing."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from collections_app.cases.models import Case
from collections_app.contacts.models import Contact, ResultCode
from collections_app.contacts.queries import number_being_called
from collections_app.contacts.services import (
    install_standard_results,
    log_call,
    log_inbound_call,
    log_unsanctioned_call,
    start_call,
)
from collections_app.contacts.wrapup import Answers, Wrapup
from collections_app.desk.timeline_events import note_of
from compliance.attempts.models import Attempt, Incident, Settlement
from compliance.attempts.services import ContactRefused
from compliance.stops.models import Stop
from core import clock
from core.audit.models import AuditEntry
from loans.borrowers.rows import ContactRow
from loans.contracts.services import add_party
from tests.collections_app.builders import answers_to, build_desk
from tests.compliance.builders import CLOSED_AT, OPEN_AT
from tests.loans.builders import CLERK, build_party

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def test_a_call_is_reserved_revealed_settled_and_sets_the_next_step(desk):
    ana = desk.cast.ana

    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=ana)
    assert number_being_called(attempt=attempt, agent=ana) == "+12125550142"
    contact = log_call(
        case=desk.case,
        attempt=attempt,
        wrapup=Wrapup(result=desk.result("NA"), note="rang twice"),
        agent=ana,
    )

    assert Settlement.objects.get().outcome == "no_answer"
    assert b"rang twice" not in bytes(contact.note)
    assert note_of(Contact.objects.get(), attempt.party) == "rang twice"
    desk.case.refresh_from_db()
    assert desk.case.next_step == "call"
    assert desk.case.next_step_at == clock.now() + timedelta(hours=4)
    assert Case.objects.with_last_contact().get().last_contact_at == attempt.at
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"party.revealed", "contact.logged"} <= actions


def test_the_number_is_shown_only_to_the_one_on_the_line(desk):
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    with pytest.raises(PermissionError):
        number_being_called(attempt=attempt, agent=desk.cast.ben)
    log_call(
        case=desk.case,
        attempt=attempt,
        wrapup=Wrapup(result=desk.result("NA")),
        agent=desk.cast.ana,
    )
    with pytest.raises(PermissionError):
        number_being_called(attempt=attempt, agent=desk.cast.ana)


def test_outside_the_window_no_call_starts(desk):
    with time_machine.travel(CLOSED_AT, tick=False), pytest.raises(ContactRefused):
        start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    assert not Attempt.objects.exists()
    assert not AuditEntry.objects.filter(action="party.revealed").exists()


@pytest.mark.parametrize(
    ("code", "changes", "field"),
    [
        ("CB", {}, "next_step_at"),
        ("RPC-HARD", {"answers": Answers(why_late="income")}, "note"),
        ("RPC-HARD", {"note": "lost the job"}, "why_late"),
        ("RPC-REF", {"answers": Answers(why_late="bored")}, "why_late"),
        ("RPC-PTP", {}, "next_step_at"),
        ("RPC-DISP", {"note": "never got the car"}, "dispute_about"),
        ("RPC-PAID", {"answers": Answers(paid_through="transfer")}, "paid_on"),
        ("RPC-PAID", {"answers": Answers(paid_on=date(2026, 5, 12))}, "paid_through"),
        (
            "RPC-PAID",
            {"answers": Answers(paid_on=date(2026, 5, 15), paid_through="cash")},
            "paid_on",
        ),
        ("VM", {"answers": Answers(message="conversation")}, "message"),
        ("NA", {"answers": Answers(message="limited_message")}, "message"),
        ("NA", {"note": "card 4111 1111 1111 1111"}, "note"),
        ("NA", {"next_step": "dance"}, "next_step"),
        ("NA", {"next_step_at": timedelta(days=-1)}, "next_step_at"),
        ("NA", {"next_step_at": timedelta(days=400)}, "next_step_at"),
    ],
)
def test_an_incomplete_result_is_refused_and_nothing_is_settled(desk, code, changes, field):
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    if "next_step_at" in changes:
        changes = {**changes, "next_step_at": clock.now() + changes["next_step_at"]}

    with pytest.raises(ValidationError) as refusal:
        log_call(
            case=desk.case,
            attempt=attempt,
            wrapup=Wrapup(result=desk.result(code), **changes),
            agent=desk.cast.ana,
        )

    assert list(refusal.value.message_dict) == [field]
    assert not Settlement.objects.exists()
    assert not Contact.objects.exists()


def test_a_reference_is_never_called_about_the_debt(desk):
    reference = build_party(
        desk.cast.portfolio,
        contact_points=(ContactRow(kind="phone", value="(212) 555-0177", place="mobile"),),
    )
    add_party(loan=desk.case.loan, party=reference, role="reference", by=CLERK)

    with pytest.raises(ValidationError, match="does not owe the loan"):
        start_call(
            case=desk.case,
            contact_point=reference.contact_points.get(),
            agent=desk.cast.ana,
        )
    assert not Attempt.objects.exists()


def test_somebody_elses_call_cannot_be_logged(desk):
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    with pytest.raises(ValidationError, match="somebody else"):
        log_call(
            case=desk.case,
            attempt=attempt,
            wrapup=Wrapup(result=desk.result("NA")),
            agent=desk.cast.ben,
        )
    assert not Settlement.objects.exists()


def test_a_dispute_stops_contact_and_a_dead_number_is_marked(desk):
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    log_call(
        case=desk.case,
        attempt=attempt,
        wrapup=Wrapup(
            result=desk.result("RPC-DISP"),
            note="never got the car",
            answers=Answers(dispute_about="vehicle"),
        ),
        agent=desk.cast.ana,
    )

    stop = Stop.objects.get()
    local = attempt.at.astimezone(ZoneInfo(desk.case.portfolio.time_zone))
    assert (stop.kind, stop.source) == ("dispute", f"call on {local:%Y-%m-%d %H:%M}")
    assert stop.details == {"about": "the car or its repair"}
    with pytest.raises(ContactRefused) as refusal:
        start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    # The talk and the call just made stand in the way too, each with its own rule.
    assert sorted(found.reason for found in refusal.value.decision.denials) == [
        "pause_after_talk",
        "stop_dispute",
        "too_soon",
    ]


def test_a_number_out_of_service_is_marked_and_no_longer_called(desk):
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    log_call(
        case=desk.case,
        attempt=attempt,
        wrapup=Wrapup(result=desk.result("DISC")),
        agent=desk.cast.ana,
    )

    desk.phone.refresh_from_db()
    assert desk.phone.invalid_since is not None
    with pytest.raises(ContactRefused):
        start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)


def test_a_call_made_elsewhere_counts_and_opens_an_incident(desk):
    log_unsanctioned_call(
        case=desk.case,
        contact_point=desk.phone,
        at=clock.now() - timedelta(minutes=10),
        reason="the system was down",
        wrapup=Wrapup(result=desk.result("NA")),
        agent=desk.cast.ana,
    )

    assert Attempt.objects.get().is_unsanctioned
    assert Incident.objects.get().reason == "the system was down"


def test_a_call_from_the_borrower_is_logged_at_night_too(desk):
    with time_machine.travel(CLOSED_AT, tick=False):
        log_inbound_call(
            case=desk.case,
            contact_point=desk.phone,
            at=clock.now(),
            wrapup=Wrapup(
                result=desk.result("RPC-PAID"), answers=answers_to(desk.result("RPC-PAID"))
            ),
            agent=desk.cast.ana,
        )

    assert Attempt.objects.get().direction == "inbound"
    assert not Incident.objects.exists()


def test_standard_results_are_installed_once_and_left_as_staff_changed_them(desk):
    ResultCode.objects.filter(code="NA").update(name="Rang out")

    assert install_standard_results(by=CLERK) == 0
    assert ResultCode.objects.get(code="NA").name == "Rang out"
