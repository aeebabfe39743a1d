"""Where each consumer stands, and what it could not digest."""

from __future__ import annotations

from django.contrib import admin

from core.audit.admin import ViewOnlyModelAdmin
from core.facts.models import FactCursor, FactSetAside


@admin.register(FactCursor)
class FactCursorAdmin(ViewOnlyModelAdmin):
    list_display = ("consumer", "moved_at", "consumed_count", "failure_count", "failed_at")


@admin.register(FactSetAside)
class FactSetAsideAdmin(ViewOnlyModelAdmin):
    list_display = ("set_aside_at", "consumer", "fact_table", "fact_id", "resolved_at")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter),)
