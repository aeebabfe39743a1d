"""Facts: rows that are written once, and the cursors of those who read them in order."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.facts.fields import CurrentXactId, Xid8Field
from core.facts.triggers import append_only


class FactModel(models.Model):
    """What an append-only fact table starts from: who wrote it (xid) and when it was known.

    A model with a Meta of its own says `class Meta(FactModel.Meta)`, or it loses the triggers;
    a system check refuses to start without them.
    """

    xid = Xid8Field(db_default=CurrentXactId(), editable=False, db_index=True)
    known_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        triggers = append_only()


class FactCursor(models.Model):
    """How far one consumer has read one fact table: up to and including (xid, id)."""

    consumer = models.CharField(max_length=100, primary_key=True)
    fact_table = models.CharField(max_length=100, blank=True)
    last_xid = Xid8Field(default=0)
    last_id = models.CharField(max_length=40, blank=True)
    consumed_count = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True, blank=True)
    # Failures in a row at this very position; a success sets them back to zero.
    failure_count = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("fact cursor")
        verbose_name_plural = _("fact cursors")

    def __str__(self) -> str:
        return f"{self.consumer} at ({self.last_xid}, {self.last_id or '-'})"


class FactSetAside(models.Model):
    """A fact that one consumer could not digest; the others went on past it.

    `retry_requested_at` asks the consumer to try again; `resolved_at` says it went through.
    """

    consumer = models.CharField(max_length=100)
    fact_table = models.CharField(max_length=100)
    fact_id = models.CharField(max_length=40)
    error = models.TextField()
    set_aside_at = models.DateTimeField(db_default=Now())
    retry_requested_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("fact set aside")
        verbose_name_plural = _("facts set aside")
        constraints = [
            models.UniqueConstraint(
                fields=["consumer", "fact_id"], name="core_factsetaside_once_per_consumer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact_table} {self.fact_id} set aside by {self.consumer}"
