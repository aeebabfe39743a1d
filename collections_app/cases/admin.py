from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from collections_app.cases.models import Case, CaseEvent
from core.audit.admin import ViewOnlyModelAdmin


@admin.register(Case)
class CaseAdmin(ViewOnlyModelAdmin):
    list_display = ("loan", "portfolio", "state", "opened_on", "assignee", "next_step_at")
    list_filter = ("state", "portfolio", "next_step")
    list_select_related = ("loan", "portfolio", "assignee")
    search_fields = ("=loan__contract_no",)
    raw_id_fields = ("loan", "borrower")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return Case.objects.visible_to(request.user)


@admin.register(CaseEvent)
class CaseEventAdmin(ViewOnlyModelAdmin):
    list_display = ("known_at", "case", "kind", "by", "from_user", "to_user", "reason")
    list_filter = ("kind",)
    list_select_related = ("case__loan", "from_user", "to_user")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseEvent]:
        rows = super().get_queryset(request)
        return rows.filter(case__in=Case.objects.visible_to(request.user))
