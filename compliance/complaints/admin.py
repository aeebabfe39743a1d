"""Complaints and their steps, to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from compliance.complaints.models import Complaint, ComplaintEvent
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(Complaint)
class ComplaintAdmin(PartyRecordAdmin):
    list_display = ("number", "received_at", "category", "party_number", "status", "due_on")
    list_select_related = ("party",)


@admin.register(ComplaintEvent)
class ComplaintEventAdmin(RecordAdmin):
    list_display = ("at", "complaint", "step", "by", "due_on")
    list_select_related = ("complaint",)
