"""The queue over HTTP: views, counts, order, pages, emptiness, and one person's day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from collections_app.callbacks.hours import zone_of_case
from collections_app.callbacks.services import schedule_callback
from collections_app.cases.models import Case, CaseEvent
from collections_app.close.services import catch_up
from collections_app.contacts.services import log_call, start_call
from collections_app.contacts.wrapup import Wrapup
from collections_app.desk import my_cases as queue
from collections_app.promises.models import Promise, PromiseEvent
from collections_app.worklist.leases import claim_next, skip
from collections_app.worklist.tasks import refresh_due_hints
from compliance.registers.models import RegisterChange
from core import clock
from core.audit.actors import Actor
from core.facts import drain
from loans.delinquency.models import PositionChange
from loans.repayments.services import record_repayment
from tests.collections_app.builders import (
    CLOSED_THROUGH,
    agree_to_texts,
    answers_to,
    build_desk,
    reply_of,
)
from tests.compliance.builders import CLOSED_AT, OPEN_AT, reachable_loan
from tests.loans.builders import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _more_cases(desk, number: int) -> list[Case]:
    """Further late loans of other people, opened by the next close and dealt to Ana."""
    for _number in range(number):
        reachable_loan(desk.cast.portfolio)
    catch_up(portfolio=desk.cast.portfolio, through=CLOSED_THROUGH + timedelta(days=1), by=CLERK)
    return list(Case.objects.exclude(pk=desk.case.pk).order_by("pk"))


def _open(client, **query):
    return client.get(reverse("desk:my_cases"), query or {"view": "all"})


def _promise(case, *, due_on: date, state: str = "open") -> Promise:
    return Promise.objects.create(
        loan=case.loan,
        party=case.borrower,
        amount=Decimal("110.00"),
        due_on=due_on,
        made_at=clock.now() - timedelta(hours=due_on.day),
        taken_by="Ana",
        state=state,
    )


def _talk(desk, code: str, **wrapup):
    attempt = start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)
    log_call(
        case=desk.case,
        attempt=attempt,
        wrapup=Wrapup(result=desk.result(code), answers=answers_to(desk.result(code)), **wrapup),
        agent=desk.cast.ana,
    )


def _agree(desk, at: datetime) -> None:
    """A call back agreed on the phone, as the logger does it."""
    _talk(desk, "CB", next_step_at=at)
    zone = zone_of_case(desk.case)
    schedule_callback(
        case=desk.case,
        contact_point=desk.phone,
        wall_time=at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        agent=desk.cast.ana,
        note="",
        is_wish=True,
        by=Actor.of(desk.cast.ana),
    )


def _counts(page) -> dict[str, int]:
    return {str(tab["label"]): tab["count"] for tab in page.context["views"]}


def test_the_queue_shows_masked_names_reasons_and_verdicts(desk):
    agree_to_texts(desk)

    page = _open(_client(desk.cast.ana))

    html = page.content.decode()
    row = page.context["rows"][0]
    assert page.status_code == 200
    assert desk.case.loan.contract_no in html
    assert "Maria Ortiz" not in html
    assert [found.verdict.state for found in row.verdicts] == ["allowed", "allowed"]
    assert row.why_now.text == "New: nobody has tried yet"


def test_the_queue_costs_twelve_queries_at_most_for_one_case_and_for_many(desk):
    client = _client(desk.cast.ana)
    _open(client)  # the first request also starts the session
    with CaptureQueriesContext(connection) as one:
        _open(client)
    _more_cases(desk, 4)
    with CaptureQueriesContext(connection) as many:
        assert len(_open(client).context["rows"]) == 5

    assert len(many) == len(one) <= 12


@pytest.mark.parametrize(
    ("view", "label"),
    [
        ("due", "Due today"),
        ("new", "New to me"),
        ("first", "First payment missed"),
    ],
)
def test_a_fresh_late_case_is_in_these_views(desk, view, label):
    page = _open(_client(desk.cast.ana), view=view)

    assert len(page.context["rows"]) == 1
    assert _counts(page)[label] == 1


def test_a_callback_that_was_agreed_is_in_its_view_and_leads_the_queue(desk):
    others = _more_cases(desk, 2)
    _agree(desk, clock.now() + timedelta(hours=1))
    with time_machine.travel(datetime.fromisoformat(OPEN_AT) + timedelta(hours=2), tick=False):
        client = _client(desk.cast.ana)
        page = _open(client)
        callbacks = _open(client, view="callbacks")

    numbers = [row.contract_no for row in page.context["rows"]]
    assert numbers[0] == desk.case.loan.contract_no
    assert sorted(numbers[1:]) == sorted(case.loan.contract_no for case in others)
    assert page.context["rows"][0].why_now.text.startswith("Callback due since")
    assert [row.contract_no for row in callbacks.context["rows"]] == numbers[:1]


def test_a_broken_promise_stands_before_one_that_is_due_and_both_before_the_rest(desk):
    due, plain = _more_cases(desk, 2)
    today = desk.cast.portfolio.__class__.objects.get(pk=desk.cast.portfolio.pk).business_date
    _promise(due, due_on=today)
    _promise(desk.case, due_on=desk.case.opened_on, state="broken")

    page = _open(_client(desk.cast.ana))

    rows = page.context["rows"]
    assert [row.contract_no for row in rows] == [
        desk.case.loan.contract_no,
        due.loan.contract_no,
        plain.loan.contract_no,
    ]
    assert "broken" in rows[0].why_now.text
    assert rows[1].why_now.text == "Promise of $110.00 is due today"
    assert _counts(page)["Promises due or broken"] == 2


def test_queue_day_and_next_follow_one_order_of_obligations(desk):
    """Reply, broken promise and callback, given to the three cases against that order."""
    called, broken = _more_cases(desk, 2)
    for topic in (PositionChange.TOPIC, CaseEvent.TOPIC, RegisterChange.TOPIC):
        drain(topic)
    refresh_due_hints()
    reply_of(desk.case)
    _promise(broken, due_on=broken.opened_on, state="broken")
    schedule_callback(
        case=called,
        contact_point=None,
        wall_time=clock.local_now(zone_of_case(called)).replace(tzinfo=None) + timedelta(hours=1),
        agent=desk.cast.ana,
        note="",
        by=Actor.of(desk.cast.ana),
    )
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1), tick=False):
        refresh_due_hints()
        page = _open(_client(desk.cast.ana))
        claimed = []
        for _turn in range(3):
            claim = claim_next(agent=desk.cast.ana)
            claimed.append(claim.case.loan.contract_no)
            skip(agent=desk.cast.ana, lease_token=claim.lease.token, reason="data")

    in_order = [case.loan.contract_no for case in (called, broken, desk.case)]
    assert [row.contract_no for row in page.context["rows"]] == in_order
    assert [row["count"] for row in page.context["owed"]] == [1, 1, 1]
    assert [row["href"].rpartition("=")[2] for row in page.context["owed"]] == [
        "callbacks",
        "promises",
        "replies",
    ]
    assert claimed == in_order


def test_money_promised_for_today_presses_more_than_a_call_agreed_for_another_day(desk):
    _agree(desk, clock.now() + timedelta(days=3))
    agreed = _open(_client(desk.cast.ana)).context["rows"][0]
    desk.cast.portfolio.refresh_from_db()
    _promise(desk.case, due_on=desk.cast.portfolio.business_date)

    row = _open(_client(desk.cast.ana)).context["rows"][0]

    assert agreed.why_now.text.startswith("Callback agreed for")
    assert agreed.next_step == ""  # the reason has said it
    assert row.why_now.text == "Promise of $110.00 is due today"
    assert row.next_step.startswith("call on ")


def test_what_is_planned_for_later_is_the_reason_and_not_said_twice(desk):
    _talk(desk, "NA")

    row = _open(_client(desk.cast.ana)).context["rows"][0]

    assert row.why_now.text.startswith("Next: call on ")
    assert row.next_step == ""


def test_a_promise_broken_before_the_case_opened_is_history(desk):
    _promise(desk.case, due_on=desk.case.opened_on - timedelta(days=1), state="broken")

    page = _open(_client(desk.cast.ana))

    assert _counts(page)["Promises due or broken"] == 0
    assert "broken" not in page.context["rows"][0].why_now.text


def test_a_call_without_its_outcome_comes_first_and_only_for_who_made_it(desk):
    """Told on the agent's own clock, as the call itself is."""
    User.objects.filter(pk=desk.cast.ana.pk).update(time_zone="Asia/Shanghai")
    _more_cases(desk, 1)
    start_call(case=desk.case, contact_point=desk.phone, agent=desk.cast.ana)

    mine = _open(_client(desk.cast.ana), view="unlogged")
    leads = _open(_client(desk.cast.ben), view="unlogged")

    assert [row.contract_no for row in mine.context["rows"]] == [desk.case.loan.contract_no]
    assert mine.context["rows"][0].why_now.text == "Call of 02:00 has no outcome yet"
    assert leads.context["rows"] == []


