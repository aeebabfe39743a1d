"""Proceedings: the table, the second person, completeness, clocks, what a stage closes, costs."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.utils import DatabaseError

from collections_app.legal.completeness import missing_of
from collections_app.legal.deadline_services import add_deadline, count_again, meet_deadline
from collections_app.legal.deadlines import CLOCKS, Started, due_of
from collections_app.legal.file_models import LegalCost, LegalDocument
from collections_app.legal.file_services import (
    add_document,
    read_document,
    record_cost,
    take_back_cost,
    withdraw_document,
)
from collections_app.legal.flow import STAGES_OF, TABLE, ProceedingKind, Stage, transitions_of
from collections_app.legal.limitation import guarantees_of, limitation_of
from collections_app.legal.models import LegalDeadline, Proceeding, ProceedingEvent
from collections_app.legal.restrictions import stops_of
from collections_app.legal.services import (
    Details,
    Opening,
    change_details,
    decide_filing,
    hand_to,
    move,
    open_proceeding,
    propose_filing,
    take_back,
)
from compliance.notices.services import record_notice
from compliance.stops.models import Stop
from core.audit.models import AuditEntry
from core.calendars import CalendarDay, HolidayCalendar, WorkingDays, load
from core.files.services import path_of
from loans.delinquency.models import Position
from loans.repayments.models import Charge, Reversal
from tests.collections_app.legal_matter import MONDAY, PDF, approved, build_matter, complete

pytestmark = pytest.mark.django_db

SHENZHEN = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)
SCENARIOS = {
    row["id"]: row
    for row in json.loads(
        (Path(__file__).parents[1] / "data/compliance/cases.json").read_text(encoding="utf-8")
    )["deadline_cases"]
}


@pytest.fixture
def matter():
    with time_machine.travel(MONDAY, tick=False) as now:
        built = build_matter()
        built.now = now
        yield built


@pytest.fixture
def demanded(matter):
    """With a demand that arrived."""
    record_notice(
        loan=matter.loan,
        party=matter.case.borrower,
        kind="demand",
        served_on=date(2026, 2, 27),
        how="registered_post",
        document_ref="D-1 EMS",
        by=matter.by,
    )
    return matter


def _to(proceeding, stage, by, on=TODAY, **said):
    return move(proceeding=proceeding, stage=stage, on=on, said=said, by=by)


def _day(row, name):
    return date.fromisoformat(SCENARIOS[row]["expected"][name])


# --- the table -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ProceedingKind))
def test_every_stage_is_reached_and_every_clock_is_known(kind):
    reached, ahead = {Stage.PREPARING}, [Stage.PREPARING]
    while ahead:
        here = ahead.pop()
        following = [step.stage for step in TABLE[kind] if here in step.after]
        ahead += [stage for stage in following if stage not in reached]
        reached.update(following)

    assert reached == set(STAGES_OF[kind])
    assert Stage.ENDED in reached
    codes = {code for step in TABLE[kind] for code in (*step.starts, *step.meets)}
    assert codes <= set(CLOCKS)
    assert ("approved", "filed") in transitions_of(kind)
    assert ("preparing", "filed") not in transitions_of(kind)


def test_the_database_makes_no_move_that_the_table_lacks(demanded):
    suit = approved(demanded, kind="litigation")

    for stage in ("hearing", "in_force", "issued", "preparing_x"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Proceeding.objects.filter(pk=suit.pk).update(stage=stage)
    with pytest.raises(ValidationError, match="cannot come to this stage"):
        _to(suit, "in_force", demanded.by)
    assert suit.events.count() == 3
    # A payment order is issued; a suit never is.
    with pytest.raises(DatabaseError), transaction.atomic():
        Proceeding.objects.filter(pk=suit.pk).update(kind="payment_order")


# --- the file and the second person -----------------------------------------------------------


def test_what_is_missing_is_named_and_nothing_is_asked(matter):
    suit = open_proceeding(
        case=matter.case, opening=Opening("litigation"), owner=matter.officer, by=matter.by
    )
    assert missing_of(suit) == [
        "the court or tribunal",
        "the claim and the day of its figures",
        "statement of claim or application",
        "loan contract",
        "proof of disbursement",
        "statement of account",
        "identity of the debtor",
        "power of attorney",
        "a demand that arrived",
    ]
    complete(suit, matter.by, "contract")

    with pytest.raises(ValidationError, match=r"Missing: loan contract; a demand that arrived\."):
        propose_filing(proceeding=Proceeding.objects.get(), by=matter.by)

    suit.refresh_from_db()
    assert (suit.stage, suit.approval) == ("preparing", None)


def test_the_second_person_sees_the_hashes_and_a_refusal_sends_the_file_back(demanded):
    suit = open_proceeding(
        case=demanded.case, opening=Opening("litigation"), owner=demanded.officer, by=demanded.by
    )
    complete(suit, demanded.by)
    suit = propose_filing(proceeding=suit, by=demanded.by)
    papers = suit.approval.brief["documents"]
    assert {row["sha256"] for row in papers} == set(
        LegalDocument.objects.values_list("file__sha256", flat=True)
    )
    with pytest.raises(ValidationError, match="waits for a decision"):
        add_document(
            proceeding=suit, kind="other", content=BytesIO(PDF), name="x.pdf", by=demanded.by
        )
    with pytest.raises(PermissionDenied):
        decide_filing(proceeding=suit, approve=True, reason="", by=demanded.by)

    suit = decide_filing(proceeding=suit, approve=False, reason="wrong court", by=demanded.lead)

    assert (suit.stage, suit.approval) == ("preparing", None)
    assert suit.events.latest("pk").reason == "wrong court"
    assert demanded.officer.notices.latest("created_at").key == "approval.refused"


def test_approved_is_what_was_seen_until_it_is_taken_back(demanded):
    suit = approved(demanded, kind="litigation")
    details = Details(
        court="another court",
        claim_amount=Decimal("1.00"),
        claim_as_of=TODAY,
    )

    with pytest.raises(ValidationError, match="as they were approved"):
        change_details(proceeding=suit, details=details, by=demanded.by)
    paper = LegalDocument.objects.filter(proceeding=suit).first()
    with pytest.raises(ValidationError, match="shown to a second person"):
        withdraw_document(document=paper, reason="old", by=demanded.by)
    suit = take_back(proceeding=suit, reason="another court", by=demanded.by)
    assert (suit.stage, suit.approval) == ("preparing", None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Proceeding.objects.filter(pk=suit.pk).update(stage="approved")


def test_one_of_a_kind_runs_at_a_time_and_the_officer_must_be_one(demanded):
    approved(demanded, kind="litigation")

    with pytest.raises(ValidationError, match="is running already"):
        open_proceeding(
            case=demanded.case,
            opening=Opening("litigation"),
            owner=demanded.officer,
            by=demanded.by,
        )
    with pytest.raises(ValidationError, match="cannot work legal matters"):
        hand_to(proceeding=Proceeding.objects.get(), owner=demanded.cast.ana, by=demanded.by)
    assert Proceeding.objects.count() == 1


# --- the days of the law ------------------------------------------------------------------------


def test_before_a_suit_thirty_days_run_from_the_measure_until_the_suit_is_filed(demanded):
    by = demanded.by
    measure = approved(demanded, kind="preservation", asset="movable", is_before_suit=True)
    _to(measure, "filed", by)
    demanded.now.move_to("2026-03-16T02:00:00+00:00")
    on = date.fromisoformat(SCENARIOS["DL-CN-01"]["input"]["measures_taken_on"])
    accepted_at = datetime(2026, 3, 16, 9, 30, tzinfo=SHENZHEN)
    _to(measure, "accepted", by, on, case_number="执保1", accepted_at=accepted_at)
    ruling = LegalDeadline.objects.get(code="preservation_ruling")
    assert ruling.due_at == datetime(2026, 3, 18, 9, 30, tzinfo=SHENZHEN)
    assert (ruling.whose, ruling.citation) == ("court", "民事诉讼法(2023) 104(2)")
    _to(measure, "ruled", by, on)
    assert LegalDeadline.objects.get(code="preservation_enforced").due_on == on
    _to(measure, "in_force", by, on)
    file_by = LegalDeadline.objects.get(code="preservation_file_by")
    assert file_by.due_on == _day("DL-CN-01", "must_file_by")
    assert (file_by.is_hard, file_by.whose) == (True, "ours")

    suit = approved(demanded, kind="litigation")
    _to(suit, "filed", by, on)

    file_by.refresh_from_db()
    assert (file_by.state, file_by.closed_on) == ("met", on)


def test_a_measure_is_renewed_before_it_ends(demanded):
    by = demanded.by
    measure = approved(demanded, kind="preservation", asset="movable")
    demanded.now.move_to("2026-03-16T02:00:00+00:00")
    on = date(2026, 3, 16)
    at = datetime(2026, 3, 16, 9, tzinfo=SHENZHEN)
    _to(measure, "filed", by, on)
    _to(measure, "accepted", by, on, case_number="执保1", accepted_at=at)
    ruling = LegalDeadline.objects.get(code="preservation_ruling")
    assert ruling.due_on == _day("DL-CN-03", "ruling_due_on")
    _to(measure, "ruled", by, on)
    _to(measure, "in_force", by, on)
    assert LegalDeadline.objects.get(code="preservation_renewal").due_on == _day(
        "DL-CN-04", "renewal_request_by"
    )
    with pytest.raises(ValidationError, match="2028-03-16 at the latest"):
        _to(measure, "in_force", by, on, until=date(2028, 3, 17))

    demanded.now.move_to("2028-03-06T02:00:00+00:00")
    _to(measure, "in_force", by, date(2028, 3, 6), until=date(2029, 3, 5))

    states = dict(
        LegalDeadline.objects.filter(code="preservation_renewal").values_list("state", "due_on")
    )
    assert states["met"] == date(2028, 3, 9)
    assert states["open"] == date(2029, 2, 26)
    assert LegalDeadline.objects.get(code="preservation_ends", state="open").due_on == date(
        2029, 3, 5
    )


def test_the_payment_order_runs_its_fifteen_days_and_two_years(demanded):
    by = demanded.by
    order = approved(demanded, kind="payment_order")
    _to(order, "filed", by)
    _to(order, "accepted", by, case_number="支1")
    assert LegalDeadline.objects.get(code="payment_order_issued").due_on == date(2026, 3, 17)
    _to(order, "issued", by)
    _to(order, "served", by)
    assert LegalDeadline.objects.get(code="payment_order_answer").whose == "debtor"
    _to(order, "in_force", by, perform_by=date(2026, 3, 17))
    enforcement = LegalDeadline.objects.get(code="enforcement")
    assert (enforcement.due_on, enforcement.citation) == (
        date(2028, 3, 17),
        "民事诉讼法(2023) 250",
    )

    followed = approved(demanded, kind="enforcement", based_on=order)
    _to(followed, "filed", by)

    enforcement.refresh_from_db()
    assert enforcement.state == "met"


def test_limitation_and_guarantee_are_those_of_the_scenarios():
    with time_machine.travel(MONDAY, tick=False):
        build_matter()
        days = load("CN")
        said = SCENARIOS["DL-CN-06"]["input"]
        facts = {
            "due": said["last_instalment_due"],
            "demand": [said["interruptions"][0][:10]],
            "asked": [],
            "filed": [],
            "paid": None,
            "guarantors": [],
        }
        found = limitation_of(facts, days)
        assert found.ends_on == _day("DL-CN-06", "limitation_ends")
        assert found.because == "demand"
        # Before the period begins nothing is interrupted.
        assert limitation_of({**facts, "demand": ["2026-05-01"]}, days).because == "due"
        guarantor = {
            **facts,
            "due": SCENARIOS["DL-CN-07"]["input"]["main_debt_due"],
            "guarantors": ["0190b3b6-0000-7000-8000-000000000001"],
        }
        period = guarantees_of(guarantor, days)[0]
        assert period.demand_by == _day("DL-CN-07", "must_demand_guarantor_by")
        assert period.asked_on is None


def test_a_day_in_a_year_without_published_holidays_is_counted_again(demanded):
    by = demanded.by
    suit = approved(demanded, kind="litigation")
    _to(suit, "filed", by)
    docketing = LegalDeadline.objects.get(code="docketing")
    assert (docketing.due_on, docketing.is_provisional) == (date(2026, 3, 9), False)
    LegalDeadline.objects.filter(pk=docketing.pk).update(is_provisional=True)
    calendar = HolidayCalendar.objects.get(code="CN")
    CalendarDay.objects.create(
        calendar=calendar, on=date(2026, 3, 9), kind="holiday", name="x", origin="manual"
    )
    HolidayCalendar.objects.update(revision="0190b3b6-0000-7000-8000-000000000001")

    assert count_again(by=by) == 1

    docketing.refresh_from_db()
    assert (docketing.due_on, docketing.is_provisional) == (date(2026, 3, 10), False)
    assert count_again(by=by) == 0


def test_a_clock_whose_day_is_not_said_does_not_run():
    started = Started(on=TODAY, zone=SHENZHEN)

    assert due_of("hearing", started, WorkingDays()) is None
    assert due_of("preservation_file_by", started, WorkingDays()) is None


def test_days_of_the_court_are_entered_and_met_and_counted_ones_are_not(demanded):
    suit = approved(demanded, kind="litigation")
    with pytest.raises(ValidationError, match="counted from the stages"):
        add_deadline(proceeding=suit, code="appeal", due_on=TODAY, by=demanded.by)
    day = add_deadline(
        proceeding=suit, code="evidence", due_on=date(2026, 3, 9), is_hard=True, by=demanded.by
    )

    meet_deadline(deadline=day, on=TODAY, by=demanded.by)

    with pytest.raises(ValidationError, match="no longer runs"):
        meet_deadline(deadline=day, on=TODAY, by=demanded.by)
    assert LegalDeadline.objects.get().state == "met"


@pytest.mark.parametrize(
    ("stage", "said", "why"),
    [
        ("filed", {"on": date(2026, 3, 3)}, "Give a day from"),
        ("filed", {"on": date(2026, 3, 1)}, "Give a day from"),
        ("ended", {"ending": "nonsense", "reason": "x"}, "how it ended"),
        ("ended", {"ending": "paid"}, "asks for more: a reason"),
        ("accepted", {}, "cannot come to this stage"),
    ],
)
def test_a_stage_that_lacks_what_it_asks_is_refused(demanded, stage, said, why):
    suit = approved(demanded, kind="litigation")
    on = said.pop("on", TODAY)

    with pytest.raises(ValidationError, match=why):
        move(
            proceeding=suit,
            stage=stage,
            on=on,
            said=said,
            reason=said.get("reason", ""),
            by=demanded.by,
        )

    suit.refresh_from_db()
    assert suit.stage == "approved"
    assert not LegalDeadline.objects.exists()


# --- what a stage closes, what it costs -----------------------------------------------------------


def test_a_stage_closes_ways_and_the_end_opens_them(demanded):
    by = demanded.by
    suit = approved(demanded, kind="litigation")
    assert stops_of(suit) == []
    _to(suit, "filed", by)
    assert [stop.details["closes"] for stop in stops_of(suit)] == ["visit"]
    _to(suit, "accepted", by, case_number="民初1")
    hearing_at = datetime(2026, 4, 20, 9, 30, tzinfo=SHENZHEN)
    _to(suit, "hearing", by, hearing_at=hearing_at)
    assert [stop.details["closes"] for stop in stops_of(suit)] == ["call sms email visit"]

    move(
        proceeding=suit,
        stage="ended",
        on=TODAY,
        said={"ending": "settled"},
        reason="paid at court",
        by=by,
    )

    assert stops_of(suit) == []
    assert Stop.objects.filter(lifted_at__isnull=True).count() == 0
    assert set(LegalDeadline.objects.values_list("code", "state")) == {
        ("docketing", "met"),
        ("hearing", "void"),
    }


def test_a_cost_is_a_fee_of_the_loan_and_leaves_it_when_taken_back(demanded):
    suit = approved(demanded, kind="litigation")
    before = Position.objects.get(pk=demanded.loan.pk).outstanding_amount
    with pytest.raises(ValidationError, match="more than zero"):
        record_cost(
            proceeding=suit,
            kind="court_fee",
            amount=Decimal(0),
            incurred_on=TODAY,
            is_charged=True,
            by=demanded.by,
        )
    cost = record_cost(
        proceeding=suit,
        kind="court_fee",
        amount=Decimal("1078.00"),
        incurred_on=TODAY,
        is_charged=True,
        by=demanded.by,
    )
    borne = record_cost(
        proceeding=suit,
        kind="counsel",
        amount=Decimal("3000.00"),
        incurred_on=TODAY,
        is_charged=False,
        by=demanded.by,
    )
    assert (cost.charge, borne.charge) == (Charge.objects.get(), None)
    assert Position.objects.get(pk=demanded.loan.pk).outstanding_amount == before + 1078

    take_back_cost(cost=cost, reason="paid back by the court", by=demanded.by)

    assert Reversal.objects.get().of_id == cost.charge_id
    assert Position.objects.get(pk=demanded.loan.pk).outstanding_amount == before
    with pytest.raises(ValidationError, match="took it back before"):
        take_back_cost(cost=LegalCost.objects.get(pk=cost.pk), reason="x", by=demanded.by)


def test_papers_are_sealed_hashed_and_their_reading_is_on_record(demanded):
    suit = open_proceeding(
        case=demanded.case, opening=Opening("litigation"), owner=demanded.officer, by=demanded.by
    )
    for wrong, why in ((b"", "empty"), (b"MZ\x90 a program", "Only PDF")):
        with pytest.raises(ValidationError, match=why):
            add_document(
                proceeding=suit, kind="contract", content=BytesIO(wrong), name="x", by=demanded.by
            )
    assert not LegalDocument.objects.exists()
    first, second = (
        add_document(
            proceeding=suit,
            kind="contract",
            content=BytesIO(PDF + version),
            name="合同.pdf",
            by=demanded.by,
        )
        for version in (b"1", b"2")
    )
    assert (first.version, second.version) == (1, 2)
    assert PDF not in path_of(first.file).read_bytes()

    name, content = read_document(document=first, by=demanded.lead)

    with content:
        assert (name, content.read()) == ("合同.pdf", PDF + b"1")
    entry = AuditEntry.objects.get(action="legal_document.read")
    assert (entry.actor_label, entry.data["sha256"]) == ("Ben", first.file.sha256)
    withdraw_document(document=first, reason="unsigned", by=demanded.by)
    assert LegalDocument.objects.filter(withdrawn_at__isnull=True).get() == second


def test_events_are_facts(demanded):
    approved(demanded, kind="litigation")

    with pytest.raises(DatabaseError), transaction.atomic():
        ProceedingEvent.objects.update(by="somebody else")
