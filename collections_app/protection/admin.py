"""Pauses to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from collections_app.protection.models import Pause


@admin.register(Pause)
class PauseAdmin(RecordAdmin):
    list_display = ("offered_at", "agent", "answered_at", "until", "eased_at")
    list_select_related = ("agent",)