def test_filters_stand_in_the_url_as_chips_that_can_be_taken_off(desk):
    number = desk.case.loan.contract_no
    page = _open(_client(desk.cast.ana), view="new", q=number[:4].lower())

    chips = {chip["label"]: chip["href"] for chip in page.context["chips"]}
    assert [row.contract_no for row in page.context["rows"]] == [number]
    assert "view=new" not in chips["New to me"]
    assert "q=" in chips["New to me"]
    assert "view=new" in chips[f"“{number[:4].lower()}”"]


def test_a_borrower_is_found_by_name_within_the_queue(desk):
    client = _client(desk.cast.ana)

    found = _open(client, q="maria")
    nobody = _open(client, q="zzyzx")

    assert len(found.context["rows"]) == 1
    assert nobody.context["rows"] == []
    assert "0 of 1 match" in nobody.content.decode()


@pytest.mark.parametrize("order", ["obligations", "next_step", "late", "amount"])
def test_pages_follow_each_other_without_gap_or_repeat(desk, order, monkeypatch):
    _more_cases(desk, 4)
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    client = _client(desk.cast.ana)

    seen, href = [], f"{reverse('desk:my_cases')}?order={order}"
    for _page in range(4):
        page = client.get(href)
        seen += [row.contract_no for row in page.context["rows"]]
        href = page.context["next_href"]
        if not href:
            break

    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("after", ["nonsense", "2026-13-01~x", "~", "0~x~1", "1~2026-05-12~~"])
