from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from collections_app.close.models import CloseRun, CloseSetAside
from core.audit.admin import ViewOnlyModelAdmin


@admin.register(CloseRun)
class CloseRunAdmin(ViewOnlyModelAdmin):
    list_display = ("business_date", "portfolio", "state", "started_at", "finished_at")
    list_filter = ("state", "portfolio")
    list_select_related = ("portfolio",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CloseRun]:
        return CloseRun.objects.visible_to(request.user)


@admin.register(CloseSetAside)
class CloseSetAsideAdmin(ViewOnlyModelAdmin):
    list_display = ("run", "loan", "error")
    list_select_related = ("run__portfolio", "loan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CloseSetAside]:
        rows = super().get_queryset(request)
        return rows.filter(run__in=CloseRun.objects.visible_to(request.user))
