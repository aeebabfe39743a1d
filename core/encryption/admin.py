"""Data keys: that they are there, never what they are."""

from __future__ import annotations

from django.contrib import admin

from core.audit.admin import ViewOnlyModelAdmin
from core.encryption.models import DataKey


@admin.register(DataKey)
class DataKeyAdmin(ViewOnlyModelAdmin):
    list_display = ("id", "key_version", "created_at", "destroyed_at")
    exclude = ("wrapped",)
    found_by = ("id",)