def test_a_made_up_page_key_is_not_found(desk, after):
    answer = _client(desk.cast.ana).get(reverse("desk:my_cases"), {"after": after})

    assert answer.status_code == 404


def test_unknown_filters_are_left_out(desk):
    page = _open(_client(desk.cast.ana), view="everything'", order="; drop", portfolio="nowhere")

    assert page.status_code == 200
    assert page.context["selection"].view == ""
    assert page.context["rows"] == []


def test_when_everything_due_is_done_the_page_says_when_the_next_may_be_called(desk):
    Case.objects.filter(pk=desk.case.pk).update(next_step_at=clock.now() + timedelta(days=3))
    with time_machine.travel(CLOSED_AT, tick=False):
        page = _open(_client(desk.cast.ana), view="due")

    assert page.context["queue_clear"]
    assert page.context["next_workable_count"] == 1
    assert "Queue clear. Next workable" in page.content.decode()


def test_without_any_case_ever_the_page_says_what_will_come(desk):
    page = _open(_client(desk.cast.cleo))

    assert "No cases yet" in page.content.decode()


def test_with_all_cured_the_page_says_so(desk):
    for instalment in range(12):
        record_repayment(
            loan=desk.case.loan,
            amount=Decimal("110.00"),
            value_on=CLOSED_THROUGH,
            external_ref=f"r{instalment}",
            by=CLERK,
        )
    from collections_app.cases.services import follow_positions

    while follow_positions():
        pass

    page = _open(_client(desk.cast.ana))

    assert "All clear" in page.content.decode()
    day = page.context["my_day"].money[0]
    assert (day.received_amount, day.paid_cases, day.ended_cases) == (Decimal("1320.00"), 1, 1)


