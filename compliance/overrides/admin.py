"""Overrides, to look at."""

from __future__ import annotations

from django.contrib import admin

from compliance.overrides.models import Override
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(Override)
class OverrideAdmin(PartyRecordAdmin):
    list_display = ("pk", "channel", "party_number", "factor", "codes", "valid_until")
    list_select_related = ("party",)
