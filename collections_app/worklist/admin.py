"""Work items and what their hints rest on, to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.models import WorkItem
from collections_app.worklist.points_tables import PointsTable
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(WorkItem)
class WorkItemAdmin(PartyRecordAdmin):
    list_display = ("party_number", "portfolio", "workable_from", "workable_until", "look_at")
    list_select_related = ("party", "portfolio")


@admin.register(Lease)
class LeaseAdmin(PartyRecordAdmin):
    """Who had whom, since when and why it ended; of people in the reader's portfolios."""

    list_display = ("party_number", "agent", "taken_by", "taken_at", "ended_at", "ended_because")
    list_select_related = ("party", "agent")
    list_filter = ("taken_by", "ended_because")
    exclude = ("skip_note",)


@admin.register(PointsTable)
class PointsTableAdmin(RecordAdmin):
    """Versions of the points table; written on their own page."""

    list_display = ("version", "status", "written_by", "written_at", "activated_at")
