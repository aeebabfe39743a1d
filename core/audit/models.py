"""The trail: one row for each thing done, and the seals that show it was not changed."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.facts.fields import CurrentXactId, Xid8Field
from core.facts.triggers import append_only


class AuditEntry(models.Model):
    """Who did what to which object, when and why. Written once, never changed.

    `count` is above one where one act touched many rows (an import, a reassignment).
    `data` holds ids, codes and numbers, never personal data.
    """

    class ActorKind(models.TextChoices):
        USER = "user", _("user")
        SYSTEM = "system", _("system")
        INTEGRATION = "integration", _("integration")

    id = models.BigAutoField(primary_key=True)
    xid = Xid8Field(db_default=CurrentXactId(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    actor_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    object_type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=100)
    portfolio_id = models.UUIDField(null=True, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor_kind__in=["user", "system", "integration"]),
                name="core_auditentry_actor_kind",
            )
        ]
        indexes = [
            models.Index(fields=["xid", "id"], name="core_audit_xid"),
            models.Index(fields=["object_id", "object_type", "-id"], name="core_audit_object_id"),
            models.Index(fields=["actor_id", "-id"], name="core_audit_actor"),
            models.Index(fields=["portfolio_id", "-id"], name="core_audit_portfolio"),
            models.Index(fields=["at"], name="core_audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.action} {self.object_type} {self.object_id}"


class AuditSeal(models.Model):
    """A run of entries, closed: their hashes, the root over them, and the link to the seal before.

    `leaves` holds for each entry its xid and id (8 bytes each, big-endian) and the SHA-256 of
    its canonical text (32 bytes), in (xid, id) order, so that a check can name the entry that
    was changed.
    """

    number = models.BigIntegerField(primary_key=True)
    first_xid = Xid8Field()
    first_id = models.BigIntegerField()
    last_xid = Xid8Field()
    last_id = models.BigIntegerField()
    entry_count = models.PositiveIntegerField()
    leaves = models.BinaryField()
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32, unique=True)
    sealed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="core_auditseal_number_from_one"
            )
        ]

    def __str__(self) -> str:
        return f"seal {self.number}, {self.entry_count} entries"
