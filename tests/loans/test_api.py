"""Loans, positions and repayments over the API: masked, exact, once, as of any day."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection

from core import clock
from core.audit import AuditEntry
from loans.acceleration.services import call_due, take_back
from loans.contracts.rows import VehicleRow
from loans.delinquency.queries import position_at
from loans.repayments.models import Repayment, RepaymentStateChange, Reversal
from loans.repayments.services import record_repayment
from tests.config.api_caller import Caller, build_caller, problem_of
from tests.loans.builders import CLERK, build_loan, build_party, build_portfolio, position_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def portfolio():
    return build_portfolio()


@pytest.fixture
def caller(portfolio):
    return build_caller(portfolio)


@pytest.fixture
def loan(portfolio):
    party = build_party(portfolio, full_name="Maria Ortiz")
    car = VehicleRow(vin="LSVAA4182E2184847", plate="8ABC4567", make="Ford", model="F-150")
    return build_loan(portfolio, party=party, vehicles=(car,))


def money(loan, **changes):
    return {
        "portfolio": loan.portfolio.code,
        "contract_no": loan.contract_no,
        "amount": "110.00",
        "value_on": "2025-01-15",
        "external_ref": "BANK-1",
        **changes,
    }


def test_a_loan_is_told_with_its_people_and_cars_masked(caller, loan):
    answer = caller.get(f"loans/{loan.pk}/").json()

    assert answer["contract_no"] == loan.contract_no
    assert answer["principal_amount"] == "1200.00"
    assert answer["started_on"] == loan.started_on.isoformat()
    assert [(row["role"], row["name"]) for row in answer["parties"]] == [("borrower", "M*** O***")]
    (car,) = answer["vehicles"]
    assert (car["description"], car["plate"], car["vin"]) == (
        "Ford F-150",
        "****4567",
        "***********184847",
    )


def test_the_schedule_says_each_instalment_in_strings(caller, loan):
    rows = caller.get(f"loans/{loan.pk}/schedule/").json()["instalments"]

    assert [row["number"] for row in rows] == list(range(1, 13))
    assert rows[0] == {
        "number": 1,
        "kind": "scheduled",
        "due_on": "2025-01-15",
        "principal": "100.00",
        "interest": "10.00",
        "fee": "0.00",
        "penalty": "0.00",
        "paid_amount": "0.00",
        "relieved_amount": "0.00",
        "satisfied_on": None,
    }


def test_filters_narrow_the_list(caller, loan, portfolio):
    build_loan(portfolio)

    for query in (
        {"contract_no": loan.contract_no},
        {"contract_no": loan.contract_no, "portfolio": portfolio.code, "status": "active"},
    ):
        rows = caller.get("loans/", query).json()["results"]
        assert [row["id"] for row in rows] == [str(loan.pk)]
    assert caller.get("loans/", {"portfolio": "elsewhere"}).json()["results"] == []
    assert caller.get("loans/", {"status": "paid_off"}).json()["results"] == []


def test_money_is_booked_and_the_position_follows_at_once(caller, loan):
    answer = caller.post("repayments/", money(loan))

    assert answer.status_code == 201
    told = answer.json()
    assert (told["amount"], told["state"], told["is_reversed"]) == ("110.00", "settled", False)
    stored = Repayment.objects.get(pk=told["id"])
    assert (stored.amount, stored.external_ref) == (Decimal("110.00"), "BANK-1")
    assert position_of(loan).oldest_unsatisfied_due_on == date(2025, 2, 15)
    assert caller.get(f"repayments/{told['id']}/").json() == told
    assert caller.get(f"loans/{loan.pk}/repayments/").json()["repayments"] == [told]
    assert caller.get("repayments/", {"external_ref": "BANK-1"}).json()["results"] == [told]


def test_the_trail_names_the_token(caller, loan):
    caller.post("repayments/", money(loan))

    entry = AuditEntry.objects.get(action="repayment.record")
    assert (entry.actor_kind, entry.actor_id) == ("integration", str(caller.user.pk))
    assert caller.token.prefix in entry.actor_label
    assert caller.secret not in entry.actor_label


def test_the_same_key_gives_the_same_answer_and_books_once(caller, loan):
    first = caller.post("repayments/", money(loan), key="k1")
    again = caller.post("repayments/", money(loan), key="k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again["Idempotency-Replayed"] == "true"
    assert Repayment.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(caller, loan):
    caller.post("repayments/", money(loan), key="k1")

    answer = caller.post("repayments/", money(loan, amount="1.00"), key="k1")

    assert (answer.status_code, problem_of(answer)) == (422, "idempotency-key-reused")
    assert Repayment.objects.count() == 1


def test_a_key_is_needed_and_nothing_is_written_without(caller, loan):
    for key in ("", "x" * 201):
        answer = caller.post("repayments/", money(loan), key=key)
        assert (answer.status_code, problem_of(answer)) == (400, "idempotency-key-missing")
    assert not Repayment.objects.exists()


def test_two_integrations_may_use_the_same_key(caller, loan, portfolio):
    other = build_caller(portfolio)

    assert caller.post("repayments/", money(loan), key="k1").status_code == 201
    second = other.post("repayments/", money(loan, external_ref="BANK-2"), key="k1")

    assert second.status_code == 201
    assert Repayment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_the_same_request_sent_many_times_at_once_one_acts(caller, loan):
    barrier, answers = threading.Barrier(4), []

    def send() -> None:
        own = Caller(user=caller.user, token=caller.token, secret=caller.secret)
        barrier.wait()
        answers.append(own.post("repayments/", money(loan, external_ref="R"), key="race"))
        connection.close()

    threads = [threading.Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 3
    assert Repayment.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"amount": "0.00"}, "/amount"),
        ({"amount": "1.001"}, "/amount"),
        ({"amount": "-5"}, "/amount"),
        ({"amount": "NaN"}, "/amount"),
        ({"value_on": "24.11.2026"}, "/value_on"),
        ({"state": "returned"}, "/state"),
        ({"kind": "gift"}, "/kind"),
        ({"external_ref": ""}, "/external_ref"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(caller, loan, changes, pointer):
    answer = caller.post("repayments/", money(loan, **changes))

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-body")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Repayment.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "3"])
def test_a_body_that_is_no_object_is_refused(caller, loan, body):
    answer = caller.post("repayments/", body)

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-body")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contract_no": "unknown"}, "contract_unknown"),
        ({"portfolio": "unknown"}, "portfolio_unknown"),
        ({"value_on": "2031-01-01"}, None),
    ],
)
def test_what_the_books_refuse_is_said_in_their_words(caller, loan, changes, code):
    answer = caller.post("repayments/", money(loan, **changes))

    assert (answer.status_code, problem_of(answer)) == (422, "refused")
    assert answer.json()["detail"]
    assert code is None or answer.json()["code"] == code
    assert not Repayment.objects.exists()


def test_a_foreign_contract_cannot_be_paid(caller):
    foreign = build_loan(build_portfolio())

    answer = caller.post("repayments/", money(foreign))

    assert answer.json()["code"] == "portfolio_unknown"
    assert not Repayment.objects.exists()


def test_reading_does_not_let_a_token_write(loan, portfolio):
    reader = build_caller(portfolio, scopes={"loan.view"})
    made = record_repayment(
        loan=loan, amount=Decimal("1.00"), value_on=date(2025, 2, 1), by=CLERK, state="pending"
    )
    fate = {"value_on": "2025-02-02"}

    assert reader.post("repayments/", money(loan)).status_code == 403
    assert reader.post("repayments/bulk/", {}).status_code == 403
    assert reader.post(f"repayments/{made.pk}/settle/", fate).status_code == 403
    assert Repayment.objects.count() == 1
    assert not RepaymentStateChange.objects.exists()


def test_many_are_booked_in_one_act_and_known_ones_passed_over(caller, loan, portfolio):
    other = build_loan(portfolio)
    caller.post("repayments/", money(loan))
    rows = [money(loan), money(loan, external_ref="B2"), money(other, external_ref="B3")]
    for row in rows:
        del row["portfolio"]

    answer = caller.post("repayments/bulk/", {"portfolio": portfolio.code, "repayments": rows})

    assert answer.status_code == 201
    told = answer.json()
    assert (told["recorded"], told["already_known"]) == (2, 1)
    assert [row["external_ref"] for row in told["repayments"]] == ["BANK-1", "B2", "B3"]
    assert Repayment.objects.count() == 3


def test_one_wrong_row_of_many_refuses_all_and_is_named(caller, loan, portfolio):
    good = {key: value for key, value in money(loan).items() if key != "portfolio"}
    page = "repayments/bulk/"

    shape = caller.post(
        page, {"portfolio": portfolio.code, "repayments": [good, good | {"amount": "x"}]}
    )
    books = caller.post(
        page, {"portfolio": portfolio.code, "repayments": [good, good | {"contract_no": "no"}]}
    )

    assert shape.json()["errors"][0]["pointer"] == "/repayments/1/amount"
    assert problem_of(books) == "refused"
    assert books.json()["errors"][0]["pointer"] == "/repayments/1"
    assert not Repayment.objects.exists()


def test_too_many_at_once_are_refused(caller, loan, portfolio):
    good = {key: value for key, value in money(loan).items() if key != "portfolio"}

    answer = caller.post(
        "repayments/bulk/", {"portfolio": portfolio.code, "repayments": [good] * 501}
    )

    assert problem_of(answer) == "invalid-body"
    assert not Repayment.objects.exists()


def test_pending_money_settles_comes_back_and_is_taken_back(caller, loan):
    pk = caller.post("repayments/", money(loan, state="pending")).json()["id"]
    assert position_of(loan).oldest_unsatisfied_due_on == date(2025, 1, 15)

    settled = caller.post(f"repayments/{pk}/settle/", {"value_on": "2025-01-17"})
    assert (settled.status_code, settled.json()["state"]) == (200, "settled")
    assert position_of(loan).oldest_unsatisfied_due_on == date(2025, 2, 15)

    fate = {"value_on": "2025-01-20", "reason": "no cover"}
    assert caller.post(f"repayments/{pk}/return/", fate).json()["state"] == "returned"
    assert position_of(loan).oldest_unsatisfied_due_on == date(2025, 1, 15)

    again = caller.post(f"repayments/{pk}/settle/", {"value_on": "2025-01-21"})
    assert again.json()["state"] == "returned"

    reversal = caller.post(f"repayments/{pk}/reverse/", {"reason": "wrong contract"})
    assert reversal.json()["is_reversed"] is True
    assert Reversal.objects.count() == 1
    assert problem_of(caller.post(f"repayments/{pk}/reverse/", {})) == "invalid-body"


def test_a_foreign_repayment_does_not_exist(caller):
    foreign = build_loan(build_portfolio())
    made = record_repayment(
        loan=foreign, amount=Decimal("1.00"), value_on=date(2025, 2, 1), by=CLERK
    )

    assert caller.get(f"repayments/{made.pk}/").status_code == 404
    answer = caller.post(f"repayments/{made.pk}/reverse/", {"reason": "mine now"})
    assert answer.status_code == 404
    assert not Reversal.objects.exists()


def test_positions_as_of_and_as_known_are_those_of_replay(caller, loan):
    record_repayment(loan=loan, amount=Decimal("110.00"), value_on=date(2025, 1, 15), by=CLERK)
    before = clock.now() - timedelta(days=1)

    for day in (date(2025, 2, 1), date(2025, 4, 1)):
        for known_at in (None, before):
            told = position_at(loan=loan, as_of=day, known_at=known_at)
            query = {"as_of": day.isoformat()}
            if known_at:
                query["known_at"] = known_at.isoformat()
            one = caller.get(f"loans/{loan.pk}/position/", query).json()
            (listed,) = caller.get("positions/", query).json()["results"]
            assert one == listed
            assert (one["as_of"], one["days_past_due"], one["bucket"]) == (
                day.isoformat(),
                told.days_past_due,
                told.bucket_code,
            )
            assert one["overdue"]["total"] == f"{told.overdue.total:.2f}"
            assert one["outstanding_amount"] == f"{told.total_outstanding:.2f}"


def test_the_stored_position_is_told_without_a_day(caller, loan):
    one = caller.get(f"loans/{loan.pk}/position/").json()
    stored = position_of(loan)

    assert one["as_of"] == "2025-06-30"
    assert one["overdue"]["total"] == str(stored.overdue_amount)
    assert one["known_at"] is None


def test_a_position_says_from_when_the_whole_loan_is_due_and_as_of_what_was_known(caller, loan):
    def told(**query: str) -> tuple[str | None, str | None]:
        one = caller.get(f"loans/{loan.pk}/position/", query).json()
        (listed,) = caller.get("positions/", query).json()["results"]
        assert one == listed
        return one["accelerated_on"], one["accelerated_amount"]

    assert told() == (None, None)
    called = call_due(
        loan=loan,
        value_on=date(2025, 3, 1),
        called_amount=Decimal("1234.50"),
        document_ref="L-1",
        reason="clause 9",
        approved_by="Ben",
        by=CLERK,
    )
    before = called.known_at - timedelta(seconds=1)

    assert told() == told(as_of="2025-03-01") == ("2025-03-01", "1234.50")
    assert told(as_of="2025-02-28") == (None, None)
    assert told(as_of="2025-03-01", known_at=before.isoformat()) == (None, None)
    days_late = caller.get(f"loans/{loan.pk}/position/", {"as_of": "2025-03-01"}).json()
    assert days_late["oldest_unpaid_due_on"] == "2025-01-15"

    take_back(acceleration=called, value_on=date(2025, 5, 1), reason="paid up", by=CLERK)
    assert told() == told(as_of="2025-05-01") == (None, None)
    assert told(as_of="2025-04-30") == ("2025-03-01", "1234.50")


def test_a_moment_of_knowledge_is_told_in_utc(caller, loan):
    query = {"as_of": "2025-02-01", "known_at": "2030-01-01T08:00:00+08:00"}

    one = caller.get(f"loans/{loan.pk}/position/", query).json()

    assert one["known_at"] == "2030-01-01T00:00:00Z"
    assert datetime.fromisoformat(one["known_at"]) == datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"as_of": "2024-01-01"}, "as_of"),
        ({"as_of": "2025-07-01"}, "as_of"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"known_at": "2025-07-01T00:00:00Z"}, "known_at"),
    ],
)
def test_a_day_outside_the_loans_life_is_refused(caller, loan, query, parameter):
    answer = caller.get(f"loans/{loan.pk}/position/", query)

    assert (answer.status_code, problem_of(answer)) == (400, "invalid-parameter")
    assert answer.json()["errors"][0]["parameter"] == parameter
