"""Versions of the points table: data that two people make, one of them in force."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Approval
from collections_app.worklist.flow import POINTS_TRANSITIONS, PointsStatus
from collections_app.worklist.points import Band, bands_of
from core.ids import uuid7_pk


class PointsTable(models.Model):
    """One edition of the table by which people are ranked. Once written its lines stay."""

    id = uuid7_pk()
    version = models.PositiveIntegerField(_("version"), unique=True)
    status = models.CharField(
        _("status"), max_length=8, choices=PointsStatus, default=PointsStatus.DRAFT
    )
    #: See `points.Band`.
    lines = models.JSONField(_("lines"))
    reason = models.CharField(_("why it changes"), max_length=200, blank=True)
    written_by = models.CharField(_("written by"), max_length=120)
    written_at = models.DateTimeField(_("written"))
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, blank=True, related_name="points_table"
    )
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True)
    activated_by = models.CharField(_("activated by"), max_length=120, blank=True)

    class Meta:
        ordering = ["-version"]
        verbose_name = _("points table")
        verbose_name_plural = _("points tables")
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="active"), name="points_one_active_table"
            ),
            models.CheckConstraint(
                condition=Q(status__in=PointsStatus.values), name="points_status_known"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="points_table_flow", field="status", transitions=list(POINTS_TRANSITIONS)
            ),
            # A lease names its table: what it says must stay what ranked.
            pgtrigger.ReadOnly(
                name="points_table_fixed",
                fields=["version", "lines", "written_by", "written_at"],
            ),
            pgtrigger.Protect(name="points_table_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def bands(self) -> tuple[Band, ...]:
        return bands_of(self.lines)
