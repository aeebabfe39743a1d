"""Asking for a second person's decision, and taking it.

The concept that asks also acts: its own service calls `decide` and, when the answer is yes, does
what was approved in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access.decorators import check_right
from accounts.access.rights import ALL_RIGHTS
from accounts.approvals.flow import ApprovalStatus
from accounts.approvals.models import Approval
from accounts.users.models import User
from core.audit import Actor, record
from core.clock import now


@transaction.atomic
def request_approval(
    *,
    kind: str,
    brief: Mapping[str, Any],
    subject_type: str,
    subject_id: UUID | str,
    by: Actor,
    decide_right: str = "approval.decide",
    portfolio_id: UUID | None = None,
    lapses_after: timedelta | None = None,
) -> Approval:
    """Asks for the approval of something, once at a time for one subject.

    Arguments: `kind` as "<concept>.<act>"; `brief` what the second person needs to judge (ids,
    amounts as strings, no personal data); `decide_right` the right the second person must have.
    Raises ValidationError when the same is already waiting, ValueError for an unknown right.
    """
    if decide_right not in ALL_RIGHTS:
        raise ValueError(f"No role has the right {decide_right!r}; nobody could decide this.")
    waiting = Approval.objects.pending().filter(
        kind=kind, subject_type=subject_type, subject_id=str(subject_id)
    )
    approval = Approval(
        kind=kind,
        subject_type=subject_type,
        subject_id=str(subject_id),
        portfolio_id=portfolio_id,
        brief=dict(brief),
        decide_right=decide_right,
        requested_by=_user_of(by) if by.kind == "user" else None,
        requested_at=now(),
        expires_at=now() + lapses_after if lapses_after else None,
    )
    # Two who ask at once: the second waits on the unique index and then finds the first one's row.
    created = Approval.objects.bulk_create([approval], ignore_conflicts=True)[0]
    if not Approval.objects.filter(pk=created.pk).exists():
        raise ValidationError(
            _("This already waits for a decision since %(at)s.")
            % {"at": waiting.values_list("requested_at", flat=True).first()},
            code="already_pending",
        )
    _record(approval, "approval.requested", by)
    return approval


@transaction.atomic
def decide(*, approval: Approval, by: Actor, approve: bool, reason: str = "") -> Approval:
    """Takes the decision as the second person; a refusal gives its reason.

    Raises PermissionDenied for who asked, for machines and for anyone without the right named in
    the request; ValidationError when it is decided, withdrawn or lapsed already, or a refusal
    has no reason.
    """
    locked = Approval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    _check_second_person(locked, by)
    _check_open(locked, now())
    if not approve and not reason.strip():
        raise ValidationError(
            _("Say why you refuse: it is shown to who asked."), code="reason_missing"
        )
    locked.status = ApprovalStatus.APPROVED if approve else ApprovalStatus.REFUSED
    locked.decided_by_id = UUID(by.id)
    return _close(locked, by, reason)


@transaction.atomic
def withdraw(*, approval: Approval, by: Actor, reason: str = "") -> Approval:
    """Takes a request back. Only who asked may; ValidationError when it is no longer open."""
    locked = Approval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    if locked.requested_by_id is None or by.id != str(locked.requested_by_id):
        raise PermissionDenied(_("Only the person who asked can withdraw this."))
    _check_open(locked, now())
    locked.status = ApprovalStatus.WITHDRAWN
    return _close(locked, by, reason)


@transaction.atomic
def expire_due(*, by: Actor, at: datetime | None = None, limit: int = 500) -> int:
    """Closes requests that nobody decided in time; returns how many. Safe to repeat."""
    moment = at or now()
    due = Approval.objects.pending().filter(expires_at__lte=moment).order_by("expires_at")
    locked = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    for approval in locked:
        approval.status = ApprovalStatus.EXPIRED
        _close(approval, by, "")
    return len(locked)


def _check_second_person(approval: Approval, by: Actor) -> None:
    if by.kind != "user":
        raise PermissionDenied(_("A person decides this, not a machine."))
    if approval.requested_by_id is not None and by.id == str(approval.requested_by_id):
        raise PermissionDenied(_("You asked for this. Somebody else has to decide it."))
    check_right(_user_of(by), approval.decide_right)


def _check_open(approval: Approval, at: datetime) -> None:
    if not approval.is_pending:
        raise ValidationError(
            _("This is closed already: %(status)s.") % {"status": approval.get_status_display()},
            code="closed",
        )
    if approval.expires_at is not None and approval.expires_at <= at:
        raise ValidationError(_("This has lapsed. Ask for it again."), code="lapsed")


def _close(approval: Approval, by: Actor, reason: str) -> Approval:
    approval.closed_at = now()
    approval.reason = reason.strip()
    approval.save(update_fields=["status", "decided_by", "closed_at", "reason"])
    _record(approval, f"approval.{approval.status}", by, approval.reason)
    return approval


def _user_of(actor: Actor) -> User:
    user: User = User.objects.get(pk=actor.id)
    return user


def _record(approval: Approval, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="accounts.Approval",
        object_id=str(approval.pk),
        portfolio_id=approval.portfolio_id,
        reason=reason,
        data={
            "kind": approval.kind,
            "subject_type": approval.subject_type,
            "subject_id": approval.subject_id,
        },
    )
