"""Stops: why a person may not be contacted, from when, until when or until which event."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7_pk
from loans.borrowers.models import Party
from loans.contracts.models import Loan


class StopKind(models.TextChoices):
    CEASE = "cease", _("asked us to stop")
    DISPUTE = "dispute", _("dispute open")
    COMPLAINT = "complaint", _("complaint open")
    ATTORNEY = "attorney", _("represented by a lawyer")
    BANKRUPTCY = "bankruptcy", _("bankruptcy")
    DECEASED = "deceased", _("deceased")
    HARDSHIP = "hardship", _("hardship")
    VULNERABLE = "vulnerable", _("vulnerable")
    MILITARY = "military", _("military service")
    HOLD = "hold", _("on hold")


class Stop(models.Model):
    """A stop of one person, for all loans or one, for all channels or one."""

    id = uuid7_pk()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="stops")
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="stops"
    )
    kind = models.CharField(max_length=10, choices=StopKind)
    channel = models.CharField(
        _("channel"), max_length=6, blank=True, help_text=_("Empty: every channel.")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until it is lifted.")
    )
    source = models.CharField(_("source"), max_length=120)
    set_by = models.CharField(_("set by"), max_length=120)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.CharField(_("lifted by"), max_length=120, blank=True)
    lifted_reason = models.CharField(_("why lifted"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StopKind.values), name="stop_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="stop_forward",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | (~Q(lifted_by="") & ~Q(lifted_reason="")),
                name="stop_lifted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["party", "kind", "channel", "starts_at", "source"], name="stop_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["party"], condition=Q(lifted_at__isnull=True), name="stop_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
