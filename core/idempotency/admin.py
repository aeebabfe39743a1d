"""Keys seen; the stored answers are not shown, as they may hold what the caller may see alone."""

from __future__ import annotations

from django.contrib import admin

from core.audit.admin import ViewOnlyModelAdmin
from core.idempotency.models import IdempotencyKey


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ViewOnlyModelAdmin):
    list_display = ("scope", "key", "created_at")
    exclude = ("result",)
