"""Relationships: what heats and cools them, what follows from it, and that nothing is hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from collections_app.contacts.models import Contact, ContactWithdrawal
from collections_app.contacts.services import log_inbound_call
from collections_app.contacts.wrapup import Wrapup
from collections_app.guide.flow import HOSTILE, Signs, situation_of
from collections_app.guide.queries import situations
from collections_app.plans.models import PlanEvent
from collections_app.promises.models import Promise, PromiseEvent
from collections_app.relationship.flow import Happened, Sign, Temperature, relationship_at
from collections_app.relationship.following import (
    follow_complaints,
    follow_consents,
    follow_contacts,
    follow_promises,
    follow_registers,
    follow_withdrawals,
)
from collections_app.relationship.models import RelationshipChange, RelationshipState
from collections_app.relationship.services import refresh_cooled, refresh_relationships
from collections_app.relationship.signs import signs_of
from collections_app.worklist.models import WorkItem
from collections_app.worklist.points import STANDARD, Factor, earned
from collections_app.worklist.ranking import next_candidate
from collections_app.worklist.services import make_work_items
from compliance.complaints.services import register_complaint
from compliance.consents.services import record_consent
from compliance.stops.models import Stop
from compliance.stops.services import add_stop
from core import clock
from core.audit.models import AuditEntry
from loans.portfolios.services import grant_portfolio
from tests.collections_app.builders import answers_to, build_desk
from tests.collections_app.plans import close_through, fresh, on, pay, propose
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK

NOW = datetime(2026, 5, 12, 15, 0, tzinfo=UTC)


def _happened(*signs: tuple[Sign, float]) -> list[Happened]:
    """Signs so many days ago."""
    return [
        Happened(NOW - timedelta(days=days), sign.value, f"{sign} {number}")
        for number, (sign, days) in enumerate(signs)
    ]


@pytest.mark.parametrize(
    ("signs", "heat", "state"),
    [
        ((), 0, "steady"),
        (((Sign.HANG_UP, 3),), 2, "steady"),
        (((Sign.HANG_UP, 9), (Sign.HANG_UP, 3)), 4, "strained"),
        (((Sign.COMPLAINT, 1),), 4, "strained"),
        (((Sign.ABUSE, 9), (Sign.PROMISE_BROKEN, 1)), 6, "hot"),
        (((Sign.ABUSE, 9), (Sign.PROMISE_BROKEN, 5), (Sign.PROMISE_KEPT, 1)), 3, "strained"),
        (((Sign.STOP_ASKED, 40), (Sign.CALM_TALK, 30), (Sign.CALM_TALK, 9)), 2, "steady"),
        # Calm talks before are no credit.
        (((Sign.CALM_TALK, 9), (Sign.CALM_TALK, 8), (Sign.COMPLAINT, 1)), 4, "strained"),
        # What is older than the window does not count; what is to come neither.
        (((Sign.COMPLAINT, 90), (Sign.HANG_UP, 89.9), (Sign.ABUSE, -1)), 2, "steady"),
    ],
)
def test_heat_is_the_sum_in_the_order_of_time(signs, heat, state):
    stands = relationship_at(_happened(*signs), NOW)

    assert (stands.heat, stands.state.value) == (heat, state)


def test_the_cause_is_the_latest_heating_sign_and_it_cools_when_the_oldest_goes():
    happened = _happened((Sign.ABUSE, 9), (Sign.HANG_UP, 3), (Sign.CALM_TALK, 1))

    stands = relationship_at([*happened, *happened], NOW)

    assert stands.cause == happened[1]
    assert stands.cools_at == NOW + timedelta(days=81)
    assert [one.sign for one in stands.signs] == ["calm_talk", "hang_up", "abuse"]
    assert stands.state == Temperature.STRAINED


# --- what is on record ----------------------------------------------------------------------


@pytest.fixture
def desk(db):
    with time_machine.travel(OPEN_AT, tick=False) as machine:
        desk = build_desk()
        desk.machine = machine
        yield desk


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _talk(desk, code: str) -> Contact:
    result = desk.result(code)
    contact = log_inbound_call(
        case=desk.case,
        contact_point=desk.phone,
        at=clock.now(),
        wrapup=Wrapup(result=result, note="said so", answers=answers_to(result)),
        agent=desk.cast.ana,
    )
    refresh_relationships([desk.case.borrower_id])
    return contact


def _state(desk) -> tuple[str, int] | None:
    row = RelationshipState.objects.filter(party=desk.case.borrower).first()
    return (row.state, row.heat) if row else None


def _complain(desk) -> None:
    register_complaint(
        party=desk.case.borrower,
        portfolio=desk.cast.portfolio,
        category="conduct",
        channel="letter",
        text="enough",
        received_at=clock.now(),
        by=CLERK,
    )


def _drain(follow) -> None:
    while follow():
        pass


def _hot(desk) -> None:
    _talk(desk, "RPC-ABUSE")
    desk.machine.shift(timedelta(hours=1))
    _talk(desk, "RPC-HANG")


def test_each_record_gives_its_sign_once_and_the_change_names_its_cause(desk):
    _talk(desk, "RPC-HANG")
    assert _state(desk) == ("steady", 2)
    assert not RelationshipChange.objects.exists()
    desk.machine.shift(timedelta(hours=1))

    hung_up = _talk(desk, "RPC-HANG")

    assert _state(desk) == ("strained", 4)
    change = RelationshipChange.objects.get()
    assert (change.before, change.after, change.is_rise) == ("steady", "strained", True)
    assert (change.cause, change.cause_ref) == ("hang_up", f"contact {hung_up.pk}")
    assert change.at == hung_up.at
    refresh_relationships([desk.case.borrower_id])
    assert RelationshipChange.objects.count() == 1


def test_stops_complaints_refusals_and_promises_are_signs_too(desk):
    party, now = desk.case.borrower, clock.now()
    add_stop(party=party, kind="cease", source="letter", starts_at=now, by=CLERK)
    refresh_relationships([party.pk])
    assert _state(desk) == ("strained", 4)
    record_consent(party=party, channel="sms", answer="no", given_at=now, source="reply", by=CLERK)
    refresh_relationships([party.pk])
    assert _state(desk) == ("strained", 5)

    _complain(desk)
    refresh_relationships([party.pk])

    assert _state(desk) == ("hot", 9)
    assert [change.after for change in RelationshipChange.objects.order_by("pk")] == [
        "strained",
        "hot",
    ]


def test_money_judges_promises_and_a_kept_one_cools(desk):
    _talk(desk, "RPC-ABUSE")
    assert _state(desk) == ("strained", 4)
    Promise.objects.create(
        loan=desk.case.loan,
        party=desk.case.borrower,
        amount="10.00",
        due_on=clock.now().date(),
        made_at=clock.now(),
        taken_by="Ana",
        state="kept",
        judged_at=clock.now() + timedelta(seconds=1),
    )
    desk.machine.shift(timedelta(hours=1))
    refresh_relationships([desk.case.borrower_id])

    assert _state(desk) == ("steady", 1)
    assert RelationshipChange.objects.filter(is_rise=False).get().after == "steady"


def test_an_entry_taken_back_was_no_sign(desk):
    contact = _talk(desk, "RPC-ABUSE")
    ContactWithdrawal.objects.create(contact=contact, at=clock.now(), withdrawn_by=desk.cast.ana)
    refresh_relationships([desk.case.borrower_id])

    assert _state(desk) == ("steady", 0)


def test_after_ninety_days_it_is_as_if_it_had_not_been(desk):
    _talk(desk, "RPC-ABUSE")
    desk.machine.shift(timedelta(days=89))
    assert refresh_cooled() == 0
    desk.machine.shift(timedelta(days=1))

    assert refresh_cooled() == 1

    assert _state(desk) == ("steady", 0)
    assert refresh_cooled() == 0


@pytest.mark.django_db(transaction=True)
def test_facts_that_nobody_told_of_are_followed_all_the_same(transactional_db):
    with time_machine.travel(OPEN_AT, tick=False):
        desk = build_desk()
        party, now = desk.case.borrower, clock.now()
        logged = desk.result("RPC-ABUSE")
        contact = log_inbound_call(
            case=desk.case,
            contact_point=desk.phone,
            at=now,
            wrapup=Wrapup(result=logged, note="said so", answers=answers_to(logged)),
            agent=desk.cast.ana,
        )
        _drain(follow_contacts)
        assert _state(desk) == ("strained", 4)
        add_stop(party=party, kind="cease", source="letter", starts_at=now, by=CLERK)
        _drain(follow_registers)
        assert _state(desk) == ("hot", 8)
        record_consent(
            party=party, channel="sms", answer="no", given_at=now, source="reply", by=CLERK
        )
        _drain(follow_consents)
        assert _state(desk) == ("hot", 9)
        _complain(desk)
        _drain(follow_complaints)
        assert _state(desk) == ("hot", 13)
        ContactWithdrawal.objects.create(contact=contact, at=now, withdrawn_by=desk.cast.ana)
        _drain(follow_withdrawals)
        assert _state(desk) == ("hot", 9)
        promise = Promise.objects.create(
            loan=desk.case.loan,
            party=party,
            amount="10.00",
            due_on=now.date(),
            made_at=now,
            taken_by="Ana",
            state="broken",
            judged_at=now,
        )
        PromiseEvent.objects.create(promise=promise, state="broken", by="Makegood")
        _drain(follow_promises)
        assert _state(desk) == ("hot", 11)


# --- what follows from it -------------------------------------------------------------------


def test_heat_takes_points_that_the_printed_table_names(desk):
    make_work_items(people={desk.case.borrower_id})
    WorkItem.objects.update(workable_from=clock.now())
    calm = next_candidate(agent=desk.cast.ana, at=clock.now(), bands=STANDARD)
    _hot(desk)
    desk.machine.shift(timedelta(days=4))
    WorkItem.objects.update(workable_from=clock.now())

    hot = next_candidate(agent=desk.cast.ana, at=clock.now(), bands=STANDARD)

    assert (calm.facts["relationship_hot"], hot.facts["relationship_hot"]) == (False, True)
    (line,) = [one for one in earned(STANDARD, hot.facts) if one.factor == Factor.HOT]
    (band,) = [one for one in STANDARD if one.factor == Factor.HOT]
    assert line.points == band.points < 0


def test_a_broken_plan_is_one_sign_that_strains_it_until_money_says_otherwise(desk):
    plan, whose = propose(desk), (desk.case.borrower_id, desk.cast.portfolio.pk)

    def signs():
        found = signs_of([desk.case.borrower_id], datetime(2026, 1, 1, tzinfo=UTC))[whose]
        return [(one.sign, one.ref) for one in found]

    with time_machine.travel(f"{on(8)}T18:00:00+00:00", tick=True):
        close_through(desk, 7)  # the first part was due two days before
        assert fresh(plan).state == "broken"
        # Its instalment was a part of the plan: it is no second sign.
        assert signs() == [("plan_broken", f"plan {plan.pk}")]
    # The fact carries the clock of the database.
    with time_machine.travel(PlanEvent.objects.latest("id").known_at + timedelta(minutes=1)):
        refresh_relationships([desk.case.borrower_id])
    change = RelationshipChange.objects.get()
    assert (change.after, change.heat, change.cause) == ("strained", 3, "plan_broken")

    with time_machine.travel(f"{on(9)}T18:00:00+00:00", tick=True):
        pay(desk, "440.00", 5)
        assert fresh(plan).state == "active"
        assert [sign for sign, _ref in signs()] == ["promise_kept"]


def test_the_case_says_why_and_proposes_only_what_its_reader_may_do(desk):
    page = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))
    assert page.context["relationship"]["state"] == "steady"
    assert page.context["relationship"]["proposals"] == []
    _hot(desk)

    mine = _client(desk.cast.ana).get(reverse("desk:case", args=[desk.case.pk]))
    leads = _client(desk.cast.ben).get(reverse("desk:case", args=[desk.case.pk]))

    shown = mine.context["relationship"]
    assert (shown["state"], shown["heat"]) == ("hot", 6)
    assert [(one.text, one.weight) for one in shown["signs"]] == [
        ("hung up", 2),
        ("hostile words", 4),
    ]
    assert shown["proposals"][0]["href"] == reverse("desk:hardship_talk", args=[desk.case.pk])
    assert not [one for one in shown["proposals"] if "assignment" in one.get("href", "")]
    assert [one for one in leads.context["relationship"]["proposals"] if "assign" in str(one)]
    assert not [one for one in leads.context["relationship"]["proposals"] if "post" in one]
    rows = _client(desk.cast.ben).get(reverse("desk:my_cases"), {"view": "all"}).context["rows"]
    assert rows[0].relationship["why"] == "hung up, hostile words"


def test_who_may_hold_holds_once_for_a_week(desk):
    manager = User.objects.create_user(
        "m@example.com", password=None, full_name="Max", role=Role.MANAGER
    )
    grant_portfolio(portfolio=desk.cast.portfolio, user=manager, by=CLERK)
    _hot(desk)
    here = reverse("relationship:hold", args=[desk.case.pk])
    assert _client(desk.cast.ana).post(here).status_code == 403
    assert not Stop.objects.filter(kind="hold").exists()

    for _ in range(2):
        assert _client(manager).post(here).status_code == 302

    stop = Stop.objects.get(kind="hold")
    assert stop.party == desk.case.borrower
    assert timedelta(days=7) <= stop.ends_at - clock.now() < timedelta(days=8)
    assert AuditEntry.objects.filter(action="stop.added").count() >= 1


def test_who_is_hot_is_met_as_somebody_angry(desk):
    """The guide opens with it, and no promise that was broken is pressed first."""
    signs = Signs(has_broken_promise=True, has_talked=True, is_hot=True)

    assert situation_of(signs, situations()) == HOSTILE