def test_ones_day_counts_ones_own_contacts_and_promises(desk):
    _talk(desk, "RPC-REF")
    _promise(desk.case, due_on=CLOSED_THROUGH)

    mine = _open(_client(desk.cast.ana)).context["my_day"]
    leads = _open(_client(desk.cast.ben)).context["my_day"]

    assert (mine.logged, mine.talks) == (1, 1)
    assert (mine.money[0].promised_amount, mine.money[0].promises) == (Decimal("110.00"), 1)
    assert (leads.logged, leads.money) == (0, ())


def test_a_queue_opens_as_its_person_left_it(desk):
    client = _client(desk.cast.ana)

    saved = client.post(reverse("desk:open_queue_with"), {"view": "new", "order": "amount"})
    opened = client.get(reverse("desk:my_cases"))

    assert saved.status_code == 302
    assert opened.status_code == 302
    assert opened.url.endswith("?view=new&order=amount")
    assert client.get(opened.url).context["selection"].view == "new"
    assert _open(client, view="all").status_code == 200


def test_only_who_may_assign_gets_rows_to_choose(desk):
    agent = _open(_client(desk.cast.ana))
    lead = _open(_client(desk.cast.ben))

    choice = f'name="case" value="{desk.case.pk}"'
    assert choice not in agent.content.decode()
    assert choice in lead.content.decode()
    assert lead.context["rows"][0].worked_by == "Ana"


def test_counts_of_wide_viewers_are_kept_for_half_a_minute_and_never_shared(desk):
    cache.clear()
    auditor, ana = _client(desk.cast.auditor), _client(desk.cast.ana)
    _open(auditor)
    _more_cases(desk, 1)

    assert _counts(_open(auditor))["All"] == 1
    assert len(_open(auditor).context["rows"]) == 2
    assert _counts(_open(ana))["All"] == 2
    cache.clear()
    assert _counts(_open(auditor))["All"] == 2


def test_nothing_of_another_portfolio_is_listed_or_counted(desk):
    page = _open(_client(desk.cast.cleo), q=desk.case.loan.contract_no)

    assert desk.cast.cleo.role == Role.AGENT
    assert page.context["rows"] == []
    assert _counts(page)["All"] == 0


def test_who_sees_every_case_walks_an_index_from_the_key_on(desk):
    from collections_app.desk.keyset import beyond, key_of, ordered

    everything = Case.objects.visible_to(desk.cast.auditor).open()
    after = key_of(ordered(everything, "next_step").get(), "next_step")
    page = ordered(everything, "next_step").filter(beyond("next_step", after))[:51]

    with connection.cursor() as cursor:
        # With one row any plan is cheap; without these two the planner shows which index fits.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = page.explain()

    assert "case_open_due" in plan
    assert "Index Cond: (COALESCE(next_step_at" in plan
    assert "Sort" not in plan


def test_my_day_begins_with_what_is_owed_and_who_waits_for_a_call(desk):
    _agree(desk, clock.now() + timedelta(hours=1))
    _promise(desk.case, due_on=desk.case.opened_on)

    page = _open(_client(desk.cast.ana))

    assert [(row["count"], str(row["label"])) for row in page.context["owed"]] == [
        (1, "callbacks agreed"),
        (1, "promises due or broken"),
    ]
    day = page.context["my_day"]
    assert [(row.when, row.offset) for row in day.callbacks] == [("14:00", "UTC-5")]
    assert (day.promises_taken, day.target_talks) == (0, None)


def test_promises_broken_since_yesterday_are_counted_in_the_day(desk):
    promise = _promise(desk.case, due_on=desk.case.opened_on, state="broken")
    assert _open(_client(desk.cast.ana)).context["my_day"].broken == 0  # found long ago

    PromiseEvent.objects.create(promise=promise, state="broken", by="Makegood")

    assert _open(_client(desk.cast.ana)).context["my_day"].broken == 1
