"""Runs of background steps, and the signs of life of those who run them."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One step for one scope, business date and shard: whether it ran, and what it did.

    `scope` is what it ran for (a portfolio's code); empty where it runs for the installation.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=100, blank=True)
    business_date = models.DateField(null=True, blank=True)
    shard = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices)
    attempt_count = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "scope", "business_date", "shard"],
                nulls_distinct=False,
                name="core_jobrun_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", finished_at__isnull=True)
                | models.Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="core_jobrun_finished_when_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "business_date"], name="core_jobrun_scope"),
            models.Index(fields=["state", "started_at"], name="core_jobrun_state"),
        ]

    def __str__(self) -> str:
        parts = [self.name, self.scope, str(self.business_date or ""), f"#{self.shard}"]
        return " ".join(part for part in parts if part)


class Heartbeat(models.Model):
    """When a process of the background work was last seen alive."""

    class Kind(models.TextChoices):
        SCHEDULER = "scheduler", _("scheduler")
        WORKER = "worker", _("worker")

    name = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["scheduler", "worker"]), name="core_heartbeat_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.seen_at:%Y-%m-%d %H:%M:%S}"


class LastRun(models.Model):
    """When a task of the schedule last ended in a worker, how long it took and how it went."""

    task = models.CharField(max_length=200, primary_key=True)
    finished_at = models.DateTimeField()
    took_milliseconds = models.PositiveIntegerField(default=0)
    has_failed = models.BooleanField(default=False)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("last run of a task")
        verbose_name_plural = _("last runs of tasks")

    def __str__(self) -> str:
        return f"{self.task} at {self.finished_at:%Y-%m-%d %H:%M:%S}"
