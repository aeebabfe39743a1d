"""Data keys: one per person or file, so that destroying it erases the person."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7_pk


class DataKey(models.Model):
    """A 256-bit key, stored only wrapped by a master key. Destroyed means nothing is left."""

    id = uuid7_pk()
    wrapped = models.BinaryField(null=True, blank=True)
    key_version = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("data key")
        verbose_name_plural = _("data keys")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | models.Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="core_datakey_wrapped_or_destroyed",
            )
        ]
        indexes = [
            # The rotation looks for live keys under an old master key.
            models.Index(
                fields=["key_version", "id"],
                condition=models.Q(destroyed_at__isnull=True),
                name="core_datakey_live_version",
            )
        ]

    def __str__(self) -> str:
        return f"data key {self.id}"
