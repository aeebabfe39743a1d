"""Overrides: a second person lets one contact pass that a rule with room for judgement denies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from accounts.approvals.flow import ApprovalStatus
from accounts.models import Approval
from compliance.attempts.models import AttemptChannel, AttemptMode, AttemptPurpose, Verdict
from core.ids import uuid7_pk
from loans.borrowers.models import ContactPoint, Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class OverrideQuerySet(ScopedQuerySet["Override"]):
    def scoped_to(self, user: User) -> Self:
        """Overrides asked for in the portfolios that the user may see."""
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))

    def waiting(self, at: datetime) -> Self:
        """Asked for, not decided, and not lapsed at an instant."""
        return self.filter(approval__status=ApprovalStatus.PENDING, approval__expires_at__gt=at)

    def usable(self, at: datetime) -> Self:
        """Granted, not used by a contact, and not run out at an instant."""
        return self.filter(
            approval__status=ApprovalStatus.APPROVED, valid_until__gt=at, attempt__isnull=True
        )


class Override(models.Model):
    """One contact that was refused and for which a second person's yes is asked.

    What was asked never changes; `valid_until` is set once, when it is granted. The attempt that
    uses it points to it, so it can be used once.
    """

    id = uuid7_pk()
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="override")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="overrides")
    loans = models.ManyToManyField(Loan, related_name="+")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="+"
    )
    channel = models.CharField(_("channel"), max_length=12, choices=AttemptChannel)
    mode = models.CharField(max_length=9, choices=AttemptMode, default=AttemptMode.LIVE)
    purpose = models.CharField(
        max_length=15, choices=AttemptPurpose, default=AttemptPurpose.PAYMENT
    )
    organisation = models.CharField(_("agency"), max_length=40, blank=True)
    #: The refusal that is to be overridden, with all its reasons and what it saw.
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="override_asked")
    codes = ArrayField(models.CharField(max_length=40), verbose_name=_("rules"))
    factor = models.CharField(_("ground"), max_length=40)
    reason = models.CharField(_("reason"), max_length=400)
    valid_until = models.DateTimeField(_("valid until"), null=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        constraints = [
            models.CheckConstraint(
                condition=Q(codes__len__gt=0) & ~Q(reason="") & ~Q(factor=""),
                name="override_says_what_and_why",
            ),
        ]
        indexes = [models.Index(fields=["party", "valid_until"], name="override_of_party")]
        triggers = [
            pgtrigger.ReadOnly(
                name="override_asked_fixed",
                fields=[
                    *("approval", "portfolio", "party", "contact_point", "channel", "mode"),
                    *("purpose", "organisation", "verdict", "codes", "factor", "reason"),
                ],
            ),
            pgtrigger.Protect(
                name="override_granted_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__valid_until__isnull=False),
            ),
            pgtrigger.Protect(name="override_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {', '.join(self.codes)}"
