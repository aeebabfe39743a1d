"""Lines that look for what is known of a person or a loan, or leave out who has it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from collections_app.close.services import catch_up
from collections_app.promises.services import record_promise
from collections_app.strategy.differences import difference
from collections_app.strategy.models import LineFlag, StrategyVersion
from collections_app.strategy.planning import expect_day, plan_day
from collections_app.strategy.services import VersionDraft, write_strategy
from compliance.complaints.services import answer_complaint, close_complaint, register_complaint
from compliance.stops.models import StopKind
from compliance.stops.services import add_stop, lift_stop
from core import clock
from core.audit.models import AuditEntry
from loans.delinquency.models import Position
from notifications.outbox.models import Message
from tests.collections_app.strategies import (
    IN_FORCE_FROM,
    TODAY,
    a_line,
    build_strategy,
    message_about,
    morning_of_today,
)
from tests.compliance.builders import reachable_loan
from tests.loans.builders import CLERK, build_loan, even_schedule
from tests.notifications.builders import pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    with morning_of_today() as portfolio:
        yield portfolio


def close(portfolio):
    catch_up(portfolio=portfolio, through=date(2026, 5, 11), by=CLERK)
    portfolio.refresh_from_db()


@pytest.fixture
def late(portfolio):
    """Late since its second instalment: the first was paid."""
    loan, phone = reachable_loan(portfolio)
    pay(loan, Decimal("110.00"))
    close(portfolio)
    loan.phone = phone
    return loan


def stop(loan, kind):
    party = loan.phone.party
    return add_stop(kind=kind, source="call", starts_at=clock.now(), party=party, by=CLERK)


def complain(loan, **changes):
    told = {
        "party": loan.phone.party,
        "portfolio": loan.portfolio,
        "loan": loan,
        "category": "conduct",
        "channel": "call",
        "text": "Too many letters",
        "received_at": clock.now(),
    }
    return register_complaint(**{**told, **changes}, by=CLERK)


def promise(loan, due_on, **more):
    return record_promise(
        loan=loan,
        party=loan.phone.party,
        amount=Decimal("50.00"),
        due_on=due_on,
        made_at=clock.now(),  # after the money of the fixture, which would keep it
        by=CLERK,
        **more,
    )


KNOWN = {
    **{
        kind: lambda loan, kind=kind: stop(loan, kind)
        for kind in (LineFlag.HARDSHIP, LineFlag.VULNERABLE, LineFlag.DISPUTE, LineFlag.CEASE)
    },
    LineFlag.COMPLAINT: complain,
    LineFlag.PROMISE_OPEN: lambda loan: promise(loan, TODAY + timedelta(days=4)),
    LineFlag.PLAN_OPEN: lambda loan: promise(loan, TODAY + timedelta(days=4), is_instalment=True),
}


def expected(portfolio, **line):
    build_strategy(portfolio, a_line(without_open_promise=False, **line))
    return sum(row.count for row in expect_day(portfolio=portfolio, on=TODAY))


@pytest.mark.parametrize("flag", KNOWN)
def test_a_flag_includes_who_has_it_and_leaves_them_out(portfolio, late, flag):
    assert expected(portfolio, with_flags=(flag,)) == 0
    assert expected(portfolio, without_flags=(flag,)) == 1

    KNOWN[flag](late)

    assert expected(portfolio, with_flags=(flag,)) == 1
    assert expected(portfolio, without_flags=(flag,)) == 0
    # An instalment of a plan is a promise too.
    implied = {"promise_open"} if flag == LineFlag.PLAN_OPEN else set()
    others = tuple(set(LineFlag.values) - {flag, "complaint", "dispute"} - implied)
    assert expected(portfolio, without_flags=others) == 1
    assert plan_day(portfolio=portfolio, on=TODAY, by=CLERK) == 1


def test_a_first_instalment_that_was_never_paid_is_a_flag_and_one_that_was_is_none(portfolio, late):
    assert expected(portfolio, with_flags=("first_payment_default",)) == 0
    assert expected(portfolio, without_flags=("first_payment_default",)) == 1
    never, _phone = reachable_loan(portfolio)
    close(portfolio)

    build_strategy(portfolio, a_line(with_flags=("first_payment_default",)))
    plan_day(portfolio=portfolio, on=TODAY, by=CLERK)

    assert [row.loan_id for row in Message.objects.get().about.all()] == [never.pk]


def test_flags_end_with_what_they_stand_for(portfolio, late):
    held = stop(late, "hardship")
    later = add_stop(
        kind="vulnerable",
        source="call",
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(hours=30),
        party=late.phone.party,
        by=CLERK,
    )
    told = complain(late)
    lift_stop(stop=held, reason="Decided", by=CLERK)
    answer_complaint(complaint=told, text="We are sorry.", by=CLERK)
    close_complaint(complaint=told, outcome="upheld", by=CLERK)

    build_strategy(portfolio, a_line(without_flags=("hardship", "complaint", "vulnerable")))

    days = [TODAY + timedelta(days=n) for n in range(4)]
    counts = [sum(row.count for row in expect_day(portfolio=portfolio, on=day)) for day in days]
    assert later.ends_at is not None
    assert counts == [0, 0, 1, 1]


def test_what_is_known_of_one_loan_is_no_flag_of_another(portfolio, late):
    second = build_loan(
        portfolio, party=late.phone.party, schedule=even_schedule(first_due_on=date(2026, 4, 15))
    )
    close(portfolio)
    add_stop(kind="dispute", source="call", starts_at=clock.now(), loan=late, by=CLERK)

    build_strategy(portfolio, a_line(without_flags=("dispute",)))
    plan_day(portfolio=portfolio, on=TODAY, by=CLERK)

    message = Message.objects.get()
    assert [row.loan_id for row in message.about.all()] == [second.pk]
    assert message.amount == Position.objects.get(loan=second).overdue_amount


def test_the_first_line_whose_flags_fit_counts(portfolio, late):
    stop(late, "hardship")
    build_strategy(
        portfolio,
        a_line(code="others", without_flags=("hardship", "vulnerable")),
        a_line(code="gentle", with_flags=("vulnerable", "hardship")),
    )

    plan_day(portfolio=portfolio, on=TODAY, by=CLERK)

    assert Message.objects.get().step == "gentle@451"


def test_every_flag_of_a_stop_is_a_kind_of_stop():
    other = {"complaint", "promise_open", "plan_open", "first_payment_default", "strained", "hot"}
    assert set(LineFlag.values) - other <= set(StopKind.values)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"with_flags": ("rich",)}, "no such flag"),
        ({"with_flags": ("dispute",), "without_flags": ("dispute",)}, "looked for and left out"),
        ({"with_flags": ("promise_open",)}, "leaves in peace"),
        (
            {"trigger": "payment", "without_flags": ("dispute",), "template": "thanks"},
            "thanks go to whoever paid",
        ),
    ],
)
def test_flags_that_leave_nobody_or_choose_nothing_are_refused(portfolio, late, changes, says):
    if "template" in changes:
        changes = changes | {"template": message_about("thanks")}
    draft = VersionDraft(IN_FORCE_FROM, [a_line(**changes)])

    with pytest.raises(ValidationError, match=says):
        write_strategy(portfolio=portfolio, draft=draft, by=CLERK)

    assert not StrategyVersion.objects.exists()
    assert not AuditEntry.objects.filter(action="strategy.written").exists()


def test_a_difference_says_which_flags_came_and_went(portfolio, late):
    old = build_strategy(portfolio, a_line(with_flags=("hardship",)))
    new = build_strategy(portfolio, a_line(without_flags=("dispute", "complaint")))

    (changed,) = difference(old, new)["changed"]

    ((word, before, after),) = changed["parts"]
    assert word == "For whom"
    assert "only with: hardship" in before
    assert "not with: dispute open, complaint open" in after
