"""A decision that one person asks for and another takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.rights import RIGHTS, Role
from accounts.access.scope import ScopedQuerySet, sees_all_portfolios
from accounts.approvals.flow import DECIDED_STATUSES, TRANSITIONS, ApprovalStatus
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from accounts.users.models import User


class ApprovalQuerySet(ScopedQuerySet["Approval"]):
    def pending(self) -> ApprovalQuerySet:
        return self.filter(status=ApprovalStatus.PENDING)

    def scoped_to(self, user: User) -> ApprovalQuerySet:
        """What one asked for or decided; and what people of one's team ask, if one may decide it.

        Those who see every portfolio, and managers, see all; the page of the owner narrows a
        manager's list to the granted portfolios, which are known above this app.
        """
        if sees_all_portfolios(user):
            return self
        mine = Q(requested_by=user) | Q(decided_by=user)
        rights = RIGHTS[Role(user.role)]
        near = Q(requested_by__team__lead=user)
        if user.team_id:
            near |= Q(requested_by__team_id=user.team_id)
        if has_right(user, "case.view_all"):
            near = Q()
        return self.filter(mine | (Q(decide_right__in=rights) & near))


class Approval(models.Model):
    """The brief is what the second person judges: stored, so that it cannot change under them."""

    id = uuid7_pk()
    kind = models.CharField(_("kind"), max_length=60)
    subject_type = models.CharField(_("subject"), max_length=60)
    subject_id = models.CharField(_("subject id"), max_length=64)
    portfolio_id = models.UUIDField(_("portfolio"), null=True, blank=True)
    brief = models.JSONField(_("brief"), default=dict)
    decide_right = models.CharField(_("right to decide"), max_length=60)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ApprovalStatus.choices,
        default=ApprovalStatus.PENDING,
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals_requested",
        help_text=_("Empty when the system asks."),
    )
    requested_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("lapses"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals_decided",
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reason = models.TextField(_("reason of the decision"), blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-requested_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ApprovalStatus.values), name="approval_status_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="approval_second_person",
                violation_error_message=_("Nobody decides what they asked for themselves."),
            ),
            models.CheckConstraint(
                # Sorted: a set has another order in each process, so every database would have a
                # definition of its own.
                condition=Q(status__in=sorted(DECIDED_STATUSES), decided_by__isnull=False)
                | (~Q(status__in=sorted(DECIDED_STATUSES)) & Q(decided_by__isnull=True)),
                name="approval_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status=ApprovalStatus.PENDING, closed_at__isnull=True)
                | (~Q(status=ApprovalStatus.PENDING) & Q(closed_at__isnull=False)),
                name="approval_closed_when_not_pending",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(status=ApprovalStatus.PENDING),
                name="approval_one_pending_per_subject",
            ),
        ]
        indexes = [models.Index(fields=["status", "expires_at"], name="approval_open_by_expiry")]
        triggers = [
            pgtrigger.FSM(name="approval_flow", field="status", transitions=list(TRANSITIONS)),
            pgtrigger.ReadOnly(
                name="approval_request_fixed",
                fields=[
                    "kind",
                    "subject_type",
                    "subject_id",
                    "portfolio_id",
                    "brief",
                    "decide_right",
                    "requested_by",
                    "requested_at",
                ],
            ),
            pgtrigger.Protect(name="approval_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}"

    @property
    def is_pending(self) -> bool:
        return self.status == ApprovalStatus.PENDING
