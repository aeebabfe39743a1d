"""Writing points tables: an edition, a second person's yes, one in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.approvals import services as approvals
from collections_app.worklist.flow import PointsStatus
from collections_app.worklist.points import STANDARD, Band, checked
from collections_app.worklist.points_tables import PointsTable
from core import clock
from core.audit.actors import SYSTEM, Actor
from core.audit.services import record
from core.locks import Lock, advisory_lock

APPROVAL_KIND: Final = "points_table.activate"
DECIDE_RIGHT: Final = "strategy.approve"


def points_in_force() -> PointsTable:
    """Returns the table by which people are ranked; the standard one, unsaved, before the first."""
    table = PointsTable.objects.filter(status=PointsStatus.ACTIVE).first()
    return table if table is not None else _standard(version=1, by=SYSTEM)


@transaction.atomic
def install_standard_points(*, by: Actor) -> PointsTable:
    """Puts the standard table into force where none is; one that is in force stays."""
    advisory_lock(Lock.WORKLIST, "points")
    found = PointsTable.objects.filter(status=PointsStatus.ACTIVE).first()
    if found is not None:
        return found
    table = _standard(version=_next_version(), by=by)
    table.save(force_insert=True)
    _tell(table, "points_table.installed", by)
    return table


@transaction.atomic
def write_points(*, bands: Sequence[Band], reason: str, by: Actor) -> PointsTable:
    """Keeps an edition as a draft; it never changes again.

    Raises ValidationError with everything that is wrong with it, and without a reason.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the table changes."))
    lines = [band.as_data() for band in checked(bands)]
    advisory_lock(Lock.WORKLIST, "points")
    table = PointsTable.objects.create(
        version=_next_version(),
        lines=lines,
        reason=reason.strip()[:200],
        written_by=by.label,
        written_at=clock.now(),
    )
    _tell(table, "points_table.written", by, reason)
    return table


@transaction.atomic
def propose_points(*, table: PointsTable, by: Actor) -> PointsTable:
    """Asks a second person to put a draft into force. Raises ValidationError when it is none."""
    locked = _locked(table)
    if locked.status != PointsStatus.DRAFT:
        raise ValidationError(_("Only a draft can be proposed."))
    locked.approval = approvals.request_approval(
        kind=APPROVAL_KIND,
        brief={"version": locked.version, "reason": locked.reason, "lines": locked.lines},
        subject_type="collections_app.PointsTable",
        subject_id=locked.pk,
        by=by,
        decide_right=DECIDE_RIGHT,
    )
    locked.status = PointsStatus.PROPOSED
    locked.save(update_fields=["approval", "status"])
    return locked


@transaction.atomic
def decide_points(*, table: PointsTable, activate: bool, reason: str, by: Actor) -> PointsTable:
    """Puts a proposed table into force, which retires the one before it, or sends it back.

    Raises PermissionDenied for who proposed it or has not the right, ValidationError when it does
    not wait for a decision or a refusal has no reason.
    """
    locked = _locked(table)
    if locked.status != PointsStatus.PROPOSED or locked.approval is None:
        raise ValidationError(_("This table does not wait for a decision."))
    approvals.decide(approval=locked.approval, by=by, approve=activate, reason=reason)
    if not activate:
        locked.status, locked.approval = PointsStatus.DRAFT, None
        locked.save(update_fields=["status", "approval"])
        return locked
    for before in PointsTable.objects.filter(status=PointsStatus.ACTIVE):
        before.status = PointsStatus.RETIRED
        before.save(update_fields=["status"])
    locked.status = PointsStatus.ACTIVE
    locked.activated_at, locked.activated_by = clock.now(), by.label
    locked.save(update_fields=["status", "activated_at", "activated_by"])
    _tell(locked, "points_table.activated", by, reason)
    return locked


def _standard(*, version: int, by: Actor) -> PointsTable:
    at = clock.now()
    return PointsTable(
        version=version,
        status=PointsStatus.ACTIVE,
        lines=[band.as_data() for band in STANDARD],
        written_by=by.label,
        written_at=at,
        activated_at=at,
        activated_by=by.label,
    )


def _next_version() -> int:
    return (PointsTable.objects.aggregate(most=Max("version"))["most"] or 0) + 1


def _locked(table: PointsTable) -> PointsTable:
    # One at a time: two that are decided together must not both be in force.
    advisory_lock(Lock.WORKLIST, "points")
    return PointsTable.objects.select_related("approval").get(pk=table.pk)


def _tell(table: PointsTable, action: str, by: Actor, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.PointsTable",
        object_id=table.pk,
        reason=reason,
        data={"version": table.version},
    )
