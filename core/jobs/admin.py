"""What ran, and who is alive."""

from __future__ import annotations

from django.contrib import admin

from core.audit.admin import ViewOnlyModelAdmin
from core.jobs.models import Heartbeat, JobRun, LastRun


@admin.register(JobRun)
class JobRunAdmin(ViewOnlyModelAdmin):
    list_display = (
        "name",
        "scope",
        "business_date",
        "shard",
        "state",
        "attempt_count",
        "started_at",
        "finished_at",
    )
    list_filter = ("state",)
    found_by = ("scope",)


@admin.register(Heartbeat)
class HeartbeatAdmin(ViewOnlyModelAdmin):
    list_display = ("name", "kind", "seen_at")


@admin.register(LastRun)
class LastRunAdmin(ViewOnlyModelAdmin):
    list_display = ("task", "finished_at", "took_milliseconds", "has_failed", "error")
