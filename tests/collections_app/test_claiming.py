"""Next: obligations first, then the points; one person with one agent; nobody lost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from collections_app.callbacks.models import Callback
from collections_app.callbacks.services import schedule_callback
from collections_app.cases.models import Case, CaseEvent
from collections_app.close.services import catch_up
from collections_app.contacts.models import Contact, ResultCode
from collections_app.contacts.services import log_call, start_call
from collections_app.contacts.withdrawal import withdraw_contact
from collections_app.contacts.wrapup import Wrapup
from collections_app.promises.models import Promise
from collections_app.protection.services import protect
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.leases import (
    Claim,
    Nothing,
    claim_next,
    lease_of,
    release,
    skip,
    what_waits,
)
from collections_app.worklist.models import WorkItem
from collections_app.worklist.tasks import refresh_due_hints
from compliance.registers.models import RegisterChange
from core import clock
from core.audit.actors import Actor
from core.facts import drain
from loans.delinquency.models import Position, PositionChange
from loans.repayments.services import record_repayment
from tests.collections_app.builders import CLOSED_THROUGH, answers_to, build_desk
from tests.compliance.builders import CLOSED_AT, OPEN_AT, reachable_loan
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        found = build_desk()
        _follow()
        yield found


def _follow() -> None:
    for topic in (PositionChange.TOPIC, CaseEvent.TOPIC, RegisterChange.TOPIC):
        drain(topic)
    refresh_due_hints()


def _more_cases(desk, number: int) -> list[Case]:
    """Further late loans of other people, opened by the next close and dealt to Ana."""
    for _number in range(number):
        reachable_loan(desk.cast.portfolio)
    catch_up(portfolio=desk.cast.portfolio, through=CLOSED_THROUGH + timedelta(days=1), by=CLERK)
    _follow()
    return list(Case.objects.exclude(pk=desk.case.pk).order_by("pk"))


def _log(desk, case: Case, code: str, **wrapup) -> None:
    phone = case.borrower.contact_points.get(kind="phone")
    attempt = start_call(case=case, contact_point=phone, agent=desk.cast.ana)
    wrapup = Wrapup(result=desk.result(code), answers=answers_to(desk.result(code)), **wrapup)
    log_call(case=case, attempt=attempt, wrapup=wrapup, agent=desk.cast.ana)


def _promise(case: Case, *, due_on: date, state: str) -> Promise:
    return Promise.objects.create(
        loan=case.loan,
        party=case.borrower,
        amount=Decimal("110.00"),
        due_on=due_on,
        made_at=clock.now() - timedelta(days=9),
        taken_by="Ana",
        state=state,
    )


def _next(desk) -> Claim:
    found = claim_next(agent=desk.cast.ana)
    assert isinstance(found, Claim)
    return found


def test_next_brings_a_person_for_five_minutes_with_why(desk):
    found = _next(desk)

    assert found.case == desk.case
    lease = Lease.objects.get()
    assert (lease.party_id, lease.agent) == (desk.case.borrower_id, desk.cast.ana)
    assert lease.expires_at == clock.now() + timedelta(minutes=5)
    assert lease.points_table.version == 1
    # 482 days late for 1,320.00: new to everybody, the first instalment open; no bucket follows.
    assert {row["code"]: row["points"] for row in lease.reasons} == {
        "overdue_amount": 10,
        "never_contacted": 15,
        "first_missed": 20,
    }
    assert lease.points == 45


def test_whoever_presses_next_again_has_the_same_person_until_something_came_of_it(desk):
    _more_cases(desk, 1)
    first = _next(desk)

    again = _next(desk)
    assert (again.lease.pk, again.is_same) == (first.lease.pk, True)

    _log(desk, first.case, "NA")
    other = _next(desk)

    assert other.case != first.case
    assert Lease.objects.get(pk=first.lease.pk).ended_because == "saved"


def test_an_open_call_keeps_the_person_and_comes_first_when_it_was_left(desk):
    _more_cases(desk, 2)
    first = _next(desk)
    phone = first.case.borrower.contact_points.get(kind="phone")
    start_call(case=first.case, contact_point=phone, agent=desk.cast.ana)

    assert _next(desk).is_same

    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        again = _next(desk)
        assert again.case == first.case
        assert again.lease.obligation == "unlogged"
        assert Lease.objects.get(pk=first.lease.pk).ended_because == "expired"


@pytest.mark.parametrize(
    ("obligation", "state", "due_on"),
    [("broken", "broken", date(2026, 5, 12)), ("promise_due", "open", date(2026, 5, 12))],
)
def test_a_promise_comes_before_any_ranking(desk, obligation, state, due_on):
    others = _more_cases(desk, 3)
    _promise(others[1], due_on=due_on, state=state)
    Case.objects.update(opened_on=CLOSED_THROUGH)

    found = _next(desk)

    assert (found.case, found.lease.obligation) == (others[1], obligation)


def _agree_on_two(desk, case: Case, owner) -> datetime:
    """A call that the person asked for, at two on their clock: an hour from now."""
    agreed = schedule_callback(
        case=case,
        contact_point=None,
        wall_time=datetime.fromisoformat("2026-05-12T14:00"),
        agent=owner,
        note="",
        is_wish=True,
        by=Actor.of(desk.cast.ana),
    )
    return agreed.due_at


@pytest.mark.parametrize("is_team", [False, True])
def test_a_callback_comes_when_its_time_has_come_and_not_before(desk, is_team):
    others = _more_cases(desk, 2)
    agreed = _agree_on_two(desk, others[0], None if is_team else desk.cast.ana)

    first = _next(desk)
    assert first.case != others[0]
    release(lease_token=first.lease.token, agent=desk.cast.ana, why="released")

    with time_machine.travel(agreed + timedelta(minutes=1), tick=False):
        _follow()
        found = _next(desk)
        assert (found.case, found.lease.obligation) == (others[0], "callback")
        # Told on the clock of the person, on which it was agreed.
        told = {"code": "callback", "value": agreed.isoformat(), "zone": "America/Chicago"}
        assert found.reasons[0] == told


def test_a_callback_that_somebody_else_makes_is_not_brought_and_one_tried_in_vain_not_at_once(desk):
    others = _more_cases(desk, 1)
    agreed = _agree_on_two(desk, others[0], desk.cast.ben)
    with time_machine.travel(agreed + timedelta(minutes=1), tick=False):
        _follow()
        assert _next(desk).lease.obligation != "callback"
        Callback.objects.update(owner=None)
        release(lease_token=Lease.objects.get().token, agent=desk.cast.ana, why="released")
        found = _next(desk)
        assert found.lease.obligation == "callback"
        _log(desk, found.case, "NA")
        Callback.objects.update(tried_at=clock.now())
        assert _next(desk).case != found.case


def test_a_broken_promise_is_spoken_about_once(desk):
    others = _more_cases(desk, 2)
    _promise(others[1], due_on=date(2026, 5, 12), state="broken")

    found = _next(desk)
    assert (found.case, found.lease.obligation) == (others[1], "broken")
    _log(desk, others[1], "NA")
    assert _next(desk).case != others[1]

    with time_machine.travel(clock.now() + timedelta(hours=5), tick=False):
        _follow()
        again = _next(desk)
        assert (again.case, again.lease.obligation) == (others[1], "broken")


def test_after_an_abusive_call_the_next_person_is_an_easier_one_and_then_as_usual(desk):
    others = _more_cases(desk, 3)
    _promise(others[0], due_on=date(2026, 5, 12), state="broken")
    _promise(others[1], due_on=date(2026, 5, 12), state="broken")
    # Everybody here is long overdue; one is not.
    Position.objects.filter(loan=others[2].loan).update(oldest_unsatisfied_due_on=date(2026, 4, 20))
    ResultCode.objects.filter(code="RPC-REF").update(is_abusive=True)
    first = _next(desk)
    assert first.lease.obligation == "broken"
    _log(desk, first.case, "RPC-REF")
    protect(contact=Contact.objects.get(case=first.case))

    easier = _next(desk)

    assert easier.case == others[2]
    assert easier.reasons[0]["code"] == "easier"
    _log(desk, easier.case, "NA")
    assert _next(desk).lease.obligation == "broken"


def test_who_promised_and_whose_day_is_ahead_is_left_in_peace(desk):
    _promise(desk.case, due_on=date(2026, 5, 20), state="open")

    found = claim_next(agent=desk.cast.ana)

    assert isinstance(found, Nothing)


def test_money_that_is_on_its_way_presses_nobody(desk):
    made = _promise(desk.case, due_on=date(2026, 5, 10), state="open")
    found = _next(desk)
    release(lease_token=found.lease.token, agent=desk.cast.ana, why="released")

    Promise.objects.filter(pk=made.pk).update(is_awaiting=True)

    assert isinstance(claim_next(agent=desk.cast.ana), Nothing)


def test_who_promised_again_since_it_was_broken_is_waited_for(desk):
    broken = _promise(desk.case, due_on=date(2026, 5, 12), state="broken")
    judged_at = clock.now() - timedelta(hours=1)
    made_at = judged_at - timedelta(days=4)
    Promise.objects.filter(pk=broken.pk).update(judged_at=judged_at, made_at=made_at)
    found = claim_next(agent=desk.cast.ana)
    assert found.lease.obligation == "broken"
    release(lease_token=found.lease.token, agent=desk.cast.ana, why="released")

    again = _promise(desk.case, due_on=date(2026, 5, 20), state="open")
    Promise.objects.filter(pk=again.pk).update(made_at=judged_at + timedelta(minutes=1))

    assert isinstance(claim_next(agent=desk.cast.ana), Nothing)


def test_what_was_planned_for_later_is_not_early_and_the_answer_says_when(desk):
    _log(desk, desk.case, "NA")
    desk.case.refresh_from_db()

    found = claim_next(agent=desk.cast.ana)

    assert found == Nothing(desk.case.next_step_at, 1)


def test_by_night_the_answer_names_the_opening_and_how_many_wait(desk):
    _more_cases(desk, 2)
    with time_machine.travel(CLOSED_AT, tick=False):
        _follow()
        found = claim_next(agent=desk.cast.ana)

        assert isinstance(found, Nothing)
        assert found.workable_from == WorkItem.objects.earliest("workable_from").workable_from
        assert (found.waiting, found.corrected) == (3, 0)
        assert what_waits(agent=desk.cast.ana) == found
    assert not Lease.objects.exists()


def test_a_hint_never_authorises_and_a_wrong_one_is_corrected_and_the_next_tried(desk):
    others = _more_cases(desk, 2)
    wrong = others[0]
    _promise(wrong, due_on=date(2026, 5, 12), state="open")
    item = WorkItem.objects.filter(party=wrong.borrower_id)
    with time_machine.travel(CLOSED_AT, tick=False):
        # By night, with a hint that says day for one of three.
        _follow()
        item.update(workable_from=clock.now() - timedelta(hours=1), workable_until=None)

        found = claim_next(agent=desk.cast.ana)

        assert isinstance(found, Nothing)
        assert (found.corrected, found.waiting) == (1, 3)
        assert item.get().workable_from > clock.now()


def test_at_most_five_wrong_hints_are_corrected_in_one_claim(desk):
    _more_cases(desk, 6)
    with time_machine.travel(CLOSED_AT, tick=False):
        _follow()
        WorkItem.objects.update(workable_from=clock.now(), workable_until=None)

        found = claim_next(agent=desk.cast.ana)

        assert isinstance(found, Nothing)
        assert found.corrected == 5
        assert WorkItem.objects.filter(workable_from__gt=clock.now()).count() == 5


def test_money_ends_the_lease_with_the_case(desk):
    lease = _next(desk).lease

    record_repayment(
        loan=desk.case.loan,
        amount=Decimal("2000.00"),
        value_on=desk.cast.portfolio.business_date,
        external_ref="r1",
        by=CLERK,
    )
    _follow()

    lease.refresh_from_db()
    assert lease.ended_because == "case_over"
    assert lease_of(desk.case.borrower_id) is None


def test_somebody_who_holds_no_cases_gets_nobody_elses(desk):
    assert claim_next(agent=desk.cast.ben) == Nothing(None, 0)


def test_a_role_that_works_no_cases_claims_nobody(desk):
    with pytest.raises(PermissionDenied):
        claim_next(agent=desk.cast.auditor)
    assert not Lease.objects.exists()


def test_a_skipped_person_rests_and_the_next_comes(desk):
    others = _more_cases(desk, 1)
    first = _next(desk)
    skip(agent=desk.cast.ana, lease_token=first.lease.token, reason="known")

    second = _next(desk)
    assert {first.case, second.case} == {desk.case, *others}
    skip(agent=desk.cast.ana, lease_token=second.lease.token, reason="known")

    found = claim_next(agent=desk.cast.ana)
    assert isinstance(found, Nothing)
    assert found.skipped == 2

    with time_machine.travel(clock.now() + timedelta(hours=2, minutes=1), tick=False):
        _follow()
        assert _next(desk).case == first.case


def test_an_outcome_that_was_taken_back_is_none(desk):
    _more_cases(desk, 1)
    first = _next(desk)
    _log(desk, first.case, "NA")

    withdraw_contact(contact=Contact.objects.get(), agent=desk.cast.ana)

    assert _next(desk).is_same
