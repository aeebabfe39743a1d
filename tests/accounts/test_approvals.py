"""Four eyes: asked by one, decided by another, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from accounts.access.rights import Role
from accounts.approvals.flow import TRANSITIONS, ApprovalStatus
from accounts.approvals.models import Approval
from accounts.approvals.services import decide, expire_due, request_approval, withdraw
from accounts.approvals.tasks import expire_approvals
from accounts.users.models import User
from core.audit import SYSTEM, Actor, AuditEntry
from core.clock import now

SUBJECT = UUID("01890000-0000-7000-8000-000000000001")


def ask(by: Actor, **fields: Any) -> Approval:
    values: dict[str, Any] = {
        "kind": "plan.agree",
        "brief": {"instalments": 6, "amount": "1200.00"},
        "subject_type": "collections_app.Plan",
        "subject_id": SUBJECT,
    }
    return request_approval(by=by, **(values | fields))


def test_a_second_person_approves(ana: User, ben: User) -> None:
    approval = ask(Actor.of(ana))

    decided = decide(approval=approval, by=Actor.of(ben), approve=True)

    assert (decided.status, decided.decided_by) == (ApprovalStatus.APPROVED, ben)
    assert decided.brief == {"instalments": 6, "amount": "1200.00"}
    actions = AuditEntry.objects.filter(object_id=str(approval.pk)).order_by("pk")
    assert [(a.action, a.actor_id) for a in actions] == [
        ("approval.requested", str(ana.pk)),
        ("approval.approved", str(ben.pk)),
    ]


def assert_untouched(approval: Approval, trail: int) -> None:
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.PENDING
    assert (approval.decided_by, approval.closed_at, approval.reason) == (None, None, "")
    assert AuditEntry.objects.count() == trail


def test_nobody_decides_what_they_asked_for(ben: User) -> None:
    approval = ask(Actor.of(ben))
    trail = AuditEntry.objects.count()

    for approve in (True, False):
        with pytest.raises(PermissionDenied, match="Somebody else"):
            decide(approval=approval, by=Actor.of(ben), approve=approve, reason="no")

    assert_untouched(approval, trail)


def test_the_database_refuses_the_same_person_too(ben: User) -> None:
    approval = ask(Actor.of(ben))

    with pytest.raises(IntegrityError, match="approval_second_person"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(
            status=ApprovalStatus.APPROVED, decided_by=ben, closed_at=now()
        )


def test_only_people_with_the_right_decide(
    ana: User, appoint: Callable[..., User], ben: User
) -> None:
    approval = ask(Actor.of(ben), decide_right="override.decide")
    officer = appoint(Role.COMPLIANCE_OFFICER, "Cora Lim")
    gone = appoint(Role.COMPLIANCE_OFFICER, "Gus Old")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    trail = AuditEntry.objects.count()

    for actor in (Actor.of(ana), SYSTEM, Actor("integration", str(uuid4()), "x"), Actor.of(gone)):
        with pytest.raises(PermissionDenied):
            decide(approval=approval, by=actor, approve=True)

    assert_untouched(approval, trail)
    decide(approval=approval, by=Actor.of(officer), approve=True)


def test_a_refusal_says_why(ana: User, ben: User) -> None:
    approval = ask(Actor.of(ana))
    trail = AuditEntry.objects.count()
    with pytest.raises(ValidationError, match="Say why"):
        decide(approval=approval, by=Actor.of(ben), approve=False, reason="  ")
    assert_untouched(approval, trail)

    refused = decide(approval=approval, by=Actor.of(ben), approve=False, reason="Too long")

    assert (refused.status, refused.reason) == (ApprovalStatus.REFUSED, "Too long")


def test_what_is_decided_stays_decided(ana: User, ben: User) -> None:
    approval = ask(Actor.of(ana))
    decide(approval=approval, by=Actor.of(ben), approve=True)

    with pytest.raises(ValidationError, match="closed already"):
        decide(approval=approval, by=Actor.of(ben), approve=False, reason="second thoughts")
    with pytest.raises(ValidationError, match="closed already"):
        withdraw(approval=approval, by=Actor.of(ana))

    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.APPROVED


@pytest.mark.parametrize("before", ApprovalStatus.values)
@pytest.mark.parametrize("after", ApprovalStatus.values)
def test_the_database_knows_the_flow(ana: User, ben: User, before: str, after: str) -> None:
    approval = ask(Actor.of(ana))
    if before != ApprovalStatus.PENDING:
        _put(approval, before, ben)
    allowed = before == after or (before, after) in TRANSITIONS

    if allowed:
        with transaction.atomic():
            _put(approval, after, ben)
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            _put(approval, after, ben)


def _put(approval: Approval, status: str, by: User) -> None:
    decided = status in (ApprovalStatus.APPROVED, ApprovalStatus.REFUSED)
    Approval.objects.filter(pk=approval.pk).update(
        status=status,
        decided_by=by if decided else None,
        closed_at=None if status == ApprovalStatus.PENDING else now(),
    )


def test_brief_and_subject_cannot_change_and_nothing_is_deleted(ana: User) -> None:
    approval = ask(Actor.of(ana))

    for change in ({"brief": {"amount": "1.00"}}, {"subject_id": "x"}, {"decide_right": "y"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        approval.delete()


def test_the_same_is_asked_once_at_a_time(ana: User, ben: User) -> None:
    first = ask(Actor.of(ana))
    trail = AuditEntry.objects.count()
    with pytest.raises(ValidationError, match="already waits"):
        ask(Actor.of(ben))
    assert (Approval.objects.count(), AuditEntry.objects.count()) == (1, trail)

    withdraw(approval=first, by=Actor.of(ana))
    assert ask(Actor.of(ben)).is_pending


def test_only_who_asked_withdraws(ana: User, ben: User) -> None:
    approval = ask(Actor.of(ana))
    trail = AuditEntry.objects.count()
    with pytest.raises(PermissionDenied):
        withdraw(approval=approval, by=Actor.of(ben))

    assert_untouched(approval, trail)


def test_what_nobody_decides_lapses(ana: User, ben: User) -> None:
    asked = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(asked, tick=False):
        approval = ask(Actor.of(ana), lapses_after=timedelta(hours=1))
        ask(Actor.of(ana), subject_id="other")
    with time_machine.travel(asked + timedelta(minutes=59, seconds=59), tick=False):
        assert expire_due(by=SYSTEM) == 0
    with time_machine.travel(asked + timedelta(hours=1), tick=False):
        with pytest.raises(ValidationError, match="lapsed"):
            decide(approval=approval, by=Actor.of(ben), approve=True)
        expire_approvals()
        assert expire_due(by=SYSTEM) == 0

    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.EXPIRED
    assert Approval.objects.pending().count() == 1


def test_a_right_nobody_has_is_refused_when_asking(ana: User) -> None:
    with pytest.raises(ValueError, match="nobody could decide"):
        ask(Actor.of(ana), decide_right="case.wish")
    assert not Approval.objects.exists()


# --- two at the same time ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_decide(
    ana: User, ben: User, appoint: Callable[..., User], at_once: Callable[..., list[Any]]
) -> None:
    """The race itself: read, both see pending, both write, both believe they decided."""
    bea = appoint(Role.TEAM_LEAD, "Bea Kim")
    approval = ask(Actor.of(ana))
    both_have_read = Barrier(2)

    def careless(user: User) -> str:
        row = Approval.objects.get(pk=approval.pk)
        assert row.is_pending
        both_have_read.wait(timeout=10)
        row.status, row.decided_by, row.closed_at = ApprovalStatus.APPROVED, user, now()
        row.save()
        return "decided"

    assert at_once(lambda: careless(ben), lambda: careless(bea)) == ["decided", "decided"]


@pytest.mark.django_db(transaction=True)
def test_one_of_two_decides(
    ana: User, ben: User, appoint: Callable[..., User], at_once: Callable[..., list[Any]]
) -> None:
    bea = appoint(Role.TEAM_LEAD, "Bea Kim")
    for number in range(10):
        approval = ask(Actor.of(ana), subject_id=f"plan-{number}")

        results = at_once(
            lambda a=approval: decide(approval=a, by=Actor.of(ben), approve=True),
            lambda a=approval: decide(
                approval=a, by=Actor.of(bea), approve=False, reason="no money"
            ),
        )

        assert sum(isinstance(result, Approval) for result in results) == 1, results
        assert sum(isinstance(result, ValidationError) for result in results) == 1, results
        trail = AuditEntry.objects.filter(object_id=str(approval.pk))
        assert trail.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_make_one_request(
    ana: User, ben: User, at_once: Callable[..., list[Any]]
) -> None:
    results = at_once(lambda: ask(Actor.of(ana)), lambda: ask(Actor.of(ben)))

    assert Approval.objects.count() == 1
    assert sum(isinstance(result, ValidationError) for result in results) == 1, results


# --- who sees them -----------------------------------------------------------------------


def test_approvals_are_seen_by_those_concerned(
    ana: User, ben: User, ada: User, appoint: Callable[..., User]
) -> None:
    approval = ask(Actor.of(ana))
    elsewhere = appoint(Role.TEAM_LEAD, "Bea Kim")
    colleague = appoint(Role.AGENT, "Cai Wu", team=ana.team)

    for user, sees in ((ana, True), (ben, True), (ada, True)):
        assert Approval.objects.visible_to(user).filter(pk=approval.pk).exists() is sees
    for user in (elsewhere, colleague):
        assert not Approval.objects.visible_to(user).exists()
