"""Plans that change the contract: by approved facts here, by the lender's feed elsewhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from collections_app.plans.flow import Expected, PlanKind, Said, confirms
from collections_app.plans.modifications import moved_instalments
from collections_app.plans.services import cancel_plan, decide_plan
from collections_app.plans.terms import Terms
from collections_app.promises.limits import Part
from collections_app.promises.models import Promise
from core.audit import AuditEntry
from loans.contracts.models import Schedule
from loans.contracts.queries import instalments_in_force
from loans.contracts.services import state_schedule
from loans.delinquency.models import Position
from loans.delinquency.rows import PositionRow
from loans.delinquency.services import state_position
from loans.repayments.models import Waiver, WriteOff
from loans.repayments.services import charge, return_repayment
from tests.collections_app.builders import build_desk
from tests.collections_app.plans import (
    TODAY,
    D,
    close_through,
    fresh,
    manager,
    on,
    pay,
    propose,
    tell,
)
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

EXTENSION = Terms(kind=PlanKind.EXTENSION, months=1)
DEFERRAL = Terms(kind=PlanKind.DEFERRAL, months=1)


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk()


@pytest.fixture
def external(db):
    """The lender keeps the books; the schedule is what it stated last."""
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk(ledger="external")


def position(desk) -> Position:
    return Position.objects.get(pk=desk.case.loan_id)


def days(rows) -> list[date]:
    return [row.due_on for row in rows]


def settlement(total: str, days_out: int = 5) -> Terms:
    return Terms(kind=PlanKind.SETTLEMENT, parts=(Part(D(total), on(days_out)),))


def test_an_extension_waits_and_then_moves_every_open_instalment_by_a_fact(desk):
    plan = propose(desk, EXTENSION)
    assert (plan.state, plan.beyond) == ("proposed", ["role"])
    assert Schedule.objects.count() == 1

    agreed = decide_plan(plan=plan, approve=True, by=desk.cast.ben)

    assert agreed.state == "applied"
    schedule = Schedule.objects.latest("version")
    assert (schedule.origin, fresh(plan).facts) == ("extension", [["schedule", schedule.pk]])
    assert days(instalments_in_force(desk.case.loan))[0] == date(2025, 2, 15)
    assert position(desk).oldest_unsatisfied_due_on == date(2025, 2, 15)
    assert not Promise.objects.exists()
    [entry] = AuditEntry.objects.filter(action="schedule.extension")
    assert (entry.actor_id, entry.data["approved_by"]) == (
        str(desk.cast.ana.pk),
        str(desk.cast.ben.pk),
    )


def test_a_deferral_takes_the_oldest_to_the_end_and_keeps_all_other_days(desk):
    before = instalments_in_force(desk.case.loan)

    decide_plan(plan=propose(desk, DEFERRAL), approve=True, by=desk.cast.ben)

    after = instalments_in_force(desk.case.loan)
    assert days(after) == [*days(before)[1:], date(2026, 1, 15)]
    assert sum(row.principal for row in after) == sum(row.principal for row in before)
    assert position(desk).oldest_unsatisfied_due_on == date(2025, 2, 15)


def test_moving_never_changes_amounts_or_order(desk):
    for kind in (PlanKind.EXTENSION, PlanKind.DEFERRAL):
        for months in (1, 3, 12):
            before, after = moved_instalments(desk.case.loan, kind=kind, months=months)
            assert sorted(row.principal + row.interest for row in before) == sorted(
                row.principal + row.interest for row in after
            )
            assert days(after) == sorted(set(days(after)))
            assert [row.number for row in after] == [row.number for row in before]


def test_what_nobody_may_grant_any_more_in_twelve_months_is_refused_with_a_sentence(desk):
    boss = manager(desk)
    for _n in range(2):
        decide_plan(plan=propose(desk, EXTENSION), approve=True, by=boss)
    versions = Schedule.objects.count()

    with pytest.raises(ValidationError, match="2 such plans in the last twelve months"):
        propose(desk, EXTENSION)

    assert Schedule.objects.count() == versions


def test_a_lead_may_not_extend_what_was_extended_a_manager_may(desk):
    decide_plan(plan=propose(desk, EXTENSION), approve=True, by=desk.cast.ben)
    again = propose(desk, EXTENSION)

    with pytest.raises(ValidationError, match="beyond your own limit"):
        decide_plan(plan=again, approve=True, by=desk.cast.ben)
    assert fresh(again).state == "proposed"
    assert decide_plan(plan=again, approve=True, by=manager(desk)).state == "applied"


def test_late_charges_are_waived_by_facts_penalties_first(desk):
    loan = desk.case.loan
    for kind, amount in (("penalty", "30.00"), ("fee", "20.00")):
        charge(loan=loan, kind=kind, amount=D(amount), due_on=on(-10), by=CLERK)
    owed = position(desk).overdue_amount
    terms = Terms(kind=PlanKind.WAIVER, given_up=D("40.00"))
    plan = propose(desk, terms)

    with pytest.raises(PermissionDenied):  # a lead gives up nothing of the lender's
        decide_plan(plan=plan, approve=True, by=desk.cast.ben)
    assert not Waiver.objects.exists()
    agreed = decide_plan(plan=plan, approve=True, by=manager(desk))

    assert agreed.state == "applied"
    assert list(Waiver.objects.order_by("pk").values_list("component", "amount")) == [
        ("penalty", D("30.00")),
        ("fee", D("10.00")),
    ]
    assert position(desk).overdue_amount == owed - D("40.00")


def test_more_than_the_late_charges_cannot_be_waived(desk):
    with pytest.raises(ValidationError, match="late charges and fees is past due"):
        propose(desk, Terms(kind=PlanKind.WAIVER, given_up=D("1.00")))


def test_a_paid_settlement_gives_up_the_rest_and_returned_money_brings_it_back(desk):
    with pytest.raises(ValidationError, match="less than what is owed"):
        propose(desk, settlement("1320.00"))
    plan = propose(desk, settlement("900.00"))
    assert plan.given_up_amount == D("420.00")
    decide_plan(plan=plan, approve=True, by=manager(desk))
    assert fresh(plan).state == "active"
    assert position(desk).outstanding_amount == D("1320.00")

    paid = pay(desk, "900.00", 1)

    assert (fresh(plan).state, fresh(plan).is_early) == ("completed", True)
    assert WriteOff.objects.get().kind == "write_off"
    assert position(desk).outstanding_amount == 0

    with time_machine.travel("2026-05-19T18:00:00+00:00"):
        close_through(desk, 6)
        return_repayment(repayment=paid, value_on=on(7), by=CLERK)
        tell()

    assert fresh(plan).state == "broken"
    assert position(desk).outstanding_amount == D("1320.00")


def test_a_settlement_that_is_not_paid_gives_nothing_up(desk):
    plan = propose(desk, settlement("900.00"))
    decide_plan(plan=plan, approve=True, by=manager(desk))

    with time_machine.travel("2026-05-20T18:00:00+00:00"):
        close_through(desk, 7)

    assert fresh(plan).state == "broken"
    assert not WriteOff.objects.exists()
    assert position(desk).outstanding_amount == D("1320.00")


def test_a_ledger_kept_elsewhere_waits_for_a_schedule_of_its_feed(external):
    before = instalments_in_force(external.case.loan)
    plan = propose(external, EXTENSION)
    agreed = decide_plan(plan=plan, approve=True, by=external.cast.ben)

    assert (agreed.state, agreed.facts) == ("waiting_feed", [])
    assert Schedule.objects.count() == 1
    tell()
    assert fresh(plan).state == "waiting_feed"

    after = moved_instalments(external.case.loan, kind=PlanKind.EXTENSION, months=1)[1]
    state_schedule(loan=external.case.loan, instalments=before[:-1], value_on=TODAY, by=CLERK)
    tell()
    assert fresh(plan).state == "waiting_feed"
    state_schedule(loan=external.case.loan, instalments=after, value_on=TODAY, by=CLERK)
    tell()

    assert fresh(plan).state == "applied"


def test_a_position_of_the_feed_confirms_too_and_cancelled_it_waits_no_more(external):
    plan = propose(external, EXTENSION)
    decide_plan(plan=plan, approve=True, by=external.cast.ben)
    state_position(
        loan=external.case.loan,
        row=PositionRow(
            contract_no=external.case.loan.contract_no,
            value_on=TODAY,
            principal_outstanding=D("1200.00"),
            oldest_unpaid_due_on=date(2025, 2, 15),
        ),
        by=CLERK,
    )
    tell()
    assert fresh(plan).state == "applied"

    other = propose(external, DEFERRAL)
    decide_plan(plan=other, approve=True, by=external.cast.ben)
    cancel_plan(plan=other, reason="The lender would not", by=CLERK)
    assert fresh(other).state == "cancelled"


_MAY = date(2026, 5, 15)
TABLE = {
    "a schedule that reaches far enough": (
        Expected(kind=PlanKind.EXTENSION, last_due_on=_MAY),
        Said(due_dates=(date(2026, 4, 15), _MAY)),
        True,
    ),
    "one that does not": (
        Expected(kind=PlanKind.EXTENSION, last_due_on=_MAY),
        Said(due_dates=(date(2026, 4, 15),)),
        False,
    ),
    "a younger oldest unpaid": (
        Expected(kind=PlanKind.DEFERRAL, oldest_before=date(2026, 3, 15)),
        Said(says_position=True, oldest_unpaid_due_on=date(2026, 4, 15)),
        True,
    ),
    "the same": (
        Expected(kind=PlanKind.DEFERRAL, oldest_before=date(2026, 3, 15)),
        Said(says_position=True, oldest_unpaid_due_on=date(2026, 3, 15)),
        False,
    ),
    "says nothing": (
        Expected(kind=PlanKind.DEFERRAL, oldest_before=date(2026, 3, 15)),
        Said(),
        False,
    ),
    "arrears as left": (
        Expected(kind=PlanKind.WAIVER, arrears_at_most=Decimal("80.00")),
        Said(arrears=Decimal("80.00")),
        True,
    ),
    "arrears as before": (
        Expected(kind=PlanKind.WAIVER, arrears_at_most=Decimal("80.00")),
        Said(arrears=Decimal("90.00")),
        False,
    ),
    "nothing to pay": (Expected(kind=PlanKind.SETTLEMENT), Said(payoff=Decimal("0.00")), True),
    "written off": (Expected(kind=PlanKind.SETTLEMENT), Said(is_written_off=True), True),
    "still to pay": (Expected(kind=PlanKind.SETTLEMENT), Said(payoff=Decimal("1.00")), False),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_of_the_feed_confirms(name):
    expected, said, answer = TABLE[name]

    assert confirms(expected, said) is answer
