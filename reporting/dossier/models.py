"""Dossiers: who asked for everything about a person, for what, and what became of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case
from core.ids import uuid7_pk
from loans.borrowers.models import Party
from loans.portfolios.models import Portfolio
from reporting.dossier.flow import TRANSITIONS, DossierPurpose, DossierState

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class DossierQuerySet(ScopedQuerySet["Dossier"]):
    def scoped_to(self, user: User) -> Self:
        """Dossiers of the people whose cases the user may see."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def forgotten(self, at: datetime) -> Self:
        """Those that nobody fetched in time."""
        return self.filter(state=DossierState.MADE, expires_at__lte=at)


class Dossier(models.Model):
    """One dossier of one person, asked for once and handed over once.

    The file is sealed under its own key and erased when it is taken or expires; its SHA-256 stays,
    so that a copy shown later can be told from another.
    """

    id = uuid7_pk()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="dossiers")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="dossiers")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("what it is for"), max_length=12, choices=DossierPurpose)
    reference = models.CharField(_("reference"), max_length=80)
    as_of = models.DateField(_("positions at the end of"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dossiers"
    )
    requested_at = models.DateTimeField(_("asked"))
    state = models.CharField(
        _("state"), max_length=8, choices=DossierState, default=DossierState.WAITING
    )
    tried_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(_("made"), null=True)
    expires_at = models.DateTimeField(_("erased after"), null=True)
    closed_at = models.DateTimeField(_("taken or erased"), null=True)
    file = models.OneToOneField(
        "core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True)
    row_count = models.PositiveIntegerField(_("records"), null=True)
    trail_fault = models.CharField(
        _("fault of the trail"),
        max_length=300,
        blank=True,
        help_text=_("The first thing found changed; empty where the trail holds."),
    )

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DossierState.values) & Q(purpose__in=DossierPurpose.values),
                name="dossier_kinds_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["made", "taken", "expired"])
                | (Q(made_at__isnull=False, file__isnull=False) & ~Q(sha256="")),
                name="dossier_made_has_its_file",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="dossier_says_for_what"),
        ]
        indexes = [
            models.Index(fields=["party", "requested_at"], name="dossier_of_party"),
            models.Index(fields=["tried_at"], condition=Q(state="waiting"), name="dossier_to_make"),
            models.Index(fields=["expires_at"], condition=Q(state="made"), name="dossier_to_erase"),
        ]
        triggers = [
            pgtrigger.FSM(name="dossier_life", field="state", transitions=list(TRANSITIONS)),
            pgtrigger.ReadOnly(
                name="dossier_request_fixed",
                fields=[
                    *("party", "case", "portfolio", "purpose", "reference", "as_of"),
                    *("language", "requested_by", "requested_at"),
                ],
            ),
            pgtrigger.Protect(name="dossier_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.requested_at:%Y-%m-%d %H:%M}"
