"""Reads of overrides for their list, by where each stands."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.approvals.flow import ApprovalStatus
from accounts.models import User
from compliance.overrides.models import Override
from core import clock

#: The lists of the page, in this order, and what each is called.
LISTS: Final[dict[str, str | Promise]] = {
    "waiting": _("Waiting"),
    "granted": _("Granted, not used"),
    "used": _("Used"),
    "over": _("Refused or lapsed"),
}


def overrides_of(*, user: User, portfolio: UUID | None, show: str) -> QuerySet[Override]:
    """Returns the overrides of a list, unordered; each knows `asked_at`."""
    rows = _narrowed(user, portfolio).filter(_conditions()[show])
    return rows.annotate(asked_at=F("approval__requested_at"))


def counts_of(*, user: User, portfolio: UUID | None) -> dict[str, int]:
    """Returns how many overrides each list holds. One query."""
    return _narrowed(user, portfolio).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in _conditions().items()}
    )


def _conditions() -> dict[str, Q]:
    now = clock.now()
    pending = Q(approval__status=ApprovalStatus.PENDING)
    in_time = Q(approval__expires_at__isnull=True) | Q(approval__expires_at__gt=now)
    granted = Q(approval__status=ApprovalStatus.APPROVED, attempt__isnull=True)
    waiting, usable, used = (
        pending & in_time,
        granted & Q(valid_until__gt=now),
        Q(attempt__isnull=False),
    )
    return {
        "waiting": waiting,
        "granted": usable,
        "used": used,
        "over": (pending & ~in_time)
        | (granted & ~Q(valid_until__gt=now))
        | Q(approval__status__in=(ApprovalStatus.REFUSED, ApprovalStatus.WITHDRAWN))
        | Q(approval__status=ApprovalStatus.EXPIRED),
    }


def _narrowed(user: User, portfolio: UUID | None) -> QuerySet[Override]:
    rows: QuerySet[Override] = Override.objects.visible_to(user)
    return rows.filter(portfolio=portfolio) if portfolio else rows
