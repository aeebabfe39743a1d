"""Promises judged from money on the books: at once when it lands, and at the end of every day."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collections_app.close.queries import step_results
from collections_app.close.services import catch_up
from collections_app.promises import following, judging
from collections_app.promises.judging import judge_loans, judge_portfolio
from collections_app.promises.models import Promise, PromiseEvent
from collections_app.promises.services import cancel_promise, record_promise
from core.audit import AuditEntry
from core.calendars import HolidayCalendar, ensure_standard_calendars, fill_year
from core.facts.topics import drain
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused
from loans.portfolios.services import change_portfolio, set_business_date
from loans.repayments.models import Repayment
from loans.repayments.services import (
    charge_back,
    record_repayment,
    return_repayment,
    reverse,
    settle_repayment,
)
from tests.collections_app.promise_recount import misjudged
from tests.loans.builders import CLERK, build_loan, build_portfolio

D = Decimal
#: A Monday; the books are on it when a test begins.
MON = date(2025, 6, 2)
ONE = timedelta(days=1)


def day(number: int) -> date:
    """A day of June 2025; the 6th and the 13th are Fridays."""
    return date(2025, 6, number)


def build_books(**values):
    """A portfolio with the American calendar on 2 June 2025, and one loan in it."""
    ensure_standard_calendars(by=CLERK)
    fill_year(code="US", year=2025, by=CLERK)
    calendar = HolidayCalendar.objects.get(code="US")
    portfolio = build_portfolio(business_date=MON, holiday_calendar=calendar, **values)
    return build_loan(portfolio)


@pytest.fixture
def loan(db):
    return build_books()


def promise(loan, amount="100.00", due=10, *, made=2, hour=12, by=CLERK, **values):
    return record_promise(
        loan=loan,
        party=loan.parties.get().party,
        amount=D(amount),
        due_on=day(due),
        made_at=datetime(2025, 6, made, hour, tzinfo=UTC),
        by=by,
        **values,
    )


def pay(loan, amount, on, **values):
    return record_repayment(loan=loan, amount=D(amount), value_on=day(on), by=CLERK, **values)


def follow_money():
    drain("loans.position_changed")


def judge_what_landed():
    """As `follow_money`, without the consumers that are not about promises."""
    consumers = (
        following.follow_repayments,
        following.follow_repayment_states,
        following.follow_reversals,
        following.follow_chargebacks,
    )
    while sum(consumer() for consumer in consumers):
        pass


def close_through(loan, on):
    portfolio = Portfolio.objects.get(pk=loan.portfolio_id)
    catch_up(portfolio=portfolio, through=day(on), by=CLERK)


def state_of(promise):
    promise.refresh_from_db()
    return promise.state


def test_a_promise_keeps_the_terms_it_was_taken_under(loan):
    made = promise(loan, "100.00", due=6)
    assert (made.enough_amount, made.deadline_on) == (D("95.00"), day(9))  # Friday: on to Monday

    change_portfolio(
        portfolio=loan.portfolio,
        changes={"promise_tolerance_fraction": D("0"), "promise_grace_days": 0},
        by=CLERK,
    )
    pay(loan, "95.00", 9)
    follow_money()

    assert state_of(made) == "kept"
    assert promise(loan, "100.00", due=6, hour=13).enough_amount == D("100.00")


def test_money_at_noon_keeps_a_promise_at_noon(loan):
    made = promise(loan)
    pay(loan, "100.00", 3)
    follow_money()

    assert state_of(made) == "kept"
    told = PromiseEvent.objects.filter(promise=made).latest("pk")
    assert (told.state, told.received_amount, told.judged_on) == ("kept", D("100.00"), day(1))
    entry = AuditEntry.objects.get(action="promise.judged")
    assert (entry.count, entry.data) == (1, {"kept": 1})


def test_the_close_judges_after_the_last_day_and_not_before(loan):
    made = promise(loan, due=6)  # money counts through Monday the 9th
    close_through(loan, 8)
    assert state_of(made) == "open"

    close_through(loan, 9)

    assert state_of(made) == "broken"
    results = {step.name: step for step in step_results(
        scope=loan.portfolio.code, business_date=day(9)
    )}  # fmt: skip
    assert results["judge_promises"].counts == {"promises_broken": 1}
    told = PromiseEvent.objects.filter(promise=made).latest("pk")
    assert (told.state, told.received_amount, told.judged_on) == ("broken", D("0.00"), day(9))


def test_part_of_the_money_is_partly_kept(loan):
    made = promise(loan, due=6)
    pay(loan, "60.00", 4)
    follow_money()
    assert (state_of(made), made.received_amount) == ("open", D("60.00"))

    close_through(loan, 9)

    assert (state_of(made), made.received_amount) == ("partial", D("60.00"))


def test_pending_money_keeps_it_open_past_its_day_until_it_settles(loan):
    made = promise(loan, due=6)
    money = pay(loan, "100.00", 6, state="pending")
    close_through(loan, 12)
    assert (state_of(made), made.is_awaiting) == ("open", True)

    settle_repayment(repayment=money, value_on=day(12), by=CLERK)
    follow_money()

    assert (state_of(made), made.is_awaiting, made.received_amount) == ("kept", False, D("100.00"))


def test_pending_money_that_comes_back_breaks_it_at_once(loan):
    made = promise(loan, due=6)
    money = pay(loan, "100.00", 6, state="pending")
    close_through(loan, 12)

    return_repayment(repayment=money, value_on=day(12), by=CLERK)
    follow_money()

    assert (state_of(made), made.is_awaiting) == ("broken", False)


@pytest.mark.parametrize("way", ["return", "reverse", "charge back"])
def test_money_taken_back_reopens_the_judgement(loan, way):
    made = promise(loan, due=10)
    money = pay(loan, "100.00", 3)
    follow_money()
    assert state_of(made) == "kept"

    if way == "return":
        return_repayment(repayment=money, value_on=day(4), by=CLERK)
    elif way == "reverse":
        reverse(fact=money, value_on=day(4), reason="typed twice", by=CLERK)
    else:
        charge_back(loan=loan, amount=D("100.00"), value_on=day(4), repayment=money, by=CLERK)
    follow_money()

    assert (state_of(made), made.received_amount) == ("open", D("0.00"))
    close_through(loan, 11)
    assert state_of(made) == "broken"


def test_money_taken_back_after_the_day_breaks_a_kept_promise(loan):
    made = promise(loan, due=6)
    money = pay(loan, "100.00", 5)
    close_through(loan, 12)
    assert state_of(made) == "kept"

    return_repayment(repayment=money, value_on=day(12), by=CLERK)
    follow_money()

    assert state_of(made) == "broken"
    states = PromiseEvent.objects.filter(promise=made).order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["open", "kept", "broken"]


def test_money_of_the_days_that_is_booked_late_keeps_a_broken_promise(loan):
    made = promise(loan, due=6)
    close_through(loan, 10)
    assert state_of(made) == "broken"

    pay(loan, "100.00", 9)
    follow_money()

    assert state_of(made) == "kept"


def test_the_lenders_own_money_keeps_no_promise(loan):
    made = promise(loan, due=6)
    pay(loan, "100.00", 4, kind="goodwill_credit")
    close_through(loan, 9)

    assert state_of(made) == "broken"


def test_twice_changes_nothing(loan):
    made = promise(loan, due=6)
    pay(loan, "60.00", 4)
    close_through(loan, 9)
    before = list(PromiseEvent.objects.order_by("pk").values())
    at = Promise.objects.get(pk=made.pk).judged_at

    judge_portfolio(portfolio=loan.portfolio, on=day(9), by=CLERK)
    judge_loans(loan_ids=[loan.pk], by=CLERK)
    follow_money()

    assert list(PromiseEvent.objects.order_by("pk").values()) == before
    assert Promise.objects.get(pk=made.pk).judged_at == at


def test_a_promise_from_before_the_terms_is_judged_by_the_next_close(loan):
    made = promise(loan, due=6)
    Promise.objects.filter(pk=made.pk).update(deadline_on=None, enough_amount=None)

    close_through(loan, 9)

    assert state_of(made) == "broken"
    assert (made.deadline_on, made.enough_amount) == (day(9), D("95.00"))


def test_what_lands_between_the_judging_and_the_new_day_does_not_open_it_again(loan):
    made = promise(loan, due=6)
    close_through(loan, 8)
    judge_portfolio(portfolio=loan.portfolio, on=day(9), by=CLERK)  # the books are on the 9th still
    assert state_of(made) == "broken"

    pay(loan, "10.00", 12)
    follow_money()

    assert state_of(made) == "broken"


def test_taking_one_back_gives_its_money_to_the_next(loan):
    first, second = promise(loan, due=10), promise(loan, due=12, hour=13)
    pay(loan, "80.00", 4)
    follow_money()
    first.refresh_from_db()
    assert first.received_amount == D("80.00")

    with time_machine.travel("2025-06-05T15:00:00Z"):
        cancel_promise(promise=first, reason="agreed on one day", by=CLERK)

    assert (state_of(first), first.received_amount, first.stays_in_rate) == (
        "cancelled",
        D("0.00"),
        False,
    )
    assert (state_of(second), second.received_amount) == ("open", D("80.00"))


def test_taken_back_near_its_day_it_stays_in_the_rate(loan):
    near, far = promise(loan, due=10), promise(loan, due=11, hour=13)

    with time_machine.travel("2025-06-08T15:00:00Z"):
        cancel_promise(promise=near, reason="asked for more time", by=CLERK)
        cancel_promise(promise=far, reason="asked for more time", by=CLERK)

    near.refresh_from_db()
    far.refresh_from_db()
    assert (near.stays_in_rate, near.withdrawn_on) == (True, day(8))
    assert (far.stays_in_rate, far.withdrawn_on) == (False, day(8))


def test_many_loans_are_judged_with_few_queries(loan, django_assert_max_num_queries):
    for number in range(20):
        other = build_loan(loan.portfolio)
        promise(other, due=6)
        if number % 2:
            pay(other, "100.00", 4)

    with django_assert_max_num_queries(14):
        counts = judge_portfolio(portfolio=loan.portfolio, on=day(9), by=CLERK)

    assert counts == {"kept": 10, "broken": 10}


ACTS = st.sampled_from(
    ["promise", "promise", "pay", "pay", "pay pending", "settle", "return", "reverse",
     "charge back", "cancel", "close", "close", "three days"]
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(ACTS, st.integers(0, 10_000)), min_size=4, max_size=14))
def test_any_history_on_the_books_is_judged_as_the_recount_judges_it(acts):
    loan = build_books(promise_grace_days=acts[0][1] % 3)
    promise(loan, due=6)
    for act, number in acts:
        _act(loan, act, number)
    judge_what_landed()

    assert misjudged(Loan.objects.get(pk=loan.pk)) == []
    # The history ends with what stands.
    for row in Promise.objects.filter(loan=loan).exclude(state="cancelled"):
        assert row.events.latest("pk").state == row.state


def _act(loan, act, number):
    """One thing that happens on the day the books are on; what cannot be is left out."""
    books = Portfolio.objects.get(pk=loan.portfolio_id)
    on, money = books.business_date, list(Repayment.objects.filter(loan=loan).order_by("pk"))
    chosen = money[number % len(money)] if money else None
    amount = D(number % 150 + 1)
    try:
        if act == "promise":
            made_at = datetime.combine(on, time(number % 24, number % 60), UTC)
            record_promise(
                loan=loan,
                party=loan.parties.get().party,
                amount=amount,
                due_on=made_at.date() + timedelta(days=number % 6),
                made_at=made_at,
                by=CLERK,
            )
        elif act.startswith("pay"):
            state = "pending" if act == "pay pending" else "settled"
            record_repayment(
                loan=loan, amount=amount, value_on=on - timedelta(days=number % 4), by=CLERK,
                state=state,
            )  # fmt: skip
        elif act == "settle" and chosen:
            settle_repayment(repayment=chosen, value_on=on, by=CLERK)
        elif act == "return" and chosen:
            return_repayment(repayment=chosen, value_on=on, by=CLERK)
        elif act == "reverse" and chosen:
            reverse(fact=chosen, value_on=on, reason="typed twice", by=CLERK)
        elif act == "charge back" and chosen:
            named = chosen if number % 2 else None
            charge_back(loan=loan, amount=amount, value_on=on, repayment=named, by=CLERK)
        elif act == "cancel":
            row = Promise.objects.open().filter(loan=loan).first()
            if row:
                cancel_promise(promise=row, reason="agreed anew", by=CLERK)
        elif act in ("close", "three days"):
            for days in range(1 if act == "close" else 3):
                _end_day(books, on + timedelta(days=days))
    except (Refused, ValidationError):
        pass  # e.g. settling what has come back already, or the same moment again
    if number % 3 == 0:
        judge_what_landed()


def _end_day(books, on):
    """What the close does about promises, without its other steps."""
    judge_portfolio(portfolio=books, on=on, by=CLERK)
    set_business_date(portfolio=books, to=on + ONE, by=CLERK)


@pytest.mark.django_db(transaction=True)
def test_money_that_lands_while_it_is_judged_is_not_lost(monkeypatch):
    """The close has read the money; then more lands and judges. The last word has all of it."""
    loan = build_books()
    made = promise(loan, due=6)
    has_read, go_on = threading.Event(), threading.Event()
    read = judging.receipts_of

    def slow(*args, **values):
        found = read(*args, **values)
        has_read.set()
        go_on.wait(20)
        return found

    def judge_slowly():
        try:
            with monkeypatch.context() as patched:
                patched.setattr(judging, "receipts_of", slow)
                with transaction.atomic():
                    judge_loans(loan_ids=[loan.pk], by=CLERK, over_through=day(9))
        finally:
            connection.close()

    def judge_with_money():
        try:
            pay(loan, "100.00", 6)
            judge_loans(loan_ids=[loan.pk], by=CLERK)
        finally:
            connection.close()

    first = threading.Thread(target=judge_slowly)
    first.start()
    assert has_read.wait(20)
    monkeypatch.setattr(judging, "receipts_of", read)
    second = threading.Thread(target=judge_with_money)
    second.start()
    second.join(1)  # it waits for the promise; without the lock it would be done by now
    waited = second.is_alive()
    go_on.set()
    first.join(20)
    second.join(20)

    assert waited
    assert state_of(made) == "kept"
    states = PromiseEvent.objects.filter(promise=made).order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["open", "broken", "kept"]
