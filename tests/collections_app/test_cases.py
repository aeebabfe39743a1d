"""Cases open at the threshold, end when the arrears are paid, and open anew."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError

from accounts.models import User
from accounts.shifts.models import Leave
from collections_app.cases.models import Case, CaseEvent
from collections_app.cases.services import assign, follow_positions, sync_cases
from collections_app.close.services import catch_up, close
from collections_app.desk.case_loans import read_debts
from collections_app.desk.case_row import case_for
from core.audit.models import AuditEntry
from core.facts import drain
from loans.delinquency.models import PositionChange
from loans.repayments.services import record_repayment, return_repayment
from tests.loans.builders import CLERK, build_cast, build_loan, build_portfolio

pytestmark = pytest.mark.django_db

JAN_15 = date(2025, 1, 15)


def _late_portfolio(**settings):
    """Books on the 15th of January, the day the first instalment of 110.00 is due."""
    return build_portfolio(business_date=JAN_15, **settings)


def _pay(loan, amount, on):
    return record_repayment(
        loan=loan, amount=Decimal(amount), value_on=on, by=CLERK, external_ref=f"r{amount}{on}"
    )


def test_a_case_opens_on_the_first_day_past_due():
    portfolio = _late_portfolio()
    loan = build_loan(portfolio)

    close(portfolio=portfolio, on=JAN_15, by=CLERK)
    assert not Case.objects.exists()

    close(portfolio=portfolio, on=date(2025, 1, 16), by=CLERK)
    case = Case.objects.get()
    assert (case.loan, case.opened_on, case.state) == (loan, date(2025, 1, 16), "open")


@pytest.mark.parametrize(
    ("settings", "opens_on"),
    [
        ({"grace_days": 3}, date(2025, 1, 19)),
        ({"case_opens_at_days": 5}, date(2025, 1, 20)),
        ({"grace_days": 3, "case_opens_at_days": 5}, date(2025, 1, 23)),
        ({"due_day_counts": True}, date(2025, 1, 15)),
    ],
)
def test_grace_and_threshold_delay_the_case(settings, opens_on):
    portfolio = _late_portfolio(**settings)
    build_loan(portfolio)

    catch_up(portfolio=portfolio, through=date(2025, 1, 25), by=CLERK)

    assert Case.objects.get().opened_on == opens_on


def test_money_ends_the_case_at_once_and_the_next_miss_opens_a_new_one():
    portfolio = _late_portfolio()
    loan = build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 20), by=CLERK)
    first = Case.objects.get()

    _pay(loan, "110.00", date(2025, 1, 21))
    drain(PositionChange.TOPIC)

    first.refresh_from_db()
    assert (first.state, first.close_reason, first.closed_on) == (
        "cured",
        "cured",
        date(2025, 1, 21),
    )
    catch_up(portfolio=portfolio, through=date(2025, 2, 16), by=CLERK)
    second = Case.objects.get(state="open")
    assert second.pk != first.pk
    assert second.opened_on == date(2025, 2, 16)


def test_a_partial_payment_does_not_end_the_case():
    portfolio = _late_portfolio()
    loan = build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 20), by=CLERK)

    _pay(loan, "109.99", date(2025, 1, 21))
    drain(PositionChange.TOPIC)

    assert Case.objects.get().state == "open"


def test_returned_money_brings_the_loan_back_with_a_new_case():
    portfolio = _late_portfolio()
    loan = build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 20), by=CLERK)
    repayment = _pay(loan, "110.00", date(2025, 1, 21))
    drain(PositionChange.TOPIC)

    return_repayment(repayment=repayment, value_on=date(2025, 1, 21), by=CLERK, reason="no funds")
    drain(PositionChange.TOPIC)

    assert sorted(Case.objects.values_list("state", flat=True)) == ["cured", "open"]


def test_a_loan_paid_off_closes_its_case():
    portfolio = _late_portfolio()
    loan = build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 20), by=CLERK)

    _pay(loan, "1320.00", date(2025, 1, 21))
    drain(PositionChange.TOPIC)

    case = Case.objects.get()
    assert (case.state, case.close_reason) == ("closed", "paid_off")


def test_following_twice_changes_nothing():
    portfolio = _late_portfolio()
    build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 20), by=CLERK)
    before = CaseEvent.objects.count()

    drain(PositionChange.TOPIC)
    sync_cases(portfolio=portfolio, on=date(2025, 1, 20), by=CLERK)

    assert follow_positions() == 0
    assert CaseEvent.objects.count() == before


def test_the_database_refuses_what_the_flow_does_not_know():
    portfolio = _late_portfolio()
    build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 20), by=CLERK)
    case = Case.objects.get()

    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        Case.objects.filter(pk=case.pk)._raw_delete("default")
    Case.objects.update(state="cured", closed_on=JAN_15, close_reason="cured")
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        Case.objects.update(state="open", closed_on=None, close_reason="")
    assert Case.objects.get().state == "cured"


def test_two_open_cases_of_one_loan_are_impossible():
    portfolio = _late_portfolio()
    build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 20), by=CLERK)
    case = Case.objects.get()

    with pytest.raises(IntegrityError, match="case_one_open_per_loan"), transaction.atomic():
        Case.objects.create(
            loan=case.loan, portfolio=portfolio, borrower=case.borrower, opened_on=JAN_15
        )


def test_cases_are_dealt_in_turn_to_agents_who_are_not_on_leave():
    portfolio = _late_portfolio()
    cast = build_cast(portfolio=portfolio)
    bo = User.objects.create_user(
        "bo@example.com", password=None, full_name="Bo", role="agent", team=cast.team
    )
    away = User.objects.create_user(
        "away@example.com", password=None, full_name="Away", role="agent", team=cast.team
    )
    Leave.objects.create(user=away, starts_on=date(2020, 1, 1), ends_on=date(2099, 1, 1))
    for _number in range(4):
        build_loan(portfolio)

    catch_up(portfolio=portfolio, through=date(2025, 1, 16), by=CLERK)

    held = list(Case.objects.values_list("assignee", flat=True))
    assert sorted(map(str, held)) == sorted(map(str, [cast.ana.pk, bo.pk] * 2))
    assert set(Case.objects.values_list("team", flat=True)) == {cast.team.pk}


def test_without_agents_cases_wait_unassigned():
    portfolio = _late_portfolio()
    build_loan(portfolio)

    catch_up(portfolio=portfolio, through=date(2025, 1, 16), by=CLERK)

    assert Case.objects.get().assignee is None


def test_moving_a_case_needs_a_reason_and_somebody_who_may_work_it():
    portfolio = _late_portfolio()
    cast = build_cast(portfolio=portfolio)
    build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 16), by=CLERK)
    case = Case.objects.get()
    entries = AuditEntry.objects.count()

    with pytest.raises(ValidationError, match="why the case moves"):
        assign(case=case, to=cast.ben, reason=" ", by=CLERK)
    with pytest.raises(ValidationError, match="cannot work cases"):
        assign(case=case, to=cast.cleo, reason="cover", by=CLERK)
    case.refresh_from_db()
    assert case.assignee == cast.ana
    assert AuditEntry.objects.count() == entries

    assert assign(case=case, to=cast.ben, reason="cover", by=CLERK).assignee == cast.ben
    moved = CaseEvent.objects.filter(kind="assigned").latest("pk")
    assert (moved.from_user, moved.to_user, moved.reason) == (cast.ana, cast.ben, "cover")


def test_who_sees_which_cases():
    portfolio = _late_portfolio()
    cast = build_cast(portfolio=portfolio)
    build_loan(portfolio)
    catch_up(portfolio=portfolio, through=date(2025, 1, 16), by=CLERK)

    seen = {
        name: Case.objects.visible_to(getattr(cast, name)).count()
        for name in ("ana", "ben", "cleo", "auditor", "administrator")
    }

    assert seen == {"ana": 1, "ben": 1, "cleo": 0, "auditor": 1, "administrator": 1}
    for name, count in seen.items():
        assert _opens(getattr(cast, name), Case.objects.get()) is bool(count), name


def _opens(user: User, case: Case) -> bool:
    """Whether a user finds the case by its address."""
    try:
        found = case_for(user, case.pk)
    except Case.DoesNotExist:
        return False
    return found == case and [row.loan_id for row in read_debts(found, user)] == [case.loan_id]


@pytest.mark.django_db(transaction=True)
def test_two_workers_open_one_case():
    portfolio = _late_portfolio()
    build_loan(portfolio)
    catch_up(portfolio=portfolio, through=JAN_15, by=CLERK)
    from loans.delinquency.ageing import age_portfolio

    age_portfolio(portfolio=portfolio, on=date(2025, 1, 16))
    failures: list[Exception] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        try:
            barrier.wait(timeout=20)
            sync_cases(portfolio=portfolio, on=date(2025, 1, 16), by=CLERK)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Case.objects.count() == 1
    assert CaseEvent.objects.filter(kind="opened").count() == 1
