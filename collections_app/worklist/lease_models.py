"""Leases: which agent has which person, since when, until when, and how it ended."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case
from collections_app.worklist.flow import EndedBy, Obligation, SkipReason, TakenBy
from collections_app.worklist.points_tables import PointsTable
from core.encryption.fields import SealedField
from core.facts.fields import CurrentXactId, Xid8Field
from core.ids import uuid7_pk
from loans.borrowers.models import Party

if TYPE_CHECKING:
    from accounts.models import User


class LeaseQuerySet(ScopedQuerySet["Lease"]):
    def scoped_to(self, user: User) -> Self:
        """One's own, the team's for who leads it, all for who looks over everything."""
        if has_right(user, "case.view_all"):
            return self.filter(case__in=Case.objects.visible_to(user))
        mine = Q(agent=user)
        if has_right(user, "worklist.lead"):
            mine |= Q(agent__team__lead=user)
            if user.team_id is not None:
                mine |= Q(agent__team=user.team_id)
        return self.filter(mine)

    def live(self, at: datetime) -> Self:
        """Those that hold now: not ended, and their time not over."""
        return self.filter(ended_at__isnull=True, expires_at__gt=at)

    def run_out(self, at: datetime) -> Self:
        """Those whose time is over and whom nobody has looked at since."""
        return self.filter(ended_at__isnull=True, expires_at__lte=at)


class Lease(models.Model):
    """One person with one agent for a while. Kept for ever once ended, with why it was given.

    The unit is the person: with all their cases, whoever holds those. `reasons` are data
    (`code`, `value`, `points`) and read in the language of whoever looks.
    """

    id = uuid7_pk()
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="leases")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leases"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="leases", verbose_name=_("by which case")
    )
    taken_by = models.CharField(_("came"), max_length=7, choices=TakenBy)
    taken_at = models.DateTimeField(_("held since"))
    expires_at = models.DateTimeField(_("until"))
    #: Facts of this transaction or later ones happened under the lease.
    xid = Xid8Field(db_default=CurrentXactId(), editable=False)
    obligation = models.CharField(
        _("obligation"), max_length=11, choices=Obligation, blank=True, default=""
    )
    points = models.IntegerField(_("points"), default=0)
    reasons = models.JSONField(_("reasons"), default=list)
    points_table = models.ForeignKey(
        PointsTable, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_because = models.CharField(
        _("why it ended"), max_length=10, choices=EndedBy, blank=True, default=""
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    skip_reason = models.CharField(
        _("why skipped"), max_length=12, choices=SkipReason, blank=True, default=""
    )
    #: In the agent's words, sealed under the person's key.
    skip_note = SealedField(_("note"), null=True, blank=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at"]
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(ended_at__isnull=True), name="lease_one_of_a_person"
            ),
            models.UniqueConstraint(
                fields=["agent"], condition=Q(ended_at__isnull=True), name="lease_one_of_an_agent"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("taken_at")), name="lease_time_forward"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | Q(ended_at__isnull=False, ended_because__in=EndedBy.values),
                name="lease_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_because=EndedBy.SKIPPED, skip_reason__in=SkipReason.values)
                | (~Q(ended_because=EndedBy.SKIPPED) & Q(skip_reason="")),
                name="lease_skip_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__in=TakenBy.values)
                & (Q(obligation="") | Q(obligation__in=Obligation.values)),
                name="lease_kinds_known",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "taken_at"], name="lease_party_taken"),
            models.Index(fields=["agent", "ended_at"], name="lease_agent_ended"),
            models.Index(
                fields=["ended_at"], condition=Q(ended_because="skipped"), name="lease_skips"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="lease_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="lease_ended_for_ever",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="lease_beginning_fixed",
                fields=[
                    "token",
                    "party",
                    "agent",
                    "case",
                    "taken_by",
                    "taken_at",
                    "obligation",
                    "points",
                    "reasons",
                    "points_table",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.taken_at:%Y-%m-%d %H:%M}"
