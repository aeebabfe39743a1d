"""Taking promises: parts, limits with approval, what replaces what, and the pages for it."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.access.rights import Role
from accounts.approvals.models import Approval
from accounts.inbox.models import Notice
from accounts.models import User
from collections_app.promises import services
from collections_app.promises.asking import asked_promise
from collections_app.promises.consequence import consequence_of
from collections_app.promises.forms import PromisePartsForm
from collections_app.promises.limit_services import save_limit
from collections_app.promises.limits import Part, limits_of, standard_limits
from collections_app.promises.models import Promise, PromiseEvent, PromiseLimit
from collections_app.promises.records import taker_records
from collections_app.promises.services import decide_promise, record_promise, take_promise
from collections_app.worklist.leases import take_up
from core import clock
from core.audit import Actor, AuditEntry
from core.facts.topics import drain
from core.ids import uuid7
from loans.portfolios.services import grant_portfolio
from loans.repayments.services import record_repayment
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK, build_party, next_number

D = Decimal
TODAY = date(2026, 5, 12)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_desk()


def past_due(desk):
    return desk.case.loan.position.overdue_amount


def take(desk, *parts, by=None):
    return take_promise(
        case=desk.case,
        party=desk.case.borrower,
        parts=parts or [Part(past_due(desk), on(3), "transfer")],
        taken_by=by or desk.cast.ana,
        made_at=clock.now(),
    )


def manager(desk):
    number = next_number()
    user = User.objects.create_user(
        f"m{number}@example.com", password=None, full_name="Mia", role=Role.MANAGER
    )
    grant_portfolio(portfolio=desk.cast.portfolio, user=user, by=CLERK)
    return user


def browser(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_promise_in_parts_is_a_promise_for_each_day(desk):
    half = (past_due(desk) / 2).quantize(D("0.01"))

    taken = take(desk, Part(half, on(3), "debit"), Part(past_due(desk) - half, on(10), "transfer"))

    assert taken.approval is None
    assert [(p.amount, p.due_on, p.method, p.state) for p in taken.promises] == [
        (half, on(3), "debit", "open"),
        (past_due(desk) - half, on(10), "transfer", "open"),
    ]
    assert {(p.taken_by, p.taken_by_id) for p in taken.promises} == {("Ana", str(desk.cast.ana.pk))}
    assert AuditEntry.objects.filter(action="promise.recorded").count() == 2


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([], "an amount and a day"),
        ([Part(D("0.00"), on(3))], "more than zero"),
        ([Part(D("10.005"), on(3))], "two decimals"),
        ([Part(D("10.00"), on(-1))], "before the promise"),
        ([Part(D("10.00"), on(400))], "more than a year"),
        ([Part(D("10.00"), on(3)), Part(D("20.00"), on(3))], "a day of its own"),
        ([Part(D("9999999.00"), on(3))], "more than is owed"),
        ([Part(D("10.00"), on(3), "4111 1111 1111 1111")], "card"),
    ],
)
def test_what_cannot_be_promised_is_refused_and_nothing_is_written(desk, parts, sentence):
    with pytest.raises(ValidationError, match=sentence):
        take_promise(
            case=desk.case,
            party=desk.case.borrower,
            parts=parts,
            taken_by=desk.cast.ana,
            made_at=clock.now(),
        )

    assert not Promise.objects.exists()
    assert not Approval.objects.exists()


def test_who_does_not_owe_the_loan_promises_nothing(desk):
    stranger = build_party(desk.cast.portfolio)

    with pytest.raises(ValidationError, match="owes the loan"):
        take_promise(
            case=desk.case,
            party=stranger,
            parts=[Part(past_due(desk), on(3))],
            taken_by=desk.cast.ana,
            made_at=clock.now(),
        )
    assert not Promise.objects.exists()


def test_another_promise_takes_the_place_of_the_open_one_and_keeps_it_in_the_rate(desk):
    first = take(desk, Part(past_due(desk), on(1))).promises[0]

    second = take(desk, Part(past_due(desk), on(5))).promises[0]

    first.refresh_from_db()
    assert (first.state, first.replaced_by, first.stays_in_rate) == ("cancelled", second, True)
    assert second.state == "open"
    assert AuditEntry.objects.filter(action="promise.replaced").count() == 1
    [record] = taker_records(Promise.objects.all())
    assert (record.taker, record.judged, record.kept, record.kept_rate) == ("Ana", 1, 0, 0)


def test_one_that_money_is_on_its_way_for_stands(desk):
    first = take(desk, Part(past_due(desk), on(1))).promises[0]
    record_repayment(
        loan=desk.case.loan, amount=past_due(desk), value_on=on(1), by=CLERK, state="pending"
    )
    drain("loans.position_changed")

    take(desk, Part(past_due(desk), on(5)))

    first.refresh_from_db()
    assert (first.state, first.is_awaiting) == ("open", True)


def test_beyond_the_limit_nothing_binds_until_the_lead_agrees(desk):
    taken = take(desk, Part(past_due(desk), on(20)))

    assert taken.promises == ()
    assert not Promise.objects.exists()
    assert taken.approval.brief["beyond"] == ["days"]

    [promise] = decide_promise(approval=taken.approval, approve=True, by=desk.cast.ben)

    assert (promise.due_on, promise.state) == (on(20), "open")
    # It is the promise of who took it, at the time they took it.
    assert promise.taken_by_id == str(desk.cast.ana.pk)
    assert promise.made_at == asked_promise(taken.approval).made_at
    assert list(Notice.objects.order_by("created_at").values_list("user__full_name", "key")) == [
        ("Ben", "approval.requested"),
        ("Ana", "approval.approved"),
    ]


def test_refused_or_withdrawn_nothing_is_promised_and_another_can_be_taken(desk):
    asked = take(desk, Part(past_due(desk), on(20))).approval
    with pytest.raises(ValidationError, match="waits for a decision"):
        take(desk)

    with pytest.raises(ValidationError, match="why you refuse"):
        decide_promise(approval=asked, approve=False, by=desk.cast.ben)
    decide_promise(approval=asked, approve=False, reason="Too far", by=desk.cast.ben)

    assert not Promise.objects.exists()
    assert take(desk).promises


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        (lambda owed: [Part(owed, on(15))], ["days"]),
        (lambda owed: [Part((owed / 2).quantize(D("0.01")) - 1, on(3))], ["share"]),
        (lambda owed: [Part(owed / 11, on(n)) for n in range(1, 5)], ["parts", "share"]),
        (lambda owed: [Part(owed, on(14))], None),
    ],
)
def test_what_is_beyond_an_agents_limit(desk, parts, what):
    made = [Part(part.amount.quantize(D("0.01")), part.due_on) for part in parts(past_due(desk))]

    taken = take(desk, *made)

    assert (taken.approval and taken.approval.brief["beyond"]) == what
    assert bool(taken.promises) is (what is None)


def test_who_asked_cannot_agree_nor_who_may_not_nor_beyond_ones_own_limit(desk):
    asked = take(desk, Part(past_due(desk), on(60))).approval

    for who in (desk.cast.ana, desk.cast.auditor):
        with pytest.raises(PermissionDenied):
            decide_promise(approval=asked, approve=True, by=who)
    with pytest.raises(ValidationError, match="beyond your own limit"):
        decide_promise(approval=asked, approve=True, by=desk.cast.ben)
    asked.refresh_from_db()
    assert asked.is_pending
    assert not Promise.objects.exists()

    assert decide_promise(approval=asked, approve=True, by=manager(desk))


def test_a_day_that_has_passed_is_not_agreed_to(desk):
    asked = take(
        desk,
        Part(past_due(desk) - 3, on(1)),
        *(Part(D("1.00"), on(n)) for n in (3, 4, 5)),
    ).approval
    assert asked is not None

    with (
        time_machine.travel("2026-05-14T13:00:00+00:00"),
        pytest.raises(ValidationError, match="before the promise"),
    ):
        decide_promise(approval=asked, approve=True, by=desk.cast.ben)

    asked.refresh_from_db()
    assert asked.is_pending
    assert not Promise.objects.exists()


def test_limits_are_data_and_are_changed_on_record(desk):
    before = limits_of(Role.AGENT)
    assert before == standard_limits(Role.AGENT)

    save_limit(
        role=Role.AGENT,
        max_days_out=5,
        min_share=D("1"),
        max_parts=1,
        by=CLERK,
        limit=PromiseLimit.objects.filter(role=Role.AGENT).first(),
    )

    assert take(desk, Part(past_due(desk), on(6))).approval is not None
    assert AuditEntry.objects.filter(action="promise_limit.saved").count() == 1
    with pytest.raises(ValidationError):
        save_limit(role=Role.AGENT, max_days_out=5, min_share=D("2"), max_parts=1, by=CLERK)


def test_what_a_promise_would_do_is_the_replay_with_the_money(desk):
    loan = desk.case.loan
    whole = consequence_of(loan=loan, parts=[Part(past_due(desk), on(1))])
    assert (whole.past_due, whole.days_past_due, whole.by) == (D("0.00"), 0, on(1))

    part = consequence_of(loan=loan, parts=[Part(D("110.00"), on(1)), Part(D("40.00"), on(2))])
    assert part.amount == D("150.00")
    assert part.past_due == past_due(desk) - D("150.00")
    assert part.days_past_due > 0
    # Nothing of it is stored.
    desk.case.loan.position.refresh_from_db()
    assert desk.case.loan.position.overdue_amount > 0


def test_the_form_offers_all_that_is_past_due_in_three_banking_days_as_last_time(desk):
    record_promise(
        loan=desk.case.loan,
        party=desk.case.borrower,
        amount=D("5.00"),
        due_on=on(1),
        made_at=clock.now(),
        method="debit",
        by=CLERK,
    )

    form = PromisePartsForm(case=desk.case, user=desk.cast.ana)

    assert form.initial == {
        "amount_0": past_due(desk),
        "due_on_0": on(3),
        "method_0": "debit",
    }
    assert len(form.rows) == 4


def test_the_form_says_what_is_missing_and_what_is_beyond(desk):
    def form(**values):
        data = {f"promise-{name}": value for name, value in values.items()}
        return PromisePartsForm(data, case=desk.case, user=desk.cast.ana)

    missing = form(amount_0="", due_on_0="", amount_1="5.00")
    assert missing.errors == {
        "amount_0": ["Say how much."],
        "due_on_0": ["Say by when."],
        "due_on_1": ["Say by when."],
    }
    far = {"amount_0": str(past_due(desk)), "due_on_0": on(20).isoformat()}
    assert form(**far).non_field_errors() == [
        "A promise beyond 14 days needs approval.",
        "Ask the team lead, or shorten it to 26 May 2026.",
    ]
    asked = form(**far, ask="on")
    assert asked.is_valid()
    assert asked.parts() == [Part(past_due(desk), on(20), "")]


def test_an_agent_takes_a_promise_on_the_page_once(desk):
    mine = browser(desk.cast.ana)
    page = reverse("desk:take_promise", args=[desk.case.pk])
    shown = mine.get(page)
    assert "brings the loan to 0 days past due" in shown.content.decode()
    token = shown.context["form"]["token"].value()
    entry = {
        "promise-who": str(desk.case.borrower_id),
        "promise-token": token,
        "promise-amount_0": str(past_due(desk)),
        "promise-due_on_0": on(3).isoformat(),
        "promise-method_0": "transfer",
    }

    for _press in range(2):
        answer = mine.post(page, entry)
        assert answer.url == reverse("desk:case", args=[desk.case.pk])

    made = Promise.objects.get()
    assert (made.amount, made.due_on, made.method) == (past_due(desk), on(3), "transfer")
    case = mine.get(answer.url).content.decode()
    assert page in case


def test_whom_somebody_else_works_one_takes_no_promise_of(desk):
    take_up(agent=desk.cast.ben, case=desk.case)
    page = reverse("desk:take_promise", args=[desk.case.pk])
    entry = {
        "promise-who": str(desk.case.borrower_id),
        "promise-token": "t1",
        "promise-amount_0": str(past_due(desk)),
        "promise-due_on_0": on(3).isoformat(),
    }
    mine = browser(desk.cast.ana)

    held = mine.post(page, entry)
    lost = mine.post(page, {**entry, "promise-token": "t2", "promise-lease": str(uuid7())})

    assert (held.status_code, lost.status_code) == (409, 409)
    assert "Ben has this person until" in held.content.decode()
    assert not Promise.objects.exists()
    assert browser(desk.cast.ben).post(page, {**entry, "promise-token": "t3"}).status_code == 302
    assert Promise.objects.get().taken_by == "Ben"


def test_beyond_the_limit_the_page_asks_first_and_the_case_shows_that_it_waits(desk):
    mine = browser(desk.cast.ana)
    page = reverse("desk:take_promise", args=[desk.case.pk])
    entry = {
        "promise-who": str(desk.case.borrower_id),
        "promise-token": "t1",
        "promise-amount_0": str(past_due(desk)),
        "promise-due_on_0": on(20).isoformat(),
    }

    refused = mine.post(page, entry)
    assert refused.status_code == 422
    assert "Shorten to 26 May" in refused.content.decode()
    assert not Approval.objects.exists()

    mine.post(page, {**entry, "promise-ask": "on"})

    asked = Approval.objects.get()
    here = reverse("desk:asked_promise", args=[asked.pk])
    assert here in mine.get(reverse("desk:case", args=[desk.case.pk])).content.decode()
    assert mine.post(reverse("desk:decide_promise", args=[asked.pk])).status_code == 403

    lead = browser(desk.cast.ben)
    assert here in lead.get(reverse("desk:asked_promises")).content.decode()
    assert lead.get(here).status_code == 200
    decide = reverse("desk:decide_promise", args=[asked.pk])
    assert lead.post(decide, {"decision": "refuse"}).status_code == 422
    assert lead.post(decide, {"decision": "agree"}).url == here
    assert Promise.objects.get().taken_by == "Ana"
    assert lead.post(decide, {"decision": "agree"}).status_code == 422
    assert Promise.objects.count() == 1


def test_who_asked_takes_the_request_back(desk):
    asked = take(desk, Part(past_due(desk), on(20))).approval
    take_back = reverse("desk:withdraw_promise", args=[asked.pk])

    assert browser(desk.cast.ben).post(take_back).status_code == 403
    browser(desk.cast.ana).post(take_back)

    asked.refresh_from_db()
    assert asked.status == "withdrawn"


def test_the_line_is_told_while_somebody_types_and_nothing_is_written(desk):
    address = reverse("desk:promise_outlook", args=[desk.case.pk])
    mine = browser(desk.cast.ana)

    part = mine.get(
        address, {"promise-amount_0": "110.00", "promise-due_on_0": on(20).isoformat()}
    ).content.decode()

    assert "past due (" in part
    assert "A promise beyond 14 days needs approval." in part
    assert 'data-shorten-to="2026-05-26"' in part
    assert mine.get(address, {"promise-amount_0": "x"}).status_code == 200
    assert not Promise.objects.exists()
    assert browser(desk.cast.cleo).get(address).status_code == 404
    assert browser(desk.cast.auditor).get(address).status_code == 403


def test_outside_scope_there_is_no_page_and_without_the_right_none_to_use(desk):
    asked = take(desk, Part(past_due(desk), on(20))).approval
    page = reverse("desk:take_promise", args=[desk.case.pk])
    request = reverse("desk:asked_promise", args=[asked.pk])

    for address in (page, request):
        assert browser(desk.cast.cleo).get(address).status_code == 404
    assert browser(desk.cast.auditor).get(page).status_code == 403
    assert browser(desk.cast.auditor).post(page).status_code == 403


def test_the_lists_show_how_promises_stand_and_whose_they_are(desk, django_assert_max_num_queries):
    record_promise(
        loan=desk.case.loan,
        party=desk.case.borrower,
        amount=D("110.00"),
        due_on=on(0),
        made_at=clock.now(),
        by=Actor.of(desk.cast.ana),
    )
    record_repayment(loan=desk.case.loan, amount=D("110.00"), value_on=on(0), by=CLERK)
    drain("loans.position_changed")
    take(desk, Part(past_due(desk) - 110, on(0)))
    mine = browser(desk.cast.ana)
    page = reverse("desk:promises")
    mine.get(page)

    with django_assert_max_num_queries(12):
        due = mine.get(page)

    tabs = {tab.label: tab.count for tab in due.context["lists"]}
    assert (tabs["Due"], tabs["Kept"], tabs["Broken"]) == (1, 1, 0)
    assert [row.due_on for row in due.context["rows"]] == [on(0)]
    assert due.context["records"][0]["kept_rate"] == "100.0%"
    shown = mine.get(page, {"show": "kept", "taker": str(desk.cast.ana.pk)})
    assert [row.due_on for row in shown.context["rows"]] == [on(0)]
    assert mine.get(page, {"after": "nonsense"}).status_code == 404
    # Another agent's portfolio holds none of them.
    others = browser(desk.cast.cleo).get(page)
    assert [tab.count for tab in others.context["lists"]] == [0] * 6
    assert browser(desk.cast.auditor).get(page).status_code == 200


def test_lists_are_read_in_pages(desk, monkeypatch):
    for number in range(5):
        record_promise(
            loan=desk.case.loan,
            party=desk.case.borrower,
            amount=D("5.00"),
            due_on=on(3 + number // 2),
            made_at=clock.now() - timedelta(minutes=number),
            by=CLERK,
        )
    monkeypatch.setattr("collections_app.desk.promise_list.PAGE_SIZE", 2)
    mine, address, seen = browser(desk.cast.ana), reverse("desk:promises") + "?show=coming", []

    while address:
        page = mine.get(address)
        seen += [row.due_on for row in page.context["rows"]]
        address = page.context["next_href"]

    assert seen == [on(3), on(3), on(4), on(4), on(5)]


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_take_a_promise_at_once_leave_one_open(monkeypatch):
    with time_machine.travel(OPEN_AT, tick=True):
        desk = build_desk()
        start, errors = threading.Barrier(2, timeout=20), []

        def one(agent, days):
            try:
                start.wait()
                take(desk, Part(past_due(desk), on(days)), by=agent)
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        _ = past_due(desk)
        threads = [
            threading.Thread(target=one, args=(desk.cast.ana, 3)),
            threading.Thread(target=one, args=(desk.cast.ben, 4)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        assert errors == []
        assert Promise.objects.count() == 2
        assert Promise.objects.open().count() == 1
        replaced = Promise.objects.get(state="cancelled")
        assert replaced.replaced_by == Promise.objects.open().get()


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_promises_would_stand(monkeypatch):
    """Both have seen that nothing is open before either writes."""
    with time_machine.travel(OPEN_AT, tick=True):
        desk = build_desk()
        both_have_read = threading.Barrier(2, timeout=20)
        record = services.record_promise

        def after_both_have_read(**values):
            both_have_read.wait()
            return record(**values)

        monkeypatch.setattr(services, "lock_loan", lambda loan: loan)
        monkeypatch.setattr(services, "record_promise", after_both_have_read)
        _ = past_due(desk), desk.case.loan.portfolio

        def one(agent, days):
            try:
                take(desk, Part(past_due(desk), on(days)), by=agent)
            finally:
                connection.close()

        threads = [
            threading.Thread(target=one, args=(desk.cast.ana, 3)),
            threading.Thread(target=one, args=(desk.cast.ben, 4)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        assert Promise.objects.open().count() == 2
        assert PromiseEvent.objects.count() == 2
