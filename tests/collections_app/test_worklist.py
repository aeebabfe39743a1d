"""Work items and their hints: made with cases, kept by facts, and never an authorisation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collections_app.cases.models import Case, CaseEvent
from collections_app.close.services import catch_up
from collections_app.contacts.services import start_call
from collections_app.worklist.models import WorkItem
from collections_app.worklist.queries import workable_counts
from collections_app.worklist.services import (
    question_changed_grounds,
    refresh_due,
    refresh_workable,
)
from collections_app.worklist.tasks import refresh_due_hints
from compliance.attempts.services import ContactRefused, record_inbound, reserve, settle
from compliance.consents.models import Consent
from compliance.gate.services import decide
from compliance.registers.models import RegisterChange
from compliance.stops.models import Stop
from core import clock
from core.facts import drain
from loans.borrowers.services import mark_invalid
from loans.delinquency.models import PositionChange
from loans.portfolios.models import FeedWatermark, Portfolio
from loans.repayments.services import record_repayment
from tests.collections_app.builders import CLOSED_THROUGH, build_desk
from tests.compliance.builders import CLOSED_AT, OPEN_AT, call_request, reachable_loan
from tests.loans.builders import CLERK, build_loan, build_party

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        found = build_desk()
        _follow()
        yield found


def _follow() -> None:
    """What beat and wake-ups do: facts are read, and what they call into question is refreshed."""
    for topic in (PositionChange.TOPIC, CaseEvent.TOPIC, RegisterChange.TOPIC):
        drain(topic)
    refresh_due_hints()


def _item() -> WorkItem:
    return WorkItem.objects.get()


def _stop(desk, **values) -> Stop:
    defaults = {
        "party": desk.case.borrower,
        "kind": "hold",
        "starts_at": clock.now() - timedelta(minutes=1),
        "source": "a letter",
        "set_by": "Clerk",
    }
    return Stop.objects.create(**{**defaults, **values})


# --- what a hint says ----------------------------------------------------------------------
def test_a_case_brings_its_person_with_what_the_gate_says(desk):
    decision = decide(call_request(desk.case.loan, desk.phone))

    item = _item()

    assert (item.party_id, item.portfolio_id) == (desk.case.borrower_id, desk.case.portfolio_id)
    assert item.workable_from == clock.now()
    assert item.workable_until == decision.closes_at
    assert item.look_at == decision.closes_at


def test_by_night_it_knows_the_next_opening_and_its_end(desk):
    with time_machine.travel(CLOSED_AT, tick=False):
        decision = decide(call_request(desk.case.loan, desk.phone))
        refresh_workable(people=[desk.case.borrower_id])

        item = _item()

        assert item.workable_from == decision.next_allowed_at
        with time_machine.travel(decision.next_allowed_at, tick=False):
            then = decide(call_request(desk.case.loan, desk.phone))
            assert then.allowed
            assert item.workable_until == then.closes_at


def test_one_person_with_two_loans_is_one_item_and_the_open_one_counts(desk):
    other = build_loan(desk.cast.portfolio, party=desk.case.borrower)
    catch_up(portfolio=desk.cast.portfolio, through=CLOSED_THROUGH + timedelta(days=1), by=CLERK)
    _follow()
    assert Case.objects.filter(borrower=desk.case.borrower, state="open").count() == 2

    _stop(desk, loan=desk.case.loan)
    _follow()
    assert _item().workable_from == clock.now()

    _stop(desk, loan=other)
    _follow()
    assert _item().workable_from is None


def test_whoever_has_no_number_waits_and_is_looked_at_again_soon(desk):
    party = build_party(desk.cast.portfolio)
    build_loan(desk.cast.portfolio, party=party)
    catch_up(portfolio=desk.cast.portfolio, through=CLOSED_THROUGH + timedelta(days=1), by=CLERK)
    _follow()

    item = WorkItem.objects.get(party=party)

    assert (item.workable_from, item.workable_until) == (None, None)
    assert item.look_at == clock.now() + timedelta(hours=1)


# --- the facts that touch it ---------------------------------------------------------------
def test_a_stop_and_its_end_are_heard_of_however_they_were_written(desk):
    stop = _stop(desk)
    _follow()
    assert _item().workable_from is None

    Stop.objects.filter(pk=stop.pk).update(
        lifted_at=clock.now(), lifted_by="Clerk", lifted_reason="paid"
    )
    _follow()
    assert _item().workable_from == clock.now()


@pytest.mark.parametrize("of", ["loan", "portfolio"])
def test_a_stop_of_a_loan_or_portfolio_reaches_the_people_behind_it(desk, of):
    _stop(desk, party=None, **{of: getattr(desk.case, of)})
    _follow()

    assert _item().workable_from is None


def test_a_refusal_of_the_channel_is_heard_of(desk):
    Consent.objects.create(
        party=desk.case.borrower, channel="call", answer="no", given_at=clock.now()
    )
    _follow()

    assert _item().workable_from is None


def test_a_talk_closes_the_person_for_the_days_the_rules_say(desk):
    attempt = reserve(request=call_request(desk.case.loan, desk.phone), by=CLERK)
    settle(attempt=attempt, outcome="conversation", by=CLERK)
    _follow()

    decision = decide(call_request(desk.case.loan, desk.phone))
    assert not decision.allowed
    assert _item().workable_from == decision.next_allowed_at


def test_a_talk_with_somebody_else_about_the_loan_calls_it_into_question(desk):
    looked_at = _item().look_at
    loan, phone = desk.case.loan, desk.phone
    record_inbound(request=call_request(loan, phone), outcome="conversation", by=CLERK)
    drain(RegisterChange.TOPIC)

    assert _item().look_at == clock.now() < looked_at


def test_money_that_ends_the_case_ends_the_item(desk):
    position = desk.case.loan.position
    record_repayment(
        loan=desk.case.loan,
        amount=position.overdue_amount,
        value_on=date(2026, 5, 11),
        external_ref="all",
        by=CLERK,
    )
    _follow()

    assert not Case.objects.open().exists()
    assert not WorkItem.objects.exists()


def test_a_change_for_a_whole_portfolio_calls_all_of_it_into_question(desk):
    assert question_changed_grounds() == []
    Portfolio.objects.filter(pk=desk.case.portfolio_id).update(contacts_known_from=None)

    _follow()

    assert _item().workable_from is None
    assert question_changed_grounds() == []


def test_a_file_of_repayments_opens_a_portfolio_that_waited_for_it(desk):
    portfolio = Portfolio.objects.get(pk=desk.case.portfolio_id)
    Portfolio.objects.filter(pk=portfolio.pk).update(ledger="external")
    _follow()
    assert _item().workable_from is None

    FeedWatermark.objects.create(
        portfolio=portfolio,
        feed="repayments",
        through_on=portfolio.business_date,
        received_at=clock.now(),
    )
    _follow()
    assert _item().workable_from == clock.now()


# --- keeping it ----------------------------------------------------------------------------
def test_nothing_is_written_where_nothing_changed(desk):
    before = WorkItem.objects.values_list("workable_from", "look_at", "refreshed_at").get()
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        assert refresh_workable(people=[desk.case.borrower_id]) == 0

    assert WorkItem.objects.values_list("workable_from", "look_at", "refreshed_at").get() == before


def test_what_is_not_due_is_left_alone_and_its_hour_makes_it_due(desk):
    assert refresh_due() == 0

    with time_machine.travel(_item().look_at, tick=False):
        assert refresh_due() == 1
        assert refresh_due() == 0
        assert _item().workable_from > clock.now()


def test_what_is_not_told_is_found_within_a_day(desk):
    mark_invalid(contact_point=desk.phone, on=date(2026, 5, 12), reason="dead", by=CLERK)
    assert _item().workable_from is not None
    for _look in range(3):
        with time_machine.travel(_item().look_at, tick=False):
            refresh_due()

    assert _item().workable_from is None


def test_many_people_are_refreshed_in_as_many_queries_as_one(desk):
    def queries() -> int:
        WorkItem.objects.update(look_at=clock.now())
        with CaptureQueriesContext(connection) as seen:
            refresh_due()
        return len(seen)

    one = queries()
    for _number in range(5):
        reachable_loan(desk.cast.portfolio)
    catch_up(portfolio=desk.cast.portfolio, through=CLOSED_THROUGH + timedelta(days=1), by=CLERK)
    _follow()

    assert WorkItem.objects.count() == 6
    assert queries() == one


def test_a_hint_permits_nothing(desk):
    _stop(desk)  # nobody has followed it yet
    assert _item().workable_from is not None

    with pytest.raises(ContactRefused):
        start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)


# --- what the queue says -------------------------------------------------------------------
def test_people_are_counted_by_when_they_may_be_worked(desk):
    now = datetime(2026, 5, 12, 18, tzinfo=UTC)
    for _number in range(5):
        reachable_loan(desk.cast.portfolio)
    catch_up(portfolio=desk.cast.portfolio, through=CLOSED_THROUGH + timedelta(days=1), by=CLERK)
    _follow()
    soon, later = now + timedelta(hours=1), now + timedelta(hours=2)
    hints = [(now, soon), (now, None), (soon, later), (soon, later), (later, None), (None, None)]
    for item, (since, until) in zip(WorkItem.objects.order_by("pk"), hints, strict=True):
        WorkItem.objects.filter(pk=item.pk).update(workable_from=since, workable_until=until)

    with CaptureQueriesContext(connection) as seen:
        counts = workable_counts(cases=Case.objects.open(), now=now)

    assert len(seen) == 1
    assert (counts.now, counts.opens_at, counts.opening) == (2, soon, 2)
    assert (counts.later, counts.waiting, counts.people) == (1, 1, 6)
    # The clock alone opens and closes: nobody has to refresh anything at eight.
    then = workable_counts(cases=Case.objects.open(), now=soon)
    assert (then.now, then.opens_at, then.opening, then.waiting) == (3, later, 1, 2)


def test_the_queue_says_how_many_are_workable_now_and_when_the_rest(desk):
    client = Client()
    client.force_login(desk.cast.ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("desk:my_cases"), {"view": "all"})
    assert page.context["workable"] == ["1 person workable now"]

    cache.clear()
    WorkItem.objects.update(workable_from=clock.now() + timedelta(hours=14), workable_until=None)
    page = client.get(reverse("desk:my_cases"), {"view": "all"})
    assert page.context["workable"][0] == "0 people workable now"
    assert page.context["workable"][1].startswith("1 waits until ")
    assert "waits until" in page.content.decode()


def test_others_people_are_not_counted(desk):
    assert WorkItem.objects.visible_to(desk.cast.ana).count() == 1
    assert not WorkItem.objects.visible_to(desk.cast.cleo).exists()
