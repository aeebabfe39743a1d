"""Notes to look at: who wrote one and when, never its words."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from collections_app.notes.models import Note


@admin.register(Note)
class NoteAdmin(RecordAdmin):
    list_display = ("made_at", "case", "is_pinned", "made_by", "withdrawn_at", "withdrawn_by")
    list_select_related = ("case",)
    exclude = ("text",)
