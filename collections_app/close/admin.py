"""Closes and the loans they set aside, to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from collections_app.close.models import CloseRun, CloseSetAside


@admin.register(CloseRun)
class CloseRunAdmin(RecordAdmin):
    list_display = ("business_date", "portfolio", "state", "started_at", "finished_at")
    list_filter = ("state", "portfolio")
    list_select_related = ("portfolio",)


@admin.register(CloseSetAside)
class CloseSetAsideAdmin(RecordAdmin):
    list_display = ("run", "loan", "error")
    list_select_related = ("run__portfolio", "loan")
    scoped_through = "run"
