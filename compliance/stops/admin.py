"""Stops, to look at."""

from __future__ import annotations

from django.contrib import admin

from compliance.stops.models import Stop
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(Stop)
class StopAdmin(PartyRecordAdmin):
    list_display = ("starts_at", "kind", "channel", "party_number", "source", "set_by", "lifted_at")
    list_select_related = ("party",)
    scoped_through = "party"
