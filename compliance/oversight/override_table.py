"""The columns of overrides, and where each stands in words."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.approvals.flow import ApprovalStatus
from compliance.overrides.models import Override
from compliance.oversight.cells import Cell, Column, Line, contracts, name, person
from compliance.rulepacks.grounds import ground_name
from core import clock


def override_columns() -> list[Column]:
    """Returns the columns of a list of overrides."""
    return [
        Column(_("Asked"), lambda row: Cell(at=row.approval.requested_at, href=_href(row))),
        Column(_("Person"), lambda row: person(row.party)),
        Column(_("Contract"), lambda row: contracts(row.loans.all()), "id"),
        Column(_("Channel"), lambda row: Cell(row.get_channel_display())),
        Column(_("Portfolio"), lambda row: name(row.portfolio.name)),
        Column(_("Rules"), lambda row: Cell(", ".join(row.codes))),
        Column(
            _("Ground and reason"),
            lambda row: Cell(lines=(Line(ground_name(row.factor), row.reason),)),
        ),
        Column(_("Asked by"), lambda row: name(asker_of(row))),
        Column(_("State"), state_of),
    ]


def asker_of(override: Override) -> str:
    """Returns the name of who asked."""
    asker = override.approval.requested_by
    return asker.get_full_name() if asker else ""


def state_of(override: Override) -> Cell:
    """Returns where an override stands."""
    now = clock.now()
    attempt = getattr(override, "attempt", None)
    if attempt is not None:
        return Cell(_("used"), mark="done")
    match ApprovalStatus(override.approval.status):
        case ApprovalStatus.PENDING if is_waiting(override, now):
            return Cell(_("waiting"), mark="waiting")
        case ApprovalStatus.APPROVED if override.valid_until and override.valid_until > now:
            return Cell(_("granted, not used"), mark="running")
        case ApprovalStatus.APPROVED:
            return Cell(_("granted, ran out unused"), mark="uncertain")
        case ApprovalStatus.REFUSED:
            return Cell(_("refused"), mark="failed")
        case ApprovalStatus.WITHDRAWN:
            return Cell(_("withdrawn"), mark="uncertain")
        case _lapsed:
            return Cell(_("not decided in time"), mark="uncertain")


def is_waiting(override: Override, now: dt.datetime) -> bool:
    """Tells whether a decision can still be taken."""
    approval = override.approval
    return approval.is_pending and (approval.expires_at is None or approval.expires_at > now)


def _href(override: Override) -> str:
    return reverse("oversight:override", args=[override.pk])
