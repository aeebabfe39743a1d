"""Moving people in one step: preview, doing exactly that, and taking it back."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import User
from accounts.shifts.models import Leave
from accounts.users.assignment_profile import AssignmentProfile, set_assignment_profile
from accounts.users.services import deactivate_user
from collections_app.cases.models import Case, CaseEvent
from collections_app.cases.move_plan import MoveRequest, gains_of, plan_move
from collections_app.cases.moves import CaseMove
from collections_app.cases.moving import PlanChanged, apply_move, may_undo, plan_undo, undo_move
from collections_app.cases.services import assign
from collections_app.close.services import catch_up
from core import clock
from core.audit.models import AuditEntry
from tests.loans.builders import CLERK, build_cast, build_loan, build_portfolio

pytestmark = pytest.mark.django_db

JAN_15, JAN_16 = date(2025, 1, 15), date(2025, 1, 16)


@pytest.fixture
def cast():
    return build_floor()


def build_floor():
    """Ana holds four people, one of them with two loans; Bo and Chen hold nobody."""
    cast = build_cast(portfolio=build_portfolio(business_date=JAN_15))
    loans = [build_loan(cast.portfolio) for _number in range(4)]
    build_loan(cast.portfolio, party=loans[0].parties.first().party)
    catch_up(portfolio=cast.portfolio, through=JAN_16, by=CLERK)
    for name in ("bo", "chen"):
        cast.extra[name] = User.objects.create_user(
            f"{name}{User.objects.count()}@example.com",
            password=None,
            full_name=name.title(),
            role="agent",
            team=cast.team,
        )
    cast.ben.refresh_from_db()
    return cast


def _request(cast, **changes):
    values = {"asked_by": cast.ben, "from_user": cast.ana, "to_team": cast.team}
    return MoveRequest(**{**values, **changes})


def _plan(request):
    return plan_move(request=request, at=clock.now())


def _move(cast, **changes):
    request = _request(cast, **changes)
    return apply_move(request=request, digest=_plan(request).digest, reason="ill")


def _held_by(user):
    return Case.objects.open().filter(assignee=user)


def test_the_preview_says_who_gets_what_and_writes_nothing(cast):
    entries, events = AuditEntry.objects.count(), CaseEvent.objects.count()

    plan = _plan(_request(cast))

    assert (plan.people_count, len(plan.moving), plan.staying) == (4, 5, [])
    gains = gains_of(plan)
    assert [gain.people for gain in gains] == [2, 2]
    assert sum(gain.cases for gain in gains) == 5
    assert [amount[0] for gain in gains for amount in gain.amounts] == ["USD", "USD"]
    assert _held_by(cast.ana).count() == 5
    assert (AuditEntry.objects.count(), CaseEvent.objects.count()) == (entries, events)


def test_doing_it_is_one_batch_with_an_event_for_every_case(cast):
    move = _move(cast)

    assert _held_by(cast.ana).count() == 0
    people = Case.objects.order_by().values_list("borrower", "assignee").distinct()
    assert len(people) == 4, "a person was split"
    events = CaseEvent.objects.filter(data__move=str(move.pk))
    assert events.count() == 5
    assert set(events.values_list("from_user", "reason")) == {(cast.ana.pk, "ill")}
    entry = AuditEntry.objects.get(action="case.moved")
    assert (entry.count, entry.object_id, entry.actor_id) == (5, str(move.pk), str(cast.ben.pk))
    assert (move.people_count, move.case_count) == (4, 5)


def test_nobody_gets_more_than_their_capacity_and_the_rest_stays(cast):
    for name in ("bo", "chen"):
        set_assignment_profile(
            user=cast.extra[name], profile=AssignmentProfile(capacity=1), by=CLERK
        )

    plan = _plan(_request(cast))

    assert plan.people_count == 2
    assert {row.why for row in plan.staying} == {"full"}
    _move(cast)
    assert _held_by(cast.ana).values("borrower").distinct().count() == 2


def test_one_named_person_takes_all_up_to_their_capacity(cast):
    bo = set_assignment_profile(
        user=cast.extra["bo"], profile=AssignmentProfile(capacity=3), by=CLERK
    )

    _move(cast, to_team=None, to_user=bo)

    assert _held_by(bo).values("borrower").distinct().count() == 3
    assert _held_by(cast.ana).values("borrower").distinct().count() == 1


def test_a_chosen_case_brings_the_persons_other_cases_along(cast):
    two = Case.objects.filter(borrower__in=_people_with(2)).first()

    _move(cast, from_user=None, case_ids=(two.pk,), to_team=None, to_user=cast.extra["bo"])

    assert _held_by(cast.extra["bo"]).count() == 2


def _people_with(count):
    from django.db.models import Count

    return (
        Case.objects.values("borrower")
        .annotate(number=Count("pk"))
        .filter(number=count)
        .values("borrower")
    )


def test_what_the_lead_cannot_see_does_not_move(cast):
    elsewhere = build_cast()

    plan = _plan(_request(cast, asked_by=elsewhere.ben))

    assert plan.rows == ()


def test_a_person_with_a_loan_beyond_the_leads_view_stays_whole(cast):
    hidden = Case.objects.filter(borrower__in=_people_with(2)).first()
    Case.objects.filter(pk=hidden.pk).update(team=cast.other_team)

    plan = _plan(_request(cast))

    assert [(row.case.borrower_id, row.why) for row in plan.staying] == [
        (hidden.borrower_id, "beyond_scope")
    ]


def test_a_plan_that_no_longer_holds_is_shown_anew_and_moves_nothing(cast):
    request = _request(cast)
    digest = _plan(request).digest
    assign(case=_held_by(cast.ana).first(), to=cast.ben, reason="mine", by=CLERK)
    entries = AuditEntry.objects.count()

    with pytest.raises(PlanChanged) as changed:
        apply_move(request=request, digest=digest, reason="ill")

    assert changed.value.plan.digest != digest
    assert CaseMove.objects.count() == 0
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize(
    ("reason", "named", "message"),
    [
        (" ", None, "why they move"),
        ("ill", "cleo", "can be moved"),
        ("ill", "auditor", "works no"),
    ],
)
def test_refusals_say_what_to_do_and_write_nothing(cast, reason, named, message):
    target = {"to_team": None, "to_user": getattr(cast, named)} if named else {}
    request = _request(cast, **target)
    entries = AuditEntry.objects.count()

    with pytest.raises(ValidationError, match=message):
        apply_move(request=request, digest=_plan(request).digest, reason=reason)

    assert (CaseMove.objects.count(), AuditEntry.objects.count()) == (0, entries)
    assert _held_by(cast.ana).count() == 5


def test_somebody_on_leave_cannot_be_named(cast):
    today = clock.now().date()
    Leave.objects.create(user=cast.extra["bo"], starts_on=today, ends_on=today + timedelta(days=3))
    request = _request(cast, to_team=None, to_user=cast.extra["bo"])

    with pytest.raises(ValidationError, match="is away until"):
        apply_move(request=request, digest=_plan(request).digest, reason="ill")


def test_taking_it_back_returns_who_is_still_there_and_says_who_is_not(cast):
    move = _move(cast)
    wandered = _held_by(cast.extra["bo"]).filter(borrower__in=_people_with(1)).first()
    assign(case=wandered, to=cast.ben, reason="mine", by=CLERK)

    kept = [row for row in plan_undo(move=move) if not row.returns]
    undo_move(move=move, by=cast.ben)

    assert [(row.row.case_id, row.why) for row in kept] == [(wandered.pk, "moved_on")]
    assert _held_by(cast.ana).count() == 4
    wandered.refresh_from_db()
    assert wandered.assignee == cast.ben
    outcomes = sorted(move.rows.values_list("outcome", flat=True))
    assert outcomes == ["kept", "returned", "returned", "returned", "returned"]
    assert AuditEntry.objects.get(action="case.move_undone").count == 4
    with pytest.raises(ValidationError, match="already"):
        undo_move(move=move, by=cast.ben)


def test_a_case_opened_since_goes_back_with_its_person(cast):
    move = _move(cast)
    borrower = move.rows.first().case.borrower
    build_loan(cast.portfolio, party=borrower)
    cast.portfolio.refresh_from_db()
    catch_up(portfolio=cast.portfolio, through=date(2025, 1, 17), by=CLERK)

    undo_move(move=move, by=cast.ben)

    assert _held_by(cast.ana).count() == 6


def test_after_a_day_only_a_return_from_leave_gives_back(cast):
    move = _move(cast)

    with time_machine.travel(clock.now() + timedelta(days=5), tick=False):
        assert not may_undo(move=move, at=clock.now())
        with pytest.raises(ValidationError, match="More than a day"):
            undo_move(move=move, by=cast.ben)
        assert _held_by(cast.ana).count() == 0
        Leave.objects.create(
            user=cast.ana,
            starts_on=move.made_at.date(),
            ends_on=clock.now().date() - timedelta(days=1),
        )
        undo_move(move=move, by=cast.ben)

    assert _held_by(cast.ana).count() == 5


def test_nobody_goes_back_to_somebody_who_left(cast):
    move = _move(cast)
    deactivate_user(user=cast.ana, by=CLERK)

    with pytest.raises(ValidationError, match="Nobody is where"):
        undo_move(move=move, by=cast.ben)

    assert _held_by(cast.ana).count() == 0


def _race(cast):
    """Two leads press at the same moment: everything to Bo, everything to Chen."""
    requests = [_request(cast, to_team=None, to_user=cast.extra[name]) for name in ("bo", "chen")]
    digests = [_plan(request).digest for request in requests]
    barrier, results = threading.Barrier(2), []

    def work(request, digest):
        try:
            barrier.wait(timeout=20)
            results.append(apply_move(request=request, digest=digest, reason="ill"))
        except Exception as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(requests, digests, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_leads_move_the_same_people_twice(monkeypatch):
    cast = build_floor()
    meet = threading.Barrier(2)

    def no_lock(_portfolios):
        meet.wait(timeout=20)  # both have asked before either has written

    monkeypatch.setattr("collections_app.cases.moving.lock_dealing", no_lock)

    results = _race(cast)

    assert [type(result) for result in results] == [CaseMove, CaseMove]
    assert CaseEvent.objects.filter(from_user=cast.ana).count() == 10


@pytest.mark.django_db(transaction=True)
def test_with_the_lock_the_second_lead_sees_a_new_preview():
    cast = build_floor()

    results = _race(cast)

    assert sorted(type(result).__name__ for result in results) == ["CaseMove", "PlanChanged"]
    assert CaseEvent.objects.filter(from_user=cast.ana).count() == 5
    assert CaseMove.objects.count() == 1
