"""Work items and what their hints rest on, to look at."""

from __future__ import annotations

from django.contrib import admin

from collections_app.worklist.models import WorkItem
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(WorkItem)
class WorkItemAdmin(PartyRecordAdmin):
    list_display = ("party_number", "portfolio", "workable_from", "workable_until", "look_at")
    list_select_related = ("party", "portfolio")
