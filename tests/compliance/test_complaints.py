"""The life of a complaint: its number, clock, steps and stop; races; the gate meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from accounts.inbox.models import Notice
from compliance.complaints import services
from compliance.complaints.models import Complaint, ComplaintEvent
from compliance.complaints.services import (
    acknowledge_complaint,
    answer_complaint,
    assign_complaint,
    close_complaint,
    extend_complaint,
    register_complaint,
    reopen_complaint,
)
from compliance.gate.facts import Channel
from compliance.gate.services import decide
from compliance.rulepacks.services import install_pack
from compliance.stops.models import Stop
from compliance.stops.services import lift_stop
from core import clock
from core.audit.actors import SYSTEM
from core.audit.models import AuditEntry
from core.encryption.words import words_in
from tests.compliance.builders import (
    OPEN_AT,
    call_request,
    reachable_loan,
    reachable_portfolio,
)
from tests.compliance.packs import pack_document
from tests.loans.builders import CLERK, build_cast, build_party

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan_and_phone():
    with time_machine.travel(OPEN_AT, tick=False):
        yield reachable_loan(reachable_portfolio())


def _complaint(about, **changes) -> Complaint:
    values = {
        "party": about.parties.get(role="borrower").party,
        "portfolio": about.portfolio,
        "loan": about,
        "category": "conduct",
        "channel": "call",
        "text": "He shouted at my wife",
        "received_at": clock.now(),
        "by": CLERK,
    }
    return register_complaint(**{**values, **changes})


def _under(loan_and_phone, *packs):
    """The loan, its portfolio under other packs."""
    loan, _phone = loan_and_phone
    loan.portfolio.rule_packs = list(packs)
    loan.portfolio.save()
    return loan


def _steps(complaint) -> list[str]:
    return list(complaint.events.order_by("pk").values_list("step", flat=True))


def test_registering_numbers_it_starts_its_clock_and_stops_contact(loan_and_phone):
    loan, phone = loan_and_phone

    complaint = _complaint(loan)

    complaint.refresh_from_db()
    assert (complaint.label, complaint.status, complaint.clock) == ("C-1", "open", "simple")
    assert complaint.due_on == date(2026, 5, 27)
    assert b"shouted" not in complaint.text
    assert words_in(complaint, "text", key=complaint.party.data_key) == "He shouted at my wife"
    stop = Stop.objects.get(complaint=complaint)
    assert (stop.kind, stop.loan_id, stop.source) == ("complaint", loan.pk, "C-1")
    assert not decide(call_request(loan, phone)).allowed
    assert _steps(complaint) == ["registered"]
    assert AuditEntry.objects.get(action="complaint.registered").portfolio_id == loan.portfolio_id


@pytest.mark.parametrize(
    ("category", "kind"), [("amount", "dispute"), ("not_my_debt", "dispute"), ("fees", "complaint")]
)
def test_a_complaint_about_the_debt_is_a_dispute_of_it(loan_and_phone, category, kind):
    complaint = _complaint(loan_and_phone[0], category=category)

    assert Stop.objects.get(complaint=complaint).kind == kind


def test_the_clock_counts_from_the_day_of_receipt_where_the_portfolio_is(loan_and_phone):
    # 03:30 in UTC of the 12th is still the 11th in New York.
    at = datetime.fromisoformat("2026-05-12T03:30:00+00:00")

    assert _complaint(loan_and_phone[0], received_at=at).due_on == date(2026, 5, 26)


def test_the_same_complaint_again_is_the_same_complaint(loan_and_phone):
    loan, _phone = loan_and_phone

    first, again = _complaint(loan), _complaint(loan)

    assert first.pk == again.pk
    assert Stop.objects.count() == ComplaintEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"category": "mood"}, "what the complaint is about"),
        ({"channel": "pigeon"}, "how the complaint came in"),
        ({"text": " "}, "in their own words"),
        ({"text": "x" * 8001}, "at most 8000"),
        ({"text": "pay from 4111 1111 1111 1111"}, "card"),
        ({"received_at": datetime.fromisoformat("2026-05-13T00:00:00+00:00")}, "later than now"),
    ],
)
def test_a_refused_complaint_leaves_nothing_behind(loan_and_phone, changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        _complaint(loan_and_phone[0], **changes)

    assert not Complaint.objects.exists()
    assert not Stop.objects.exists()


def test_a_stranger_to_the_portfolio_is_refused(loan_and_phone):
    loan, _phone = loan_and_phone
    stranger = build_party(loan.portfolio, customer_no="C-9", full_name="Nobody Here")

    with pytest.raises(ValidationError, match="no role to the loan"):
        _complaint(loan, party=stranger, loan=None)


@pytest.mark.parametrize(
    ("packs", "days", "rule", "cited"),
    [
        (("CN",), [15, 30, 60], "CN-COMPLAINT", "银行业保险业消费投诉处理管理办法"),
        (("UK",), [56], "UK-DISP", "FCA DISP 1.6.1R"),
        (("US-REGF", "US-TCPA"), [15, 60], "US-COMPLAINT", "Policy: Regulation F sets no days"),
        (("IN",), [30], "IN-COMPLAINT", "Ombudsman Scheme 2021"),
        # Of several packs the strictest; without a word from any, our own policy.
        (("UK", "IN"), [30], "IN-COMPLAINT", "Ombudsman Scheme 2021"),
        (("US-TCPA",), [15, 30, 60], "", "Policy: no rule pack of the portfolio"),
        ((), [15, 30, 60], "", "Policy: no rule pack of the portfolio"),
    ],
)
def test_the_clock_is_that_of_the_packs_of_the_portfolio(loan_and_phone, packs, days, rule, cited):
    complaint = _complaint(_under(loan_and_phone, *packs))

    assert (complaint.answer_days, complaint.clock_rule) == (days, rule)
    assert cited in complaint.clock_citation
    assert complaint.due_on == date(2026, 5, 12) + timedelta(days=days[0])


def test_a_pack_of_the_place_where_the_person_lives_joins_in(loan_and_phone):
    loan, _phone = loan_and_phone
    assert _complaint(loan).clock_rule == "US-COMPLAINT"
    quick = {
        "rule": "complaint",
        "code": "TX-QUICK",
        "values": {"answer_days": [10]},
        "citation": "a text",
        "binding": "law",
    }
    install_pack(
        document=pack_document(code="TXQ", name="Texas", place="US-TX", rules=[quick]), by=SYSTEM
    )

    assert _complaint(loan, category="fees").clock_rule == "TX-QUICK"


def test_a_running_clock_stays_as_it_is_when_the_packs_change(loan_and_phone):
    complaint = _complaint(loan_and_phone[0])
    _under(loan_and_phone, "CN")

    complaint = extend_complaint(complaint=complaint, to="complex", reason="files", by=CLERK)

    assert complaint.due_on == date(2026, 7, 11)  # 60 days, as Regulation F's pack said


def test_an_answer_that_has_eight_weeks_cannot_be_extended(loan_and_phone):
    complaint = _complaint(_under(loan_and_phone, "UK"))

    with pytest.raises(ValidationError, match="no longer time than this"):
        extend_complaint(complaint=complaint, to="complex", reason="files", by=CLERK)

    assert _steps(complaint) == ["registered"]


def test_where_the_rule_asks_it_the_person_is_told_that_it_came_in_once(loan_and_phone):
    complaint = _complaint(_under(loan_and_phone, "UK"))
    assert complaint.acknowledge_by == date(2026, 5, 17)

    acknowledge_complaint(complaint=complaint, text="letter, second class", by=CLERK)
    with pytest.raises(ValidationError, match="acknowledged meanwhile"):
        acknowledge_complaint(complaint=complaint, text="again", by=CLERK)
    answer_complaint(complaint=complaint, text="sorry", by=CLERK)
    with pytest.raises(ValidationError, match="nothing to acknowledge"):
        acknowledge_complaint(complaint=complaint, text="late", by=CLERK)

    assert _steps(complaint) == ["registered", "confirmed", "answered"]
    assert AuditEntry.objects.filter(action="complaint.acknowledged").count() == 1


@pytest.mark.parametrize("pack", ["CN", "UK", "US-REGF", "IN"])
def test_the_answer_to_a_complaint_may_be_sent_while_it_stops_the_rest(loan_and_phone, pack):
    _loan, phone = loan_and_phone
    loan = _under(loan_and_phone, pack)
    _complaint(loan)
    asked = replace(call_request(loan, phone), channel=Channel.LETTER, contact_point_id=None)
    answer = replace(asked, content=frozenset({"complaint_reply"}))

    barred, passed = decide(asked), decide(answer)

    assert "complaint_closed" in barred.release_events
    assert "complaint_closed" not in passed.release_events


def test_extended_twice_counted_from_receipt_and_no_further(loan_and_phone):
    complaint = _complaint(_under(loan_and_phone, "CN"))

    complaint = extend_complaint(complaint=complaint, to="complex", reason="files", by=CLERK)
    assert complaint.due_on == date(2026, 6, 11)
    complaint = extend_complaint(complaint=complaint, to="exceptional", reason="court", by=CLERK)
    assert complaint.due_on == date(2026, 7, 11)
    with pytest.raises(ValidationError, match="no longer time than this"):
        extend_complaint(complaint=complaint, to="exceptional", reason="more", by=CLERK)

    assert _steps(complaint) == ["registered", "extended", "extended"]
    assert [event.word for event in complaint.events.order_by("pk")][1:] == [
        "complex",
        "exceptional",
    ]


def test_an_extension_needs_a_reason_and_comes_in_time(loan_and_phone):
    complaint = _complaint(loan_and_phone[0])

    with pytest.raises(ValidationError, match="takes longer"):
        extend_complaint(complaint=complaint, to="complex", reason="", by=CLERK)
    with (
        time_machine.travel("2026-05-28T12:00:00+00:00", tick=False),
        pytest.raises(ValidationError, match="over since 2026-05-27"),
    ):
        extend_complaint(complaint=complaint, to="complex", reason="files", by=CLERK)
    with time_machine.travel("2026-05-27T12:00:00+00:00", tick=False):
        assert extend_complaint(complaint=complaint, to="complex", reason="files", by=CLERK)


def test_a_complaint_is_late_the_day_after_its_last_day(loan_and_phone):
    complaint = _complaint(loan_and_phone[0])

    assert not Complaint.objects.overdue(complaint.due_on).exists()
    assert Complaint.objects.overdue(complaint.due_on + timedelta(days=1)).get() == complaint
    answer_complaint(complaint=complaint, text="sorry", by=CLERK)
    assert not Complaint.objects.overdue(complaint.due_on + timedelta(days=1)).exists()


def test_the_stop_follows_the_complaint_until_it_is_closed(loan_and_phone):
    loan, phone = loan_and_phone
    complaint = _complaint(loan)

    answer_complaint(complaint=complaint, text="We apologised by letter", by=CLERK)
    assert not decide(call_request(loan, phone)).allowed
    reopen_complaint(complaint=complaint, reason="wants it in writing", by=CLERK)
    assert not decide(call_request(loan, phone)).allowed
    answer_complaint(complaint=complaint, text="Letter of 12 May", by=CLERK)
    closed = close_complaint(complaint=complaint, outcome="upheld", text="coached", by=CLERK)

    assert decide(call_request(loan, phone)).allowed
    stop = Stop.objects.get()
    assert (stop.lifted_reason, stop.lifted_by) == ("complaint C-1 closed", CLERK.label)
    assert closed.outcome == "upheld"
    assert _steps(closed) == ["registered", "answered", "reopened", "answered", "closed"]
    actions = AuditEntry.objects.filter(object_id=str(complaint.pk)).values_list("action")
    assert len(actions) == 5


def test_its_stop_cannot_be_lifted_by_hand(loan_and_phone):
    _complaint(loan_and_phone[0])

    with pytest.raises(ValidationError, match="Complaint C-1 keeps this stop"):
        lift_stop(stop=Stop.objects.get(), reason="I want to call", by=CLERK)

    assert Stop.objects.get().lifted_at is None


def test_opening_again_starts_a_first_clock_from_that_day(loan_and_phone):
    complaint = _complaint(_under(loan_and_phone, "CN"))
    extend_complaint(complaint=complaint, to="complex", reason="files", by=CLERK)
    answer_complaint(complaint=complaint, text="no", by=CLERK)

    with time_machine.travel("2026-06-20T15:00:00+00:00", tick=False):
        again = reopen_complaint(complaint=complaint, reason="not so", by=CLERK)
        assert (again.clock, again.due_on) == ("simple", date(2026, 7, 5))
        again = extend_complaint(complaint=again, to="complex", reason="files", by=CLERK)

    assert again.due_on == date(2026, 7, 20)


def test_every_step_refuses_what_does_not_go_before_it(loan_and_phone):
    complaint = _complaint(loan_and_phone[0])
    refused = [
        (reopen_complaint, {"reason": "x"}, "open already"),
        (close_complaint, {"outcome": "upheld"}, "Answer it first"),
        (close_complaint, {"outcome": "mood"}, "what the complaint came to"),
        (answer_complaint, {"text": ""}, "what was answered"),
        (extend_complaint, {"to": "exceptional", "reason": "x"}, "changed meanwhile"),
    ]
    _all_refused(complaint, refused)
    answer_complaint(complaint=complaint, text="sorry", by=CLERK)
    refused = [
        (answer_complaint, {"text": "again"}, "answered already"),
        (extend_complaint, {"to": "complex", "reason": "x"}, "nothing to extend"),
        (reopen_complaint, {"reason": ""}, "does not accept"),
    ]
    _all_refused(complaint, refused)
    close_complaint(complaint=complaint, outcome="rejected", by=CLERK)
    refused = [
        (reopen_complaint, {"reason": "x"}, "is closed"),
        (close_complaint, {"outcome": "upheld"}, "is closed"),
        (answer_complaint, {"text": "x"}, "answered already"),
    ]
    _all_refused(complaint, refused)

    assert _steps(complaint) == ["registered", "answered", "closed"]


def _all_refused(complaint, calls) -> None:
    for service, values, sentence in calls:
        with pytest.raises(ValidationError, match=sentence):
            service(complaint=complaint, by=CLERK, **values)


def test_it_is_given_to_somebody_who_answers_and_they_are_told(loan_and_phone):
    loan, _phone = loan_and_phone
    cast = build_cast(portfolio=loan.portfolio)
    complaint = _complaint(loan)

    with pytest.raises(ValidationError, match="answers no complaints"):
        assign_complaint(complaint=complaint, owner=cast.ana, by=CLERK)
    assign_complaint(complaint=complaint, owner=cast.ben, by=CLERK)
    assign_complaint(complaint=complaint, owner=cast.ben, by=CLERK)

    complaint.refresh_from_db()
    assert complaint.owner == cast.ben
    assert _steps(complaint) == ["registered", "assigned"]
    notice = Notice.objects.get(user=cast.ben)
    assert notice.params == {"number": "C-1", "due_on": "2026-05-27"}
    assert notice.link == f"/compliance/complaints/{complaint.pk}/"


def test_what_was_said_cannot_be_edited_nor_its_state_jump(loan_and_phone):
    complaint = _complaint(loan_and_phone[0])
    rows = Complaint.objects.filter(pk=complaint.pk)

    for change in (
        {"category": "fees"},
        {"number": 7},
        {"status": "closed", "answered_at": clock.now(), "closed_at": clock.now()},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ComplaintEvent.objects.filter(complaint=complaint).update(by="somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


# --- two at once -----------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@time_machine.travel(OPEN_AT, tick=False)
def test_without_the_lock_two_complaints_take_the_same_number(together, monkeypatch):
    loan, _phone = reachable_loan(reachable_portfolio())
    barrier, read = threading.Barrier(2, timeout=20), services.last_number

    def both_read() -> int:
        number = read()
        barrier.wait()
        return number

    monkeypatch.setattr(services, "advisory_lock", lambda *_args: True)
    monkeypatch.setattr(services, "last_number", both_read)

    results = together([lambda at=at: _complaint(loan, category=at) for at in ("fees", "vehicle")])

    assert sum(isinstance(result, DatabaseError) for result in results) == 1


@pytest.mark.django_db(transaction=True)
@time_machine.travel(OPEN_AT, tick=False)
def test_complaints_registered_at_once_are_numbered_without_gap_or_double(together):
    loan, _phone = reachable_loan(reachable_portfolio())
    categories = ("conduct", "fees", "vehicle", "privacy", "frequency", "other", "conduct", "fees")

    results = together([lambda at=at: _complaint(loan, category=at) for at in categories])

    assert not [result for result in results if isinstance(result, Exception)]
    numbers = Complaint.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5, 6]
    assert Stop.objects.count() == 6


@pytest.mark.django_db(transaction=True)
@time_machine.travel(OPEN_AT, tick=False)
def test_two_who_extend_at_once_extend_once(together):
    complaint = _complaint(reachable_loan(reachable_portfolio(rule_packs=("CN",)))[0])

    def extend():
        return extend_complaint(complaint=complaint, to="complex", reason="files", by=CLERK)

    results = together([extend] * 6)

    refused = [result for result in results if isinstance(result, ValidationError)]
    assert len(refused) == 5
    complaint.refresh_from_db()
    assert (complaint.clock, complaint.due_on) == ("complex", date(2026, 6, 11))
    assert _steps(complaint) == ["registered", "extended"]


@pytest.mark.django_db(transaction=True)
@time_machine.travel(OPEN_AT, tick=False)
def test_closing_and_opening_again_at_once_ends_in_one_of_both(together):
    complaint = _complaint(reachable_loan(reachable_portfolio())[0])
    answer_complaint(complaint=complaint, text="sorry", by=CLERK)

    results = together(
        [
            lambda: close_complaint(complaint=complaint, outcome="upheld", by=CLERK),
            lambda: reopen_complaint(complaint=complaint, reason="not so", by=CLERK),
        ]
        * 3
    )

    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert all(isinstance(r, ValidationError | Complaint) for r in results)
    complaint.refresh_from_db()
    lifted = Stop.objects.get().lifted_at is not None
    assert lifted == (complaint.status == "closed")
    assert len(_steps(complaint)) == 3
