"""Plans: proposed, agreed within limits or by a second person, and judged from money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.approvals.models import Approval
from accounts.approvals.services import expire_due
from accounts.inbox.models import Notice
from collections_app.plans.flow import PlanKind, PlanState, state_by_money
from collections_app.plans.models import Plan, PlanEvent, PlanPolicy
from collections_app.plans.policy_services import save_policy
from collections_app.plans.presentation import early_text, instalment_rows, received_text
from collections_app.plans.queries import instalments_of
from collections_app.plans.services import cancel_plan, decide_plan, withdraw_plan
from collections_app.promises.models import Promise
from collections_app.promises.services import cancel_promise, take_promise
from core import clock
from core.audit import SYSTEM, Actor, AuditEntry
from loans.delinquency.models import Position
from loans.repayments.services import return_repayment, settle_repayment
from tests.collections_app.builders import build_desk
from tests.collections_app.plans import (
    USUAL,
    D,
    arrangement,
    close_through,
    fresh,
    manager,
    on,
    pay,
    propose,
    tell,
)
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK, build_party

AT = "T18:00:00+00:00"


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk()


def at(days):
    return time_machine.travel(f"{on(days)}{AT}", tick=True)


def nothing_was_agreed():
    return not (Plan.objects.exists() or Promise.objects.exists() or Approval.objects.exists())


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["open", "open"], PlanState.ACTIVE),
        (["kept", "open"], PlanState.ACTIVE),
        (["kept", "kept"], PlanState.COMPLETED),
        (["kept", "broken"], PlanState.BROKEN),
        (["partial", "open"], PlanState.BROKEN),
        (["kept", "cancelled"], PlanState.ACTIVE),
        (["broken", "cancelled"], PlanState.BROKEN),
    ],
)
def test_a_plan_stands_as_its_instalments_do(states, expected):
    assert state_by_money(states) is expected


def test_within_the_limit_an_arrangement_binds_at_once_and_leaves_the_contract_alone(desk):
    before = Position.objects.get(pk=desk.case.loan_id)

    plan = propose(desk)

    assert (plan.state, plan.approval, plan.agreed_by) == ("active", None, "Ana")
    assert list(
        Promise.objects.order_by("due_on").values_list("amount", "due_on", "state", "is_instalment")
    ) == [(D("440.00"), on(days), "open", True) for days in (5, 35, 65)]
    after = Position.objects.get(pk=desk.case.loan_id)
    assert (after.overdue_amount, after.oldest_unsatisfied_due_on) == (
        before.overdue_amount,
        before.oldest_unsatisfied_due_on,
    )
    assert list(PlanEvent.objects.order_by("pk").values_list("state", "by")) == [
        ("proposed", "Ana"),
        ("active", "Ana"),
    ]
    assert AuditEntry.objects.filter(action="plan.active").count() == 1


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (arrangement(), "an amount and a day"),
        (arrangement(("0.00", 3)), "more than zero"),
        (arrangement(("10.005", 3)), "two decimals"),
        (arrangement(("10.00", -1)), "before today"),
        (arrangement(("10.00", 3), ("20.00", 3)), "day of its own"),
        (arrangement(("10.00", 1200)), "three years"),
        (arrangement(("9999.00", 3)), "more than is owed"),
        (arrangement(*(("1.00", n) for n in range(40))), "at most 36"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_nothing_is_written(desk, terms, sentence):
    with pytest.raises(ValidationError, match=sentence):
        propose(desk, terms)

    assert nothing_was_agreed()


def test_who_does_not_owe_agrees_to_nothing_and_who_may_not_proposes_nothing(desk):
    from collections_app.plans.services import propose_plan

    with pytest.raises(ValidationError, match="owes the loan"):
        propose_plan(
            case=desk.case,
            party=build_party(desk.cast.portfolio),
            terms=USUAL,
            by=desk.cast.ana,
        )
    with pytest.raises(PermissionDenied):
        propose(desk, by=desk.cast.auditor)
    assert nothing_was_agreed()


def test_a_loan_has_one_plan_and_no_other_promise_beside_it(desk):
    plan = propose(desk)

    with pytest.raises(ValidationError, match="has a plan already"):
        propose(desk)
    with pytest.raises(ValidationError, match="A plan is in force"):
        take_promise(
            case=desk.case,
            party=desk.case.borrower,
            parts=[],
            taken_by=desk.cast.ana,
            made_at=clock.now(),
        )
    with pytest.raises(ValidationError, match="cancel the plan"):
        cancel_promise(promise=Promise.objects.first(), reason="No", by=CLERK)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.create(
            case=plan.case,
            loan=plan.loan,
            party=plan.party,
            kind="waiver",
            past_due_amount=1,
            outstanding_amount=1,
            proposed_at=clock.now(),
        )
    assert Plan.objects.count() == 1
    assert Promise.objects.open().count() == 3


def test_an_open_promise_gives_way_to_the_plan(desk):
    from collections_app.promises.limits import Part

    taken = take_promise(
        case=desk.case,
        party=desk.case.borrower,
        parts=[Part(D("1320.00"), on(4))],
        taken_by=desk.cast.ana,
        made_at=clock.now(),
    ).promises[0]

    propose(desk)

    taken.refresh_from_db()
    assert taken.state == "cancelled"
    assert taken.replaced_by is not None
    assert taken.replaced_by.is_instalment


@pytest.mark.parametrize(
    ("terms", "beyond"),
    [
        (arrangement(("440.00", 5), ("440.00", 35), ("440.00", 100)), ["months"]),
        (arrangement(*(("264.00", days) for days in (5, 15, 25, 35, 45))), ["parts"]),
        (arrangement(("400.00", 5), ("440.00", 35), ("440.00", 65)), ["share"]),
    ],
)
def test_beyond_the_limit_nothing_binds_until_a_second_person_agrees(desk, terms, beyond):
    plan = propose(desk, terms)

    assert (plan.state, plan.beyond) == ("proposed", beyond)
    assert not Promise.objects.exists()
    for who in (desk.cast.ana, desk.cast.auditor):
        with pytest.raises(PermissionDenied):
            decide_plan(plan=plan, approve=True, by=who)

    agreed = decide_plan(plan=plan, approve=True, by=desk.cast.ben)

    assert (agreed.state, agreed.agreed_by) == ("active", "Ben")
    assert Promise.objects.open().count() == len(terms.parts)
    # They are what the proposer took, from the moment of the talk on.
    assert set(Promise.objects.values_list("taken_by", "made_at")) == {("Ana", plan.proposed_at)}
    assert list(Notice.objects.order_by("created_at").values_list("user__full_name", "key")) == [
        ("Ben", "approval.requested"),
        ("Ana", "approval.approved"),
    ]


def test_refused_withdrawn_or_lapsed_nothing_binds_and_another_can_be_proposed(desk):
    far = arrangement(("1320.00", 120))
    refused = propose(desk, far)
    with pytest.raises(ValidationError, match="why you refuse"):
        decide_plan(plan=refused, approve=False, by=desk.cast.ben)
    decide_plan(plan=refused, approve=False, reason="Too far", by=desk.cast.ben)
    with pytest.raises(ValidationError, match="closed already"):
        decide_plan(plan=refused, approve=True, by=desk.cast.ben)

    withdrawn = propose(desk, far)
    with pytest.raises(PermissionDenied):
        withdraw_plan(plan=withdrawn, by=desk.cast.ben)
    withdraw_plan(plan=withdrawn, by=desk.cast.ana)

    lapsed = propose(desk, far)
    with at(3):
        expire_due(by=SYSTEM)
        with pytest.raises(ValidationError, match="closed already"):
            decide_plan(plan=lapsed, approve=True, by=desk.cast.ben)
        another = propose(desk)

    assert [fresh(plan).state for plan in (refused, withdrawn, lapsed, another)] == [
        "refused",
        "withdrawn",
        "lapsed",
        "active",
    ]
    assert Promise.objects.count() == 3


def test_nobody_agrees_beyond_their_own_limit(desk):
    plan = propose(desk, arrangement(("600.00", 5)))

    with pytest.raises(ValidationError, match="beyond your own limit"):
        decide_plan(plan=plan, approve=True, by=desk.cast.ben)

    assert fresh(plan).state == "proposed"
    assert fresh(plan).approval.is_pending
    assert not Promise.objects.exists()
    assert decide_plan(plan=plan, approve=True, by=manager(desk)).state == "active"


def test_kept_to_the_end_by_money_valued_in_time(desk):
    plan = propose(desk)

    for days in (5, 35, 65):
        with at(days):
            close_through(desk, days - 1)
            pay(desk, "440.00", days)

    found = fresh(plan)
    assert (found.state, found.ended_on, found.is_early) == ("completed", on(65), False)
    assert set(Promise.objects.values_list("state", flat=True)) == {"kept"}


def test_paid_early_it_is_completed_early(desk):
    plan = propose(desk)

    with at(10):
        close_through(desk, 4)
        pay(desk, "1320.00", 5)

    found = fresh(plan)
    assert (found.state, found.is_early, found.ended_on) == ("completed", True, on(10))
    rows = instalment_rows(instalments_of(found))
    assert received_text(rows, "USD") == "$1,320.00 of $1,320.00"
    assert early_text(found, rows) == "55 days before the last payment was due"


def test_broken_it_ends_with_what_was_still_awaited_and_is_first_next_morning(desk):
    from collections_app.cases.models import Case
    from collections_app.desk.obligations import moments_of, with_obligations

    plan = propose(desk)
    with at(5):
        pay(desk, "440.00", 5)

    with at(37):
        close_through(desk, 36)

        found = fresh(plan)
        assert (found.state, found.end_reason) == ("broken", "an instalment was not kept")
        assert list(Promise.objects.order_by("due_on").values_list("state", flat=True)) == [
            "kept",
            "broken",
            "cancelled",
        ]
        ana = desk.cast.ana
        rows = with_obligations(Case.objects.all(), agent=ana.pk, **moments_of(ana, clock.now()))
        assert list(rows.filter(is_promise_broken=True).order_by("obligation")) == [desk.case]


def test_part_of_an_instalment_is_not_enough_and_twice_closed_changes_nothing(desk):
    plan = propose(desk)
    with at(8):
        pay(desk, "100.00", 5)
        close_through(desk, 7)
        events = PlanEvent.objects.count()
        tell()

        assert fresh(plan).state == "broken"
        assert Promise.objects.get(due_on=on(5)).state == "partial"
        assert PlanEvent.objects.count() == events


def test_pending_money_awaits_settlement_and_breaks_nothing(desk):
    plan = propose(desk)
    with at(8):
        paid = pay(desk, "440.00", 5, state="pending")
        close_through(desk, 7)
        assert fresh(plan).state == "active"
        assert Promise.objects.get(due_on=on(5)).is_awaiting

        settle_repayment(repayment=paid, value_on=on(8), by=CLERK)
        tell()

    assert Promise.objects.get(due_on=on(5)).state == "kept"
    assert fresh(plan).state == "active"


def test_returned_money_breaks_what_was_completed(desk):
    plan = propose(desk, arrangement(("1320.00", 5)))
    with at(9):
        paid = pay(desk, "1320.00", 5)
        close_through(desk, 8)
        assert fresh(plan).state == "completed"

        return_repayment(repayment=paid, value_on=on(9), by=CLERK)
        tell()

    found = fresh(plan)
    assert (found.state, found.is_early) == ("broken", False)


def test_money_returned_before_its_day_puts_the_plan_in_force_again(desk):
    plan = propose(desk)
    with at(2):
        paid = pay(desk, "1320.00", 1)
        assert (fresh(plan).state, fresh(plan).is_early) == ("completed", True)

        return_repayment(repayment=paid, value_on=on(2), by=CLERK)
        tell()

    assert (fresh(plan).state, fresh(plan).ended_on, fresh(plan).is_early) == (
        "active",
        None,
        False,
    )
    assert Promise.objects.open().count() == 3


def test_money_booked_late_with_its_day_puts_a_broken_plan_in_force_again(desk):
    plan = propose(desk)
    with at(8):
        close_through(desk, 7)
        assert fresh(plan).state == "broken"
        assert Promise.objects.open().count() == 0

        pay(desk, "440.00", 5)

    assert fresh(plan).state == "active"
    assert list(Promise.objects.order_by("due_on").values_list("state", flat=True)) == [
        "kept",
        "open",
        "open",
    ]


def test_it_stays_broken_where_something_else_was_agreed_since(desk):
    plan = propose(desk)
    with at(8):
        close_through(desk, 7)
        other = propose(desk, arrangement(("1320.00", 20)))

        pay(desk, "440.00", 5)

    assert (fresh(plan).state, fresh(other).state) == ("broken", "active")


def test_cancelled_with_a_reason_its_instalments_are_taken_back(desk):
    plan = propose(desk)
    with pytest.raises(ValidationError, match="Say why"):
        cancel_plan(plan=plan, reason=" ", by=Actor.of(desk.cast.ana))
    assert Promise.objects.open().count() == 3

    cancel_plan(plan=plan, reason="Found a better way", by=Actor.of(desk.cast.ana))

    assert (fresh(plan).state, fresh(plan).end_reason) == ("cancelled", "Found a better way")
    assert Promise.objects.open().count() == 0
    with pytest.raises(ValidationError, match="nothing to cancel"):
        cancel_plan(plan=plan, reason="Again", by=Actor.of(desk.cast.ana))


def test_limits_are_data_changed_on_record(desk):
    save_policy(
        role="agent",
        kind=PlanKind.ARRANGEMENT,
        is_offered=True,
        most_months=1,
        most_parts=1,
        least_share=Decimal(1),
        most_in_year=2,
        by=CLERK,
    )

    plan = propose(desk)

    assert plan.beyond == ["months", "parts"]
    assert PlanPolicy.objects.count() == 1
    [entry] = AuditEntry.objects.filter(action="plan_policy.saved")
    assert entry.data["after"]["most_parts"] == 1


def test_a_plan_too_often_in_twelve_months_asks_a_second_person(desk):
    for _n in range(2):
        plan = propose(desk)
        cancel_plan(plan=plan, reason="Anew", by=CLERK)
    # What was cancelled was not granted.
    assert propose(desk).state == "active"


def test_who_sees_a_plan(desk):
    plan = propose(desk)

    seen = {
        user.full_name: list(Plan.objects.visible_to(user)) == [plan]
        for user in (desk.cast.ana, desk.cast.ben, desk.cast.auditor)
    }
    assert seen == {"Ana": True, "Ben": True, desk.cast.auditor.full_name: True}
    assert date(2026, 5, 12) == clock.local_today(desk.cast.portfolio.time_zone)
