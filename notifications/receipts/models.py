"""What providers send back: kept as it came, applied once, whatever the order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from notifications.channels.models import ChannelAccount


class EventKind(models.TextChoices):
    RECEIPT = "receipt", _("receipt")
    REPLY = "reply", _("reply")


class ProviderEvent(models.Model):
    """One call of a provider's webhook, unique by the provider's own id; a repeat is not kept.

    The body is sealed under the account's key. An event about a message that is not known yet
    stays unapplied and is tried again at `try_at`, ever later; without one it was given up.
    """

    id = uuid7_pk()
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="events")
    event_id = models.CharField(max_length=160)
    kind = models.CharField(max_length=7, choices=EventKind)
    body = SealedField(_("body"), null=False, blank=False)
    received_at = models.DateTimeField(_("received"))
    applied_at = models.DateTimeField(_("applied"), null=True)
    try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        constraints = [
            models.UniqueConstraint(fields=["account", "event_id"], name="provider_event_once"),
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="provider_event_kind_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["try_at"],
                condition=Q(applied_at__isnull=True, try_at__isnull=False),
                name="provider_event_to_apply",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.received_at:%Y-%m-%d %H:%M}"
