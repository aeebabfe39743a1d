"""Messages about plans: the confirmation, the day before an instalment, after one broke."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from collections_app.cases.models import Case
from collections_app.close.services import catch_up
from collections_app.plans.messages import written_terms
from collections_app.plans.models import Plan, PlanKind
from collections_app.plans.services import cancel_plan, propose_plan
from collections_app.plans.terms import Terms
from collections_app.promises.limits import Part
from collections_app.strategy.planning import plan_day
from core.facts.topics import drain
from loans.delinquency.models import Position
from loans.repayments.services import record_repayment
from notifications.outbox.models import Message
from notifications.outbox.owed import recheck
from notifications.templates.standard import install_standard_templates
from tests.collections_app.strategies import TODAY, a_line, build_strategy, morning_of_today
from tests.compliance.builders import reachable_loan
from tests.loans.builders import CLERK, build_cast
from tests.notifications.builders import build_template

DAY = timedelta(days=1)


@pytest.fixture
def plan(db):
    """An arrangement in two payments, tomorrow and a month later; 1,320.00 is past due."""
    with morning_of_today() as portfolio:
        cast = build_cast(portfolio=portfolio)
        reachable_loan(portfolio)
        catch_up(portfolio=portfolio, through=TODAY - DAY, by=CLERK)
        case = Case.objects.select_related("loan", "portfolio", "borrower").get()
        parts = (Part(Decimal("660.00"), TODAY + DAY), Part(Decimal("660.00"), TODAY + 30 * DAY))
        yield propose_plan(
            case=case,
            party=case.borrower,
            terms=Terms(kind=PlanKind.ARRANGEMENT, parts=parts),
            by=cast.ana,
        )


def line(plan, code, trigger, purpose, **changes):
    template = build_template(code=f"t-{code}", body="{lender} {amount} {opt_out}", purpose=purpose)
    drafted = a_line(
        code=code, trigger=trigger, first_day=1, last_day=1, template=template, **changes
    )
    build_strategy(plan.loan.portfolio, drafted, a_line())


def planned(plan, on=TODAY):
    return plan_day(portfolio=plan.loan.portfolio, on=on, by=CLERK)


def pay(plan, amount):
    record_repayment(loan=plan.loan, amount=Decimal(amount), value_on=TODAY, by=CLERK)
    for topic in ("loans.position_changed", "collections.promise_changed"):
        drain(topic)


def test_the_day_before_an_instalment_it_is_spoken_of_and_nothing_else_is(plan):
    line(plan, "before", "days_to_plan", "plan_instalment")

    assert planned(plan) == 1

    message = Message.objects.get(purpose="plan_instalment")
    assert (message.amount, message.due_on) == (Decimal("660.00"), TODAY + DAY)
    still = recheck(message)
    assert (still.is_still_so, still.amount) == (True, Decimal("660.00"))


def test_a_line_about_promises_does_not_speak_of_instalments(plan):
    line(plan, "tomorrow", "days_to_promise", "promise_tomorrow")

    assert planned(plan) == 0


def test_what_was_paid_or_cancelled_meanwhile_is_not_spoken_of(plan):
    line(plan, "before", "days_to_plan", "plan_instalment")
    planned(plan)
    message = Message.objects.get(purpose="plan_instalment")

    pay(plan, "660.00")
    assert not recheck(message).is_still_so

    cancel_plan(plan=plan, reason="Pays all", by=CLERK)
    assert recheck(message).reason == "no_longer_true"


def test_after_a_plan_broke_it_is_said_once_and_only_while_nothing_else_was_agreed(plan):
    line(plan, "broken", "plan_broken", "plan_broken")
    portfolio = plan.loan.portfolio
    last = plan.instalments.first().promise.deadline_on
    with time_machine.travel(f"{last + DAY}T09:00:00+00:00", tick=True):
        # The close that finds it broken plans the day after.
        catch_up(portfolio=portfolio, through=last, by=CLERK)

        assert Plan.objects.get(pk=plan.pk).state == "broken"
        message = Message.objects.get(purpose="plan_broken")
        assert message.due_on == TODAY + DAY
        still = recheck(message)
        assert (still.is_still_so, still.amount) == (
            True,
            Position.objects.get(pk=plan.loan_id).overdue_amount,
        )
        Plan.objects.filter(pk=plan.pk).update(state="active")
        assert not recheck(message).is_still_so


def test_the_confirmation_says_the_plan_in_the_language_of_the_message(plan):
    assert written_terms(plan, "en") == (
        "2 payments, $1,320.00 in all: first $660.00 on 13 May 2026, last on 11 Jun 2026"
    )
    assert written_terms(plan, "zh-hans").startswith("分2期")


def test_a_plan_is_confirmed_once_and_not_after_it_was_cancelled(plan):
    from collections_app.plans.confirmation import confirm_in_writing, confirmations_of

    assert not confirmations_of(plan).exists()  # no wording was approved when it was agreed
    install_standard_templates(by=CLERK)
    for _twice in range(2):
        confirm_in_writing(plan=plan, by=CLERK)

    [message] = confirmations_of(plan)
    still = recheck(message)
    assert still.is_still_so
    assert still.fields["plan_terms"].startswith("2 payments")

    cancel_plan(plan=plan, reason="Pays all", by=CLERK)
    assert recheck(message).reason == "no_longer_true"
