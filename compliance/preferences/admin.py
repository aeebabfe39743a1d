"""Preferences, to look at."""

from __future__ import annotations

from django.contrib import admin

from compliance.preferences.models import Preference
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(Preference)
class PreferenceAdmin(PartyRecordAdmin):
    list_display = ("starts_at", "kind", "party_number", "until", "source", "set_by", "ended_at")
    list_select_related = ("party",)
