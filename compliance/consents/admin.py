"""Consents, to look at."""

from __future__ import annotations

from django.contrib import admin

from compliance.consents.models import Consent
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(Consent)
class ConsentAdmin(PartyRecordAdmin):
    list_display = ("given_at", "channel", "answer", "party_number", "source", "recorded_by")
    list_select_related = ("party",)
    scoped_through = "party"
