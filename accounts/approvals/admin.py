"""Approvals to look at. They are decided on the page of the concept that asked."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from accounts.approvals.models import Approval


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    list_display = ("kind", "subject_type", "status", "requested_by", "requested_at", "decided_by")
    list_filter = ("status", "kind")
    list_select_related = ("requested_by", "decided_by")
    found_by = ("subject_id",)
