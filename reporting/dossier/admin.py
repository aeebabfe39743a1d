"""Dossiers: that they were asked for and what became of them; their content is gone."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from reporting.dossier.models import Dossier


@admin.register(Dossier)
class DossierAdmin(RecordAdmin):
    list_display = ("requested_at", "purpose", "requested_by", "state", "made_at", "closed_at")
    list_filter = ("state", "purpose")
    found_by = ("id", "sha256")
