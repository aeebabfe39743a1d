"""Stored files: that they are there, without name or content."""

from __future__ import annotations

from django.contrib import admin

from core.audit.admin import ViewOnlyModelAdmin
from core.files.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(ViewOnlyModelAdmin):
    list_display = ("id", "content_type", "size", "stored_at", "erased_at")
    exclude = ("sealed_name",)
    found_by = ("id", "sha256")
