"""Notices to look at: each person sees their own, here too."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from accounts.inbox.models import Notice


@admin.register(Notice)
class NoticeAdmin(RecordAdmin):
    list_display = ("key", "urgency", "created_at", "read_at")
    list_filter = ("urgency",)
