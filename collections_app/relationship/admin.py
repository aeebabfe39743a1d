"""Relationships to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from collections_app.relationship.models import RelationshipChange, RelationshipState


@admin.register(RelationshipState)
class RelationshipStateAdmin(RecordAdmin):
    list_display = ("party", "portfolio", "state", "heat", "refreshed_at")
    list_filter = ("state",)


@admin.register(RelationshipChange)
class RelationshipChangeAdmin(RecordAdmin):
    list_display = ("at", "portfolio", "before", "after", "cause", "heat")
    list_filter = ("after", "cause")
